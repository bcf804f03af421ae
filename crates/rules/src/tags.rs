//! Tags of assistants.

use crate::violation::{At, Violation, ViolationKind, collect};

/// The maximum length of a tag, in characters. The API does not document it.
pub const TAG_MAX_LENGTH: usize = 64;

/// Checks a tag: 1 to 64 letters, digits, spaces, `_`, `.` and `-`.
///
/// ```
/// assert!(telnyx_ai_rules::tag("vip customers").is_empty());
/// assert_eq!(telnyx_ai_rules::tag("team:sales").len(), 1);
/// ```
#[must_use]
pub fn tag(tag: &str) -> Vec<Violation> {
    collect(|at| check(&at.field("tag"), tag))
}

pub(crate) fn check(at: &At<'_>, tag: &str) {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b'.' | b'-');
    if tag.is_empty() || tag.len() > TAG_MAX_LENGTH || !tag.bytes().all(is_allowed) {
        let message =
            format!("'{tag}' is not a tag; a tag has 1 to {TAG_MAX_LENGTH} letters, digits, spaces, '_', '.' and '-'.");
        at.add(ViolationKind::Format, message);
    }
}

//! References to shared tools.

use std::collections::BTreeMap;

use crate::violation::{At, ViolationKind};

/// The shared tools of an account: the type of each, by id.
pub type SharedTools = BTreeMap<String, String>;

pub(crate) fn check_tool_exists(at: &mut At<'_>, tool_id: &str, shared_tools: Option<&SharedTools>) {
    if shared_tools.is_some_and(|tools| !tools.contains_key(tool_id)) {
        at.add(ViolationKind::UnknownReference, format!("There is no shared tool '{tool_id}'."));
    }
}

//! Differences between two APIs.

use std::collections::BTreeSet;
use std::fmt;

/// A difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The kind of the difference.
    pub kind: Kind,
    /// The operation or schema, such as `POST /ai/tools › request` or `schema PayToolParams`.
    pub within: String,
    /// The path within it, such as `webhook.headers[].name`. Empty for the whole.
    pub at: String,
    /// The state in the contract. `None` for an inline schema.
    pub from: Option<String>,
    /// The state in the document. `None` for an inline schema.
    pub to: Option<String>,
    /// The places that use the schema. Empty for operations.
    pub used: Vec<String>,
    /// The schemas that `to` or an added operation refers to.
    pub names: BTreeSet<String>,
    /// The details, one per line; see [`add_details`](crate::details::add_details).
    pub details: Vec<String>,
}

/// The kind of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Only the document has it.
    Added,
    /// Only the contract has it.
    Removed,
    /// It differs in both.
    Changed,
    /// It has another name.
    Renamed,
    /// A schema that has another name or is inlined in the document.
    Moved,
    /// Another limit or default, which does not count as drift.
    Limit,
}

impl Kind {
    /// The name in reports, such as `added`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Renamed => "renamed",
            Self::Moved => "moved",
            Self::Limit => "limit",
        }
    }
}

impl Difference {
    /// The place: `POST /ai/assistants › request › voice_settings.speed`.
    #[must_use]
    pub fn place(&self) -> String {
        if self.at.is_empty() { self.within.clone() } else { format!("{} › {}", self.within, self.at) }
    }

    /// The previous and the current state. Empty if the place is sufficient.
    #[must_use]
    pub fn what(&self) -> String {
        match (&self.from, &self.to) {
            (Some(_), Some(to)) if self.kind == Kind::Moved => format!("now {to}"),
            (Some(_), None) if self.kind == Kind::Moved => "now inline".to_owned(),
            (None, Some(_)) if self.kind == Kind::Moved => "was inline".to_owned(),
            (Some(from), Some(to)) => format!("{from} → {to}"),
            (one, other) => one.as_ref().or(other.as_ref()).cloned().unwrap_or_default(),
        }
    }
}

/// Writes the line that files of accepted differences contain.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.as_str(), self.place())?;
        match self.what() {
            what if what.is_empty() => Ok(()),
            what => write!(f, ": {what}"),
        }
    }
}

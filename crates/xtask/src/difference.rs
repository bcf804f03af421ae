//! What is not the same in two APIs.

use std::fmt;

/// One thing that is not the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What became of it.
    pub kind: Kind,
    /// The operation or the schema that it is in, like `POST /ai/tools › request` or `schema PayToolParams`.
    pub within: String,
    /// Where in there, like `webhook.headers[].name`; empty for the whole.
    pub at: String,
    /// What it was, in the contract; none for a schema that stood in the places themselves.
    pub from: Option<String>,
    /// What it is, in the document; none for a schema that stands in the places themselves.
    pub to: Option<String>,
    /// Where the schema is used; empty for operations.
    pub used: Vec<String>,
}

/// What became of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The document has it and the contract has not.
    Added,
    /// The contract has it and the document has not.
    Removed,
    /// Both have it, not as the same.
    Changed,
    /// The same under another name.
    Renamed,
    /// A schema that the document has under another name, or in the places themselves.
    Moved,
}

impl Kind {
    /// `added` and so on.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Renamed => "renamed",
            Self::Moved => "moved",
        }
    }
}

impl Difference {
    /// Where it is: `POST /ai/assistants › request › voice_settings.speed`.
    #[must_use]
    pub fn place(&self) -> String {
        if self.at.is_empty() { self.within.clone() } else { format!("{} › {}", self.within, self.at) }
    }

    /// What was there and what is; empty where the place says it all.
    #[must_use]
    pub fn what(&self) -> String {
        match (&self.from, &self.to) {
            (Some(_), Some(to)) if self.kind == Kind::Moved => format!("now {to}"),
            (Some(_), None) if self.kind == Kind::Moved => "now in the places themselves".to_owned(),
            (None, Some(_)) if self.kind == Kind::Moved => "was in the places themselves".to_owned(),
            (Some(from), Some(to)) => format!("{from} → {to}"),
            (one, other) => one.as_ref().or(other.as_ref()).cloned().unwrap_or_default(),
        }
    }
}

/// The line that names it, which is what files of accepted differences hold.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.as_str(), self.place())?;
        match self.what() {
            what if what.is_empty() => Ok(()),
            what => write!(f, ": {what}"),
        }
    }
}

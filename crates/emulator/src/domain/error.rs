//! The error type of the rules.

use telnyx_ai_rules::expressions::ParseError;
pub(crate) use telnyx_ai_rules::{Violation, ViolationKind};

use crate::store::FlushError;

pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// The reason that a rule rejects a request.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The resource does not exist.
    #[error("There is no {what} '{id}'.")]
    NotFound { what: String, id: String },
    /// The request conflicts with a resource that exists.
    #[error("{0}")]
    Conflict(String),
    /// The request is not possible in the current state.
    #[error("{0}")]
    NotPossible(String),
    /// The main version of an assistant cannot be changed or deleted as a version.
    #[error("Version '{version_id}' is the main version and cannot be {action}.")]
    MainVersion { version_id: String, action: &'static str },
    /// A turn in a conversation that has ended.
    #[error("Conversation '{id}' has ended: {reason}.")]
    ConversationEnded { id: String, reason: String },
    /// An edge of a stored conversation flow has an expression that cannot be read.
    #[error("The expression of the edge '{edge}' cannot be read: {reason}")]
    UnreadableExpression { edge: String, reason: ParseError },
    /// Fields are missing or have invalid values.
    #[error("{}", joined(.0.iter().map(|violation| &*violation.message)))]
    Invalid(Vec<Violation>),
    #[error("The store failed: {0}.")]
    Store(#[from] rusqlite::Error),
    /// Changes could not be flushed to disk.
    #[error("The store failed: {0}.")]
    Flush(#[from] FlushError),
    /// The emulator or a user's hook failed.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    pub(crate) fn not_found(what: impl Into<String>, id: &str) -> Self {
        Self::NotFound { what: what.into(), id: id.to_owned() }
    }

    /// One violation of the field at `pointer`. An empty pointer is the whole body.
    pub(crate) fn invalid(kind: ViolationKind, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Violation::new(kind, pointer, message)])
    }

    /// Prefixes the pointers of all violations with `at`.
    ///
    /// Any other error becomes one violation at `at`.
    pub(crate) fn into_violations(self, at: &str) -> Vec<Violation> {
        match self {
            Self::Invalid(violations) => violations.into_iter().map(|violation| violation.under(at)).collect(),
            other => vec![Violation::new(ViolationKind::NotAllowed, at, other.to_string())],
        }
    }
}

/// Joins messages with spaces.
pub(crate) fn joined<'a>(messages: impl Iterator<Item = &'a str>) -> String {
    messages.collect::<Vec<_>>().join(" ")
}

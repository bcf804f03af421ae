//! The place of a difference.

use super::Pair;

/// A place in an operation or a schema.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The schemas that contain it. `None` for an operation.
    pub(super) pair: Option<Pair>,
    /// The operation and its part, such as `POST /ai/tools › request`.
    operation: String,
    /// The path within it, such as `webhook.headers[].name`.
    pub(super) at: String,
}

impl Place {
    pub(super) fn operation(name: impl Into<String>) -> Self {
        Self { pair: None, operation: name.into(), at: String::new() }
    }

    pub(super) fn schema(ours: Option<&str>, theirs: Option<&str>) -> Self {
        let pair = (ours.map(str::to_owned), theirs.map(str::to_owned));
        Self { pair: Some(pair), operation: String::new(), at: String::new() }
    }

    /// A part of an operation or of a non-object: `query › page[size]`.
    pub(super) fn part(&self, name: &str) -> Self {
        match self.pair {
            None if self.at.is_empty() => Self { operation: format!("{} › {name}", self.operation), ..self.clone() },
            _ if self.at.is_empty() => Self { at: name.to_owned(), ..self.clone() },
            _ => Self { at: format!("{} › {name}", self.at), ..self.clone() },
        }
    }

    pub(super) fn field(&self, name: &str) -> Self {
        let at = if self.at.is_empty() { name.to_owned() } else { format!("{}.{name}", self.at) };
        Self { at, ..self.clone() }
    }

    pub(super) fn item(&self) -> Self {
        Self { at: format!("{}[]", self.at), ..self.clone() }
    }

    /// The operation and its part, or the schema.
    pub(super) fn within(&self) -> String {
        match &self.pair {
            None => self.operation.clone(),
            Some((Some(ours), Some(theirs))) if ours != theirs => format!("schema {ours} ({theirs})"),
            Some((ours, theirs)) => {
                format!("schema {}", ours.as_deref().or(theirs.as_deref()).unwrap_or_default())
            }
        }
    }

    /// The whole path.
    pub(super) fn path(&self) -> String {
        let within = self.within();
        if self.at.is_empty() { within } else { format!("{within} › {}", self.at) }
    }
}

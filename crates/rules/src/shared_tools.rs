//! References to shared tools.

use std::collections::BTreeMap;

use crate::violation::{At, ViolationKind};

/// The shared tools of an account, by id.
pub type SharedTools = BTreeMap<String, SharedTool>;

/// The facts about a shared tool that the rules depend on. The default is a tool of an unknown type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SharedTool {
    /// The type, such as `webhook`. Empty if it is unknown.
    pub tool_type: String,
    /// The `name` in the definition, if it has one.
    pub name: Option<String>,
}

impl SharedTool {
    /// Creates a tool of a type.
    #[must_use]
    pub fn new(tool_type: impl Into<String>) -> Self {
        Self { tool_type: tool_type.into(), name: None }
    }

    /// Sets the `name` in the definition.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

pub(crate) fn check_tool_exists(at: &At<'_>, tool_id: &str, shared_tools: Option<&SharedTools>) {
    if shared_tools.is_some_and(|tools| !tools.contains_key(tool_id)) {
        at.add(ViolationKind::UnknownReference, format!("There is no shared tool '{tool_id}'."));
    }
}

//! Setting variables during the conversation.

use telnyx_ai_core::{Extra, Object};

/// Sets dynamic variables during the conversation, for later texts and for the conditions of a flow.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct UpdateDynamicVariablesTool {
    /// Which, and when.
    pub update_dynamic_variables: UpdateDynamicVariables,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// The settings of an [`UpdateDynamicVariablesTool`].
///
/// ```
/// use telnyx_ai_types::{UpdatableVariable, UpdateDynamicVariables};
///
/// let name = UpdatableVariable::new("customer_name").with_description("What the customer is called.");
/// let tool = UpdateDynamicVariables::new("remember_name", "Call it once you know the name.", [name]);
/// assert_eq!(tool.updatable_variables.len(), 1);
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct UpdateDynamicVariables {
    /// Name of the function for the model: ASCII letters, digits, `_` and `-`, and no other function, webhook or
    /// client-side tool of the assistant may have it.
    pub name: String,
    /// When to call it, and which variables to set.
    pub description: String,
    /// The variables that may be set; at least one.
    pub updatable_variables: Vec<UpdatableVariable>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// A variable that the assistant may set.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct UpdatableVariable {
    /// Its name: ASCII letters, digits, `.`, `_` and `-`, not beginning with `telnyx_`.
    pub name: String,
    /// What belongs into it.
    pub description: Option<String>,
    /// Type of its values, as a hint: `string`, for one.
    #[wire("type")]
    pub value_type: Option<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

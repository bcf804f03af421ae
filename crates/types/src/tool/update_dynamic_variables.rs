//! Updates of dynamic variables.

use telnyx_ai_core::{Extra, Object};

/// A tool that sets dynamic variables during the conversation.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct UpdateDynamicVariablesTool {
    /// The function for the model, and the variables that it can set.
    pub update_dynamic_variables: UpdateDynamicVariables,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The settings of an [`UpdateDynamicVariablesTool`].
///
/// ```
/// use telnyx_ai_types::{UpdatableVariable, UpdateDynamicVariables};
///
/// let name = UpdatableVariable::new("customer_name").with_description("The name of the customer.");
/// let tool = UpdateDynamicVariables::new("remember_name", "Call it once you know the name.", [name]);
/// assert_eq!(tool.updatable_variables.len(), 1);
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct UpdateDynamicVariables {
    /// The name of the function for the model: ASCII letters, digits, `_` and `-`. It must be unique among the
    /// functions, webhooks and client-side tools of the assistant.
    pub name: String,
    /// The cases in which to call the function, and the variables to set.
    pub description: String,
    /// The variables that the model can set. At least one is required.
    pub updatable_variables: Vec<UpdatableVariable>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A variable that the model can set.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct UpdatableVariable {
    /// The name: ASCII letters, digits, `.`, `_` and `-`. It cannot start with `telnyx_`.
    pub name: String,
    /// The meaning of the variable.
    pub description: Option<String>,
    /// The type of the value as a hint for the model, such as `string`.
    #[wire("type")]
    pub value_type: Option<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

//! Functions that run in the user's client.

use telnyx_ai_core::{Extra, Object};

use crate::ParameterSchema;

/// A function that runs in the user's client, such as the web page with the widget.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ClientSideTool {
    /// The name, the description and the arguments of the function.
    pub client_side_tool: ClientSideFunction,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The definition of a function in the user's client.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ClientSideFunction {
    /// The name of the function.
    pub name: String,
    /// The purpose of the function, and when to call it.
    pub description: String,
    /// The arguments of the function.
    pub parameters: ParameterSchema,
    /// Unknown fields, as received.
    pub extra: Extra,
}

//! Functions that run in the user's client.

use telnyx_ai_core::{Extra, Object};

use crate::ParameterSchema;

/// A function that runs in the user's client: the web page with the widget, for one.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ClientSideTool {
    /// The function.
    pub client_side_tool: ClientSideFunction,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What the model knows of a function in the user's client.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ClientSideFunction {
    /// Its name.
    pub name: String,
    /// What it does and when to call it.
    pub description: String,
    /// Its arguments.
    pub parameters: ParameterSchema,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

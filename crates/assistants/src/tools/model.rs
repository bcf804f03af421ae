use telnyx_ai_core::{Extra, JsonObject, Object, OpenEnum, Timestamp, UnknownValue};

/// A tool that several assistants can use.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SharedTool {
    /// The id of the tool.
    pub id: String,
    /// The type of the tool.
    #[wire("type")]
    pub tool_type: SharedToolType,
    /// The settings for the type of the tool, such as a [`Webhook`](telnyx_ai_types::Webhook).
    pub tool_definition: JsonObject,
    /// The display name.
    pub display_name: Option<String>,
    /// The time limit of a call, in milliseconds.
    pub timeout_ms: Option<u32>,
    /// The time of creation.
    pub created_at: Option<Timestamp>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The type of a shared tool.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum SharedToolType {
    /// Calls a function in the user's client.
    ClientSideTool,
    /// Calls a function that your code executes.
    Function,
    /// Hands the conversation off to another assistant.
    Handoff,
    /// Adds another participant to the call.
    Invite,
    /// Takes a payment.
    Pay,
    /// Searches knowledge bases.
    Retrieval,
    /// Sets dynamic variables during the conversation.
    UpdateDynamicVariables,
    /// Shows images from the client to the model.
    Vision,
    /// Calls an HTTP endpoint.
    Webhook,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// The filter of [`ToolsApi::list`](super::ToolsApi::list). Default: all shared tools.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ListTools {
    /// Lists tools with this name only.
    #[wire("filter[name]")]
    pub name: Option<String>,
    /// Lists tools of this type only.
    #[wire("filter[type]")]
    pub tool_type: Option<SharedToolType>,
    /// Additional query parameters to send.
    pub extra: Extra,
}

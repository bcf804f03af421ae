use telnyx_ai_core::{Extra, JsonObject, Object, OpenEnum, Timestamp, UnknownValue};

/// A tool that several assistants may have.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SharedTool {
    /// The tool's id.
    pub id: String,
    /// What kind of tool it is.
    #[wire("type")]
    pub tool_type: SharedToolType,
    /// What it does, as its type wants it: the settings of the tool of that kind, such as a
    /// [`Webhook`](telnyx_ai_types::Webhook).
    pub tool_definition: JsonObject,
    /// Its name for people.
    pub display_name: Option<String>,
    /// How long a call of it may take, in milliseconds.
    pub timeout_ms: Option<u32>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What kind of tool a shared tool is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum SharedToolType {
    /// A function that the web client runs.
    ClientSideTool,
    /// A function that your program runs.
    Function,
    /// Hands the conversation over to another assistant.
    Handoff,
    /// Brings someone else into the call.
    Invite,
    /// Takes a payment.
    Pay,
    /// Looks something up in a knowledge base.
    Retrieval,
    /// Sets dynamic variables during the conversation.
    UpdateDynamicVariables,
    /// Calls an HTTP endpoint.
    Webhook,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// Which tools [`list`](super::ToolsApi::list) gives; all of them by default.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ListTools {
    /// Only tools of this name.
    #[wire("filter[name]")]
    pub name: Option<String>,
    /// Only tools of this type.
    #[wire("filter[type]")]
    pub tool_type: Option<SharedToolType>,
    /// Further query parameters to send.
    pub extra: Extra,
}

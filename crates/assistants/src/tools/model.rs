use telnyx_ai_core::{Extra, JsonObject, Object, OpenEnum, Timestamp, UnknownValue};
use telnyx_ai_types::{Pay, UpdateDynamicVariables};

/// A tool that several assistants may have.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SharedTool {
    /// The tool's id.
    pub id: String,
    /// What kind of tool it is.
    #[wire("type")]
    pub tool_type: SharedToolType,
    /// What it does, as its type wants it.
    pub tool_definition: JsonObject,
    /// Its name for people.
    pub display_name: Option<String>,
    /// How long it may take, in milliseconds.
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

/// What [`create`](super::ToolsApi::create) creates. Of the definitions, set the one that bears the name
/// of the type.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct CreateSharedTool {
    /// Its name for people.
    pub display_name: String,
    /// What kind of tool it is.
    #[wire("type")]
    pub tool_type: SharedToolType,
    /// How long it may take, in milliseconds. Default: 5000.
    pub timeout_ms: Option<u32>,
    /// The definition of a client-side tool.
    pub client_side_tool: Option<JsonObject>,
    /// The definition of a function.
    pub function: Option<JsonObject>,
    /// The definition of a handoff.
    pub handoff: Option<JsonObject>,
    /// The definition of an invite.
    pub invite: Option<JsonObject>,
    /// The definition of a payment.
    pub pay: Option<Pay>,
    /// The definition of a retrieval.
    pub retrieval: Option<JsonObject>,
    /// The definition of a tool that sets dynamic variables.
    pub update_dynamic_variables: Option<UpdateDynamicVariables>,
    /// The definition of a webhook.
    pub webhook: Option<JsonObject>,
    /// Further fields to send.
    pub extra: Extra,
}

/// What [`update`](super::ToolsApi::update) changes: the fields that are set.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct UpdateSharedTool {
    /// A new name.
    pub display_name: Option<String>,
    /// Another type, along with its definition.
    #[wire("type")]
    pub tool_type: Option<SharedToolType>,
    /// How long it may take, in milliseconds.
    pub timeout_ms: Option<u32>,
    /// The definition of a client-side tool.
    pub client_side_tool: Option<JsonObject>,
    /// The definition of a function.
    pub function: Option<JsonObject>,
    /// The definition of a handoff.
    pub handoff: Option<JsonObject>,
    /// The definition of an invite.
    pub invite: Option<JsonObject>,
    /// The definition of a payment.
    pub pay: Option<Pay>,
    /// The definition of a retrieval.
    pub retrieval: Option<JsonObject>,
    /// The definition of a tool that sets dynamic variables.
    pub update_dynamic_variables: Option<UpdateDynamicVariables>,
    /// The definition of a webhook.
    pub webhook: Option<JsonObject>,
    /// Further fields to send.
    pub extra: Extra,
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

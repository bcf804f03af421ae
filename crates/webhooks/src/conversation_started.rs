//! `call.conversation.created` and `call.conversation.start_failed`

use telnyx_ai_core::{Extra, Object, OpenEnum, UnknownValue};

use crate::CallingPartyType;

/// A new conversation of a call: the payload of `call.conversation.created`.
///
/// The assistant may not be ready to speak yet.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ConversationCreated {
    /// The id of the conversation.
    pub conversation_id: Option<String>,
    /// The call control id: the id that Call Control commands take.
    pub call_control_id: Option<String>,
    /// The id of this leg of the call.
    pub call_leg_id: Option<String>,
    /// The id that all legs of the call share.
    pub call_session_id: Option<String>,
    /// The id of the Call Control application.
    pub connection_id: Option<String>,
    /// The client state of the call, in base64, as set by a Call Control command.
    pub client_state: Option<String>,
    /// The caller: a number or another identifier.
    pub from: Option<String>,
    /// The callee: a number or SIP address.
    pub to: Option<String>,
    /// The type of the caller's connection.
    pub calling_party_type: Option<CallingPartyType>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A failed start: the payload of `call.conversation.start_failed`.
///
/// The call continues without the assistant: transfer it, play a message or hang up. No other event follows, because
/// there is no conversation.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ConversationStartFailed {
    /// The id of the assistant.
    pub assistant_id: Option<String>,
    /// The reason.
    pub reason: Option<StartFailure>,
    /// The call control id: the id that Call Control commands take.
    pub call_control_id: Option<String>,
    /// The id of this leg of the call.
    pub call_leg_id: Option<String>,
    /// The id that all legs of the call share.
    pub call_session_id: Option<String>,
    /// The id of the Call Control application.
    pub connection_id: Option<String>,
    /// The client state of the call, in base64, as set by a Call Control command.
    pub client_state: Option<String>,
    /// The caller: a number or another identifier.
    pub from: Option<String>,
    /// The callee: a number or SIP address.
    pub to: Option<String>,
    /// The type of the caller's connection.
    pub calling_party_type: Option<CallingPartyType>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The reason for a failed start of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum StartFailure {
    /// The request was rejected, for example because the assistant does not exist.
    InvalidRequest,
    /// Telnyx had an internal error.
    ServiceError,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

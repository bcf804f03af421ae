//! The end of a call's conversation.

use telnyx_ai_core::{Extra, Object, OpenEnum, Timestamp, UnknownValue};

/// How a conversation went: the payload of `call.conversation.ended`.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ConversationEnded {
    /// The assistant.
    pub assistant_id: Option<String>,
    /// The conversation.
    pub conversation_id: Option<String>,
    /// The call, as its commands name it.
    pub call_control_id: Option<String>,
    /// This leg of the call.
    pub call_leg_id: Option<String>,
    /// What the legs of one call have in common.
    pub call_session_id: Option<String>,
    /// The Call Control application of the call.
    pub connection_id: Option<String>,
    /// The state that a command gave to the call, in base64.
    pub client_state: Option<String>,
    /// Who called: a number or another name.
    pub from: Option<String>,
    /// Who was called: a number or SIP address.
    pub to: Option<String>,
    /// What the caller called from.
    pub calling_party_type: Option<CallingPartyType>,
    /// How many seconds it took.
    pub duration_sec: Option<u32>,
    /// Why it ended.
    pub reason: Option<String>,
    /// The language model.
    pub llm_model: Option<String>,
    /// The model that heard.
    pub stt_model: Option<String>,
    /// Whose voice it was.
    pub tts_provider: Option<String>,
    /// The model that spoke.
    pub tts_model_id: Option<String>,
    /// The voice it spoke with.
    pub tts_voice_id: Option<String>,
    /// What was said, in order. Tools and notes of the service are among it where the assistant's telephony settings
    /// turn on `conversation_ended_full_history`.
    pub messages: Option<Vec<TranscriptMessage>>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What a caller calls from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum CallingPartyType {
    /// The telephone network.
    Pstn,
    /// A SIP connection.
    Sip,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// One message of a conversation that has ended.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TranscriptMessage {
    /// Who it is from.
    pub role: Option<TranscriptRole>,
    /// What it says; for a tool what it answered. None where it only calls tools.
    pub content: Option<String>,
    /// When it was said.
    pub timestamp: Option<Timestamp>,
    /// The call that a tool answers.
    pub tool_call_id: Option<String>,
    /// The tools that the assistant called with it.
    pub tool_calls: Option<Vec<TranscriptToolCall>>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Who a message is from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum TranscriptRole {
    /// The one who talked to the assistant.
    User,
    /// The assistant.
    Assistant,
    /// A tool that the assistant called.
    Tool,
    /// A note of the service.
    System,
    /// A note of yours or of the service.
    Developer,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// One call of a tool.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TranscriptToolCall {
    /// The call's id, which the tool's answer names.
    pub id: Option<String>,
    /// What kind of call it is: `function`.
    #[wire("type")]
    pub kind: Option<String>,
    /// Which function, and with what.
    pub function: Option<TranscriptFunction>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// A function that was called.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TranscriptFunction {
    /// The tool's name.
    pub name: Option<String>,
    /// Its arguments, as a JSON text.
    pub arguments: Option<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

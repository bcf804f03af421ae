//! Handoff to another assistant.

use telnyx_ai_core::{Extra, Object, OpenEnum, UnknownValue};

/// A tool that hands the conversation off to another assistant.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct HandoffTool {
    /// The assistants to choose from, and the voice after the handoff.
    pub handoff: Handoff,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The settings of a [`HandoffTool`].
///
/// ```
/// use telnyx_ai_types::{Handoff, HandoffAssistant, VoiceMode};
///
/// let handoff = Handoff::new([HandoffAssistant::new("assistant-2", "Billing")]).with_voice_mode(VoiceMode::Distinct);
/// assert_eq!(handoff.ai_assistants[0].name, "Billing");
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Handoff {
    /// The assistants to choose from.
    pub ai_assistants: Vec<HandoffAssistant>,
    /// The voice after the handoff.
    pub voice_mode: Option<VoiceMode>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// An assistant that can take over.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct HandoffAssistant {
    /// The id of the assistant.
    pub id: String,
    /// The name by which the model selects the assistant.
    pub name: String,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The voice after a change of assistant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum VoiceMode {
    /// The voice of the previous assistant.
    Unified,
    /// The voice of the new assistant.
    Distinct,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

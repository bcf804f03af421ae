//! Handing the conversation to another assistant.

use telnyx_ai_core::{Extra, Object, OpenEnum, UnknownValue};

/// Hands the conversation to another assistant.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct HandoffTool {
    /// To whom, and in whose voice.
    pub handoff: Handoff,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Fields this version does not know, kept as received.
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
    /// Whose voice is heard after the handoff.
    pub voice_mode: Option<VoiceMode>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// An assistant that may take over.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct HandoffAssistant {
    /// Its id.
    pub id: String,
    /// A name by which the model tells when this is the one.
    pub name: String,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Whose voice is heard after a change of assistant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum VoiceMode {
    /// The same as before, so that the user notices nothing.
    Unified,
    /// That of the new assistant, as if another person joined.
    Distinct,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

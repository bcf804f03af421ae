//! Outgoing calls that reach a voicemail.

use telnyx_ai_core::{Extra, Object, OpenEnum, UnknownValue};

/// What to do where an outgoing call of the assistant reaches a voicemail.
///
/// ```
/// use telnyx_ai_types::{OnVoicemailDetected, VoicemailAction, VoicemailDetection, VoicemailMessage, VoicemailMessageType};
///
/// let message = VoicemailMessage::new()
///     .with_message_type(VoicemailMessageType::Message)
///     .with_message("Please call us back.");
/// let detected = OnVoicemailDetected::new()
///     .with_action(VoicemailAction::LeaveMessageAndStopAssistant)
///     .with_voicemail_message(message);
/// let detection = VoicemailDetection::new().with_on_voicemail_detected(detected);
/// # assert!(detection.on_voicemail_detected.is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct VoicemailDetection {
    /// What follows the detection.
    pub on_voicemail_detected: Option<OnVoicemailDetected>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What the assistant does once a voicemail has answered.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct OnVoicemailDetected {
    /// The action.
    pub action: Option<VoicemailAction>,
    /// The message to leave, for [`VoicemailAction::LeaveMessageAndStopAssistant`].
    pub voicemail_message: Option<VoicemailMessage>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What the assistant does once a voicemail has answered.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum VoicemailAction {
    /// It stops.
    StopAssistant,
    /// It leaves a message, then stops.
    LeaveMessageAndStopAssistant,
    /// It talks on as to a person.
    ContinueAssistant,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// The message that the assistant leaves on a voicemail.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct VoicemailMessage {
    /// Whether the message is given or written by the model.
    #[wire("type")]
    pub message_type: Option<VoicemailMessageType>,
    /// The message, for [`VoicemailMessageType::Message`].
    pub message: Option<String>,
    /// What to tell the model, for [`VoicemailMessageType::Prompt`].
    pub prompt: Option<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Where the text of a [`VoicemailMessage`] comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum VoicemailMessageType {
    /// The model writes it from `prompt`.
    Prompt,
    /// It is `message`.
    Message,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

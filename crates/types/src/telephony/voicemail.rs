//! Voicemail detection for outgoing calls.

use telnyx_ai_core::{Extra, Object, OpenEnum, UnknownValue};

/// The behavior if an outgoing call of the assistant reaches a voicemail.
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
    /// The reaction to the detection.
    pub on_voicemail_detected: Option<OnVoicemailDetected>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The reaction to a voicemail.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct OnVoicemailDetected {
    /// Whether the assistant stops immediately, stops after a message, or continues. Default: the service's.
    pub action: Option<VoicemailAction>,
    /// The message to leave, for [`VoicemailAction::LeaveMessageAndStopAssistant`].
    pub voicemail_message: Option<VoicemailMessage>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The reaction to a voicemail.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum VoicemailAction {
    /// The assistant stops.
    StopAssistant,
    /// The assistant leaves a message, then stops.
    LeaveMessageAndStopAssistant,
    /// The assistant continues to talk.
    ContinueAssistant,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// The message that the assistant leaves on a voicemail.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct VoicemailMessage {
    /// Whether the message is fixed or written by the model.
    #[wire("type")]
    pub message_type: Option<VoicemailMessageType>,
    /// The message, for [`VoicemailMessageType::Message`].
    pub message: Option<String>,
    /// The prompt for the model, for [`VoicemailMessageType::Prompt`].
    pub prompt: Option<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The source of the text of a [`VoicemailMessage`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum VoicemailMessageType {
    /// The model writes the text, from `prompt`.
    Prompt,
    /// The text is `message`.
    Message,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

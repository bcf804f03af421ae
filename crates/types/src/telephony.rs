//! Calls of an assistant.

use telnyx_ai_core::{Extra, Object, OpenEnum, UnknownValue};

/// How an assistant takes part in calls.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TelephonySettings {
    /// TeXML application of the assistant's calls. The API makes one with every new assistant, and leaves it when the
    /// assistant is deleted.
    pub default_texml_app_id: Option<String>,
    /// Whether web pages may call the assistant without authentication, as widgets do where telephony is enabled.
    pub supports_unauthenticated_web_calls: Option<bool>,
    /// Whether keys that the caller presses are ignored for the whole call. Must be true where the assistant or one
    /// of its flow nodes has a [`PayTool`](crate::PayTool).
    pub disable_dtmf: Option<bool>,
    /// Number or SIP URI the caller is put through to when the conversation breaks off through a fault; not when it
    /// ends as intended, nor once the call has been transferred.
    pub fallback_destination: Option<String>,
    /// Seconds the assistant may stay in a call, time without it (after a transfer, say) not counted.
    pub time_limit_secs: Option<u32>,
    /// Seconds of silence from the user after which the assistant asks whether they are still there.
    pub user_idle_reply_secs: Option<u32>,
    /// Seconds of silence from the user after which the assistant stops.
    pub user_idle_timeout_secs: Option<u32>,
    /// Whether each change of the history sends the whole of it by the webhook
    /// `call.ai_gather.message_history_updated`. Absent: as the command that started the conversation says.
    pub send_message_history_updates: Option<bool>,
    /// What removes noise from the caller's audio.
    pub noise_suppression: Option<NoiseSuppression>,
    /// Fine tuning of `noise_suppression`.
    pub noise_suppression_config: Option<NoiseSuppressionConfig>,
    /// Whether and how calls are recorded.
    pub recording_settings: Option<RecordingSettings>,
    /// What to do where an outgoing call reaches a voicemail. Needs answering-machine detection on the command that
    /// dials.
    pub voicemail_detection: Option<VoicemailDetection>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What removes noise from the caller's audio.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum NoiseSuppression {
    /// ai-coustics: made for speech recognition, and the best choice for assistants.
    #[wire("aicoustics")]
    AiCoustics,
    /// DeepFilterNet.
    #[wire("deepfilternet")]
    DeepFilterNet,
    /// Krisp.
    #[wire("krisp")]
    Krisp,
    /// Nothing does.
    #[wire("disabled")]
    Disabled,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// Fine tuning of a [`NoiseSuppression`]; each field is for one engine.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct NoiseSuppressionConfig {
    /// DeepFilterNet: how far noise is turned down, 0 to 100.
    pub attenuation_limit: Option<u32>,
    /// DeepFilterNet: mode of operation.
    pub mode: Option<NoiseSuppressionMode>,
    /// ai-coustics: how strongly speech is enhanced, 0.0 to 1.0.
    pub enhancement_level: Option<f64>,
    /// ai-coustics: family of models.
    pub family: Option<NoiseModelFamily>,
    /// ai-coustics: model of the family.
    pub size: Option<NoiseModelSize>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Mode of DeepFilterNet.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum NoiseSuppressionMode {
    /// Advanced.
    Advanced,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// Family of ai-coustics models.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum NoiseModelFamily {
    /// Quail, made for voice assistants and speech recognition.
    Quail,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// Model of an ai-coustics family.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum NoiseModelSize {
    /// The newest release of VF, whichever that is.
    #[wire("vf")]
    Vf,
    /// VF 2.0 L, which stays the same.
    #[wire("vf_2_0_l")]
    Vf20L,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// Whether and how an assistant's calls are recorded.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct RecordingSettings {
    /// Whether calls are recorded; false wins over all other recording settings.
    pub enabled: Option<bool>,
    /// One channel or two.
    pub channels: Option<RecordingChannels>,
    /// Format of the file.
    pub format: Option<RecordingFormat>,
    /// Whether the recording ends with the conversation (at a transfer, say) and not with the call.
    pub stop_on_conversation_end: Option<bool>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Channels of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum RecordingChannels {
    /// Mono.
    Single,
    /// Stereo: one side of the call on each channel.
    Dual,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// Format of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum RecordingFormat {
    /// MP3.
    #[wire("mp3")]
    Mp3,
    /// WAV.
    #[wire("wav")]
    Wav,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// What to do where an outgoing call of the assistant reaches a voicemail.
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

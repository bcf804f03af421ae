//! Call settings of an assistant.

mod noise_suppression;
mod recording;
mod voicemail;

pub use noise_suppression::*;
pub use recording::*;
pub use voicemail::*;

use telnyx_ai_core::{Extra, Object};

/// The call settings of an assistant.
///
/// ```
/// use telnyx_ai_types::{NoiseSuppression, RecordingSettings, TelephonySettings};
///
/// let settings = TelephonySettings::new()
///     .with_time_limit_secs(1_800)
///     .with_user_idle_timeout_secs(60)
///     .with_noise_suppression(NoiseSuppression::AiCoustics)
///     .with_recording_settings(RecordingSettings::new().with_enabled(true));
/// assert_eq!(settings.time_limit_secs, Some(1_800));
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TelephonySettings {
    /// The id of the TeXML application for the calls. The API creates one for each new assistant. It is erased with the
    /// assistant, unless numbers are assigned to it.
    pub default_texml_app_id: Option<String>,
    /// Whether web pages can call the assistant without authentication. Widgets require this if telephony is enabled.
    pub supports_unauthenticated_web_calls: Option<bool>,
    /// Whether the keys that the caller presses are ignored for the whole call. This must be true if the assistant or
    /// one of its flow nodes has a [`PayTool`](crate::PayTool).
    pub disable_dtmf: Option<bool>,
    /// The number or SIP URI that receives the call if the conversation fails. It is not used after a normal end or a
    /// transfer.
    pub fallback_destination: Option<String>,
    /// The maximum time of the assistant in a call, in seconds. Time without the assistant, such as after a transfer,
    /// does not count. At the limit, TeXML ends the call, and Call Control keeps it connected. Default: the service's.
    pub time_limit_secs: Option<u32>,
    /// The idle time in seconds after which the assistant asks for a reply. Default: the service's.
    pub user_idle_reply_secs: Option<u32>,
    /// The idle time in seconds after which the assistant stops. Default: the service's.
    pub user_idle_timeout_secs: Option<u32>,
    /// Whether each change of the history is sent to the webhook. The event is
    /// `call.ai_gather.message_history_updated`, with the whole history. Default: the setting of the command that
    /// started the conversation.
    pub send_message_history_updates: Option<bool>,
    /// Whether the webhook `call.conversation.ended` contains the whole history. This includes tool calls, tool results
    /// and system messages. Default: only the messages of the user and the assistant.
    pub conversation_ended_full_history: Option<bool>,
    /// The noise suppression engine for the caller's audio.
    pub noise_suppression: Option<NoiseSuppression>,
    /// Parameters of `noise_suppression`.
    pub noise_suppression_config: Option<Box<NoiseSuppressionConfig>>,
    /// Recording settings.
    pub recording_settings: Option<RecordingSettings>,
    /// The behavior if an outgoing call reaches a voicemail. The command that dials must enable answering machine
    /// detection.
    pub voicemail_detection: Option<Box<VoicemailDetection>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

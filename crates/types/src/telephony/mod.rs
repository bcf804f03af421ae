//! Calls of an assistant.

mod noise_suppression;
mod recording;
mod voicemail;

pub use noise_suppression::*;
pub use recording::*;
pub use voicemail::*;

use telnyx_ai_core::{Extra, Object};

/// How an assistant takes part in calls.
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
    pub noise_suppression_config: Option<Box<NoiseSuppressionConfig>>,
    /// Whether and how calls are recorded.
    pub recording_settings: Option<RecordingSettings>,
    /// What to do where an outgoing call reaches a voicemail. Needs answering-machine detection on the command that
    /// dials.
    pub voicemail_detection: Option<Box<VoicemailDetection>>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

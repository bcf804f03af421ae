//! Who may speak when.

use telnyx_ai_core::{Extra, Nullable, Object};

/// When users may interrupt, and when the assistant takes them to have finished.
///
/// The timings are for transcription models that do not detect turns themselves. For those that do, such as
/// `deepgram/flux`, see the end-of-turn fields of [`TranscriptionConfig`](crate::TranscriptionConfig).
///
/// ```
/// use telnyx_ai_types::{EndpointingPlan, InterruptionSettings, StartSpeakingPlan};
///
/// let pauses = EndpointingPlan::new().with_on_punctuation_seconds(0.2).with_on_no_punctuation_seconds(1.5);
/// let settings = InterruptionSettings::new()
///     .with_enable(true)
///     .with_start_speaking_plan(StartSpeakingPlan::new().with_wait_seconds(0.4).with_transcription_endpointing_plan(pauses));
/// # assert_eq!(settings.enable, Some(true));
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct InterruptionSettings {
    /// Whether the user can cut the assistant short.
    pub enable: Option<bool>,
    /// Whether the greeting is safe from interruptions.
    pub disable_greeting_interruption: Option<bool>,
    /// How readily an interruption is predicted, 0.0 to 1.0. Null and 0.0 switch prediction off.
    pub interrupt_prediction_threshold: Nullable<f64>,
    /// When the assistant begins to speak.
    pub start_speaking_plan: Option<StartSpeakingPlan>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// How long the assistant waits after the user's last word.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct StartSpeakingPlan {
    /// The shortest wait before the assistant speaks, in seconds.
    pub wait_seconds: Option<f64>,
    /// Waits that depend on how the transcript ends.
    pub transcription_endpointing_plan: Option<EndpointingPlan>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// How long a pause means the end of what the user says, by how the transcript ends.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct EndpointingPlan {
    /// Seconds to wait after a full stop or another punctuation mark.
    pub on_punctuation_seconds: Option<f64>,
    /// Seconds to wait where no punctuation mark closes the transcript.
    pub on_no_punctuation_seconds: Option<f64>,
    /// Seconds to wait after a number.
    pub on_number_seconds: Option<f64>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

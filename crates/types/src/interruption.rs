//! Interruption settings.

use telnyx_ai_core::{Extra, Nullable, Object};

/// Controls when users can interrupt and when the assistant starts to speak.
///
/// The delays apply to transcription models without turn detection. For models with it, such as `deepgram/flux`, see
/// the end-of-turn fields of [`TranscriptionConfig`](crate::TranscriptionConfig).
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
    /// Whether the user can interrupt the assistant. Default: the service's.
    pub enable: Option<bool>,
    /// Whether the greeting cannot be interrupted. Default: the service's.
    pub disable_greeting_interruption: Option<bool>,
    /// The threshold for predicting an interruption, 0.0 to 1.0. `null` and 0.0 disable prediction.
    /// Default: the service's.
    pub interrupt_prediction_threshold: Nullable<f64>,
    /// The delays before the assistant starts to speak.
    pub start_speaking_plan: Option<StartSpeakingPlan>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The delays between the end of the user's speech and that of the assistant.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct StartSpeakingPlan {
    /// The minimum delay before the assistant speaks, in seconds. Default: the service's.
    pub wait_seconds: Option<f64>,
    /// Delays that depend on the end of the transcript.
    pub transcription_endpointing_plan: Option<EndpointingPlan>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The pause that ends a turn, depending on the end of the transcript.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct EndpointingPlan {
    /// The pause in seconds after a punctuation mark. Default: the service's.
    pub on_punctuation_seconds: Option<f64>,
    /// The pause in seconds if the transcript does not end with a punctuation mark. Default: the service's.
    pub on_no_punctuation_seconds: Option<f64>,
    /// The pause in seconds after a number. Default: the service's.
    pub on_number_seconds: Option<f64>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

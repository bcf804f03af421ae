//! Telling voicemails from people.

use telnyx_ai_core::{Extra, Object, OpenEnum, UnknownValue};

/// Whether a new call tells voicemails from people (answering-machine detection).
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum DetectionMode {
    /// It does, with the premium detection.
    Premium,
    /// It does not.
    Disabled,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// Fine tuning of answering-machine detection. What is left out takes the platform's default.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct DetectionConfig {
    /// Milliseconds of silence after the greeting before the verdict.
    pub after_greeting_silence_millis: Option<u32>,
    /// Milliseconds of silence there may be between two words of the greeting.
    pub between_words_silence_millis: Option<u32>,
    /// Milliseconds a greeting is expected to last.
    pub greeting_duration_millis: Option<u32>,
    /// Milliseconds of silence that close the greeting.
    pub greeting_silence_duration_millis: Option<u32>,
    /// Milliseconds the greeting is listened to at most.
    pub greeting_total_analysis_time_millis: Option<u32>,
    /// Milliseconds of silence there may be before the first word.
    pub initial_silence_millis: Option<u32>,
    /// How many words a person's greeting has at most.
    pub maximum_number_of_words: Option<u32>,
    /// Milliseconds one word lasts at most.
    pub maximum_word_length_millis: Option<u32>,
    /// Milliseconds a sound lasts at least to be a word.
    pub min_word_length_millis: Option<u32>,
    /// Loudness under which audio is silence.
    pub silence_threshold: Option<u32>,
    /// Milliseconds the whole detection may take.
    pub total_analysis_time_millis: Option<u32>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

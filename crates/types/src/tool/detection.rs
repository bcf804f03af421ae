//! Answering machine detection.

use telnyx_ai_core::{Extra, Object, OpenEnum, UnknownValue};

/// The answering machine detection of a new call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum DetectionMode {
    /// Answering machine detection runs: `premium`.
    Premium,
    /// Answering machine detection does not run.
    Disabled,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// The parameters of answering machine detection.
///
/// Absent fields use the platform's defaults.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct DetectionConfig {
    /// The silence after the greeting that completes the detection, in milliseconds.
    pub after_greeting_silence_millis: Option<u32>,
    /// The maximum silence between two words of the greeting, in milliseconds.
    pub between_words_silence_millis: Option<u32>,
    /// The expected duration of a greeting, in milliseconds.
    pub greeting_duration_millis: Option<u32>,
    /// The silence that ends the greeting, in milliseconds.
    pub greeting_silence_duration_millis: Option<u32>,
    /// The time limit for the analysis of the greeting, in milliseconds.
    pub greeting_total_analysis_time_millis: Option<u32>,
    /// The maximum silence before the first word, in milliseconds.
    pub initial_silence_millis: Option<u32>,
    /// The maximum number of words in a person's greeting.
    pub maximum_number_of_words: Option<u32>,
    /// The maximum duration of a word, in milliseconds.
    pub maximum_word_length_millis: Option<u32>,
    /// The minimum duration of a word, in milliseconds.
    pub min_word_length_millis: Option<u32>,
    /// The audio level below which audio counts as silence. The API names no unit.
    pub silence_threshold: Option<u32>,
    /// The time limit for the whole detection, in milliseconds.
    pub total_analysis_time_millis: Option<u32>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

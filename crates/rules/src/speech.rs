//! Voice and transcription, of an assistant or of a node of its flow.

use telnyx_ai_types::{TranscriptionConfig, TranscriptionSettings, VoiceSettings};

use crate::violation::{At, ViolationKind};

/// The maximum length of `keyterm`, in characters.
const KEYTERM_MAX_LENGTH: usize = 1_000;

/// The maximum length of `prompt`, in characters.
const PROMPT_MAX_LENGTH: usize = 1_750;

/// The maximum number of fallback models.
const FALLBACKS_MAX: usize = 3;

/// A transcription model that cannot detect the language.
const WITHOUT_DETECTION: &str = "speechmatics/linden-1";

pub(crate) fn voice(at: &mut At<'_>, voice: &VoiceSettings) {
    let speed = match voice.voice.split('.').collect::<Vec<_>>()[..] {
        ["Telnyx", "Ultra", ..] => 0.6..=1.5,
        ["Soniox", ..] => 0.7..=1.3,
        _ => 0.25..=2.0,
    };
    at.field("voice_speed").range(voice.voice_speed, speed);
}

pub(crate) fn transcription(at: &mut At<'_>, transcription: &TranscriptionSettings) {
    let model = transcription.model.as_ref().map(|model| model.as_str());
    if model == Some(WITHOUT_DETECTION) && matches!(transcription.language.as_deref(), Some("auto" | "multi")) {
        let message = format!("{WITHOUT_DETECTION} does not detect the language; set one, such as 'en'.");
        at.field("language").add(ViolationKind::Unsupported, message);
    }
    let fallbacks = transcription.fallback_models.value().map_or(0, Vec::len);
    if fallbacks > FALLBACKS_MAX {
        let message = format!("There are {fallbacks} fallback models; at most {FALLBACKS_MAX} are allowed.");
        at.field("fallback_models").add(ViolationKind::Length, message);
    }
    if fallbacks > 0 && transcription.challenger.value().is_some() {
        let message = "Transcription cannot have both a challenger and fallback models.";
        at.field("challenger").add(ViolationKind::Combination, message);
    }
    if let Some(settings) = &transcription.settings {
        tuning(&mut at.field("settings"), settings);
    }
}

fn tuning(at: &mut At<'_>, settings: &TranscriptionConfig) {
    at.field("eot_threshold").range(settings.eot_threshold, 0.5..=0.9);
    at.field("eager_eot_threshold").range(settings.eager_eot_threshold, 0.3..=0.9);
    at.field("eot_timeout_ms").range(settings.eot_timeout_ms, 500.0..=10_000.0);
    at.field("max_endpoint_delay_ms").range(settings.max_endpoint_delay_ms, 500.0..=3_000.0);
    at.field("end_of_turn_confidence_threshold").range(settings.end_of_turn_confidence_threshold, 0.0..=1.0);
    at.field("keyterm").length(settings.keyterm.as_deref(), 0..=KEYTERM_MAX_LENGTH);
    at.field("prompt").length(settings.prompt.as_deref(), 0..=PROMPT_MAX_LENGTH);
    for (names, less, more) in [
        (["eager_eot_threshold", "eot_threshold"], settings.eager_eot_threshold, settings.eot_threshold),
        (
            ["min_turn_silence", "max_turn_silence"],
            settings.min_turn_silence.map(f64::from),
            settings.max_turn_silence.map(f64::from),
        ),
    ] {
        if let (Some(small), Some(large)) = (less, more)
            && small > large
        {
            let [less, more] = names;
            let message = format!("{less} is {small}; it must be at most {more}, which is {large}.");
            at.field(less).add(ViolationKind::OutOfRange, message);
        }
    }
}

//! Voice and transcription, of an assistant or of a node of its flow.

use std::collections::BTreeSet;

use telnyx_ai_types::{
    BackgroundAudio, ChallengerRule, ToolCallAudio, TranscriptionChallenger, TranscriptionConfig,
    TranscriptionFallback, TranscriptionModel, TranscriptionSettings, VoiceSettings,
};

use crate::violation::{At, ViolationKind};

/// The maximum length of `keyterm`, in characters.
const KEYTERM_MAX_LENGTH: usize = 1_000;

/// The maximum length of `prompt`, in characters.
const PROMPT_MAX_LENGTH: usize = 1_750;

/// The maximum number of fallback models.
const FALLBACKS_MAX: usize = 3;

/// A transcription model that cannot detect the language.
const WITHOUT_DETECTION: &str = "speechmatics/linden-1";

pub(crate) fn voice(at: &At<'_>, voice: &VoiceSettings) {
    let speed = match voice.voice.split('.').collect::<Vec<_>>()[..] {
        ["Telnyx", "Ultra", ..] => 0.6..=1.5,
        ["Soniox", ..] => 0.7..=1.3,
        _ => 0.25..=2.0,
    };
    at.field("voice_speed").range(voice.voice_speed, speed);
    if let Some(BackgroundAudio::Unknown(audio)) = &voice.background_audio {
        at.field("background_audio").tag(audio, "type");
    }
    if let Some(ToolCallAudio::Unknown(audio)) = voice.tool_call_audio.value() {
        at.field("tool_call_audio").tag(audio, "type");
    }
}

pub(crate) fn transcription(at: &At<'_>, transcription: &TranscriptionSettings) {
    let model = transcription.model.as_ref().map(|model| model.as_str());
    if model == Some(WITHOUT_DETECTION) && matches!(transcription.language.as_deref(), Some("auto" | "multi")) {
        let message = format!("{WITHOUT_DETECTION} does not detect the language; set one, such as 'en'.");
        at.field("language").add(ViolationKind::Unsupported, message);
    }
    let fallbacks = transcription.fallback_models.value().map_or(&[][..], Vec::as_slice);
    fallback_models(&at.field("fallback_models"), transcription.model.as_ref(), fallbacks);
    if let Some(second) = transcription.challenger.value() {
        if !fallbacks.is_empty() {
            let message = "Transcription cannot have both a challenger and fallback models.";
            at.field("challenger").add(ViolationKind::Combination, message);
        }
        challenger(&at.field("challenger"), transcription, second);
    }
    if let Some(settings) = &transcription.settings {
        tuning(&at.field("settings"), settings);
    }
}

fn fallback_models(at: &At<'_>, first: Option<&TranscriptionModel>, fallbacks: &[TranscriptionFallback]) {
    if fallbacks.len() > FALLBACKS_MAX {
        let message = format!("There are {} fallback models; at most {FALLBACKS_MAX} are allowed.", fallbacks.len());
        at.add(ViolationKind::Length, message);
    }
    if let Some(model) = first.filter(|model| !fallbacks.is_empty() && is_streaming(model) == Some(false)) {
        let message = format!("'{model}' does not stream; only a streaming model can have fallback models.");
        at.add(ViolationKind::Combination, message);
    }
    let mut models: BTreeSet<&str> = first.into_iter().map(current_name).collect();
    for (n, fallback) in fallbacks.iter().enumerate() {
        let at = at.item(n);
        if !models.insert(current_name(&fallback.model)) {
            let message = format!("'{}' is already used; each model can be used once.", fallback.model);
            at.field("model").add(ViolationKind::Duplicate, message);
        }
        if !can_be_fallback(&fallback.model) {
            let message = format!("'{}' cannot be a fallback model; use a streaming model.", fallback.model);
            at.field("model").add(ViolationKind::NotAllowed, message);
        }
        if let Some(settings) = fallback.settings.value() {
            tuning(&at.field("settings"), settings);
        }
    }
}

fn challenger(at: &At<'_>, first: &TranscriptionSettings, second: &TranscriptionChallenger) {
    if let Some(model) = &first.model {
        let language = second.language.value().or(first.language.as_ref());
        if current_name(model) == current_name(&second.model) && language == first.language.as_ref() {
            let message = "The challenger has the model and the language of the first model; change one of them.";
            at.field("model").add(ViolationKind::Duplicate, message);
        } else if let (Some(one), Some(other)) = (is_streaming(model), is_streaming(&second.model))
            && one != other
        {
            let message = format!("'{model}' and '{}' cannot be combined: only one of them streams.", second.model);
            at.field("model").add(ViolationKind::Combination, message);
        }
    }
    if second.rule == Some(ChallengerRule::BestEngine) && is_streaming(&second.model) == Some(false) {
        at.field("rule").add(ViolationKind::Unsupported, "The rule best_engine needs streaming models.");
    }
    if let Some(settings) = second.settings.value() {
        tuning(&at.field("settings"), settings);
    }
}

/// The current name of a model. One model has an older name too.
fn current_name(model: &TranscriptionModel) -> &str {
    match model {
        TranscriptionModel::AssemblyaiUniversalStreaming => TranscriptionModel::AssemblyaiUniversal35Pro.as_str(),
        other => other.as_str(),
    }
}

/// Whether a model transcribes while the user speaks. `None` if that is unknown.
fn is_streaming(model: &TranscriptionModel) -> Option<bool> {
    use TranscriptionModel as Model;
    match model {
        Model::DeepgramFlux
        | Model::DeepgramNova3
        | Model::DeepgramNova2
        | Model::AssemblyaiUniversal35Pro
        | Model::AssemblyaiUniversalStreaming
        | Model::XaiGrokStt
        | Model::SonioxSttRtV4
        | Model::SonioxSttRtV5
        | Model::HumainRealtime
        | Model::Reson8Turns => Some(true),
        Model::AzureFast
        | Model::NvidiaParakeetV3
        | Model::OmiHealthOmiMedSttV1
        | Model::CohereArStt
        | Model::DistilWhisperDistilLargeV2
        | Model::OpenaiWhisperLargeV3Turbo
        | Model::TelnyxBasira => Some(false),
        _ => None,
    }
}

/// Whether the API lists a model for fallbacks. Unknown models count as listed.
fn can_be_fallback(model: &TranscriptionModel) -> bool {
    matches!(model, TranscriptionModel::Unknown(_)) || is_streaming(model) == Some(true)
}

fn tuning(at: &At<'_>, settings: &TranscriptionConfig) {
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::violation::collect;

    fn pointers(settings: Value) -> Vec<String> {
        let settings = serde_json::from_value(settings).expect("settings");
        collect(|at| super::transcription(at, &settings)).into_iter().map(|violation| violation.pointer).collect()
    }

    #[test]
    fn each_fallback_model_is_used_once() {
        let fallbacks = json!([
            { "model": "deepgram/flux" },
            { "model": "assemblyai/universal-3-5-pro" },
            { "model": "assemblyai/universal-streaming" },
        ]);
        let settings = json!({ "model": "deepgram/flux", "fallback_models": fallbacks });
        assert_eq!(pointers(settings), ["/fallback_models/0/model", "/fallback_models/2/model"]);
    }

    #[test]
    fn all_models_have_the_same_limits() {
        let bad = json!({ "eot_threshold": 2 });
        let fallbacks = json!([{ "model": "deepgram/flux", "settings": bad }]);
        for (settings, at) in [
            (json!({ "settings": bad }), "/settings/eot_threshold"),
            (json!({ "fallback_models": fallbacks }), "/fallback_models/0/settings/eot_threshold"),
            (
                json!({ "challenger": { "model": "deepgram/flux", "settings": bad } }),
                "/challenger/settings/eot_threshold",
            ),
        ] {
            assert_eq!(pointers(settings), [at]);
        }
    }

    #[test]
    fn challenger_differs_and_is_of_the_same_kind() {
        let with = |challenger: Value| {
            pointers(json!({ "model": "deepgram/flux", "language": "en", "challenger": challenger }))
        };
        assert_eq!(with(json!({ "model": "deepgram/flux" })), ["/challenger/model"]);
        assert_eq!(with(json!({ "model": "azure/fast" })), ["/challenger/model"]);
        assert!(with(json!({ "model": "deepgram/flux", "language": "es" })).is_empty());
        assert!(with(json!({ "model": "deepgram/nova-3", "rule": "best_engine" })).is_empty());
        let slow = json!({ "model": "azure/fast", "challenger": { "model": "cohere/ar-stt", "rule": "best_engine" } });
        assert_eq!(pointers(slow), ["/challenger/rule"]);
    }
}

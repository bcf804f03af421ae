//! Speech-to-text settings.

use telnyx_ai_core::{Extra, Nullable, Object, OpenEnum, UnknownValue};

/// The speech-to-text settings of an assistant.
///
/// ```
/// use telnyx_ai_types::{TranscriptionConfig, TranscriptionModel, TranscriptionSettings};
///
/// let settings = TranscriptionSettings::new()
///     .with_model(TranscriptionModel::DeepgramFlux)
///     .with_language("en")
///     .with_settings(TranscriptionConfig::new().with_eot_threshold(0.8).with_eot_timeout_ms(3_000));
/// # assert!(settings.model.is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TranscriptionSettings {
    /// The speech-to-text model.
    pub model: Option<TranscriptionModel>,
    /// The language of the audio: a code such as `en`, or `auto` to detect it.
    ///
    /// Default: `auto`; for models without detection, `en` (`humain/realtime`) or `ar` (`cohere/ar-stt`).
    /// `deepgram/flux` also supports `multi` (no hint), and `humain/realtime` supports `codeswitch` (Arabic mixed with
    /// English). For `speechmatics/linden-1`, `auto` and `multi` fail with a 400.
    pub language: Option<String>,
    /// The region of the cloud provider (Azure). Some regions require `api_key_ref`.
    pub region: Option<String>,
    /// The identifier of the integration secret with the provider's API key. Some Azure regions require your own key.
    pub api_key_ref: Option<String>,
    /// The parameters of the model.
    pub settings: Option<Box<TranscriptionConfig>>,
    /// A second model that transcribes in parallel. It cannot be combined with `fallback_models`. `null` removes it.
    pub challenger: Nullable<Box<TranscriptionChallenger>>,
    /// Up to 3 streaming models that replace a failed model, in order. `model` must be a streaming model too. An update
    /// replaces the list; `null` removes it.
    pub fallback_models: Nullable<Vec<TranscriptionFallback>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A second model that transcribes the same audio.
///
/// Both models must be streaming models, or neither. The second one can be the same model with another language.
///
/// ```
/// use telnyx_ai_types::{ChallengerRule, TranscriptionChallenger, TranscriptionModel, TranscriptionSettings};
///
/// let challenger = TranscriptionChallenger::new(TranscriptionModel::DeepgramNova3)
///     .with_language("es")
///     .with_rule(ChallengerRule::BestTurn);
/// let settings = TranscriptionSettings::new()
///     .with_model(TranscriptionModel::DeepgramFlux)
///     .with_language("en")
///     .with_challenger(challenger);
/// # let _ = settings;
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TranscriptionChallenger {
    /// The second model.
    pub model: TranscriptionModel,
    /// Its language. Default: the language of the first model.
    pub language: Nullable<String>,
    /// How the two transcripts are combined. Default: [`ChallengerRule::BestTurn`].
    pub rule: Option<ChallengerRule>,
    /// Its parameters. Default: those of the first model, as far as they apply.
    pub settings: Nullable<Box<TranscriptionConfig>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// How the transcripts of two models are combined.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum ChallengerRule {
    /// Each turn uses the transcript with the higher score.
    BestTurn,
    /// The first turns decide which model transcribes the rest of the call. Streaming models only.
    BestEngine,
    /// The words of both are merged, for speech that mixes Arabic and English. Only for `telnyx/basira` with
    /// `cohere/ar-stt`.
    MergeWords,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// A streaming model that replaces a failed model.
///
/// ```
/// use telnyx_ai_types::{TranscriptionFallback, TranscriptionModel, TranscriptionSettings};
///
/// let settings = TranscriptionSettings::new()
///     .with_model(TranscriptionModel::DeepgramFlux)
///     .with_fallback_models([TranscriptionFallback::new(TranscriptionModel::DeepgramNova3)]);
/// # let _ = settings;
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TranscriptionFallback {
    /// The model, different from the first one and from the other fallbacks.
    pub model: TranscriptionModel,
    /// Its language, which the model must support. Default: the language of the first model.
    pub language: Nullable<String>,
    /// Its parameters. Default: those of the first model, as far as they apply.
    pub settings: Nullable<Box<TranscriptionConfig>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The parameters of a [`TranscriptionModel`]. Most fields apply to one provider.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TranscriptionConfig {
    /// Deepgram Flux: the confidence required to end a turn, 0.5 to 0.9. Higher values are more reliable and slightly
    /// slower.
    pub eot_threshold: Option<f64>,
    /// Deepgram Flux: the confidence required to prepare a reply early. The range is 0.3 to `eot_threshold`. If it is
    /// equal to `eot_threshold`, no reply is prepared early.
    pub eager_eot_threshold: Option<f64>,
    /// Deepgram Flux: the silence that always ends a turn, in ms, 500 to 10000.
    pub eot_timeout_ms: Option<u32>,
    /// Deepgram Nova-3 and Flux: terms to recognize, separated by commas. Up to 1000 characters. `{{variables}}` are
    /// replaced.
    pub keyterm: Option<String>,
    /// AssemblyAI: the confidence required to end a turn, 0.0 to 1.0.
    pub end_of_turn_confidence_threshold: Option<f64>,
    /// AssemblyAI: the minimum silence that ends a turn, in milliseconds. Maximum: `max_turn_silence`.
    pub min_turn_silence: Option<u32>,
    /// AssemblyAI: the silence that always ends a turn, in milliseconds.
    pub max_turn_silence: Option<u32>,
    /// Soniox: terms to recognize, separated by commas. `{{variables}}` are replaced.
    pub context: Option<String>,
    /// Soniox: ISO 639-1 codes of the expected languages. They replace [`language`](TranscriptionSettings::language).
    pub language_hints: Option<Vec<String>>,
    /// Soniox: whether the model detects the end of an utterance.
    pub enable_endpoint_detection: Option<bool>,
    /// Soniox: the silence that ends an utterance, in milliseconds, 500 to 3000. Requires `enable_endpoint_detection`.
    pub max_endpoint_delay_ms: Option<u32>,
    /// Soniox: whether the model returns results before they are final.
    pub interim_results: Option<bool>,
    /// AssemblyAI: a description of the conversation (topic, names, terms). Up to 1750 characters. It cannot contain
    /// instructions for the model.
    pub prompt: Option<String>,
    /// Speechmatics Linden: whether filler words such as "um" are removed. Not all languages support it.
    pub remove_disfluencies: Option<bool>,
    /// Whether numbers are written as digits.
    pub numerals: Option<bool>,
    /// Whether dates, amounts and similar values are formatted.
    pub smart_format: Option<bool>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A speech-to-text model.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum TranscriptionModel {
    /// Deepgram Flux: turn detection, many languages.
    #[wire("deepgram/flux")]
    DeepgramFlux,
    /// Deepgram Nova-3: many languages, language detection.
    #[wire("deepgram/nova-3")]
    DeepgramNova3,
    /// Deepgram Nova-2: the predecessor of Nova-3.
    #[wire("deepgram/nova-2")]
    DeepgramNova2,
    /// Azure Fast: many languages.
    #[wire("azure/fast")]
    AzureFast,
    /// AssemblyAI Universal 3.5 Pro: streaming, many languages, turn detection.
    #[wire("assemblyai/universal-3-5-pro")]
    AssemblyaiUniversal35Pro,
    /// The former name of [`AssemblyaiUniversal35Pro`](Self::AssemblyaiUniversal35Pro).
    #[wire("assemblyai/universal-streaming")]
    AssemblyaiUniversalStreaming,
    /// xAI Grok: many languages.
    #[wire("xai/grok-stt")]
    XaiGrokStt,
    /// Soniox v4: streaming, many languages, language detection.
    #[wire("soniox/stt-rt-v4")]
    SonioxSttRtV4,
    /// Soniox v5: the successor of v4.
    #[wire("soniox/stt-rt-v5")]
    SonioxSttRtV5,
    /// NVIDIA Parakeet v3: many languages, language detection.
    #[wire("nvidia/parakeet-v3")]
    NvidiaParakeetV3,
    /// Omi Health: English medical speech.
    #[wire("omi-health/omi-med-stt-v1")]
    OmiHealthOmiMedSttV1,
    /// Humain: streaming, Arabic and English, also mixed.
    #[wire("humain/realtime")]
    HumainRealtime,
    /// Reson8: turn detection, ten European languages.
    #[wire("reson8/turns")]
    Reson8Turns,
    /// Cohere: Arabic and English, no streaming.
    #[wire("cohere/ar-stt")]
    CohereArStt,
    /// Speechmatics Linden 1: no language detection, so a language is required.
    #[wire("speechmatics/linden-1")]
    SpeechmaticsLinden1,
    /// Speechmatics Standard.
    #[wire("speechmatics/standard")]
    SpeechmaticsStandard,
    /// Telnyx Basira: no streaming. It merges Arabic and English with `cohere/ar-stt` as challenger.
    #[wire("telnyx/basira")]
    TelnyxBasira,
    /// Distil-Whisper large v2.
    #[wire("distil-whisper/distil-large-v2")]
    DistilWhisperDistilLargeV2,
    /// OpenAI Whisper large v3 turbo.
    #[wire("openai/whisper-large-v3-turbo")]
    OpenaiWhisperLargeV3Turbo,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

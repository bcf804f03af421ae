//! Speech to text.

use telnyx_ai_core::{Extra, Object, OpenEnum, UnknownValue};

/// How the user's speech becomes text.
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
    /// The model that listens.
    pub model: Option<TranscriptionModel>,
    /// Language of the audio: a code such as `en`, or `auto` to detect it.
    ///
    /// Absent means `auto`, save for models that detect nothing: `humain/realtime` takes `en` then and
    /// `cohere/ar-stt` takes `ar`. `deepgram/flux` also knows `multi` (no hint at all), `humain/realtime` also
    /// `codeswitch` (Arabic mixed with English).
    pub language: Option<String>,
    /// Region of the model's cloud provider (Azure). Some ask for `api_key_ref`.
    pub region: Option<String>,
    /// Identifier of the integration secret with the provider's API key, for the Azure regions that want yours.
    pub api_key_ref: Option<String>,
    /// Fine tuning of the model.
    pub settings: Option<Box<TranscriptionConfig>>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Fine tuning of a [`TranscriptionModel`]; most fields are for one provider.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TranscriptionConfig {
    /// Deepgram Flux: how sure the model must be that the user has finished, 0.5 to 0.9. Higher is safer and a little
    /// slower.
    pub eot_threshold: Option<f64>,
    /// Deepgram Flux: how sure it must be to prepare an answer early, 0.3 to 0.9 and at most `eot_threshold`; equal to
    /// it, nothing is prepared early.
    pub eager_eot_threshold: Option<f64>,
    /// Deepgram Flux: milliseconds of silence that end the turn however sure the model is, 500 to 10000.
    pub eot_timeout_ms: Option<u32>,
    /// Deepgram Nova-3 and Flux: terms to listen for, separated by commas. `{{variables}}` are filled in.
    pub keyterm: Option<String>,
    /// AssemblyAI: how sure the model must be that the user has finished, 0.0 to 1.0.
    pub end_of_turn_confidence_threshold: Option<f64>,
    /// AssemblyAI: milliseconds of silence without which no turn ends; at most `max_turn_silence`.
    pub min_turn_silence: Option<u32>,
    /// AssemblyAI: milliseconds of silence that end any turn.
    pub max_turn_silence: Option<u32>,
    /// Soniox: terms to listen for, separated by commas. `{{variables}}` are filled in.
    pub context: Option<String>,
    /// Soniox: ISO 639-1 codes of the languages to expect, in place of the one in
    /// [`language`](TranscriptionSettings::language).
    pub language_hints: Option<Vec<String>>,
    /// Soniox: whether the model marks the end of an utterance.
    pub enable_endpoint_detection: Option<bool>,
    /// Soniox: milliseconds of silence that end an utterance, 500 to 3000; for `enable_endpoint_detection`.
    pub max_endpoint_delay_ms: Option<u32>,
    /// Soniox: whether results come before they are final.
    pub interim_results: Option<bool>,
    /// Whether numbers are written as digits.
    pub numerals: Option<bool>,
    /// Whether dates, amounts and the like are formatted for readers.
    pub smart_format: Option<bool>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// A model that turns speech into text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum TranscriptionModel {
    /// Deepgram Flux: detects turns itself, in many languages.
    #[wire("deepgram/flux")]
    DeepgramFlux,
    /// Deepgram Nova-3: many languages, detected by itself.
    #[wire("deepgram/nova-3")]
    DeepgramNova3,
    /// Deepgram Nova-2: the generation before Nova-3.
    #[wire("deepgram/nova-2")]
    DeepgramNova2,
    /// Azure Fast: many languages.
    #[wire("azure/fast")]
    AzureFast,
    /// AssemblyAI Universal 3.5 Pro: streams, many languages, adjustable turns.
    #[wire("assemblyai/universal-3-5-pro")]
    AssemblyaiUniversal35Pro,
    /// The former name of [`AssemblyaiUniversal35Pro`](Self::AssemblyaiUniversal35Pro).
    #[wire("assemblyai/universal-streaming")]
    AssemblyaiUniversalStreaming,
    /// xAI Grok: many languages.
    #[wire("xai/grok-stt")]
    XaiGrokStt,
    /// Soniox v4: streams, many languages, detected by itself.
    #[wire("soniox/stt-rt-v4")]
    SonioxSttRtV4,
    /// Soniox v5: as v4.
    #[wire("soniox/stt-rt-v5")]
    SonioxSttRtV5,
    /// NVIDIA Parakeet v3: many languages, detected by itself.
    #[wire("nvidia/parakeet-v3")]
    NvidiaParakeetV3,
    /// Omi Health: medicine, in English.
    #[wire("omi-health/omi-med-stt-v1")]
    OmiHealthOmiMedSttV1,
    /// Humain: streams Arabic, English and the two mixed.
    #[wire("humain/realtime")]
    HumainRealtime,
    /// Reson8: detects turns itself, in ten languages of Europe.
    #[wire("reson8/turns")]
    Reson8Turns,
    /// Cohere: Arabic and English, not streamed.
    #[wire("cohere/ar-stt")]
    CohereArStt,
    /// Distil-Whisper large v2.
    #[wire("distil-whisper/distil-large-v2")]
    DistilWhisperDistilLargeV2,
    /// OpenAI Whisper large v3 turbo.
    #[wire("openai/whisper-large-v3-turbo")]
    OpenaiWhisperLargeV3Turbo,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

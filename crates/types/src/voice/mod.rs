//! Text-to-speech settings.

mod background_audio;
mod language_boost;
mod tool_call_audio;

pub use background_audio::*;
pub use language_boost::*;
pub use tool_call_audio::*;

use telnyx_ai_core::{Extra, Nullable, Object};

/// The text-to-speech settings of an assistant.
///
/// ```
/// use telnyx_ai_types::{BackgroundSound, PredefinedMedia, VoiceSettings};
///
/// let voice = VoiceSettings::new("Telnyx.KokoroTTS.af_heart")
///     .with_voice_speed(1.1)
///     .with_background_audio(PredefinedMedia::new(BackgroundSound::Office).with_volume(0.3));
/// assert_eq!(voice.voice, "Telnyx.KokoroTTS.af_heart");
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct VoiceSettings {
    /// The voice, as `<provider>.<model>.<voice>`, such as `Telnyx.KokoroTTS.af_heart`. The last part can be a
    /// `{{variable}}`. ElevenLabs voices require `api_key_ref`.
    pub voice: String,
    /// The identifier of the integration secret with your ElevenLabs API key.
    pub api_key_ref: Option<String>,
    /// The background audio.
    pub background_audio: Option<BackgroundAudio>,
    /// The sound while a tool runs. Default: no sound.
    pub tool_call_audio: Nullable<ToolCallAudio>,
    /// Telnyx and Soniox voices: the speed, 0.25 to 2.0. Default: 1.0. Narrower ranges: 0.6 to 1.5 for Ultra voices,
    /// 0.7 to 1.3 for Soniox.
    pub voice_speed: Option<f64>,
    /// Telnyx Ultra voices: whether the assistant expresses emotions such as anger.
    pub expressive_mode: Option<bool>,
    /// MiniMax voices: the preferred language. Default: none.
    pub language_boost: Nullable<LanguageBoost>,
    /// ElevenLabs voices: the speed. Lower values are slower. Default: 1.0.
    pub speed: Option<f64>,
    /// ElevenLabs voices: the stability. Low values sound more emotional, high values more even.
    /// Default: the service's.
    pub temperature: Option<f64>,
    /// ElevenLabs voices: the similarity to the original voice. Default: the service's.
    pub similarity_boost: Option<f64>,
    /// ElevenLabs voices: the exaggeration of the style. Values above 0 require more computation.
    /// Default: the service's.
    pub style: Option<f64>,
    /// ElevenLabs voices: whether to increase the similarity further. This adds slight latency. Default: the service's.
    pub use_speaker_boost: Option<bool>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

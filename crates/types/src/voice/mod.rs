//! Text to speech.

mod background_audio;
mod language_boost;

pub use background_audio::*;
pub use language_boost::*;

use telnyx_ai_core::{Extra, Nullable, Object};

/// How an assistant sounds.
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
    /// The voice, as `<provider>.<model>.<voice>`: `Telnyx.KokoroTTS.af_heart`, for one. The part that names the
    /// voice may be a `{{variable}}`. ElevenLabs voices need `api_key_ref`.
    pub voice: String,
    /// Identifier of the integration secret with your ElevenLabs API key.
    pub api_key_ref: Option<String>,
    /// What is heard behind the voice.
    pub background_audio: Option<BackgroundAudio>,
    /// Telnyx Natural and Soniox voices: speed, 0.25 to 2.0 (Soniox: 0.7 to 1.3). Default: 1.0.
    pub voice_speed: Option<f64>,
    /// Telnyx Ultra voices: whether the assistant shows feelings such as anger or joy.
    pub expressive_mode: Option<bool>,
    /// MiniMax voices: the language to favour. Default: null, none.
    pub language_boost: Nullable<LanguageBoost>,
    /// ElevenLabs voices: speed. Default: 1.0; less is slower.
    pub speed: Option<f64>,
    /// ElevenLabs voices: steadiness. Low values give a wide range of feeling, high ones an even tone.
    pub temperature: Option<f64>,
    /// ElevenLabs voices: how close to the original voice the copy stays.
    pub similarity_boost: Option<f64>,
    /// ElevenLabs voices: how far the style is exaggerated. Above 0 it costs more computing.
    pub style: Option<f64>,
    /// ElevenLabs voices: whether the likeness is raised further, at the price of a little delay.
    pub use_speaker_boost: Option<bool>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

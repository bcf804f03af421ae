//! Text to speech.

use telnyx_ai_core::{Extra, Nullable, Object, OpenEnum, Union, UnknownMember, UnknownValue};

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

/// What is heard behind an assistant's voice.
#[derive(Debug, Clone, PartialEq, Union)]
#[wire(tag = "type")]
#[non_exhaustive]
pub enum BackgroundAudio {
    /// A sound that the platform comes with.
    PredefinedMedia(PredefinedMedia),
    /// An MP3 file on the web.
    MediaUrl(MediaUrl),
    /// A file in Telnyx Media Storage.
    MediaName(MediaName),
    /// A member this version does not know, kept as received.
    Unknown(UnknownMember),
}

/// A background sound that the platform comes with.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct PredefinedMedia {
    /// The sound.
    pub value: BackgroundSound,
    /// How loud it is, 0.1 to 1.0 in steps of 0.1.
    pub volume: Option<f64>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// A background sound that the platform comes with.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum BackgroundSound {
    /// The hum of an office.
    Office,
    /// Nothing.
    Silence,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// An MP3 file on the web, played in a loop.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct MediaUrl {
    /// HTTPS URL of the file.
    pub value: String,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// A file in Telnyx Media Storage, played in a loop.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct MediaName {
    /// Name of the file there.
    pub value: String,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// A language that MiniMax voices favour.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum LanguageBoost {
    /// Detected by itself.
    #[wire("auto")]
    Auto,
    /// Chinese (Mandarin).
    #[wire("Chinese")]
    Chinese,
    /// Chinese (Cantonese).
    #[wire("Chinese,Yue")]
    ChineseYue,
    /// English.
    #[wire("English")]
    English,
    /// Arabic.
    #[wire("Arabic")]
    Arabic,
    /// Russian.
    #[wire("Russian")]
    Russian,
    /// Spanish.
    #[wire("Spanish")]
    Spanish,
    /// French.
    #[wire("French")]
    French,
    /// Portuguese.
    #[wire("Portuguese")]
    Portuguese,
    /// German.
    #[wire("German")]
    German,
    /// Turkish.
    #[wire("Turkish")]
    Turkish,
    /// Dutch.
    #[wire("Dutch")]
    Dutch,
    /// Ukrainian.
    #[wire("Ukrainian")]
    Ukrainian,
    /// Vietnamese.
    #[wire("Vietnamese")]
    Vietnamese,
    /// Indonesian.
    #[wire("Indonesian")]
    Indonesian,
    /// Japanese.
    #[wire("Japanese")]
    Japanese,
    /// Italian.
    #[wire("Italian")]
    Italian,
    /// Korean.
    #[wire("Korean")]
    Korean,
    /// Thai.
    #[wire("Thai")]
    Thai,
    /// Polish.
    #[wire("Polish")]
    Polish,
    /// Romanian.
    #[wire("Romanian")]
    Romanian,
    /// Greek.
    #[wire("Greek")]
    Greek,
    /// Czech.
    #[wire("Czech")]
    Czech,
    /// Finnish.
    #[wire("Finnish")]
    Finnish,
    /// Hindi.
    #[wire("Hindi")]
    Hindi,
    /// Bulgarian.
    #[wire("Bulgarian")]
    Bulgarian,
    /// Danish.
    #[wire("Danish")]
    Danish,
    /// Hebrew.
    #[wire("Hebrew")]
    Hebrew,
    /// Malay.
    #[wire("Malay")]
    Malay,
    /// Persian.
    #[wire("Persian")]
    Persian,
    /// Slovak.
    #[wire("Slovak")]
    Slovak,
    /// Swedish.
    #[wire("Swedish")]
    Swedish,
    /// Croatian.
    #[wire("Croatian")]
    Croatian,
    /// Filipino.
    #[wire("Filipino")]
    Filipino,
    /// Hungarian.
    #[wire("Hungarian")]
    Hungarian,
    /// Norwegian.
    #[wire("Norwegian")]
    Norwegian,
    /// Slovenian.
    #[wire("Slovenian")]
    Slovenian,
    /// Catalan.
    #[wire("Catalan")]
    Catalan,
    /// Norwegian Nynorsk.
    #[wire("Nynorsk")]
    Nynorsk,
    /// Tamil.
    #[wire("Tamil")]
    Tamil,
    /// Afrikaans.
    #[wire("Afrikaans")]
    Afrikaans,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

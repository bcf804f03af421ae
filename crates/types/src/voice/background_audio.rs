//! What is heard behind the voice.

use telnyx_ai_core::{Extra, Object, OpenEnum, Union, UnknownMember, UnknownValue};

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

//! Background audio.

use telnyx_ai_core::{Extra, Object, OpenEnum, Union, UnknownMember, UnknownValue};

/// The background audio of an assistant.
#[derive(Debug, Clone, PartialEq, Union)]
#[wire(tag = "type")]
#[non_exhaustive]
pub enum BackgroundAudio {
    /// A built-in sound.
    PredefinedMedia(PredefinedMedia),
    /// An MP3 file on the web.
    MediaUrl(MediaUrl),
    /// A file in Telnyx Media Storage.
    MediaName(MediaName),
    /// An unknown member, as received.
    Unknown(UnknownMember),
}

/// A built-in background sound.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct PredefinedMedia {
    /// The sound.
    pub value: BackgroundSound,
    /// The volume, 0.1 to 1.0, in steps of 0.1.
    pub volume: Option<f64>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A built-in background sound.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum BackgroundSound {
    /// Office noise.
    Office,
    /// Silence.
    Silence,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// An MP3 file on the web, played in a loop.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct MediaUrl {
    /// The HTTPS URL of the file.
    pub value: String,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A file in Telnyx Media Storage, played in a loop.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct MediaName {
    /// The name of the file.
    pub value: String,
    /// Unknown fields, as received.
    pub extra: Extra,
}

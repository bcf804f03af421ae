//! Recordings of calls.

use telnyx_ai_core::{Extra, Object, OpenEnum, UnknownValue};

/// The recording settings of an assistant's calls.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct RecordingSettings {
    /// Whether calls are recorded. If false, the other settings have no effect.
    pub enabled: Option<bool>,
    /// The number of channels.
    pub channels: Option<RecordingChannels>,
    /// The file format.
    pub format: Option<RecordingFormat>,
    /// Whether the recording ends with the conversation instead of with the call. They end at different times after a
    /// transfer, for example.
    pub stop_on_conversation_end: Option<bool>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The number of channels of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum RecordingChannels {
    /// Mono.
    Single,
    /// Stereo, with one party of the call per channel.
    Dual,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// The file format of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum RecordingFormat {
    /// MP3.
    #[wire("mp3")]
    Mp3,
    /// WAV.
    #[wire("wav")]
    Wav,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

//! Recordings of calls.

use telnyx_ai_core::{Extra, Object, OpenEnum, UnknownValue};

/// Whether and how an assistant's calls are recorded.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct RecordingSettings {
    /// Whether calls are recorded; false wins over all other recording settings.
    pub enabled: Option<bool>,
    /// One channel or two.
    pub channels: Option<RecordingChannels>,
    /// Format of the file.
    pub format: Option<RecordingFormat>,
    /// Whether the recording ends with the conversation (at a transfer, say) and not with the call.
    pub stop_on_conversation_end: Option<bool>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Channels of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum RecordingChannels {
    /// Mono.
    Single,
    /// Stereo: one side of the call on each channel.
    Dual,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// Format of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum RecordingFormat {
    /// MP3.
    #[wire("mp3")]
    Mp3,
    /// WAV.
    #[wire("wav")]
    Wav,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

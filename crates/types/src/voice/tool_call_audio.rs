//! The sound while a tool runs.

use telnyx_ai_core::{Extra, Object, OpenEnum, Union, UnknownMember, UnknownValue};

use crate::MediaUrl;

/// The sound that a caller hears while a tool runs.
///
/// It replaces the background audio until the tool returns. It is not played in conferences.
///
/// ```
/// use telnyx_ai_types::{ToolCallMedia, ToolCallSound, VoiceSettings};
///
/// let voice = VoiceSettings::new("Telnyx.KokoroTTS.af_heart")
///     .with_tool_call_audio(ToolCallMedia::new(ToolCallSound::Typing).with_volume(0.5));
/// # let _ = voice;
/// ```
#[derive(Debug, Clone, PartialEq, Union)]
#[wire(tag = "type")]
#[non_exhaustive]
pub enum ToolCallAudio {
    /// A built-in sound.
    PredefinedMedia(ToolCallMedia),
    /// An MP3 file on the web.
    MediaUrl(MediaUrl),
    /// An unknown member, as received.
    Unknown(UnknownMember),
}

/// A built-in sound for tool calls.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ToolCallMedia {
    /// The sound.
    pub value: ToolCallSound,
    /// The volume, 0.0 (silent) to 1.0, in steps of 0.1.
    pub volume: Option<f64>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A built-in sound for tool calls.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum ToolCallSound {
    /// Typing on a keyboard.
    Typing,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

//! Telling voicemails from people.

use telnyx_ai_core::{OpenEnum, UnknownValue};

/// Whether a new call tells voicemails from people (answering-machine detection).
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum DetectionMode {
    /// It does, with the premium detection.
    Premium,
    /// It does not.
    Disabled,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

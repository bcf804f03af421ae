//! What an assistant can be reached by.

use telnyx_ai_core::{OpenEnum, UnknownValue};

/// A kind of conversation that is switched on for an assistant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum EnabledFeature {
    /// Phone and web calls, in and out.
    Telephony,
    /// Text messages, in and out.
    Messaging,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

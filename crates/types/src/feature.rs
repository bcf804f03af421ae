//! The channels of an assistant.

use telnyx_ai_core::{OpenEnum, UnknownValue};

/// A channel through which an assistant can be reached.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum EnabledFeature {
    /// Phone and web calls, inbound and outbound.
    Telephony,
    /// Text messages, inbound and outbound.
    Messaging,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

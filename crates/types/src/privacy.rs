//! What is kept of an assistant's conversations, and where they are processed.

use telnyx_ai_core::{Extra, Object};

/// What is kept of conversations, and where they are processed.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct PrivacySettings {
    /// Whether history and insights of conversations are stored. Recordings and transcripts that are set up
    /// elsewhere (account, number, application) do not follow this switch.
    pub data_retention: Option<bool>,
    /// Whether the model calls of a web chat must be received and served in the organisation's own region. Default:
    /// false.
    ///
    /// Calls and text messages are not concerned. It takes a region with inference of its own (USA, EU, AUS, UAE)
    /// and models hosted by Telnyx throughout (assistant, fallback and flow nodes); then chats have to be sent to
    /// that region's host name.
    pub in_transit_data_locality: Option<bool>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

//! Privacy settings of an assistant.

use telnyx_ai_core::{Extra, Object, OpenEnum, UnknownValue};

/// Controls which data is stored and where conversations are processed.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct PrivacySettings {
    /// Whether the history and insights of conversations are stored. This does not affect recordings and transcripts
    /// that are configured elsewhere (account, number, application).
    pub data_retention: Option<bool>,
    /// Whether web chats are processed only in the organization's region. Default: false.
    ///
    /// The model requests of a web chat are then received and processed in that region. Calls and text messages are not
    /// affected. The region must have its own inference (USA, EU, AUS, UAE), and all models (assistant, fallback and
    /// flow nodes) must be hosted by Telnyx. Send chats to the host name of that region.
    pub in_transit_data_locality: Option<bool>,
    /// Whether personal data is removed from stored conversations. Default: [`PiiRedaction::Disabled`].
    pub pii_redaction: Option<PiiRedaction>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// Whether personal data is removed from stored conversations.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum PiiRedaction {
    /// Conversations are stored unchanged.
    Disabled,
    /// Placeholders such as `<PII:name/>` replace personal data in stored messages. They also replace it in
    /// stored tool arguments and webhook responses, and therefore in insights.
    ///
    /// The running conversation, its tools, webhooks and recordings keep the data. It cannot be used with SMS and
    /// WhatsApp: the API responds with 400.
    Redact,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

//! The origin of imported assistants.

use telnyx_ai_core::{Extra, Object, OpenEnum, UnknownValue};

/// The origin of an assistant that was imported from another provider. Read-only.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ImportMetadata {
    /// The assistant's id at that provider.
    pub import_id: Option<String>,
    /// The provider.
    pub import_provider: Option<ImportProvider>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A provider that assistants can be imported from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum ImportProvider {
    /// ElevenLabs.
    #[wire("elevenlabs")]
    ElevenLabs,
    /// Retell.
    #[wire("retell")]
    Retell,
    /// Vapi.
    #[wire("vapi")]
    Vapi,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

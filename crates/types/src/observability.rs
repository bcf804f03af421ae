//! Traces and prompts in Langfuse.

use telnyx_ai_core::{Extra, Object, OpenEnum, UnknownValue};

/// How an assistant reports to Langfuse.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ObservabilitySettings {
    /// Whether anything is reported.
    pub status: Option<ObservabilityStatus>,
    /// Address of the Langfuse server.
    pub host: Option<String>,
    /// Identifier of the integration secret with the public key.
    pub public_key_ref: Option<String>,
    /// Identifier of the integration secret with the secret key.
    pub secret_key_ref: Option<String>,
    /// Whether every create and update publishes the instructions as the prompt `prompt_name`.
    pub prompt_sync: Option<PromptSyncStatus>,
    /// Name of the prompt in Langfuse. Needed for `prompt_sync`.
    pub prompt_name: Option<String>,
    /// Label of the prompt in Langfuse.
    pub prompt_label: Option<String>,
    /// Version of the prompt; set by the API after each publication.
    pub prompt_version: Option<u32>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Whether an assistant reports to Langfuse.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum ObservabilityStatus {
    /// It does.
    Enabled,
    /// It does not.
    Disabled,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// Whether an assistant's instructions are published as a Langfuse prompt.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum PromptSyncStatus {
    /// With each create and update.
    Enabled,
    /// Never.
    Disabled,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

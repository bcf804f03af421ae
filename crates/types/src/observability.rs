//! Observability settings: traces and prompts in Langfuse.

use telnyx_ai_core::{Extra, Object, OpenEnum, UnknownValue};

/// The Langfuse settings of an assistant.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ObservabilitySettings {
    /// Whether traces are sent.
    pub status: Option<ObservabilityStatus>,
    /// The URL of the Langfuse server.
    pub host: Option<String>,
    /// The identifier of the integration secret with the public key.
    pub public_key_ref: Option<String>,
    /// The identifier of the integration secret with the secret key.
    pub secret_key_ref: Option<String>,
    /// Whether each create and update publishes the instructions. They become the prompt `prompt_name`.
    pub prompt_sync: Option<PromptSyncStatus>,
    /// The name of the prompt in Langfuse. Required for `prompt_sync`.
    pub prompt_name: Option<String>,
    /// The label of the prompt in Langfuse.
    pub prompt_label: Option<String>,
    /// The version of the prompt. The API sets it after each publication.
    pub prompt_version: Option<u32>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// Whether an assistant sends traces to Langfuse.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum ObservabilityStatus {
    /// Traces are sent.
    Enabled,
    /// No traces are sent.
    Disabled,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// Whether the instructions of an assistant are published as a Langfuse prompt.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum PromptSyncStatus {
    /// They are published with each create and update.
    Enabled,
    /// They are not published.
    Disabled,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

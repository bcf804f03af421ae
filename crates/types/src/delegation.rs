//! Delegation of tasks to a backend model.

use telnyx_ai_core::{Extra, Object, OpenEnum, UnknownValue};

use crate::ExternalLlm;

/// Delegation of tool calls from the talking model to a backend model. Beta.
///
/// The talking model delegates a task and continues the conversation. It receives the result when the backend has
/// finished.
///
/// ```
/// use telnyx_ai_types::DelegationSettings;
///
/// let settings = DelegationSettings::new()
///     .with_model("openai/gpt-4o")
///     .with_instructions("Check the order before you promise a refund.")
///     .with_speak_results(true);
/// assert_eq!(settings.enabled, None);
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct DelegationSettings {
    /// Whether tasks are delegated. Default: true. A GPT-Live assistant cannot use tools without it.
    pub enabled: Option<bool>,
    /// The backend that executes delegated tasks. Default: [`DelegationMode::Telnyx`].
    pub mode: Option<DelegationMode>,
    /// The backend model. [`DelegationMode::Telnyx`] needs this or `external_llm`; the other mode ignores it.
    pub model: Option<String>,
    /// A backend model at your own endpoint, in place of `model`. Its key must be an integration secret.
    pub external_llm: Option<Box<ExternalLlm>>,
    /// The identifier of the integration secret with the API key for `model`. Required unless Telnyx, OpenAI or
    /// Anthropic provides the model.
    pub llm_api_key_ref: Option<String>,
    /// Instructions for the backend model, added to those of the assistant.
    pub instructions: Option<String>,
    /// Whether the assistant tells the user the result. Default: true. If false, the result only influences later
    /// replies.
    pub speak_results: Option<bool>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The backend that executes delegated tasks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum DelegationMode {
    /// The backend model, with the assistant's tools and MCP servers.
    Telnyx,
    /// Your server, which returns text over the socket of [`WebsocketSettings`](crate::WebsocketSettings). The task
    /// fails if no socket is connected.
    Client,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

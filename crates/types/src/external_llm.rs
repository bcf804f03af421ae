//! Language models outside Telnyx, and fallback models.

use telnyx_ai_core::{Extra, Object, OpenEnum, UnknownValue};

/// A language model at your own endpoint with OpenAI's chat completions API.
///
/// ```
/// use telnyx_ai_types::{ExternalLlm, LlmAuthentication};
///
/// let model = ExternalLlm::new("https://llm.example.com/v1", "our-model")
///     .with_authentication_method(LlmAuthentication::Token)
///     .with_llm_api_key_ref("our_llm_key");
/// # assert_eq!(model.model, "our-model");
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ExternalLlm {
    /// The base URL of the endpoint.
    pub base_url: String,
    /// The name of the model at that endpoint.
    pub model: String,
    /// How Telnyx authenticates to the endpoint.
    pub authentication_method: Option<LlmAuthentication>,
    /// The identifier of the integration secret with the API key. For [`LlmAuthentication::Token`].
    pub llm_api_key_ref: Option<String>,
    /// The identifier of the integration secret with the client certificate. For [`LlmAuthentication::Certificate`].
    pub certificate_ref: Option<String>,
    /// The URL that returns an access token, for [`LlmAuthentication::Certificate`].
    pub token_retrieval_url: Option<String>,
    /// Whether request bodies contain the dynamic variables. Default: false. They are in the top-level object
    /// `extra_metadata`.
    pub forward_metadata: Option<bool>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// How Telnyx authenticates to an [`ExternalLlm`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum LlmAuthentication {
    /// With an API key.
    Token,
    /// With a client certificate.
    Certificate,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// The model to use while the assistant's model is unavailable.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct FallbackConfig {
    /// A model hosted by Telnyx.
    pub model: Option<String>,
    /// The identifier of the integration secret with the API key for `model`. Some providers require it.
    pub llm_api_key_ref: Option<String>,
    /// A model at your own endpoint.
    pub external_llm: Option<Box<ExternalLlm>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

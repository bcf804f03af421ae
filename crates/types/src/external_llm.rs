//! Language models outside Telnyx, and what stands in when the first one fails.

use telnyx_ai_core::{Extra, Object, OpenEnum, UnknownValue};

/// A language model at an endpoint of your own, spoken to in the style of OpenAI's chat completions.
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
    /// Base URL of the endpoint.
    pub base_url: String,
    /// The model's name at that endpoint.
    pub model: String,
    /// How Telnyx authenticates to the endpoint.
    pub authentication_method: Option<LlmAuthentication>,
    /// Identifier of the integration secret with the API key, for [`LlmAuthentication::Token`].
    pub llm_api_key_ref: Option<String>,
    /// Identifier of the integration secret with the client certificate, for [`LlmAuthentication::Certificate`].
    pub certificate_ref: Option<String>,
    /// Where an access token is fetched, for [`LlmAuthentication::Certificate`].
    pub token_retrieval_url: Option<String>,
    /// Whether the dynamic variables travel along as a top-level object `extra_metadata` in each request's body.
    /// Default: false.
    pub forward_metadata: Option<bool>,
    /// Fields this version does not know, kept as received.
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
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// What answers while the assistant's own language model can not be reached.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct FallbackConfig {
    /// A model hosted by Telnyx.
    pub model: Option<String>,
    /// Identifier of the integration secret with the API key for `model`, where its provider asks for one.
    pub llm_api_key_ref: Option<String>,
    /// A model at an endpoint of your own.
    pub external_llm: Option<Box<ExternalLlm>>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

//! Insight settings of an assistant.

use telnyx_ai_core::{Extra, Nullable, Object};

/// The insights that run when a conversation ends.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct InsightSettings {
    /// The id of the insight group. Each of its insights runs when a conversation of this assistant ends.
    pub insight_group_id: Option<String>,
    /// The model that runs the insights when a call or web chat ends. The API accepts `zai-org/GLM-5.3-Flash` and
    /// `meta-llama/Llama-3.3-70B-Instruct`, and responds with 422 to others.
    ///
    /// Default: `zai-org/GLM-5.3-Flash` in a new assistant. An update without this field does not change it. `null`
    /// selects the models that Telnyx chooses, which also run the insights of messages.
    pub model: Nullable<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

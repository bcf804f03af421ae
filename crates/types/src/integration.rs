//! Integrations attached to an assistant.

use telnyx_ai_core::{Extra, Object};

/// A connected integration whose tools an assistant can use.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct AttachedIntegration {
    /// The id of the integration in the catalog (`GET /ai/integrations`). It is not the id of the connection.
    pub integration_id: String,
    /// The names of the tools that this assistant can use. If absent or empty, it can use every tool that the
    /// connection allows.
    pub allowed_list: Option<Vec<String>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

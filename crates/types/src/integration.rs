//! Integrations attached to an assistant.

use telnyx_ai_core::{Extra, Object};

/// A connected integration whose tools an assistant may use.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct AttachedIntegration {
    /// Id of the integration in the catalogue (`GET /ai/integrations`). The id of the connection does not do here.
    pub integration_id: String,
    /// Names of the tools this assistant may use. Absent or empty: every tool that the connection allows.
    pub allowed_list: Option<Vec<String>>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

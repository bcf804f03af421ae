//! Card payments.

use telnyx_ai_core::{Extra, Nullable, Object};

/// Takes a card payment by the keys that the caller presses; recordings pause meanwhile. In beta.
///
/// An assistant with this tool needs [`disable_dtmf`](crate::TelephonySettings::disable_dtmf) set to true.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct PayTool {
    /// How to take it.
    pub pay: Pay,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// The settings of a [`PayTool`].
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Pay {
    /// Name of a pay connector that your organisation has set up.
    pub connector_name: String,
    /// Currency, where the payment itself names none.
    pub currency: Option<String>,
    /// What the model is told of the tool.
    pub description: Nullable<String>,
    /// Way of payment, where the payment itself names none.
    pub payment_method: Option<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

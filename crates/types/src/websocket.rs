//! Conversation events over a WebSocket.

use telnyx_ai_core::{Extra, Object};

/// A WebSocket server that receives the events of conversations. Beta.
///
/// Telnyx opens one connection per conversation, sends its events and accepts messages for it. While the connection is
/// down, events are dropped. A failed connection does not affect the call.
///
/// ```
/// use telnyx_ai_types::WebsocketSettings;
///
/// let settings = WebsocketSettings::new().with_enabled(true).with_url("wss://example.com/conversations");
/// assert_eq!(settings.enabled, Some(true));
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct WebsocketSettings {
    /// Whether Telnyx connects to `url`. Default: false.
    pub enabled: Option<bool>,
    /// The URL of the server: `ws://` or `wss://`, on a public address. Required if `enabled` is true.
    pub url: Option<String>,
    /// The identifier of the integration secret that is sent as bearer token. Telnyx reads it for each connection.
    pub auth_ref: Option<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

//! Webhooks that the emulator sends: signed, and sent again where they did not arrive.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde_json::{Value, json};
use telnyx_ai_webhooks::Signer;

use crate::{
    app::App,
    assumptions::{WEBHOOK_ATTEMPTS, WEBHOOK_TIMEOUT_MS},
    domain::tool_tests::ToolCall,
    outgoing::{Answered, Unanswered},
};

/// Who signs webhooks, and where events go.
#[derive(Debug)]
pub(crate) struct Webhooks {
    pub(crate) signer: Signer,
    /// Where the events of conversations go; `None` for nowhere.
    pub(crate) url: Option<String>,
}

impl App {
    /// Calls a webhook tool.
    pub(crate) async fn call_tool(&self, call: &ToolCall) -> Result<Answered, Unanswered> {
        let method =
            Method::from_bytes(call.method.as_bytes()).map_err(|error| Unanswered::Request(error.to_string()))?;
        let mut headers = HeaderMap::new();
        for (name, value) in &call.headers {
            let bad = |reason: String| Unanswered::Request(format!("header '{name}': {reason}"));
            let header = HeaderName::from_bytes(name.as_bytes()).map_err(|error| bad(error.to_string()))?;
            headers.insert(header, HeaderValue::from_str(value).map_err(|error| bad(error.to_string()))?);
        }
        let body = call.body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default();
        self.call_signed(method, &call.url, headers, body, call.timeout).await
    }

    /// Makes one call that is signed as the service signs, by the time of the machine: who verifies it goes by that.
    pub(crate) async fn call_signed(
        &self,
        method: Method,
        url: &str,
        mut headers: HeaderMap,
        body: Vec<u8>,
        timeout: Duration,
    ) -> Result<Answered, Unanswered> {
        headers.extend(self.webhooks.signer.sign_now(&body));
        self.call(method, url, headers, body, timeout).await
    }
}

/// Sends the event of a conversation, as often as it takes or may take. Only 2xx says that it has arrived.
pub(crate) async fn send(app: &App, event: &Value) {
    let Some(url) = &app.webhooks.url else { return };
    for attempt in 1..=WEBHOOK_ATTEMPTS {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let body = json!({ "data": event, "meta": { "attempt": attempt, "delivered_to": url } });
        let timeout = Duration::from_millis(u64::from(WEBHOOK_TIMEOUT_MS));
        match app.call_signed(Method::POST, url, headers, body.to_string().into_bytes(), timeout).await {
            Ok(answered) if (200..300).contains(&answered.status) => return,
            Ok(answered) => tracing::warn!(url, attempt, status = answered.status, "a webhook was not taken"),
            Err(error) => tracing::warn!(url, attempt, %error, "a webhook did not arrive"),
        }
    }
}

//! Requests to webhooks: signed as the service signs, and kept in the request log.

use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use telnyx_ai_webhooks::Signer;
use uuid::Uuid;

use crate::{
    app::App,
    domain::{
        initialization::{self, Ask, Given},
        webhook_calls::WebhookCall,
    },
    outgoing::{Answered, Outbound, Unanswered},
    request_log::{Asked, Direction},
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
    pub(crate) async fn call_tool(&self, call: &WebhookCall) -> Result<Answered, Unanswered> {
        let method =
            Method::from_bytes(call.method.as_bytes()).map_err(|error| Unanswered::Request(error.to_string()))?;
        let mut headers = HeaderMap::new();
        for (name, value) in &call.headers {
            let bad = |reason: String| Unanswered::Request(format!("header '{name}': {reason}"));
            let header = HeaderName::from_bytes(name.as_bytes()).map_err(|error| bad(error.to_string()))?;
            headers.insert(header, HeaderValue::from_str(value).map_err(|error| bad(error.to_string()))?);
        }
        let body = call.body.as_ref().map(|body| body.to_string().into()).unwrap_or_default();
        self.call_signed(Outbound { method, url: call.url.clone(), headers, body }, call.timeout).await
    }

    /// Asks an assistant's webhook for variables. An answer that is late, not good or not there gives none.
    pub(crate) async fn initialize(&self, ask: Ask) -> Given {
        match self.call_signed(Outbound::json(&ask.url, &ask.event), ask.timeout).await {
            Ok(answered) if answered.is_good() => return initialization::given(&answered.body),
            Ok(answered) => {
                tracing::warn!(url = ask.url, status = answered.status, "the dynamic variables webhook failed");
            }
            Err(error) => tracing::warn!(url = ask.url, %error, "the dynamic variables webhook failed"),
        }
        Given::default()
    }

    async fn call_signed(&self, outbound: Outbound, timeout: Duration) -> Result<Answered, Unanswered> {
        let call = Call::begin(self, outbound).await;
        let answered = self.outgoing.call(call.outbound.clone(), timeout).await;
        call.keep(self, &answered);
        answered
    }
}

/// A call that is made, for the request log.
pub(crate) struct Call {
    pub(crate) outbound: Outbound,
    began: Instant,
    at: Timestamp,
}

impl Call {
    /// Begins a call that is signed by the time of the machine: who verifies it goes by that. Nothing is told of what is
    /// not on the disk yet.
    pub(crate) async fn begin(app: &App, mut outbound: Outbound) -> Self {
        if let Err(problem) = app.flushed().await {
            tracing::error!(%problem, url = outbound.url, "a call goes out all the same");
        }
        outbound.headers.extend(app.webhooks.signer.sign_now(&outbound.body));
        Self { outbound, began: Instant::now(), at: app.time.now() }
    }

    /// Keeps the call and what came of it.
    pub(crate) fn keep(self, app: &App, answered: &Result<Answered, Unanswered>) {
        let Outbound { method, url, headers, body } = self.outbound;
        let (path, query) = url.split_once('?').unwrap_or((&url, ""));
        let asked = Asked {
            direction: Direction::Out,
            id: Uuid::new_v4().to_string(),
            at: self.at,
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            headers,
            body,
        };
        let head = answered.as_ref().ok().map(|answered| (answered.status, &answered.headers));
        let kept = app.log.keep(asked, head, self.began.elapsed());
        match answered {
            Ok(answered) => kept.push(answered.body.clone()),
            Err(error) => kept.push(error.to_string().into()),
        }
    }
}

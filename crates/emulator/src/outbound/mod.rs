//! Outbound requests: to webhooks, webhook tools, MCP servers and models.

mod client;
pub(crate) mod deliveries;
pub(crate) mod llm;
pub(crate) mod mcp;

use std::{sync::Arc, time::Instant};

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use telnyx_ai_webhooks::Signer;
use uuid::Uuid;

use crate::{
    domain::{
        Domain,
        tool_requests::ToolRequest,
        variables_webhook::{self, Initialization, VariablesRequest},
    },
    request_log::{Direction, Head, RequestLog, masking},
};
pub(crate) use client::{HttpClient, OutboundError, OutboundRequest, OutboundResponse};

/// Sends signed requests to webhooks and logs them. Cloning is cheap.
#[derive(Debug, Clone)]
pub(crate) struct Outbound(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    domain: Domain,
    client: HttpClient,
    signer: Signer,
    log: RequestLog,
}

impl Outbound {
    pub(crate) fn new(domain: Domain, client: HttpClient, signer: Signer, log: RequestLog) -> Self {
        Self(Arc::new(Parts { domain, client, signer, log }))
    }

    /// The HTTP client, for requests that are neither signed nor logged.
    pub(crate) fn client(&self) -> &HttpClient {
        &self.0.client
    }

    /// The public key that verifies webhooks, in base64.
    pub(crate) fn webhook_public_key(&self) -> String {
        self.0.signer.public_key_base64()
    }

    pub(crate) async fn call_tool(&self, request: &ToolRequest) -> Result<OutboundResponse, OutboundError> {
        let method =
            Method::from_bytes(request.method.as_bytes()).map_err(|error| OutboundError::Request(error.to_string()))?;
        let mut headers = HeaderMap::new();
        for (name, value) in &request.headers {
            let bad = |reason: String| OutboundError::Request(format!("header '{name}': {reason}"));
            let header = HeaderName::from_bytes(name.as_bytes()).map_err(|error| bad(error.to_string()))?;
            headers.insert(header, HeaderValue::from_str(value).map_err(|error| bad(error.to_string()))?);
        }
        let body = request.body.as_ref().map(|body| body.to_string().into()).unwrap_or_default();
        let exchange = self.begin(OutboundRequest { method, url: request.url.clone(), headers, body }).await;
        let result = self.0.client.send(exchange.request.clone(), request.timeout).await;
        let mut warnings = Vec::new();
        if !request.ignored_headers.is_empty() {
            let names = request.ignored_headers.join(", ");
            warnings
                .push(format!("These headers of the tool were not sent, because the connection sets them: {names}."));
        }
        if request.stores_fields
            && let Ok(response) = result.as_ref()
            && let Err(error) = response.json()
        {
            warnings.push(format!("No fields of the response were stored as variables: {error}."));
        }
        self.finish(exchange, &result, (!warnings.is_empty()).then(|| warnings.join(" ")));
        result
    }

    /// Calls the dynamic variables webhook.
    ///
    /// If it fails, returns no variables and logs a warning.
    pub(crate) async fn fetch_variables(&self, request: VariablesRequest) -> Initialization {
        let exchange = self.begin(OutboundRequest::json(&request.url, &request.event)).await;
        let result = self.0.client.send(exchange.request.clone(), request.timeout).await;
        let (initialization, problem) = match &result {
            Ok(response) if response.is_success() => match response.json() {
                Ok(answer) => variables_webhook::read(&answer),
                Err(error) => (Initialization::default(), Some(error.to_string())),
            },
            Ok(response) => (Initialization::default(), Some(format!("the status is {}", response.status))),
            Err(error) => (Initialization::default(), Some(error.to_string())),
        };
        let warning = problem.map(|problem| format!("Dynamic variables webhook: {problem}."));
        self.finish(exchange, &result, warning);
        initialization
    }

    /// Signs a request with the system time, because receivers compare it with theirs.
    ///
    /// Flushes the store first, so that the request does not announce data that a crash could lose.
    async fn begin(&self, mut request: OutboundRequest) -> Exchange {
        if let Err(error) = self.0.domain.flushed().await {
            let url = &*masking::text(&request.url);
            tracing::error!(%error, url, "a request is sent although the store could not be flushed");
        }
        request.headers.extend(self.0.signer.sign_now(&request.body));
        Exchange { request, started: Instant::now(), at: self.0.domain.time().now() }
    }

    /// Logs a request, its result and a warning, if any.
    fn finish(&self, exchange: Exchange, result: &Result<OutboundResponse, OutboundError>, warning: Option<String>) {
        let OutboundRequest { method, url, headers, body } = exchange.request;
        if let Some(warning) = &warning {
            tracing::warn!(url = &*masking::text(&url), warning, "a response was not used");
        }
        let (path, query) = url.split_once('?').unwrap_or((&url, ""));
        let head = Head {
            direction: Direction::Out,
            id: Uuid::new_v4().to_string(),
            at: exchange.at,
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            headers: &headers,
            warning,
        };
        let request_body = self.0.log.body();
        request_body.push(&body);
        let response = result.as_ref().ok().map(|response| (response.status, &response.headers));
        let response_body = self.0.log.add(head, request_body, response, exchange.started.elapsed());
        match result {
            Ok(response) => response_body.push(&response.body),
            Err(error) => response_body.push(error.to_string().as_bytes()),
        }
    }
}

/// A signed request that is sent, for the log.
struct Exchange {
    request: OutboundRequest,
    started: Instant,
    at: Timestamp,
}

//! A connection to one MCP server, over streamable HTTP.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use axum::body::Body;
use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use rmcp::{
    RoleClient, ServiceError, ServiceExt,
    model::{CallToolRequestParams, ClientJsonRpcMessage, PaginatedRequestParams, ServerJsonRpcMessage, Tool},
    service::{ClientInitializeError, RunningService},
    transport::{
        DynamicTransportError,
        streamable_http_client::{
            SseError, StreamableHttpClient, StreamableHttpClientTransport, StreamableHttpClientTransportConfig,
            StreamableHttpError, StreamableHttpPostResponse,
        },
    },
};
use serde_json::{Map, Value};
use sse_stream_of_rmcp::Sse;

use crate::{
    assumptions::SECRET_PLACEHOLDER_PREFIX,
    domain::{mcp_servers::Attached, tool_offers::ToolOffer},
    json::{self, items},
    outbound::{
        HttpClient, OutboundError, OutboundRequest,
        client::{events, whole},
    },
};

/// The timeout of an operation.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The maximum number of pages of tools to request.
const MAX_PAGES: usize = 100;

const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
const LAST_EVENT: HeaderName = HeaderName::from_static("last-event-id");
const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

/// A connection to a server, with the server's tools.
pub(super) struct Connected {
    service: RunningService<RoleClient, ()>,
    pub(super) offers: Vec<ToolOffer>,
}

impl Connected {
    pub(super) async fn to(client: &HttpClient, server: &Attached) -> Result<Self, String> {
        let mut config = StreamableHttpClientTransportConfig::with_uri(server.url.as_str());
        if let Some(secret) = &server.api_key_ref {
            config = config.auth_header(format!("{SECRET_PLACEHOLDER_PREFIX}{secret}"));
        }
        let transport = StreamableHttpClientTransport::with_client(Http(client.clone()), config);
        let connecting = async {
            let service = ().serve(transport).await.map_err(|error| match error {
                ClientInitializeError::TransportError { error, .. } => reason(&error),
                error => error.to_string(),
            })?;
            let tools = all_tools(&service, &server.url).await?;
            Ok::<_, String>((service, tools))
        };
        let (service, tools) = with_timeout(connecting).await??;
        let is_allowed =
            |name: &str| server.allowed_tools.as_ref().is_none_or(|allowed| allowed.iter().any(|tool| tool == name));
        let offers = tools
            .into_iter()
            .filter(|tool| is_allowed(&tool.name))
            .map(|tool| ToolOffer {
                name: tool.name.into_owned(),
                description: tool.description.unwrap_or_default().into_owned(),
                parameters: Value::Object((*tool.input_schema).clone()),
            })
            .collect();
        Ok(Self { service, offers })
    }

    pub(super) async fn call(&self, name: &str, arguments: &Map<String, Value>) -> Result<String, String> {
        let params = CallToolRequestParams::new(name.to_owned()).with_arguments(arguments.clone());
        let result = match with_timeout(self.service.call_tool(params)).await {
            Ok(Ok(result)) => serde_json::to_value(result).unwrap_or_default(),
            Ok(Err(error)) => return Err(failure(&error)),
            Err(late) => return Err(late),
        };
        let texts: Vec<&str> = items(&result["content"]).iter().filter_map(|part| part["text"].as_str()).collect();
        let content = match (texts.is_empty(), &result["structuredContent"]) {
            (true, Value::Null) => result["content"].to_string(),
            (true, structured) => structured.to_string(),
            (false, _) => texts.join("\n"),
        };
        if result["isError"] == true { Err(content) } else { Ok(content) }
    }

    pub(super) async fn close(self) {
        if let Err(error) = self.service.cancel().await {
            tracing::debug!(%error, "the connection to an MCP server was not closed properly");
        }
    }
}

/// The tools on all pages. A repeated cursor ends the list.
async fn all_tools(service: &RunningService<RoleClient, ()>, url: &str) -> Result<Vec<Tool>, String> {
    let (mut tools, mut cursors) = (Vec::new(), HashSet::new());
    let mut cursor = None;
    for _ in 0..MAX_PAGES {
        let params = PaginatedRequestParams::default().with_cursor(cursor);
        let page = service.list_tools(Some(params)).await.map_err(|error| failure(&error))?;
        tools.extend(page.tools);
        let Some(next) = page.next_cursor else { return Ok(tools) };
        if !cursors.insert(next.clone()) {
            tracing::warn!(url, cursor = ?next, "an MCP server repeats a page of its tools; the pages before it are used");
            return Ok(tools);
        }
        cursor = Some(next);
    }
    tracing::warn!(url, "an MCP server has more than {MAX_PAGES} pages of tools; the rest is ignored");
    Ok(tools)
}

fn failure(error: &ServiceError) -> String {
    match error {
        ServiceError::TransportSend(error) => reason(error),
        error => error.to_string(),
    }
}

/// The error of a transport without the name of its Rust type.
fn reason(error: &DynamicTransportError) -> String {
    error.error.to_string()
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

async fn with_timeout<T>(cx: impl Future<Output = T>) -> Result<T, String> {
    let late = |_| format!("the server did not respond within {} s", TIMEOUT.as_secs());
    tokio::time::timeout(TIMEOUT, cx).await.map_err(late)
}

/// An MCP transport over the emulator's HTTP client.
#[derive(Debug, Clone)]
struct Http(HttpClient);

type Failure = StreamableHttpError<OutboundError>;

impl Http {
    async fn send(
        &self,
        method: Method,
        url: &str,
        body: Vec<u8>,
        session: Option<&str>,
        key: Option<&str>,
        more: HashMap<HeaderName, HeaderValue>,
    ) -> Result<Response<Body>, Failure> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
        if !body.is_empty() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
        }
        let bearer = key.map(|key| format!("Bearer {key}"));
        for (name, value) in [(SESSION, session), (header::AUTHORIZATION, bearer.as_deref())] {
            if let Some(value) = value {
                let value = HeaderValue::from_str(value).map_err(|_| {
                    Failure::Client(OutboundError::Request(format!("the header {name} cannot be sent")))
                })?;
                headers.insert(name, value);
            }
        }
        headers.extend(more);
        let outbound = OutboundRequest { method, url: url.to_owned(), headers, body: body.into() };
        self.0.open(outbound).await.map_err(Failure::Client)
    }
}

impl StreamableHttpClient for Http {
    type Error = OutboundError;

    async fn post_message(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session_id: Option<Arc<str>>,
        auth_header: Option<String>,
        custom_headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<StreamableHttpPostResponse, Failure> {
        let expects_response = matches!(message, ClientJsonRpcMessage::Request(_));
        let body = serde_json::to_vec(&message)?;
        let response =
            self.send(Method::POST, &uri, body, session_id.as_deref(), auth_header.as_deref(), custom_headers).await?;
        let status = response.status();
        if status == StatusCode::ACCEPTED || status == StatusCode::NO_CONTENT {
            return Ok(StreamableHttpPostResponse::Accepted);
        }
        if status == StatusCode::NOT_FOUND && session_id.is_some() {
            return Err(Failure::SessionExpired);
        }
        let session = text(response.headers(), &SESSION);
        let content_type = text(response.headers(), &header::CONTENT_TYPE).unwrap_or_default();
        if status.is_success() && content_type.starts_with(EVENTS) {
            return Ok(StreamableHttpPostResponse::Sse(events_of(response), session));
        }
        let body = whole(response.into_body()).await.map_err(Failure::Client)?;
        match serde_json::from_slice::<ServerJsonRpcMessage>(json::strip_bom(&body)) {
            Ok(message) if status.is_success() || matches!(message, ServerJsonRpcMessage::Error(_)) => {
                Ok(StreamableHttpPostResponse::Json(message, session))
            }
            _ if status.is_success() && !expects_response => Ok(StreamableHttpPostResponse::Accepted),
            _ => {
                let body_text = String::from_utf8_lossy(&body).into_owned();
                let separator = if body_text.is_empty() { "" } else { ": " };
                Err(Failure::UnexpectedServerResponse(Cow::Owned(format!("HTTP {status}{separator}{body_text}"))))
            }
        }
    }

    async fn delete_session(
        &self,
        uri: Arc<str>,
        session_id: Arc<str>,
        auth_header: Option<String>,
        custom_headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<(), Failure> {
        let (session, key) = (Some(&*session_id), auth_header.as_deref());
        self.send(Method::DELETE, &uri, Vec::new(), session, key, custom_headers).await.map(|_| ())
    }

    async fn get_stream(
        &self,
        uri: Arc<str>,
        session_id: Option<Arc<str>>,
        last_event_id: Option<String>,
        auth_header: Option<String>,
        mut custom_headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<BoxStream<'static, Result<Sse, SseError>>, Failure> {
        if let Some(id) = last_event_id.and_then(|id| HeaderValue::from_str(&id).ok()) {
            custom_headers.insert(LAST_EVENT, id);
        }
        let (session, key) = (session_id.as_deref(), auth_header.as_deref());
        let response = self.send(Method::GET, &uri, Vec::new(), session, key, custom_headers).await?;
        match response.status() {
            StatusCode::METHOD_NOT_ALLOWED => Err(Failure::ServerDoesNotSupportSse),
            status if status.is_success() => Ok(events_of(response)),
            status => Err(Failure::UnexpectedServerResponse(Cow::Owned(format!("HTTP {status}")))),
        }
    }
}

/// The events of a response, in the types of rmcp.
fn events_of(response: Response<Body>) -> BoxStream<'static, Result<Sse, SseError>> {
    let events = events(response.into_body());
    let events = events.map_ok(|event| Sse { event: event.event, data: event.data, id: event.id, retry: event.retry });
    events.map_err(|error| SseError::Body(error.into())).boxed()
}

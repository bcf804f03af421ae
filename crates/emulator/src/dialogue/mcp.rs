//! The tools of an assistant's MCP servers.

use serde_json::Value;

use super::tools::{Offer, Ran};
use crate::{app::App, domain::mcp_servers, responder::ToolUse};

/// The MCP servers of an assistant, for one turn. They are connected to when there is need.
pub(crate) struct McpTools {
    servers: Vec<mcp_servers::Attached>,
    #[cfg(feature = "mcp")]
    connected: Option<Vec<client::Connected>>,
}

impl McpTools {
    pub(crate) fn new(app: &App, assistant: &Value) -> Self {
        let servers = if assistant["mcp_servers"].as_array().is_some_and(|servers| !servers.is_empty()) {
            app.run(|work| mcp_servers::attached(work, assistant)).unwrap_or_default()
        } else {
            Vec::new()
        };
        Self {
            servers,
            #[cfg(feature = "mcp")]
            connected: None,
        }
    }
}

#[cfg(not(feature = "mcp"))]
impl McpTools {
    pub(crate) async fn offers(&mut self, _: &App) -> Vec<Offer> {
        if !self.servers.is_empty() {
            tracing::warn!("the emulator was built without its feature 'mcp': MCP servers are left out");
        }
        Vec::new()
    }

    pub(crate) async fn call(&mut self, _: &App, call: &ToolUse) -> Ran {
        Ran::failed(format!("there is no tool '{}'", call.name))
    }

    pub(crate) async fn close(&mut self) {}
}

#[cfg(feature = "mcp")]
impl McpTools {
    /// The tools of all servers. A server that can not be reached has none.
    pub(crate) async fn offers(&mut self, app: &App) -> Vec<Offer> {
        self.connected(app).await.iter().flat_map(|server| server.offers.clone()).collect()
    }

    /// Calls a tool of the first server that has it.
    pub(crate) async fn call(&mut self, app: &App, call: &ToolUse) -> Ran {
        let servers = self.connected(app).await;
        match servers.iter().find(|server| server.offers.iter().any(|offer| offer.name == call.name)) {
            Some(server) => server.call(call).await,
            None => Ran::failed(format!("there is no tool '{}'", call.name)),
        }
    }

    /// Leaves the servers.
    pub(crate) async fn close(&mut self) {
        for server in self.connected.take().unwrap_or_default() {
            server.close().await;
        }
    }

    async fn connected(&mut self, app: &App) -> &[client::Connected] {
        if self.connected.is_none() {
            let mut connected = Vec::new();
            for server in &self.servers {
                match client::Connected::to(app, server).await {
                    Ok(server) => connected.push(server),
                    Err(reason) => tracing::warn!(url = server.url, reason, "an MCP server can not be used"),
                }
            }
            self.connected = Some(connected);
        }
        self.connected.as_deref().unwrap_or_default()
    }
}

#[cfg(feature = "mcp")]
mod client {
    use std::{borrow::Cow, collections::HashMap, sync::Arc, time::Duration};

    use futures_util::{StreamExt, stream::BoxStream};
    use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
    use http_body_util::BodyExt;
    use rmcp::{
        RoleClient, ServiceExt,
        model::{CallToolRequestParams, ClientJsonRpcMessage, ServerJsonRpcMessage},
        service::RunningService,
        transport::streamable_http_client::{
            SseError, StreamableHttpClient, StreamableHttpClientTransport, StreamableHttpClientTransportConfig,
            StreamableHttpError, StreamableHttpPostResponse,
        },
    };
    use serde_json::{Value, json};
    use sse_stream::{Sse, SseStream};

    use crate::{
        app::App,
        assumptions::SECRET_PLACEHOLDER_PREFIX,
        dialogue::tools::{Offer, Ran},
        domain::mcp_servers::Attached,
        outgoing::{Outbound, Outgoing, Unanswered},
        responder::ToolUse,
    };

    /// How long a server may take for anything.
    const PATIENCE: Duration = Duration::from_secs(30);

    const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
    const LAST_EVENT: HeaderName = HeaderName::from_static("last-event-id");
    const JSON: &str = "application/json";
    const EVENTS: &str = "text/event-stream";

    /// A server, and what it offers.
    pub(super) struct Connected {
        service: RunningService<RoleClient, ()>,
        pub(super) offers: Vec<Offer>,
    }

    impl Connected {
        pub(super) async fn to(app: &App, server: &Attached) -> Result<Self, String> {
            let mut config = StreamableHttpClientTransportConfig::with_uri(server.url.as_str());
            if let Some(secret) = &server.api_key_ref {
                config = config.auth_header(format!("{SECRET_PLACEHOLDER_PREFIX}{secret}"));
            }
            let transport = StreamableHttpClientTransport::with_client(Http(app.outgoing.clone()), config);
            let connecting = async {
                let service = ().serve(transport).await.map_err(|error| error.to_string())?;
                let tools = service.list_all_tools().await.map_err(|error| error.to_string())?;
                Ok::<_, String>((service, tools))
            };
            let (service, tools) = within(connecting).await??;
            let is_allowed = |name: &str| {
                server.allowed_tools.as_ref().is_none_or(|allowed| allowed.iter().any(|tool| tool == name))
            };
            let offers = tools
                .into_iter()
                .filter(|tool| is_allowed(&tool.name))
                .map(|tool| Offer {
                    name: tool.name.into_owned(),
                    description: tool.description.unwrap_or_default().into_owned(),
                    parameters: Value::Object((*tool.input_schema).clone()),
                })
                .collect();
            Ok(Self { service, offers })
        }

        pub(super) async fn call(&self, call: &ToolUse) -> Ran {
            let params = CallToolRequestParams::new(call.name.clone()).with_arguments(call.arguments.clone());
            let result = match within(self.service.call_tool(params)).await {
                Ok(Ok(result)) => json!(result),
                Ok(Err(error)) => return Ran::failed(error.to_string()),
                Err(late) => return Ran::failed(late),
            };
            let texts: Vec<&str> = result["content"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default()
                .iter()
                .filter_map(|part| part["text"].as_str())
                .collect();
            let content = match (texts.is_empty(), &result["structuredContent"]) {
                (true, Value::Null) => result["content"].to_string(),
                (true, structured) => structured.to_string(),
                (false, _) => texts.join("\n"),
            };
            if result["isError"] == true { Ran::failed(content) } else { Ran::answered(content) }
        }

        pub(super) async fn close(self) {
            if let Err(error) = self.service.cancel().await {
                tracing::debug!(%error, "an MCP server was not left properly");
            }
        }
    }

    fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
        headers.get(name)?.to_str().ok().map(str::to_owned)
    }

    async fn within<T>(work: impl Future<Output = T>) -> Result<T, String> {
        let late = |_| format!("the server did not answer within {} s", PATIENCE.as_secs());
        tokio::time::timeout(PATIENCE, work).await.map_err(late)
    }

    /// The emulator's own HTTP client, as a transport for MCP.
    #[derive(Debug, Clone)]
    struct Http(Outgoing);

    type Failure = StreamableHttpError<Unanswered>;

    impl Http {
        async fn send(
            &self,
            method: Method,
            url: &str,
            body: Vec<u8>,
            session: Option<&str>,
            key: Option<&str>,
            more: HashMap<HeaderName, HeaderValue>,
        ) -> Result<Response<axum::body::Body>, Failure> {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
            if !body.is_empty() {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
            }
            let bearer = key.map(|key| format!("Bearer {key}"));
            for (name, value) in [(SESSION, session), (header::AUTHORIZATION, bearer.as_deref())] {
                if let Some(value) = value {
                    let value = HeaderValue::from_str(value).map_err(|_| {
                        Failure::Client(Unanswered::Request(format!("the header {name} can not be sent")))
                    })?;
                    headers.insert(name, value);
                }
            }
            headers.extend(more);
            let outbound = Outbound { method, url: url.to_owned(), headers, body: body.into() };
            self.0.open(outbound).await.map_err(Failure::Client)
        }
    }

    impl StreamableHttpClient for Http {
        type Error = Unanswered;

        async fn post_message(
            &self,
            uri: Arc<str>,
            message: ClientJsonRpcMessage,
            session_id: Option<Arc<str>>,
            auth_header: Option<String>,
            custom_headers: HashMap<HeaderName, HeaderValue>,
        ) -> Result<StreamableHttpPostResponse, Failure> {
            let expects_answer = matches!(message, ClientJsonRpcMessage::Request(_));
            let body = serde_json::to_vec(&message)?;
            let response = self
                .send(Method::POST, &uri, body, session_id.as_deref(), auth_header.as_deref(), custom_headers)
                .await?;
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
                let events = SseStream::new(response.into_body()).boxed();
                return Ok(StreamableHttpPostResponse::Sse(events, session));
            }
            let body = response.into_body().collect().await;
            let body = body.map_err(|error| Failure::Client(Unanswered::Unreachable(error.to_string())))?.to_bytes();
            match serde_json::from_slice::<ServerJsonRpcMessage>(&body) {
                Ok(message) if status.is_success() || matches!(message, ServerJsonRpcMessage::Error(_)) => {
                    Ok(StreamableHttpPostResponse::Json(message, session))
                }
                _ if status.is_success() && !expects_answer => Ok(StreamableHttpPostResponse::Accepted),
                _ => {
                    let told = String::from_utf8_lossy(&body).into_owned();
                    Err(Failure::UnexpectedServerResponse(Cow::Owned(format!("HTTP {status}: {told}"))))
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
                status if status.is_success() => Ok(SseStream::new(response.into_body()).boxed()),
                status => Err(Failure::UnexpectedServerResponse(Cow::Owned(format!("HTTP {status}")))),
            }
        }
    }
}

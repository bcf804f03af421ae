use telnyx_ai_core::{Extra, Nullable, Object, Timestamp};

/// An MCP server whose tools assistants of the account can use.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct McpServer {
    /// The id of the server.
    pub id: String,
    /// The name of the server. Several servers can have the same name.
    pub name: String,
    /// The transport, as free text such as `http` or `sse`.
    #[wire("type")]
    pub server_type: String,
    /// The URL of the server.
    pub url: String,
    /// The time of registration.
    pub created_at: Timestamp,
    /// The names of the tools that assistants can call, or `null` for all tools.
    pub allowed_tools: Nullable<Vec<String>>,
    /// The identifier of the integration secret with the API key, or `null`.
    pub api_key_ref: Nullable<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The body of [`McpServersApi::create`](super::McpServersApi::create).
///
/// ```
/// use telnyx_ai_mcp::CreateMcpServer;
///
/// let orders = CreateMcpServer::new("Orders", "sse", "https://mcp.example.com/sse")
///     .with_allowed_tools(["find_order"])
///     .with_api_key_ref("orders_api_key");
/// # assert_eq!(orders.server_type, "sse");
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct CreateMcpServer {
    /// The name of the server. Several servers can have the same name; [`upsert`](crate::upsert) compares names.
    pub name: String,
    /// The transport, as free text such as `http` or `sse`.
    #[wire("type")]
    pub server_type: String,
    /// The URL of the server.
    pub url: String,
    /// The names of the tools that assistants can call. Default: all tools.
    pub allowed_tools: Nullable<Vec<String>>,
    /// The identifier of the integration secret with the API key of the server.
    pub api_key_ref: Nullable<String>,
    /// Additional fields to send.
    pub extra: Extra,
}

/// The body of [`McpServersApi::update`](super::McpServersApi::update). Absent fields are not changed.
///
/// ```
/// use telnyx_ai_mcp::UpdateMcpServer;
///
/// // An absent field is not changed, `null` clears it.
/// let change = UpdateMcpServer::new().with_name("Orders and returns").clear_allowed_tools();
/// assert!(change.allowed_tools.is_null() && change.api_key_ref.is_absent());
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct UpdateMcpServer {
    /// The id of the server. It is rarely sent, because the path contains it.
    pub id: Option<String>,
    /// The new name of the server.
    pub name: Option<String>,
    /// The transport, as free text such as `http` or `sse`.
    #[wire("type")]
    pub server_type: Option<String>,
    /// The URL of the server.
    pub url: Option<String>,
    /// The names of the tools that assistants can call. `null` allows all tools.
    pub allowed_tools: Nullable<Vec<String>>,
    /// The identifier of the integration secret with the API key of the server. `null` removes it.
    pub api_key_ref: Nullable<String>,
    /// The time of registration. It is rarely sent.
    pub created_at: Option<Timestamp>,
    /// Additional fields to send.
    pub extra: Extra,
}

impl From<CreateMcpServer> for UpdateMcpServer {
    fn from(server: CreateMcpServer) -> Self {
        Self {
            id: None,
            name: Some(server.name),
            server_type: Some(server.server_type),
            url: Some(server.url),
            allowed_tools: server.allowed_tools,
            api_key_ref: server.api_key_ref,
            created_at: None,
            extra: server.extra,
        }
    }
}

/// The filter of [`McpServersApi::list`](super::McpServersApi::list). Default: all servers.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ListMcpServers {
    /// Lists servers with this transport only.
    #[wire("type")]
    pub server_type: Option<String>,
    /// Lists servers with this URL only.
    pub url: Option<String>,
    /// Additional query parameters to send.
    pub extra: Extra,
}

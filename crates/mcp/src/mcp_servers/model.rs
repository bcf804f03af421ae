use telnyx_ai_core::{Extra, Nullable, Object, Timestamp};

/// An MCP server that assistants of the account may use.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct McpServer {
    /// The server's id, as assistants refer to it.
    pub id: String,
    /// Your name for it.
    pub name: String,
    /// The kind of transport it speaks, as a free string.
    #[wire("type")]
    pub server_type: String,
    /// Where it listens.
    pub url: String,
    /// When it was registered.
    pub created_at: Timestamp,
    /// The tools that assistants may call; `null` for all of them.
    pub allowed_tools: Nullable<Vec<String>>,
    /// The identifier of the integration secret that holds its API key; `null` for none.
    pub api_key_ref: Nullable<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What [`create`](super::McpServersApi::create) registers.
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
    /// Your name for it.
    pub name: String,
    /// The kind of transport it speaks, as a free string.
    #[wire("type")]
    pub server_type: String,
    /// Where it listens.
    pub url: String,
    /// The tools that assistants may call; all of them when absent or `null`.
    pub allowed_tools: Nullable<Vec<String>>,
    /// The identifier of the integration secret that holds its API key.
    pub api_key_ref: Nullable<String>,
    /// Further fields to send.
    pub extra: Extra,
}

/// What [`update`](super::McpServersApi::update) changes: the fields that are set.
///
/// ```
/// use telnyx_ai_mcp::UpdateMcpServer;
///
/// // Absent leaves a field as it is, `null` clears it.
/// let change = UpdateMcpServer::new().with_name("Orders and returns").clear_allowed_tools();
/// assert!(change.allowed_tools.is_null() && change.api_key_ref.is_absent());
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct UpdateMcpServer {
    /// The server's id. The path already names it, so it is rarely sent.
    pub id: Option<String>,
    /// A new name.
    pub name: Option<String>,
    /// Another kind of transport, as a free string.
    #[wire("type")]
    pub server_type: Option<String>,
    /// A new address.
    pub url: Option<String>,
    /// The tools that assistants may call; `null` opens all of them.
    pub allowed_tools: Nullable<Vec<String>>,
    /// The identifier of the integration secret that holds its API key; `null` drops it.
    pub api_key_ref: Nullable<String>,
    /// When it was registered, as part of the object; rarely sent.
    pub created_at: Option<Timestamp>,
    /// Further fields to send.
    pub extra: Extra,
}

/// Which servers [`list`](super::McpServersApi::list) gives; all of them by default.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ListMcpServers {
    /// Only servers of this type.
    #[wire("type")]
    pub server_type: Option<String>,
    /// Only servers at this address.
    pub url: Option<String>,
    /// Further query parameters to send.
    pub extra: Extra,
}

//! A client for the MCP servers of an assistant.

#[cfg(feature = "mcp")]
mod client;

use serde_json::{Map, Value};

use super::HttpClient;
use crate::domain::{Domain, Error, mcp_servers, tool_offers::ToolOffer};
#[cfg(feature = "mcp")]
use crate::request_log::masking;

/// The MCP servers of an assistant, for one turn, connected on first use.
pub(crate) struct McpTools {
    servers: Vec<mcp_servers::Attached>,
    #[cfg_attr(not(feature = "mcp"), allow(dead_code, reason = "used only with the feature 'mcp'"))]
    client: HttpClient,
    #[cfg(feature = "mcp")]
    connected: Option<Vec<client::Connected>>,
    /// The servers that cannot be used, with the reasons.
    #[cfg(feature = "mcp")]
    failures: Vec<String>,
}

impl McpTools {
    pub(crate) fn new(domain: &Domain, client: HttpClient, assistant: &Value) -> Result<Self, Error> {
        let servers = if assistant["mcp_servers"].as_array().is_some_and(|servers| !servers.is_empty()) {
            domain.run(|cx| mcp_servers::attached(cx, assistant))?
        } else {
            Vec::new()
        };
        Ok(Self {
            servers,
            client,
            #[cfg(feature = "mcp")]
            connected: None,
            #[cfg(feature = "mcp")]
            failures: Vec::new(),
        })
    }
}

#[cfg(not(feature = "mcp"))]
impl McpTools {
    pub(crate) async fn offers(&mut self) -> Vec<ToolOffer> {
        if !self.servers.is_empty() {
            tracing::warn!("MCP servers are ignored, because the emulator was built without the feature 'mcp'");
        }
        Vec::new()
    }

    pub(crate) async fn call(&mut self, name: &str, _: &Map<String, Value>) -> Result<String, String> {
        Err(format!("there is no tool '{name}'"))
    }

    pub(crate) async fn close(&mut self) {}
}

#[cfg(feature = "mcp")]
impl McpTools {
    /// The tools of all servers. A server that cannot be reached contributes none.
    pub(crate) async fn offers(&mut self) -> Vec<ToolOffer> {
        self.connected().await.iter().flat_map(|server| server.offers.clone()).collect()
    }

    /// Calls a tool of the first server that has it.
    ///
    /// Returns its content or the reason of the failure.
    pub(crate) async fn call(&mut self, name: &str, arguments: &Map<String, Value>) -> Result<String, String> {
        let servers = self.connected().await;
        if let Some(server) = servers.iter().find(|server| server.offers.iter().any(|offer| offer.name == name)) {
            return server.call(name, arguments).await;
        }
        let reasons = self.failures.iter().map(|failure| format!("; {failure}"));
        Err(format!("there is no tool '{name}'{}", reasons.collect::<String>()))
    }

    /// Disconnects from the servers.
    pub(crate) async fn close(&mut self) {
        for server in self.connected.take().unwrap_or_default() {
            server.close().await;
        }
    }

    async fn connected(&mut self) -> &[client::Connected] {
        if self.connected.is_none() {
            let mut connected = Vec::new();
            for server in &self.servers {
                match client::Connected::to(&self.client, server).await {
                    Ok(server) => connected.push(server),
                    Err(reason) => {
                        let url = &*masking::text(&server.url);
                        tracing::warn!(url, reason, "an MCP server cannot be used");
                        self.failures.push(format!("the MCP server {url} cannot be used: {reason}"));
                    }
                }
            }
            self.connected = Some(connected);
        }
        self.connected.as_deref().unwrap_or_default()
    }
}

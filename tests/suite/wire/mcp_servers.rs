//! `/ai/mcp_servers`

use serde_json::{Value, json};
use telnyx_ai::Nullable;
use telnyx_ai::mcp::{CreateMcpServer, ListMcpServers, UpdateMcpServer};
use telnyx_ai::prelude::*;
use telnyx_ai_tests::Answer;

use super::{SPECIAL_ID, SPECIAL_ID_ENCODED, Wire};

fn server() -> Value {
    json!({
        "id": "server-1",
        "name": "crm",
        "type": "http",
        "url": "https://crm.example/mcp",
        "created_at": "2026-03-01T09:00:00Z",
        "allowed_tools": null,
    })
}

#[tokio::test]
async fn list_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/mcp_servers", json!([server()])).await;
    let filter = ListMcpServers::new().with_server_type("http").with_url("https://crm.example/mcp");
    let servers = wire.telnyx.mcp_servers().list(filter).page_size(10).limit(1).try_collect().await.unwrap();
    assert_eq!(servers[0].allowed_tools, Nullable::Null);
    assert_eq!(servers[0].api_key_ref, Nullable::Absent);
    let query = "type=http&url=https%3A%2F%2Fcrm.example%2Fmcp&page%5Bnumber%5D=1&page%5Bsize%5D=10";
    wire.assert_request(&format!("/ai/mcp_servers?{query}"), None);
}

#[tokio::test]
async fn create_matches_the_contract() {
    let wire = Wire::with_json("POST /ai/mcp_servers", server()).await;
    let request = CreateMcpServer::new("crm", "http", "https://crm.example/mcp").with_allowed_tools(["find"]);
    assert_eq!(wire.telnyx.mcp_servers().create(request).await.unwrap().id, "server-1");
    let body = json!({"name": "crm", "type": "http", "url": "https://crm.example/mcp", "allowed_tools": ["find"]});
    wire.assert_request("/ai/mcp_servers", Some(body));
}

#[tokio::test]
async fn retrieve_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/mcp_servers/{mcp_server_id}", server()).await;
    assert_eq!(wire.telnyx.mcp_servers().retrieve(SPECIAL_ID).await.unwrap().server_type, "http");
    wire.assert_request(&format!("/ai/mcp_servers/{SPECIAL_ID_ENCODED}"), None);
}

#[tokio::test]
async fn update_matches_the_contract() {
    let wire = Wire::with_json("PUT /ai/mcp_servers/{mcp_server_id}", server()).await;
    let change = UpdateMcpServer::new().with_name("crm 2").clear_api_key_ref();
    wire.telnyx.mcp_servers().update(SPECIAL_ID, change).await.unwrap();
    wire.assert_request(
        &format!("/ai/mcp_servers/{SPECIAL_ID_ENCODED}"),
        Some(json!({"name": "crm 2", "api_key_ref": null})),
    );
}

#[tokio::test]
async fn delete_matches_the_contract() {
    let wire = Wire::start("DELETE /ai/mcp_servers/{mcp_server_id}", Answer::status(200)).await;
    wire.telnyx.mcp_servers().delete(SPECIAL_ID).await.unwrap();
    wire.assert_request(&format!("/ai/mcp_servers/{SPECIAL_ID_ENCODED}"), None);
}

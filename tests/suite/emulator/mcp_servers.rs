use telnyx_ai::mcp::{CreateMcpServer, ListMcpServers, UpdateMcpServer};
use telnyx_ai::prelude::*;

use super::{Api, api_error};

#[tokio::test]
async fn mcp_server_is_created_changed_and_deleted() {
    let api = Api::start().await;
    let servers = api.telnyx.mcp_servers();
    let request = CreateMcpServer::new("crm", "http", "https://crm.example/mcp").with_api_key_ref("crm_key");
    let created = servers.create(request).await.unwrap();
    assert_eq!(servers.retrieve(&created.id).await.unwrap(), created);

    // A missing field is not changed; null clears it.
    let change = UpdateMcpServer::new().with_name("crm 2");
    let renamed = servers.update(&created.id, change.clone()).await.unwrap();
    assert_eq!(renamed.api_key_ref.value().map(String::as_str), Some("crm_key"));
    let cleared = servers.update(&created.id, change.clear_api_key_ref()).await.unwrap();
    assert_eq!((cleared.name.as_str(), cleared.api_key_ref.value()), ("crm 2", None));

    servers.delete(&created.id).await.unwrap();
    let (status, ..) = api_error(servers.retrieve(&created.id).await);
    assert_eq!(status, 404);
}

#[tokio::test]
async fn list_of_mcp_servers_ends() {
    let api = Api::start().await;
    let servers = api.telnyx.mcp_servers();
    for n in 1..=25 {
        let kind = if n % 5 == 0 { "sse" } else { "http" };
        servers.create(CreateMcpServer::new(format!("server {n}"), kind, "https://crm.example/mcp")).await.unwrap();
    }
    let all = |filter: ListMcpServers| servers.list(filter).page_size(10).try_collect();
    assert_eq!(all(ListMcpServers::new()).await.unwrap().len(), 25);
    assert_eq!(all(ListMcpServers::new().with_server_type("sse")).await.unwrap().len(), 5);
}

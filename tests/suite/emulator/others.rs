use telnyx_ai::assistants::CreateAssistant;
use telnyx_ai::mcp::{CreateMcpServer, ListMcpServers, UpdateMcpServer};
use telnyx_ai::prelude::*;
use telnyx_ai::{Client, Nullable, Telnyx};
use telnyx_ai_emulator::Emulator;

use super::{Api, told};

#[tokio::test]
async fn the_life_of_an_mcp_server() {
    let api = Api::start().await;
    let servers = api.telnyx.mcp_servers();
    let request = CreateMcpServer::new("crm", "http", "https://crm.example/mcp").with_api_key_ref("crm_key");
    let created = servers.create(request).await.unwrap();
    assert_eq!(servers.retrieve(&created.id).await.unwrap(), created);

    // Absent leaves a field as it is, and null clears it.
    let mut change = UpdateMcpServer::default().with_name("crm 2");
    let renamed = servers.update(&created.id, change.clone()).await.unwrap();
    assert_eq!(renamed.api_key_ref.value().map(String::as_str), Some("crm_key"));
    change.api_key_ref = Nullable::Null;
    let cleared = servers.update(&created.id, change).await.unwrap();
    assert_eq!((cleared.name.as_str(), cleared.api_key_ref.value()), ("crm 2", None));

    servers.delete(&created.id).await.unwrap();
    let (status, ..) = told(servers.retrieve(&created.id).await);
    assert_eq!(status, 404);
}

#[tokio::test]
async fn mcp_servers_are_a_list_that_ends() {
    let api = Api::start().await;
    let servers = api.telnyx.mcp_servers();
    for n in 1..=25 {
        let kind = if n % 5 == 0 { "sse" } else { "http" };
        servers.create(CreateMcpServer::new(format!("server {n}"), kind, "https://crm.example/mcp")).await.unwrap();
    }
    let all = |filter: ListMcpServers| servers.list(filter).page_size(10).try_collect();
    assert_eq!(all(ListMcpServers::default()).await.unwrap().len(), 25);
    assert_eq!(all(ListMcpServers::default().with_server_type("sse")).await.unwrap().len(), 5);
}

#[tokio::test]
async fn integrations_are_a_catalogue() {
    let api = Api::start().await;
    let all = api.telnyx.integrations().list().await.unwrap();
    assert!(!all.is_empty());
    let first = api.telnyx.integrations().retrieve(&all[0].id).await.unwrap();
    assert_eq!(first, all[0]);
    for connection in api.telnyx.connections().list().await.unwrap() {
        assert_eq!(api.telnyx.connections().retrieve(&connection.id).await.unwrap(), connection);
    }
}

/// What is kept in a file outlives the emulator.
#[tokio::test]
async fn a_file_keeps_everything() {
    let folder = std::env::temp_dir().join(format!("telnyx-ai-tests-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("emulator.db");
    let telnyx = |emulator: &Emulator| {
        Telnyx::new(Client::builder().api_key("KEY").base_url(emulator.base_url()).build().unwrap())
    };

    let emulator = Emulator::builder().db(&file).start().await.unwrap();
    let request = || CreateAssistant::new("Support", "Help politely.");
    let created = telnyx(&emulator).assistants().create(request()).idempotency_key("order-17").await.unwrap();
    emulator.stop().await.unwrap();

    let emulator = Emulator::builder().db(&file).start().await.unwrap();
    let assistants = telnyx(&emulator).assistants();
    assert_eq!(assistants.retrieve(&created.id).await.unwrap(), created);
    let again = assistants.create(request()).idempotency_key("order-17").await.unwrap();
    assert_eq!(again.id, created.id, "keys outlive it, too");
    emulator.stop().await.unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Two emulators share nothing.
#[tokio::test]
async fn each_emulator_is_its_own() {
    let (one, two) = (Api::start().await, Api::start().await);
    one.assistant().await;
    assert_eq!(one.telnyx.assistants().list().await.unwrap().len(), 1);
    assert!(two.telnyx.assistants().list().await.unwrap().is_empty());
}

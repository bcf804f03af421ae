use telnyx_ai::assistants::CreateAssistant;
use telnyx_ai::prelude::*;
use telnyx_ai::{Client, Telnyx};
use telnyx_ai_emulator::Emulator;

use super::Api;

/// State in a file outlives the emulator.
#[tokio::test]
async fn database_file_keeps_everything() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("emulator.db");
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
    assert_eq!(again.id, created.id, "idempotency keys are kept too");
    emulator.stop().await.unwrap();
}

/// Emulators do not share state.
#[tokio::test]
async fn emulators_are_independent() {
    let (one, two) = (Api::start().await, Api::start().await);
    one.assistant().await;
    assert_eq!(one.telnyx.assistants().list().await.unwrap().len(), 1);
    assert!(two.telnyx.assistants().list().await.unwrap().is_empty());
}

//! `/ai/integrations`

use serde_json::{Value, json};
use telnyx_ai::integrations::IntegrationStatus;
use telnyx_ai::prelude::*;

use super::{SPECIAL_ID, SPECIAL_ID_ENCODED, Wire};

fn integration() -> Value {
    json!({
        "id": "integration-1",
        "name": "hubspot",
        "display_name": "HubSpot",
        "description": "Contacts and deals.",
        "logo_url": "https://example.com/logo.svg",
        "available_tools": ["find_contact"],
        "status": "connected",
    })
}

#[tokio::test]
async fn list_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/integrations", json!({"data": [integration()]})).await;
    assert_eq!(wire.telnyx.integrations().list().await.unwrap()[0].available_tools, ["find_contact"]);
    wire.assert_request("/ai/integrations", None);
}

#[tokio::test]
async fn retrieve_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/integrations/{integration_id}", integration()).await;
    let found = wire.telnyx.integrations().retrieve(SPECIAL_ID).await.unwrap();
    assert_eq!(found.status, IntegrationStatus::Connected);
    wire.assert_request(&format!("/ai/integrations/{SPECIAL_ID_ENCODED}"), None);
}

//! `/ai/integrations/connections`

use serde_json::{Value, json};
use telnyx_ai::prelude::*;
use telnyx_ai_tests::Answer;

use super::{SPECIAL_ID, SPECIAL_ID_ENCODED, Wire};

fn connection() -> Value {
    json!({"id": "connection-1", "integration_id": "integration-1", "allowed_tools": ["find_contact"]})
}

#[tokio::test]
async fn list_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/integrations/connections", json!({"data": [connection()]})).await;
    assert_eq!(wire.telnyx.connections().list().await.unwrap()[0].id, "connection-1");
    wire.assert_request("/ai/integrations/connections", None);
}

#[tokio::test]
async fn retrieve_matches_the_contract() {
    let operation = "GET /ai/integrations/connections/{user_connection_id}";
    let wire = Wire::with_json(operation, json!({"data": connection()})).await;
    assert_eq!(wire.telnyx.connections().retrieve(SPECIAL_ID).await.unwrap().integration_id, "integration-1");
    wire.assert_request(&format!("/ai/integrations/connections/{SPECIAL_ID_ENCODED}"), None);
}

#[tokio::test]
async fn delete_matches_the_contract() {
    let operation = "DELETE /ai/integrations/connections/{user_connection_id}";
    let wire = Wire::start(operation, Answer::status(204)).await;
    wire.telnyx.connections().delete(SPECIAL_ID).await.unwrap();
    wire.assert_request(&format!("/ai/integrations/connections/{SPECIAL_ID_ENCODED}"), None);
}

//! `/ai/integrations/connections`

use serde_json::{Value, json};
use telnyx_ai::prelude::*;
use telnyx_ai_tests::Answer;

use super::{ODD, ODD_SENT, Wire};

fn connection() -> Value {
    json!({"id": "connection-1", "integration_id": "integration-1", "allowed_tools": ["find_contact"]})
}

#[tokio::test]
async fn list() {
    let wire = Wire::with_json("GET /ai/integrations/connections", json!({"data": [connection()]})).await;
    assert_eq!(wire.telnyx.connections().list().await.unwrap()[0].id, "connection-1");
    wire.saw("/ai/integrations/connections", None);
}

#[tokio::test]
async fn retrieve() {
    let operation = "GET /ai/integrations/connections/{user_connection_id}";
    let wire = Wire::with_json(operation, json!({"data": connection()})).await;
    assert_eq!(wire.telnyx.connections().retrieve(ODD).await.unwrap().integration_id, "integration-1");
    wire.saw(&format!("/ai/integrations/connections/{ODD_SENT}"), None);
}

#[tokio::test]
async fn delete() {
    let operation = "DELETE /ai/integrations/connections/{user_connection_id}";
    let wire = Wire::answering(operation, Answer::status(204)).await;
    wire.telnyx.connections().delete(ODD).await.unwrap();
    wire.saw(&format!("/ai/integrations/connections/{ODD_SENT}"), None);
}

//! `/ai/assistants/{assistant_id}/versions`

use serde_json::json;
use telnyx_ai::prelude::*;
use telnyx_ai::versions::{RetrieveVersion, UpdateVersion};
use telnyx_ai_tests::Answer;

use super::{SPECIAL_ID, SPECIAL_ID_ENCODED, Wire, assistant};

#[tokio::test]
async fn list_matches_the_contract() {
    let mut version = assistant("assistant-1");
    version["version_id"] = "version-2".into();
    let wire = Wire::with_json("GET /ai/assistants/{assistant_id}/versions", json!({"data": [version]})).await;
    let versions = wire.telnyx.versions().list(SPECIAL_ID).await.unwrap();
    assert_eq!(versions[0].version_id.as_deref(), Some("version-2"));
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}/versions"), None);
}

#[tokio::test]
async fn retrieve_matches_the_contract() {
    let answer = assistant("assistant-1");
    let wire = Wire::with_json("GET /ai/assistants/{assistant_id}/versions/{version_id}", answer).await;
    assert_eq!(wire.telnyx.versions().retrieve("assistant-1", SPECIAL_ID).await.unwrap().name, "Support");
    wire.assert_request(&format!("/ai/assistants/assistant-1/versions/{SPECIAL_ID_ENCODED}"), None);
}

#[tokio::test]
async fn retrieve_with_matches_the_contract() {
    let answer = assistant("assistant-1");
    let wire = Wire::with_json("GET /ai/assistants/{assistant_id}/versions/{version_id}", answer).await;
    let options = RetrieveVersion::new().with_include_mcp_servers(true);
    wire.telnyx.versions().retrieve_with("assistant-1", "version-2", options).await.unwrap();
    wire.assert_request("/ai/assistants/assistant-1/versions/version-2?include_mcp_servers=true", None);
}

#[tokio::test]
async fn update_matches_the_contract() {
    let answer = assistant("assistant-1");
    let wire = Wire::with_json("POST /ai/assistants/{assistant_id}/versions/{version_id}", answer).await;
    let change = UpdateVersion::new().with_version_name("calmer").with_instructions("Speak slowly.");
    wire.telnyx.versions().update(SPECIAL_ID, "version-2", change).await.unwrap();
    let body = json!({"version_name": "calmer", "instructions": "Speak slowly."});
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}/versions/version-2"), Some(body));
}

#[tokio::test]
async fn delete_matches_the_contract() {
    let operation = "DELETE /ai/assistants/{assistant_id}/versions/{version_id}";
    let wire = Wire::start(operation, Answer::status(204)).await;
    wire.telnyx.versions().delete("assistant-1", SPECIAL_ID).await.unwrap();
    wire.assert_request(&format!("/ai/assistants/assistant-1/versions/{SPECIAL_ID_ENCODED}"), None);
}

#[tokio::test]
async fn promote_matches_the_contract() {
    let answer = assistant("assistant-1");
    let wire = Wire::with_json("POST /ai/assistants/{assistant_id}/versions/{version_id}/promote", answer).await;
    wire.telnyx.versions().promote(SPECIAL_ID, "version-2").await.unwrap();
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}/versions/version-2/promote"), None);
}

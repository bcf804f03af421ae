//! `/ai/assistants/tags` and `/ai/assistants/{assistant_id}/tags`

use serde_json::json;
use telnyx_ai::assistants::AddTag;
use telnyx_ai::prelude::*;

use super::{SPECIAL_ID, SPECIAL_ID_ENCODED, Wire};

#[tokio::test]
async fn list_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/assistants/tags", json!({"tags": ["beta", "vip"]})).await;
    assert_eq!(wire.telnyx.tags().list().await.unwrap().tags, ["beta", "vip"]);
    wire.assert_request("/ai/assistants/tags", None);
}

#[tokio::test]
async fn add_matches_the_contract() {
    let wire = Wire::with_json("POST /ai/assistants/{assistant_id}/tags", json!({"tags": ["beta"]})).await;
    assert_eq!(wire.telnyx.tags().add(SPECIAL_ID, AddTag::new("beta")).await.unwrap().tags, ["beta"]);
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}/tags"), Some(json!({"tag": "beta"})));
}

#[tokio::test]
async fn remove_matches_the_contract() {
    let wire = Wire::with_json("DELETE /ai/assistants/{assistant_id}/tags/{tag}", json!({"tags": []})).await;
    assert!(wire.telnyx.tags().remove("assistant-1", "für Ärzte & 50%").await.unwrap().tags.is_empty());
    wire.assert_request("/ai/assistants/assistant-1/tags/f%C3%BCr%20%C3%84rzte%20%26%2050%25", None);
}

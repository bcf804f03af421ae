//! `/ai/assistants/{assistant_id}/instructions`

use serde_json::json;
use telnyx_ai::assistants::EnhanceInstructions;
use telnyx_ai::prelude::*;
use telnyx_ai_tests::Answer;

use super::{SPECIAL_ID, SPECIAL_ID_ENCODED, Wire};

#[tokio::test]
async fn enhance_matches_the_contract() {
    let answer = Answer::text("text/plain; charset=utf-8", "Grüße zuerst.");
    let wire = Wire::start("POST /ai/assistants/{assistant_id}/instructions/enhance", answer).await;
    let wish = EnhanceInstructions::new().with_enhancement_prompt("Say less.").clear_instructions();
    assert_eq!(wire.telnyx.instructions().enhance(SPECIAL_ID, wish).await.unwrap(), "Grüße zuerst.");
    let body = json!({"enhancement_prompt": "Say less.", "instructions": null});
    wire.assert_request_accepting(
        "text/plain",
        &format!("/ai/assistants/{SPECIAL_ID_ENCODED}/instructions/enhance"),
        Some(body),
    );
}

#[tokio::test]
async fn enhance_stream_matches_the_contract() {
    let answer = Answer::text("text/plain", "Greet first.");
    let wire = Wire::start("POST /ai/assistants/{assistant_id}/instructions/enhance", answer).await;
    let stream = wire.telnyx.instructions().enhance_stream(SPECIAL_ID, EnhanceInstructions::new()).await.unwrap();
    assert_eq!(stream.collect().await.unwrap(), "Greet first.");
    wire.assert_request_accepting(
        "text/plain",
        &format!("/ai/assistants/{SPECIAL_ID_ENCODED}/instructions/enhance"),
        Some(json!({})),
    );
}

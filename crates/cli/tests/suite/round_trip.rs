//! What is pulled is what is live, and what is applied elsewhere is the same.

use serde_json::{Value, json};
use telnyx_ai_emulator::Emulator;

use crate::support::{Project, assert_same, normalized};

/// An account with references in all directions, secrets and unknown fields.
fn account() -> Value {
    json!({
        "tools": [
            {"id": "tool-1", "type": "webhook", "display_name": "Look up", "webhook": {
                "name": "look_up", "description": "Looks up.", "url": "https://crm.example.com/look-up", "zz_new": {"a": [1]},
                "headers": [{"name": "Authorization", "value": "Bearer crm-secret"}],
            }},
        ],
        "mcp_servers": [{"id": "mcp-1", "name": "Files", "type": "http", "url": "https://mcp.example.com"}],
        "assistants": [
            {
                "id": "assistant-11111111-1111-4111-8111-111111111111",
                "name": "Support", "instructions": "Help.\n\n- Be polite.\n- Costs ${5}.", "model": "openai/gpt-4o",
                "tool_ids": ["tool-1"], "mcp_servers": [{"id": "mcp-1"}], "zz_future": {"x": [1, 2.5, null]},
                "tags": ["b", "a"], "greeting": "",
                "tools": [{"type": "handoff", "handoff": {"ai_assistants": [
                    {"name": "billing", "id": "assistant-22222222-2222-4222-8222-222222222222"}]}}],
            },
            {
                "id": "assistant-22222222-2222-4222-8222-222222222222",
                "name": "Billing", "instructions": "Bill. ".repeat(200), "voice_settings": {"voice": "Telnyx.KokoroTTS.af", "voice_speed": 1.2},
                "tools": [
                    {"type": "handoff", "handoff": {"ai_assistants": [
                        {"name": "support", "id": "assistant-11111111-1111-4111-8111-111111111111"}]}},
                    {"type": "webhook", "webhook": {"name": "pay", "description": "Pays.", "url": "https://x.example.com",
                        "headers": [{"name": "X-Key", "value": "inline-secret"}]}},
                ],
            },
            {"id": "assistant-33333333-3333-4333-8333-333333333333", "name": "Support", "instructions": "Another one of the same name."},
        ],
        "tests": [
            {"test_id": "test-1", "name": "Greets", "destination": "assistant-11111111-1111-4111-8111-111111111111",
             "instructions": "Say hello.", "rubric": [{"name": "polite", "criteria": "Is polite."}]},
        ],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn pulled_account_has_no_changes_and_can_be_applied_elsewhere() {
    let first = Emulator::builder().seed(account()).start().await.expect("an emulator");
    let second = Emulator::start().await.expect("an emulator");
    let project = Project::empty();
    project.environments(&[("first", &first), ("second", &second)]);
    let pulled = project.ok(&["pull", "--all"]).await;
    assert!(pulled.contains("LOOK_UP_AUTHORIZATION") && pulled.contains("BILLING_X_KEY"), "{pulled}");
    project.assert_no_changes("first").await;
    let support = project.read("assistants/support.yaml");
    for expected in ["id: ${assistants.billing}", "- ${tools.look_up}", "id: ${mcp_servers.files}", "Costs $${5}."] {
        assert!(support.contains(expected), "{support}");
    }
    assert!(project.read("assistants/billing.yaml").contains("file: billing.md"));
    assert!(project.read("tests/greets.yaml").contains("destination: ${assistants.support}"));

    let project = project.with("LOOK_UP_AUTHORIZATION", "Bearer crm-secret").with("BILLING_X_KEY", "inline-secret");
    project.assert_no_changes("first").await;
    project.ok(&["apply", "--env", "second", "--yes"]).await;
    project.assert_no_changes("second").await;
    assert_same(&normalized(&second), &normalized(&first), "second");

    let files = project.files();
    project.ok(&["pull", "--env", "second"]).await;
    assert_eq!(project.files(), files);
    for (path, text) in files.into_iter().chain([("state".to_owned(), project.read(".telnyx-ai/second.json"))]) {
        assert!(!text.contains("crm-secret") && !text.contains("inline-secret"), "{path}: {text}");
    }
}

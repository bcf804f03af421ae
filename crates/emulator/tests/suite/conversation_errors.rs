//! Conversations of one version: those that ended in an error, and the results of insights.

use std::time::Duration;

use serde_json::{Value, json};
use telnyx_ai_emulator::{Emulator, Reply, Turn};

use crate::support::{Api, id, scripts, text};

/// The tools that end the assistant's turn without a reply.
const SILENT_TOOLS: [&str; 5] = ["hangup", "transfer", "refer", "handoff", "skip_turn"];

/// The rule in the README: the last message is the user's, or the result of a tool that needs a reply.
fn ended_in_error(messages: &[Value]) -> bool {
    let Some(last) = messages.last() else { return false };
    match last["role"].as_str() {
        Some("user") => true,
        Some("tool") => {
            let calls = messages.iter().filter_map(|message| message["tool_calls"].as_array()).flatten();
            let call = calls.into_iter().find(|call| call["id"] == last["tool_call_id"]).expect("a call");
            !SILENT_TOOLS.contains(&call["function"]["name"].as_str().expect("a name"))
        }
        _ => false,
    }
}

/// An assistant whose version "Candidate" serves conversations with the metadata `tier` of `gold`.
struct Canary {
    api: Api,
    assistant: String,
    main: String,
    candidate: String,
}

impl Canary {
    async fn new(insight_group: Option<&str>, api: Api) -> Self {
        let body = json!({
            "name": "Desk", "instructions": "i", "insight_settings": { "insight_group_id": insight_group },
            "tools": [
                { "type": "hangup", "hangup": {} },
                { "type": "skip_turn", "skip_turn": {} },
                { "type": "transfer", "transfer": { "from": "+15550001", "targets": [{ "name": "Desk", "to": "+15550002" }] } },
                { "type": "webhook", "webhook": { "name": "look_up", "description": "d", "url": "http://127.0.0.1:1/" } },
            ],
        });
        let main = api.post("/assistants", body).await.good();
        let assistant = id(&main);
        let draft = json!({ "version_name": "Candidate", "greeting": "Hello", "promote_to_main": false });
        let candidate = api.post(&format!("/assistants/{assistant}"), draft).await.good();
        let versions = [&main, &candidate].map(|version| version["version_id"].as_str().expect("an id").to_owned());
        let [main, candidate] = versions;
        let rules = json!({ "rules": [{
            "match": [{ "attribute": "tier", "operator": "in", "values": ["gold"] }],
            "serve": { "version_id": candidate },
        }] });
        api.post(&format!("/assistants/{assistant}/canary-deploys"), rules).await.good();
        Self { api, assistant, main, candidate }
    }

    /// Sends a message in a new conversation. Returns the conversation's id and the status of the response.
    async fn talk(&self, tier: &str, line: &str) -> (String, u16) {
        let conversation = self.api.conversation(json!({ "tier": tier })).await;
        let answer = self.api.say(&self.assistant, &conversation, line).await;
        (conversation, answer.status)
    }

    async fn messages(&self, conversation: &str) -> Vec<Value> {
        let page = self.api.get(&format!("/conversations/{conversation}/messages")).await.good();
        page["data"].as_array().cloned().expect("a page")
    }

    /// The conversations that a version has served since a time, oldest first.
    async fn served(&self, version: &str, since: &str) -> Vec<String> {
        let path = format!(
            "/conversations?metadata-%3Eassistant_version_id=eq.{version}&created_at=gte.{since}&order=created_at"
        );
        self.api.get(&path).await.good()["data"].as_array().expect("a list").iter().map(id).collect()
    }
}

fn api(rules: Value) -> Api {
    Api::new(Emulator::builder().frozen_at("2026-10-01T00:00:00Z").scripts(scripts(rules)))
}

#[tokio::test]
async fn conversation_keeps_the_version_that_it_started_with() {
    let canary = Canary::new(None, api(json!({}))).await;
    let (conversation, _) = canary.talk("gold", "hello").await;
    assert_eq!(canary.served(&canary.candidate, "2026-10-01").await, std::slice::from_ref(&conversation));
    canary.api.delete(&format!("/assistants/{}/canary-deploys", canary.assistant)).await;
    canary.api.say(&canary.assistant, &conversation, "again").await.good();
    let last = canary.messages(&conversation).await.pop().expect("a reply");
    assert_eq!(last["metadata"]["assistant_version_id"], canary.main);
    assert_eq!(canary.served(&canary.candidate, "2026-10-01").await, [conversation]);
}

#[tokio::test]
async fn failed_turn_leaves_the_conversation_in_error() {
    let canary = Canary::new(
        None,
        api(json!({ "chat": [
            { "words": "crash", "version": "Candidate", "fail": { "status": 503 } },
            { "words": "look up", "version": "Candidate", "call": { "tool": "look_up" }, "fail": {} },
            { "words": "bye", "call": { "tool": "hangup" } },
            { "words": "wait", "call": { "tool": "skip_turn" } },
            { "words": "human", "call": { "tool": "transfer" } },
        ] })),
    )
    .await;
    for (line, status, is_error) in [
        ("crash", 503, true),
        ("look up", 500, true),
        ("hello", 200, false),
        ("bye", 200, false),
        ("wait", 200, false),
        ("human", 200, false),
    ] {
        let (conversation, got) = canary.talk("gold", line).await;
        let messages = canary.messages(&conversation).await;
        assert_eq!((got, ended_in_error(&messages)), (status, is_error), "{line}: {messages:?}");
        // The rules for the candidate do not apply to the main version.
        let (conversation, got) = canary.talk("silver", line).await;
        assert_eq!((got, ended_in_error(&canary.messages(&conversation).await)), (200, false), "{line}");
    }
}

#[tokio::test]
async fn panic_of_the_responder_leaves_the_conversation_in_error() {
    let responder = |_: &Turn| -> Reply { panic!("no reply") };
    let canary = Canary::new(None, Api::new(Emulator::builder().responder(responder))).await;
    let (conversation, status) = canary.talk("silver", "hello").await;
    let messages = canary.messages(&conversation).await;
    assert_eq!((status, messages.len(), ended_in_error(&messages)), (500, 1, true), "{messages:?}");
    assert_eq!(messages[0]["text"], "hello");
}

#[tokio::test]
async fn later_reply_clears_the_error() {
    let rules = json!({ "chat": [{ "words": "crash", "fail": {} }] });
    let canary = Canary::new(None, api(rules)).await;
    let (conversation, _) = canary.talk("gold", "crash").await;
    assert!(ended_in_error(&canary.messages(&conversation).await));
    canary.api.say(&canary.assistant, &conversation, "again").await.good();
    assert!(!ended_in_error(&canary.messages(&conversation).await));
}

#[tokio::test]
async fn conversations_of_a_version_are_listed_since_a_time() {
    let canary = Canary::new(None, api(json!({ "chat": [{ "words": "crash", "fail": {} }] }))).await;
    let clock = canary.api.0.clock();
    let (early, _) = canary.talk("gold", "hello").await;
    clock.advance(Duration::from_secs(60)).await;
    let since = clock.now();
    let (failed, _) = canary.talk("gold", "crash").await;
    let (other, _) = canary.talk("silver", "hello").await;
    let at = clock.after(Duration::from_secs(60));
    let more = json!({ "scheduled_at_fixed_datetime": at, "conversation_metadata": { "tier": "gold" } });
    let event = canary.api.schedule(&canary.assistant, more).await;
    clock.advance(Duration::from_secs(600)).await;
    let call = text(&canary.api.get(&event).await.good()["conversation_id"]);

    let since = since.as_str();
    assert_eq!(canary.served(&canary.candidate, since).await, [failed.clone(), call.clone()]);
    assert_eq!(canary.served(&canary.main, since).await, [other]);
    assert_eq!(canary.served(&canary.candidate, "2026-01-01").await, [early, failed, call]);
    assert!(canary.served("unknown", since).await.is_empty());
}

#[tokio::test]
async fn insights_are_found_in_the_conversations_of_a_version() {
    let api = api(json!({ "insights": [
        { "words": "angry", "result": { "mood": "bad" } },
        { "result": { "mood": "good" } },
    ] }));
    let insight = json!({ "name": "Mood", "instructions": "i", "json_schema": {
        "type": "object", "properties": { "mood": { "type": "string" } },
    } });
    let insight = api.insight(insight).await;
    let group = api.insight_group(json!({ "name": "All" }), &[&insight]).await;
    let canary = Canary::new(Some(&group), api).await;
    for line in ["I am angry", "Hello"] {
        canary.talk("gold", line).await;
    }
    canary.talk("silver", "Hello").await;
    // The insights of a chat run after it was idle for half an hour.
    canary.api.0.clock().advance(Duration::from_secs(3_600)).await;

    let mut results = Vec::new();
    for conversation in canary.served(&canary.candidate, "2026-10-01T00:00:00Z").await {
        let found = canary.api.get(&format!("/conversations/{conversation}/conversations-insights")).await.good();
        assert_eq!(found["data"][0]["status"], "completed");
        results.push(found["data"][0]["conversation_insights"][0]["result"].clone());
    }
    results.sort_by_key(Value::to_string);
    assert_eq!(results, [r#"{"mood":"bad"}"#, r#"{"mood":"good"}"#]);

    let path = format!(
        "/conversations/conversation-insights/aggregates?insight_id={insight}&group_by=mood,metadata.assistant_version_id"
    );
    let counts = canary.api.get(&path).await.good();
    let bad = counts["data"].as_array().expect("rows").iter().find(|row| row["mood"] == "bad").expect("a row");
    assert_eq!(
        (&bad["metadata.assistant_version_id"], &bad["record_count"]),
        (&json!(canary.candidate), &json!(1)),
        "{counts}"
    );
}

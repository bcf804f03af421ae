use http::Method;
use serde_json::json;
use telnyx_ai::assistants::types::{ConversationFlow, DefaultCondition, FlowEdge, NodeTarget, SpeakNode};
use telnyx_ai::assistants::{ChatRequest, CreateAssistant, UpdateAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai::{Client, ErrorKind, Telnyx};
use telnyx_ai_emulator::{Assumptions, Emulator, ValidationShape};

use super::{Api, api_error};

#[tokio::test]
async fn every_response_has_a_request_id() {
    let api = Api::start().await;
    let response = api.telnyx.assistants().list().with_response().await.unwrap();
    assert!(response.request_id().is_some());
    let error = api.telnyx.assistants().retrieve("assistant-17").await.unwrap_err();
    assert!(error.to_string().contains(error.request_id().unwrap()), "{error}");
}

#[tokio::test]
async fn only_the_configured_key_is_accepted() {
    let api = Api::of(Emulator::builder().api_key("KEY")).await;
    api.telnyx.assistants().list().await.unwrap();
    let stranger = Client::builder().api_key("OTHER").base_url(api.emulator.base_url()).build().unwrap();
    let error = Telnyx::new(stranger).assistants().list().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.code()), (401, Some("10009")));
    assert!(error.to_string().contains("check the API key"), "{error}");
    let (status, ..) = api_error(api.telnyx.assistants().list().header("authorization", "Basic S0VZ").await);
    assert_eq!(status, 401);
}

#[tokio::test]
async fn unknown_path_is_404() {
    let api = Api::start().await;
    let telnyx = &api.telnyx;
    let not_found = |error: (u16, String, Option<String>)| assert_eq!((error.0, error.1.as_str()), (404, "10005"));
    not_found(api_error(telnyx.assistants().retrieve("assistant-17").await));
    not_found(api_error(telnyx.assistants().delete("assistant-17").await));
    not_found(api_error(telnyx.assistants().clone_assistant("assistant-17").await));
    not_found(api_error(telnyx.assistants().texml("assistant-17").await));
    not_found(api_error(telnyx.versions().list("assistant-17").await));
    not_found(api_error(telnyx.canary_deploys().retrieve("assistant-17").await));
    not_found(api_error(telnyx.tools().retrieve("tool-17").await));
    not_found(api_error(telnyx.conversations().retrieve("conversation-17").await));
    not_found(api_error(telnyx.conversations().messages("conversation-17").try_collect().await));
    not_found(api_error(telnyx.tests().retrieve("test-17").await));
    not_found(api_error(telnyx.mcp_servers().retrieve("server-17").await));
    not_found(api_error(telnyx.integrations().retrieve("integration-17").await));
    not_found(api_error(telnyx.connections().delete("connection-17").await));
    let assistant = api.assistant().await;
    let stranger = ChatRequest::new("conversation-17", "Hi!");
    not_found(api_error(telnyx.assistants().chat(&assistant.id, stranger.clone()).await));
    not_found(api_error(telnyx.assistants().chat_stream(&assistant.id, stranger).await.map(|_| ())));
    not_found(api_error(telnyx.client().request(Method::GET, "/ai/nothing/of/the/kind").await));
}

#[tokio::test]
async fn unsupported_method_is_405() {
    let api = Api::start().await;
    let (status, code, _) = api_error(api.telnyx.client().request(Method::PUT, "/ai/assistants").await);
    assert_eq!((status, code.as_str()), (405, "10030"));
}

#[tokio::test]
async fn wrong_body_is_422_with_a_pointer() {
    let api = Api::start().await;
    let assistants = api.telnyx.assistants();
    let create = |field: &str, value: serde_json::Value| {
        assistants.create(CreateAssistant::new("Support", "Help politely.")).extra_body(field, value)
    };
    for (field, value, pointer) in [
        ("name", json!(17), "/name"),
        ("tools", json!([{"type": "webhook", "webhook": {"name": "x", "description": "y"}}]), "/tools/0/webhook"),
        ("dynamic_variables_webhook_timeout_ms", json!(10_001), "/dynamic_variables_webhook_timeout_ms"),
        ("voice_settings", json!({"voice": "x", "voice_speed": 3}), "/voice_settings/voice_speed"),
        ("transcription", json!({"settings": {"eot_threshold": 0.95}}), "/transcription/settings/eot_threshold"),
        ("version_name", json!("x".repeat(51)), "/version_name"),
        ("tags", json!(["vip", "a:b"]), "/tags/1"),
        ("tool_ids", json!(["tool-17"]), "/tool_ids/0"),
    ] {
        let (status, _, at) = api_error(create(field, value).await);
        assert_eq!(status, 422, "{field}");
        let at = at.unwrap_or_default();
        assert!(at.starts_with(pointer), "{at} is not {pointer}");
    }
    assert!(assistants.list().await.unwrap().is_empty(), "nothing was created");
}

#[tokio::test]
async fn broken_flow_is_422_with_a_pointer() {
    let api = Api::start().await;
    let edge = FlowEdge::new("away", "start", NodeTarget::new("nowhere"), DefaultCondition::new());
    let flow = ConversationFlow::new("start", [SpeakNode::new("start", "Hello.").into()]).with_edges([edge]);
    let request = CreateAssistant::new("Support", "Help politely.").with_conversation_flow(flow);
    let (status, _, pointer) = api_error(api.telnyx.assistants().create(request).await);
    assert_eq!((status, pointer.as_deref()), (422, Some("/conversation_flow/edges/0/target/node_id")));
}

#[tokio::test]
async fn all_violations_are_returned_at_once() {
    let api = Api::start().await;
    let assistant = api.assistant().await;
    let change = UpdateAssistant::new().with_dynamic_variables_webhook_timeout_ms(0).with_tags(["a:b"]);
    let error = api.telnyx.assistants().update(&assistant.id, change).await.unwrap_err();
    let pointers: Vec<_> = error.errors().iter().filter_map(|error| error.pointer()).collect();
    assert_eq!(pointers, ["/dynamic_variables_webhook_timeout_ms", "/tags/0"]);
}

/// Services use two forms of a 422 response. The SDK reads both in the same way.
#[tokio::test]
async fn both_forms_of_a_422_are_read() {
    for shape in [ValidationShape::Errors, ValidationShape::Detail] {
        let api = Api::of(Emulator::builder().assumptions(Assumptions::new().with_validation_shape(shape))).await;
        let request = CreateAssistant::new("Support", "Help politely.").with_tags(["a:b"]);
        let (status, _, pointer) = api_error(api.telnyx.assistants().create(request).await);
        assert_eq!((status, pointer.as_deref()), (422, Some("/tags/0")), "{shape:?}");
    }
}

#[tokio::test]
async fn invalid_json_is_400() {
    let api = Api::start().await;
    let http = tokio::net::TcpStream::connect(api.emulator.addr()).await.unwrap();
    let (mut read, mut write) = http.into_split();
    let request = "POST /v2/ai/assistants HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer KEY\r\n\
                   content-length: 5\r\nconnection: close\r\n\r\n{oops";
    tokio::io::AsyncWriteExt::write_all(&mut write, request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut read, &mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("10023"), "{answer}");
}

#[tokio::test]
async fn rate_limit_is_enforced() {
    let api = Api::of(Emulator::builder().assumptions(Assumptions::new().with_rate_limit(2))).await;
    let list = || api.telnyx.assistants().list().max_retries(0);
    let first = list().with_response().await.unwrap().rate_limit().unwrap();
    assert_eq!((first.limit, first.remaining), (Some(2), Some(1)));
    list().await.unwrap();
    let error = list().await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16(), error.code()), (ErrorKind::Api, 429, Some("10011")));
    assert_eq!(error.rate_limit().unwrap().remaining, Some(0));
}

//! What a call ends with when it fails, and what it tells of it.

use std::error::Error as _;
use std::time::Duration;

use serde_json::{Value, json};
use telnyx_ai::assistants::types::{EnabledFeature, FlowNode, Tool};
use telnyx_ai::assistants::{Assistant, CreateAssistant, UpdateAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai::{Client, Error, ErrorKind, Telnyx, unknown_paths};
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::contract::Contract;
use telnyx_ai_tests::examples::{Recipe, examples};
use telnyx_ai_tests::operations::differences;
use telnyx_ai_tests::scripted::{Act, Piece, Scripted};
use telnyx_ai_tests::server::{BrokenServer, RecordingServer};

/// The error of `GET /ai/assistants/assistant-1` where the server gives that answer, over real HTTP.
async fn error_of(answer: Answer) -> Error {
    let server = RecordingServer::start([answer]).await;
    let error = Telnyx::new(server.client()).assistants().retrieve("assistant-1").max_retries(0).await.unwrap_err();
    assert_eq!(server.requests().len(), 1);
    error
}

mod answers {
    use super::*;

    #[tokio::test]
    async fn the_errors_of_the_api() {
        let body = json!({"errors": [
            {
                "code": "10015",
                "title": "Bad request",
                "detail": "The name is too long.",
                "source": {"pointer": "/name"},
                "meta": {"url": "https://developers.example/10015"},
            },
            {"code": "10032", "title": "Not a known value", "source": {"pointer": "/tools/0/type"}},
        ]});
        let error = error_of(Answer::status(400).with_json(&body).with_header("x-request-id", "request-1")).await;
        assert_eq!(error.kind(), ErrorKind::Api);
        assert_eq!(error.status().unwrap(), 400);
        assert_eq!(error.code(), Some("10015"));
        assert_eq!(error.request_id(), Some("request-1"));
        assert_eq!(error.attempts(), 1);
        assert!(!error.is_retryable());
        let [first, second] = error.errors() else { panic!("{error}") };
        assert_eq!((first.title(), first.detail()), (Some("Bad request"), Some("The name is too long.")));
        assert_eq!((first.pointer(), first.url()), (Some("/name"), Some("https://developers.example/10015")));
        assert_eq!((second.code(), second.pointer()), (Some("10032"), Some("/tools/0/type")));
        assert_eq!(serde_json::from_slice::<Value>(error.body().unwrap()).unwrap(), body);
        let operation = error.operation().unwrap();
        assert_eq!((operation.method().as_str(), operation.path()), ("GET", "/ai/assistants/{assistant_id}"));
        assert_eq!(
            error.to_string(),
            "GET /ai/assistants/{assistant_id} failed: 400 Bad Request: Bad request: The name is too long. at /name; \
             Not a known value at /tools/0/type (code 10015, request id request-1)"
        );
    }

    #[tokio::test]
    async fn the_details_of_a_validation() {
        let body = json!({"detail": [
            {"loc": ["body", "rubric", 0, "criteria"], "msg": "field required", "type": "value_error.missing"},
            {"loc": ["query", "page[size]"], "msg": "too large", "type": "value_error"},
        ]});
        let error = error_of(Answer::status(422).with_json(&body)).await;
        assert_eq!(error.code(), Some("value_error.missing"));
        let pointers: Vec<_> = error.errors().iter().map(telnyx_ai::ApiError::pointer).collect();
        assert_eq!(pointers, [Some("/rubric/0/criteria"), Some("/query/page[size]")]);
        assert_eq!(
            error.to_string(),
            "GET /ai/assistants/{assistant_id} failed: 422 Unprocessable Entity: field required at \
             /rubric/0/criteria; too large at /query/page[size] (code value_error.missing)"
        );
    }

    #[tokio::test]
    async fn a_detail_that_is_a_text() {
        let error = error_of(Answer::status(404).with_json(&json!({"detail": "Assistant not found"}))).await;
        assert_eq!(error.to_string(), "GET /ai/assistants/{assistant_id} failed: 404 Not Found: Assistant not found");
    }

    #[tokio::test]
    async fn json_of_no_known_form() {
        let error = error_of(Answer::status(400).with_json(&json!({"oops": [1, 2]}))).await;
        assert!(error.errors().is_empty());
        assert_eq!(
            error.to_string(),
            "GET /ai/assistants/{assistant_id} failed: 400 Bad Request: the answer is JSON, but of no form of the \
             API's errors; `Error::body` has it"
        );
    }

    #[tokio::test]
    async fn a_page_of_a_proxy() {
        let page = "<html>\n<head><title>502 Bad Gateway</title></head>\n<body><h1>Bad Gateway</h1></body></html>";
        let error = error_of(Answer::text("text/html", page).with_status(502)).await;
        assert_eq!((error.kind(), error.code()), (ErrorKind::Api, None));
        assert!(error.is_retryable());
        assert_eq!(error.body().unwrap(), page);
        assert_eq!(
            error.to_string(),
            "GET /ai/assistants/{assistant_id} failed: 502 Bad Gateway: the answer (text/html) is not an error of the \
             API's, so it may come from a proxy in between: \"502 Bad Gateway Bad Gateway\""
        );
    }

    #[tokio::test]
    async fn nothing_but_a_status() {
        let error = error_of(Answer::status(500)).await;
        assert!(error.is_retryable());
        assert_eq!(
            error.to_string(),
            "GET /ai/assistants/{assistant_id} failed: 500 Internal Server Error: the answer has no body"
        );
    }

    #[tokio::test]
    async fn a_key_that_is_not_good() {
        let body = json!({"errors": [{"code": "10009", "title": "Authentication failed"}]});
        let error = error_of(Answer::status(401).with_json(&body)).await;
        assert_eq!(error.code(), Some("10009"));
        assert_eq!(
            error.to_string(),
            "GET /ai/assistants/{assistant_id} failed: 401 Unauthorized: Authentication failed; check the API key \
             (TELNYX_API_KEY) (code 10009)"
        );
    }

    #[tokio::test]
    async fn a_limit_that_is_reached() {
        let answer = Answer::status(429)
            .with_json(&json!({"errors": [{"code": "10011", "title": "Too many requests"}]}))
            .with_header("retry-after", "7")
            .with_header("x-ratelimit-remaining", "0");
        let error = error_of(answer).await;
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert_eq!(error.rate_limit().unwrap().remaining, Some(0));
        assert!(error.is_retryable());
        assert!(error.to_string().contains("; wait, or keep the client below the rate"), "{error}");
    }

    #[tokio::test]
    async fn a_redirect_is_not_followed() {
        let elsewhere = RecordingServer::start([Answer::status(200)]).await;
        for status in [301, 302, 303, 307, 308] {
            let error = error_of(Answer::status(status).with_header("location", &elsewhere.base_url())).await;
            assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Redirect, status));
            let said = error.to_string();
            assert!(said.contains(&format!(" to {}: redirects are not followed", elsewhere.base_url())), "{said}");
        }
        assert!(elsewhere.requests().is_empty(), "the key has not gone to another place");
    }
}

mod the_network {
    use super::*;

    async fn cut_off(answer: &'static str) -> Error {
        let server = BrokenServer::start(answer).await;
        let client = server.builder().max_retries(0).build().unwrap();
        Telnyx::new(client).assistants().retrieve("assistant-1").await.unwrap_err()
    }

    #[tokio::test]
    async fn no_server_is_there() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v2", listener.local_addr().unwrap());
        drop(listener);
        let client = Client::builder().api_key("KEY").base_url(url).max_retries(0).build().unwrap();
        let error = Telnyx::new(client).assistants().retrieve("assistant-1").await.unwrap_err();
        assert_eq!((error.kind(), error.status(), error.attempts()), (ErrorKind::Connect, None, 1));
        assert!(error.is_retryable());
        assert!(error.source().is_some());
        let said = error.to_string();
        assert!(said.starts_with("GET /ai/assistants/{assistant_id} failed: no connection: "), "{said}");
        assert!(said.contains("refused"), "{said}");
        assert!(said.ends_with("; check the base URL, the network and the proxy settings"), "{said}");
    }

    #[tokio::test]
    async fn the_connection_closes_without_an_answer() {
        let error = cut_off("").await;
        assert_eq!((error.kind(), error.status()), (ErrorKind::Transport, None));
        assert!(error.to_string().contains("the connection broke before the whole answer was there: "), "{error}");
    }

    #[tokio::test]
    async fn the_connection_closes_within_the_answer() {
        let error = cut_off("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"id\": \"assistant-1\", \"na").await;
        assert_eq!(error.kind(), ErrorKind::Transport);
        assert!(error.is_retryable());
        assert!(error.to_string().contains("the connection broke before the whole answer was there: "), "{error}");
    }

    #[tokio::test]
    async fn the_connection_closes_within_an_error() {
        let error = cut_off("HTTP/1.1 404 Not Found\r\ncontent-length: 1000\r\n\r\n{\"errors\": [").await;
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Api, 404));
        assert_eq!(error.body().unwrap(), "{\"errors\": [");
    }

    #[tokio::test]
    async fn the_answer_is_no_http() {
        let error = cut_off("220 mail.example ESMTP\r\n").await;
        assert_eq!(error.kind(), ErrorKind::Transport);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_never_comes() {
        let scripted = Scripted::new([Act::Silence]);
        let call = Telnyx::new(scripted.client()).assistants().retrieve("assistant-1");
        let start = tokio::time::Instant::now();
        let error = call.timeout(Duration::from_secs(5)).max_retries(0).await.unwrap_err();
        assert_eq!(start.elapsed(), Duration::from_secs(5));
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
        assert_eq!(
            error.to_string(),
            "GET /ai/assistants/{assistant_id} failed: no whole answer within 5s; allow more by `timeout` on the call \
             or the client"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_whose_end_never_comes() {
        let scripted = Scripted::streaming([Piece::from("{\"id\": \"assistant-1\", "), Piece::Silence]);
        let client = scripted.builder().timeout(Duration::from_secs(7)).max_retries(0).build().unwrap();
        let start = tokio::time::Instant::now();
        let error = Telnyx::new(client).assistants().retrieve("assistant-1").await.unwrap_err();
        assert_eq!((start.elapsed(), error.kind()), (Duration::from_secs(7), ErrorKind::Timeout));
    }

    /// By default an attempt may take 60 seconds.
    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_ever() {
        let scripted = Scripted::new([Act::Silence]);
        let start = tokio::time::Instant::now();
        Telnyx::new(scripted.client()).tags().list().max_retries(0).await.unwrap_err();
        assert_eq!(start.elapsed(), Duration::from_secs(60));
    }

    /// An error that a transport of one's own gives is kept as the source.
    #[tokio::test]
    async fn the_cause_is_kept() {
        #[derive(Debug, PartialEq)]
        struct OutOfPaper;
        impl std::fmt::Display for OutOfPaper {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("out of paper")
            }
        }
        impl std::error::Error for OutOfPaper {}

        let transport = tower::service_fn(|_: http::Request<telnyx_ai::Body>| async {
            Err::<http::Response<telnyx_ai::Body>, _>(OutOfPaper)
        });
        let client = Client::builder().api_key("KEY").transport(transport).max_retries(0).build().unwrap();
        let error = Telnyx::new(client).tags().list().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport);
        assert_eq!(error.source().unwrap().downcast_ref::<OutOfPaper>(), Some(&OutOfPaper));
        assert!(error.to_string().contains("out of paper"), "{error}");
    }
}

mod reading {
    use super::*;

    /// An assistant with every field and twenty tools.
    fn large_assistant() -> Value {
        let contract = Contract::load();
        let most = &examples(&contract, contract.schema("InferenceEmbedding"), Recipe::default())[1];
        let mut assistant = most.body.clone();
        let webhook = |n: usize| {
            json!({"type": "webhook", "webhook": {
                "name": format!("tool_{n}"), "description": "Looks something up.", "url": "https://shop.example",
                "headers": [{"name": "x-shop", "value": "17"}],
            }})
        };
        assistant["tools"] = (0..20).map(webhook).collect();
        assistant
    }

    /// The path that the error names where `text` is answered.
    async fn error_for(text: String) -> String {
        let error = error_of(Answer::text("application/json", text)).await;
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Decode, 200));
        assert!(!error.is_retryable());
        error.to_string()
    }

    #[tokio::test]
    async fn a_wrong_type_deep_in_a_long_answer_is_named_by_its_path() {
        let mut assistant = large_assistant();
        assistant["tools"][17]["webhook"]["headers"][0]["value"] = json!(17);
        let text = serde_json::to_string_pretty(&assistant).unwrap();
        assert!(text.lines().count() > 300);
        assert_eq!(
            error_for(text).await,
            "GET /ai/assistants/{assistant_id} failed: the answer (200 OK) is not of the expected type: at \
             `tools[17].webhook.headers[0].value`: invalid type: integer [masked], expected a string"
        );
    }

    #[tokio::test]
    async fn a_tag_that_comes_after_its_content_hides_no_path() {
        let mut assistant = large_assistant();
        assistant["tools"][17]["webhook"]["headers"][0]["value"] = json!(17);
        let tool = assistant["tools"][17]["webhook"].to_string();
        let tag_last = format!("{{\"webhook\": {tool}, \"type\": \"webhook\"}}");
        assistant["tools"][17] = json!("PLACE");
        let text = serde_json::to_string_pretty(&assistant).unwrap().replace("\"PLACE\"", &tag_last);
        let said = error_for(text).await;
        assert!(said.contains("at `tools[17].webhook.headers[0].value`: invalid type: integer [masked]"), "{said}");
    }

    #[tokio::test]
    async fn a_field_that_is_missing_is_named_with_its_place() {
        let mut assistant = large_assistant();
        assistant["tools"][3]["webhook"].as_object_mut().unwrap().remove("url");
        let said = error_for(assistant.to_string()).await;
        assert!(said.ends_with("at `tools[3].webhook`: missing field `url`"), "{said}");
    }

    #[tokio::test]
    async fn a_known_tool_with_a_wrong_body_is_an_error() {
        let mut assistant = large_assistant();
        assistant["tools"] = json!([{"type": "webhook", "webhook": "https://shop.example"}]);
        let said = error_for(assistant.to_string()).await;
        assert!(said.contains("at `tools[0].webhook`: invalid type: string"), "{said}");
    }

    #[tokio::test]
    async fn an_answer_that_is_no_json() {
        let error = error_of(Answer::text("text/html", "<!doctype html><p>Welcome")).await;
        assert_eq!(error.kind(), ErrorKind::Decode);
        let said = error.to_string();
        assert!(said.contains("the answer (200 OK, text/html, 25 bytes) is not JSON: "), "{said}");
        assert!(said.ends_with("is the base URL that of the API?"), "{said}");
    }

    #[tokio::test]
    async fn an_answer_that_is_empty() {
        let error = error_of(Answer::status(200)).await;
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().contains("(200 OK, no content type, 0 bytes) is not JSON"), "{error}");
    }

    /// A decode error shows where the answer is wrong and not what stands there or beside it.
    #[tokio::test]
    async fn the_answer_is_at_hand_and_not_in_the_message() {
        let error = error_of(Answer::json(&json!({"id": "assistant-1", "secret": "hunter2"}))).await;
        assert!(error.body().unwrap().starts_with(b"{"));
        assert!(!error.to_string().contains("hunter2") && !format!("{error:?}").contains("hunter2"));
    }

    #[tokio::test]
    async fn a_value_that_is_new_breaks_nothing_and_is_sent_back() {
        let mut received = large_assistant();
        received["enabled_features"] = json!(["telephony", "telepathy"]);
        received["tools"][1] = json!({"type": "crystal_ball", "crystal_ball": {"depth": 3}});
        received["tools"][2]["webhook"]["method"] = json!("BREW");
        received["conversation_flow"]["nodes"] = json!([
            {"type": "prompt", "id": "start", "instructions": "Ask.", "tools_mode": "shuffle"},
            {"type": "dream", "id": "dream", "of": ["sheep"]},
        ]);
        received["voice_settings"]["background_audio"] = json!({"type": "hum", "pitch": 440});
        received["mood"] = json!({"default": "sunny"});
        let server = RecordingServer::start([Answer::json(&received)]).await;
        let assistants = Telnyx::new(server.client()).assistants();

        let assistant: Assistant = assistants.retrieve("assistant-1").await.unwrap();
        let features = assistant.enabled_features.as_ref().unwrap();
        assert_eq!(features[0], EnabledFeature::Telephony);
        assert_eq!(features[1].as_str(), "telepathy");
        let Tool::Unknown(tool) = &assistant.tools.as_ref().unwrap()[1] else { panic!("{:?}", assistant.tools) };
        assert_eq!((tool.tag(), &tool.fields()["crystal_ball"]), ("crystal_ball", &json!({"depth": 3})));
        let nodes = &assistant.conversation_flow.as_ref().unwrap().nodes;
        assert!(matches!(&nodes[0], FlowNode::Prompt(node) if node.tools_mode.as_ref().unwrap().as_str() == "shuffle"));
        assert!(matches!(&nodes[1], FlowNode::Unknown(node) if node.tag() == "dream"));
        assert_eq!(assistant.extra.get("mood"), Some(&json!({"default": "sunny"})));
        assert_eq!(
            unknown_paths(&assistant),
            [
                "enabled_features[1]",
                "tools[1]",
                "tools[2].webhook.method",
                "conversation_flow.nodes[0].tools_mode",
                "conversation_flow.nodes[1]",
                "voice_settings.background_audio",
                "mood",
            ]
        );

        let change = UpdateAssistant::from(assistant).with_greeting("Good morning!");
        assistants.update("assistant-1", change).await.unwrap();
        let sent = server.requests()[1].json().unwrap();
        assert_eq!(sent["greeting"], "Good morning!");
        for field in ["enabled_features", "tools", "conversation_flow", "voice_settings", "mood"] {
            let changed = differences(&received[field], &sent[field]);
            assert!(changed.is_empty(), "{field}: {changed:?}");
        }
    }

    #[test]
    fn a_known_value_is_never_an_unknown_one() {
        for text in EnabledFeature::known() {
            let feature = EnabledFeature::from(*text);
            assert!(!matches!(feature, EnabledFeature::Unknown(_)));
            assert_eq!(feature.to_string(), *text);
        }
        assert_eq!(EnabledFeature::from("telephony"), EnabledFeature::Telephony);
        assert!(matches!(EnabledFeature::from("Telephony"), EnabledFeature::Unknown(_)));
    }

    #[tokio::test]
    async fn numbers_may_be_written_with_a_fraction_of_nothing() {
        let text = "{\"id\": \"a\", \"name\": \"b\", \"instructions\": \"c\", \"model\": \"d\", \
                    \"created_at\": \"e\", \"dynamic_variables_webhook_timeout_ms\": 1500.0}";
        let server = RecordingServer::start([Answer::text("application/json", text)]).await;
        let assistant = Telnyx::new(server.client()).assistants().retrieve("a").await.unwrap();
        assert_eq!(assistant.dynamic_variables_webhook_timeout_ms, Some(1500));
    }
}

#[tokio::test]
async fn an_error_is_sent_between_tasks_and_boxed() {
    let scripted = Scripted::new([Answer::status(422)]);
    let call = Telnyx::new(scripted.client()).assistants().create(CreateAssistant::new("Support", ""));
    let error: Box<dyn std::error::Error + Send + Sync> =
        tokio::spawn(async { call.await.map_err(Box::from) }).await.unwrap().unwrap_err();
    assert_eq!(error.downcast_ref::<Error>().unwrap().status().unwrap(), 422);
    assert!(size_of::<Error>() <= size_of::<usize>(), "an error is as small as a pointer");
}

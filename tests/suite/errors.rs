//! The errors of calls.

use std::error::Error as _;
use std::time::Duration;

use serde_json::{Value, json};
use telnyx_ai::assistants::types::{EnabledFeature, FlowNode, Tool};
use telnyx_ai::assistants::{Assistant, CreateAssistant, UpdateAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai::{Client, Error, ErrorKind, Telnyx, decode, unknown_paths};
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::contract::Contract;
use telnyx_ai_tests::examples::{Recipe, examples};
use telnyx_ai_tests::operations::differences;
use telnyx_ai_tests::scripted::{Act, Piece, Scripted};
use telnyx_ai_tests::server::{BrokenServer, RecordingServer};

/// The error of `GET /ai/assistants/assistant-1` for a response, over HTTP.
async fn error_of(answer: Answer) -> Error {
    let server = RecordingServer::start([answer]).await;
    let error = Telnyx::new(server.client()).assistants().retrieve("assistant-1").max_retries(0).await.unwrap_err();
    assert_eq!(server.requests().len(), 1);
    error
}

mod responses {
    use super::*;

    #[tokio::test]
    async fn error_bodies_are_repaired_like_responses() {
        let plain = r#"{"errors":[{"code":"10015","title":"Bad","detail":"Hi \ud83d","meta":{"limit":1e400}}]}"#;
        for body in [plain.to_owned(), format!("\u{feff}{plain}")] {
            let error = error_of(Answer::text("application/json", body).with_status(422)).await;
            assert_eq!(error.code(), Some("10015"));
            assert!(error.to_string().contains("Bad: Hi \u{fffd}"), "{error}");
        }
    }

    #[tokio::test]
    async fn compressed_error_body_names_the_encoding() {
        let error = error_of(
            Answer::text("text/html", "\u{1f}\u{8b}").with_status(503).with_header("content-encoding", "gzip"),
        );
        assert!(error.await.to_string().contains("is encoded with gzip"));
    }

    #[tokio::test]
    async fn error_with_codes_has_all_parts() {
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
    async fn validation_error_has_pointers() {
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
    async fn detail_can_be_a_string() {
        let error = error_of(Answer::status(404).with_json(&json!({"detail": "Assistant not found"}))).await;
        assert_eq!(error.to_string(), "GET /ai/assistants/{assistant_id} failed: 404 Not Found: Assistant not found");
    }

    #[test]
    fn texts_of_other_forms_of_errors_are_shown() {
        for (body, message) in [
            (json!({"message": "no such page"}), "no such page"),
            (json!({"error": null, "message": "no such page"}), "no such page"),
            (json!({"detail": null, "errors": [], "message": "no such page"}), "no such page"),
            (json!({"detail": [], "message": "no such page"}), "no such page"),
            (json!({"error": "Bad Request"}), "Bad Request"),
            (json!({"error": "Bad Request", "message": "name is required"}), "Bad Request: name is required"),
            (json!({"error": true, "message": "name is required", "code": 7}), "name is required (code 7)"),
            (json!({"error": {"message": "no credit", "code": 7}}), "no credit (code 7)"),
            (json!({"error": {"reason": "no credit"}}), r#"{"reason":"no credit"}"#),
            (json!({"error": "invalid_token", "error_description": "expired"}), "invalid_token: expired"),
            (json!({"errors": [{"message": "name is required"}]}), "name is required"),
            (json!({"errors": [{"title": "", "detail": "name is required"}]}), "name is required"),
            (json!({"errors": ["name is required"]}), "name is required"),
            (json!({"errors": {"name": ["is required"]}}), r#"{"name":["is required"]}"#),
            (json!({"errors": "name is required"}), "name is required"),
            (json!({"title": "Invalid", "detail": "name is required"}), "Invalid: name is required"),
            (json!("name is required"), "name is required"),
            (json!({"errors": vec!["a"; 13]}), "a; a; a; a; a; a; a; a; a; a; and 3 more"),
        ] {
            let error = Error::from_response(400, body.to_string());
            assert_eq!(error.to_string(), format!("400 Bad Request: {message}"));
        }
    }

    #[tokio::test]
    async fn json_of_another_form_is_described() {
        let error = error_of(Answer::status(400).with_json(&json!({"oops": [1, 2]}))).await;
        assert!(error.errors().is_empty());
        assert_eq!(
            error.to_string(),
            "GET /ai/assistants/{assistant_id} failed: 400 Bad Request: the response is JSON, but not an \
             error of the API; see `Error::body`"
        );
    }

    #[tokio::test]
    async fn page_of_a_proxy_is_quoted() {
        let page = "<html>\n<head><title>502 Bad Gateway</title></head>\n<body><h1>Bad Gateway</h1></body></html>";
        let error = error_of(Answer::text("text/html", page).with_status(502)).await;
        assert_eq!((error.kind(), error.code()), (ErrorKind::Api, None));
        assert!(error.is_retryable());
        assert_eq!(error.body().unwrap(), page);
        assert_eq!(
            error.to_string(),
            "GET /ai/assistants/{assistant_id} failed: 502 Bad Gateway: the response (text/html) is not an error of \
             the API; it may come from a proxy: \"502 Bad Gateway Bad Gateway\""
        );
    }

    #[tokio::test]
    async fn empty_error_response_has_its_status() {
        let error = error_of(Answer::status(500)).await;
        assert!(error.is_retryable());
        assert_eq!(
            error.to_string(),
            "GET /ai/assistants/{assistant_id} failed: 500 Internal Server Error: the response has no body"
        );
    }

    #[tokio::test]
    async fn rejected_key_has_advice() {
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
    async fn rate_limit_has_advice() {
        let answer = Answer::status(429)
            .with_json(&json!({"errors": [{"code": "10011", "title": "Too many requests"}]}))
            .with_header("retry-after", "7")
            .with_header("x-ratelimit-remaining", "0");
        let error = error_of(answer).await;
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert_eq!(error.rate_limit().unwrap().remaining, Some(0));
        assert!(error.is_retryable());
        assert!(error.to_string().contains("; slow the client down, for example with `RateLimitLayer`"), "{error}");
    }

    #[tokio::test]
    async fn redirect_is_an_error() {
        let elsewhere = RecordingServer::start([Answer::status(200)]).await;
        for status in [301, 302, 303, 307, 308] {
            let error = error_of(Answer::status(status).with_header("location", &elsewhere.base_url())).await;
            assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Redirect, status));
            let message = error.to_string();
            assert!(
                message.contains(&format!(" to {}: redirects are not followed", elsewhere.base_url())),
                "{message}"
            );
        }
        assert!(elsewhere.requests().is_empty(), "the key was not sent to the other server");
    }

    /// A 304 does not redirect, even with a `location`.
    #[tokio::test]
    async fn not_modified_is_not_a_redirect() {
        let error = error_of(Answer::status(304).with_header("location", "/v2/other")).await;
        assert_eq!(error.kind(), ErrorKind::Api);
        assert!(!error.to_string().contains("redirect"), "{error}");
    }
}

mod network {
    use super::*;

    async fn error_of_broken_response(answer: &'static str) -> Error {
        let server = BrokenServer::start(answer).await;
        let client = server.builder().max_retries(0).build().unwrap();
        Telnyx::new(client).assistants().retrieve("assistant-1").await.unwrap_err()
    }

    #[tokio::test]
    async fn refused_connection_names_the_address() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v2", listener.local_addr().unwrap());
        drop(listener);
        let client = Client::builder().api_key("KEY").base_url(&url).max_retries(0).build().unwrap();
        let error = Telnyx::new(client).assistants().retrieve("assistant-1").await.unwrap_err();
        assert_eq!((error.kind(), error.status(), error.attempts()), (ErrorKind::Connect, None, 1));
        assert!(error.is_retryable());
        assert!(error.get_ref().is_some());
        assert_eq!(error.to_string().matches("refused").count(), 1);
        assert!(error.source().is_none());
        let message = error.to_string();
        let address = url.trim_start_matches("http://").trim_end_matches("/v2");
        assert_eq!(
            message,
            format!(
                "GET /ai/assistants/{{assistant_id}} failed: cannot connect to {address}: connection refused; check the \
                 base URL and proxy settings"
            )
        );
    }

    #[tokio::test]
    async fn connection_closed_before_the_response_is_a_transport_error() {
        let error = error_of_broken_response("").await;
        assert_eq!((error.kind(), error.status()), (ErrorKind::Transport, None));
        assert!(error.to_string().contains("the connection broke before the response was complete: "), "{error}");
    }

    #[tokio::test]
    async fn connection_closed_during_the_response_is_a_transport_error() {
        let error =
            error_of_broken_response("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"id\": \"assistant-1\", \"na")
                .await;
        assert_eq!(error.kind(), ErrorKind::Transport);
        assert!(error.is_retryable());
        assert!(error.to_string().contains("the connection broke before the response was complete: "), "{error}");
    }

    #[tokio::test]
    async fn connection_closed_during_an_error_response_keeps_its_status() {
        let error =
            error_of_broken_response("HTTP/1.1 404 Not Found\r\ncontent-length: 1000\r\n\r\n{\"errors\": [").await;
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Api, 404));
        assert_eq!(error.body().unwrap(), "{\"errors\": [");
    }

    #[tokio::test]
    async fn response_that_is_not_http_is_a_transport_error() {
        let error = error_of_broken_response("220 mail.example ESMTP\r\n").await;
        assert_eq!(error.kind(), ErrorKind::Transport);
    }

    #[tokio::test(start_paused = true)]
    async fn missing_response_is_a_timeout() {
        let scripted = Scripted::new([Act::Silence]);
        let call = Telnyx::new(scripted.client()).assistants().retrieve("assistant-1");
        let start = tokio::time::Instant::now();
        let error = call.timeout(Duration::from_secs(5)).max_retries(0).await.unwrap_err();
        assert_eq!(start.elapsed(), Duration::from_secs(5));
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
        assert_eq!(
            error.to_string(),
            "GET /ai/assistants/{assistant_id} failed: no complete response within 5s; raise `timeout` on the call \
             or the client"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn stalled_body_is_a_timeout() {
        let scripted = Scripted::streaming([Piece::from("{\"id\": \"assistant-1\", "), Piece::Silence]);
        let client = scripted.builder().timeout(Duration::from_secs(7)).max_retries(0).build().unwrap();
        let start = tokio::time::Instant::now();
        let error = Telnyx::new(client).assistants().retrieve("assistant-1").await.unwrap_err();
        assert_eq!((start.elapsed(), error.kind()), (Duration::from_secs(7), ErrorKind::Timeout));
    }

    /// The default timeout of an attempt is 60 s.
    #[tokio::test(start_paused = true)]
    async fn default_timeout_is_60_seconds() {
        let scripted = Scripted::new([Act::Silence]);
        let start = tokio::time::Instant::now();
        Telnyx::new(scripted.client()).tags().list().max_retries(0).await.unwrap_err();
        assert_eq!(start.elapsed(), Duration::from_secs(60));
    }

    #[tokio::test]
    async fn error_of_a_custom_transport_can_be_downcast() {
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
        assert_eq!(error.get_ref().unwrap().downcast_ref::<OutOfPaper>(), Some(&OutOfPaper));
        assert!(error.source().is_none(), "the message includes the cause, so the chain does not repeat it");
        assert!(error.to_string().contains("out of paper"), "{error}");
    }
}

mod reading {
    use super::*;

    /// An assistant with all fields and twenty tools.
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

    /// The error of strict deserialization.
    fn strict_error(text: &str) -> String {
        decode::from_slice::<Assistant>(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn error_in_a_long_text_has_the_path_of_the_value() {
        let mut assistant = large_assistant();
        assistant["tools"][17]["webhook"]["headers"][0]["value"] = json!(17);
        let text = serde_json::to_string_pretty(&assistant).unwrap();
        assert!(text.lines().count() > 300);
        let expected = "at `tools[17].webhook.headers[0].value`: the value is invalid; it is masked, because it is long or may be a secret";
        assert_eq!(strict_error(&text), expected);

        let tool = assistant["tools"][17]["webhook"].to_string();
        let tag_last = format!("{{\"webhook\": {tool}, \"type\": \"webhook\"}}");
        assistant["tools"][17] = json!("PLACE");
        let text = serde_json::to_string_pretty(&assistant).unwrap().replace("\"PLACE\"", &tag_last);
        assert_eq!(strict_error(&text), expected, "the tag can be the last field");
    }

    #[test]
    fn error_of_a_missing_field_has_the_path_of_its_object() {
        let mut assistant = large_assistant();
        assistant["tools"][3]["webhook"].as_object_mut().unwrap().remove("url");
        assert_eq!(strict_error(&assistant.to_string()), "at `tools[3].webhook`: missing field `url`");
    }

    #[test]
    fn error_of_a_union_member_has_its_path() {
        let mut assistant = large_assistant();
        assistant["tools"] = json!([{"type": "webhook", "webhook": "https://shop.example"}]);
        let error = strict_error(&assistant.to_string());
        assert!(error.starts_with("at `tools[0].webhook`: invalid type: string"), "{error}");
    }

    #[tokio::test]
    async fn response_with_a_mistyped_required_field_is_a_decode_error() {
        let mut assistant = large_assistant();
        assistant["instructions"] = json!(["Help."]);
        let error = error_of(Answer::json(&assistant)).await;
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Decode, 200));
        assert!(!error.is_retryable());
        assert_eq!(
            error.to_string(),
            "GET /ai/assistants/{assistant_id} failed: the response (200 OK) does not have the expected type: at \
             `instructions`: invalid type: sequence, expected a string"
        );
    }

    #[tokio::test]
    async fn response_that_is_not_json_is_a_decode_error() {
        let error = error_of(Answer::text("text/html", "<!doctype html><p>Welcome")).await;
        assert_eq!(error.kind(), ErrorKind::Decode);
        let message = error.to_string();
        assert!(message.contains("the response (200 OK, text/html, 25 bytes) is not JSON: "), "{message}");
        assert!(message.ends_with("; check that the base URL is the API's"), "{message}");
    }

    #[tokio::test]
    async fn empty_response_is_a_decode_error() {
        let error = error_of(Answer::status(200)).await;
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(!error.is_retryable());
        assert!(
            error
                .to_string()
                .ends_with("the response (200 OK) has no body; the operation was executed, so do not repeat it"),
            "{error}"
        );
    }

    /// A decode error shows the path of the invalid value, not its content.
    #[tokio::test]
    async fn decode_error_has_the_body_but_its_message_does_not_quote_it() {
        let error = error_of(Answer::json(&json!({"id": "assistant-1", "secret": "hunter2"}))).await;
        assert!(error.body().unwrap().starts_with(b"{"));
        assert!(!error.to_string().contains("hunter2") && !format!("{error:?}").contains("hunter2"));
    }

    #[tokio::test]
    async fn unknown_values_are_kept_and_sent_back() {
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
    fn known_value_is_never_unknown() {
        for text in EnabledFeature::known() {
            let feature = EnabledFeature::from(*text);
            assert!(!matches!(feature, EnabledFeature::Unknown(_)));
            assert_eq!(feature.to_string(), *text);
        }
        assert_eq!(EnabledFeature::from("telephony"), EnabledFeature::Telephony);
        assert!(matches!(EnabledFeature::from("Telephony"), EnabledFeature::Unknown(_)));
    }

    #[tokio::test]
    async fn integer_can_have_a_zero_fraction() {
        let text = "{\"id\": \"a\", \"name\": \"b\", \"instructions\": \"c\", \"model\": \"d\", \
                    \"created_at\": \"e\", \"dynamic_variables_webhook_timeout_ms\": 1500.0}";
        let server = RecordingServer::start([Answer::text("application/json", text)]).await;
        let assistant = Telnyx::new(server.client()).assistants().retrieve("a").await.unwrap();
        assert_eq!(assistant.dynamic_variables_webhook_timeout_ms, Some(1500));
    }
}

#[tokio::test]
async fn error_moves_between_tasks_and_converts_into_a_box() {
    let scripted = Scripted::new([Answer::status(422)]);
    let call = Telnyx::new(scripted.client()).assistants().create(CreateAssistant::new("Support", ""));
    let error: Box<dyn std::error::Error + Send + Sync> =
        tokio::spawn(async { call.await.map_err(Box::from) }).await.unwrap().unwrap_err();
    assert_eq!(error.downcast_ref::<Error>().unwrap().status().unwrap(), 422);
    assert!(size_of::<Error>() <= size_of::<usize>(), "an error is as small as a pointer");
}

mod requests {
    use super::*;

    /// The error of a call that must not be sent.
    async fn refused(call: telnyx_ai::Call<Value>) -> String {
        let error = call.await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Request, 0), "{error}");
        error.to_string()
    }

    #[tokio::test]
    async fn path_with_a_fragment_is_refused() {
        let client = Scripted::new([Answer::status(200)]).client();
        let error = refused(client.request(http::Method::DELETE, "/ai/assistants/a#/tools")).await;
        assert!(error.contains("write `%23`"), "{error}");
    }

    #[tokio::test]
    async fn headers_of_the_connection_are_refused() {
        let client = Scripted::new([Answer::status(200)]).client();
        for name in ["content-length", "Transfer-Encoding", "connection"] {
            let error = refused(client.request(http::Method::GET, "/ai/tags").header(name, "1")).await;
            assert!(error.contains("belongs to the connection"), "{error}");
        }
    }

    #[tokio::test]
    async fn error_with_a_path_of_several_lines_is_one_line() {
        let client = Scripted::new([Answer::status(200)]).client();
        let error = refused(client.request(http::Method::GET, "/ai/tags\r\nINFO forged")).await;
        assert!(!error.contains(char::is_control), "{error:?}");
    }

    /// A layer that is not ready has not sent the request.
    #[tokio::test(start_paused = true)]
    async fn layer_that_fails_before_the_request_is_sent_is_retried() {
        #[derive(Clone)]
        struct Closed;

        impl tower::Service<http::Request<telnyx_ai::Body>> for Closed {
            type Response = http::Response<telnyx_ai::Body>;
            type Error = telnyx_ai::BoxError;
            type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

            fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Self::Error>> {
                std::task::Poll::Ready(Err("overloaded".into()))
            }

            fn call(&mut self, _: http::Request<telnyx_ai::Body>) -> Self::Future {
                unreachable!("the service is not ready")
            }
        }

        let scripted = Scripted::new([Answer::status(200)]);
        let layer = tower::layer::layer_fn(|_: telnyx_ai::TransportService| Closed);
        let transport = telnyx_ai::Client::builder().api_key("KEY").transport(Closed);
        for builder in [scripted.builder().layer(layer), transport] {
            let error = builder.build().unwrap().request(http::Method::POST, "/ai/tags").await.unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 3), "{error}");
        }
        assert!(scripted.attempts().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn request_that_is_shed_is_retried() {
        let layers = tower::ServiceBuilder::new().load_shed().concurrency_limit(1).into_inner();
        let scripted = Scripted::new([Act::Silence]);
        let client = scripted.builder().layer(layers).build().unwrap();
        let tags = || client.request(http::Method::POST, "/ai/tags");
        let first = tokio::spawn(tags().into_future());
        tokio::task::yield_now().await;
        let error = tags().await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 3), "{error}");
        first.abort();
    }

    #[tokio::test]
    async fn error_of_a_layer_names_the_transport_and_the_cause() {
        let failing = tower::service_fn(|_: http::Request<telnyx_ai::Body>| async {
            Err::<http::Response<telnyx_ai::Body>, _>(telnyx_ai::BoxError::from("no route"))
        });
        let client = telnyx_ai::Client::builder().api_key("KEY").transport(failing).max_retries(0).build().unwrap();
        let error = client.request(http::Method::GET, "/ai/tags").await.unwrap_err();
        assert_eq!(error.to_string(), "GET /ai/tags failed: the transport or a layer failed: no route");
    }

    #[tokio::test]
    async fn long_value_is_not_quoted_in_an_error() {
        let error = telnyx_ai::decode::from_slice::<Vec<String>>(format!("{:?}", "x".repeat(5_000)).as_bytes());
        assert_eq!(
            error.unwrap_err().message(),
            "the value is invalid; it is masked, because it is long or may be a secret"
        );
    }
}

/// Rollouts and upserts must not take the page of a proxy for the state of a resource.
#[test]
fn not_found_is_a_404_with_an_error_of_the_api() {
    for body in [r#"{"errors": [{"code": "10005", "title": "Resource not found"}]}"#, r#"{"detail": "Not found"}"#] {
        assert!(Error::from_response(404, body).is_not_found(), "{body}");
        assert!(!Error::from_response(410, body).is_not_found(), "{body}");
    }
    for body in [
        "",
        "no healthy upstream",
        "<html>404 Not Found</html>",
        "{}",
        r#"{"message": "no Route matched with those values"}"#,
        r#"{"status": 404, "error": "Not Found"}"#,
        r#"{"errors": [null]}"#,
    ] {
        assert!(!Error::from_response(404, body).is_not_found(), "{body}");
    }
}

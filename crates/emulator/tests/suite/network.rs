//! The emulator over real connections: malformed requests, slow clients and clients that disconnect.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use telnyx_ai_emulator::{Builder, Emulator};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::Instant,
};

use crate::support::Gate;

async fn start(builder: Builder) -> Emulator {
    builder.start().await.expect("an emulator")
}

/// Sends bytes over a new connection and reads until it is closed.
async fn exchange(emulator: &Emulator, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(emulator.addr()).await.expect("a connection");
    // The emulator may close the connection before it has read everything.
    let _ = stream.write_all(request).await;
    let mut response = Vec::new();
    let _ = stream.read_to_end(&mut response).await;
    String::from_utf8_lossy(&response).into_owned()
}

/// A request with a JSON body, and these headers.
fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    (text + "\r\n" + body).into_bytes()
}

/// The status and the body of a response.
fn split(response: &str) -> (u16, Value) {
    let status = response.get(9..12).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{response:?}"));
    let body = response.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (status, serde_json::from_str(body).unwrap_or_default())
}

#[tokio::test]
async fn forbidden_character_in_a_url_is_named_and_logged() {
    let emulator = start(Emulator::builder()).await;
    let path = "/v2/ai/conversations?metadata->assistant_id=eq.assistant-1";
    let (status, body) = split(&exchange(&emulator, &request("GET", path, &[("host", "localhost")], "")).await);
    assert_eq!(status, 400);
    let detail = body["errors"][0]["detail"].as_str().expect("a detail");
    assert!(detail.contains("'>'") && detail.contains("%3E"), "{detail}");
    let logged = emulator.requests();
    assert_eq!((logged.len(), logged[0].status, logged[0].method.as_str()), (1, Some(400), "GET"));
    assert_eq!((logged[0].path.as_str(), &logged[0].response_body), ("/v2/ai/conversations", &body));
}

#[tokio::test]
async fn long_head_is_431_and_other_malformed_requests_are_400() {
    let emulator = start(Emulator::builder()).await;
    let long = "x".repeat(400_000);
    let many: Vec<(String, &str)> = (0..200).map(|n| (format!("x-{n}"), "1")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    for (bytes, status) in [
        (request("GET", "/v2/ai/assistants", &[("x", &long)], ""), 431),
        (request("GET", "/v2/ai/assistants", &many, ""), 431),
        (b"hello\r\n\r\n".to_vec(), 400),
        (b"GET /v2/ai/assistants HTTP/1.1\r\n: x\r\n\r\n".to_vec(), 400),
    ] {
        let response = exchange(&emulator, &bytes).await;
        let (got, body) = split(&response);
        assert_eq!((got, body["errors"][0]["code"].as_str()), (status, Some("10015")), "{response}");
        assert!(response.contains("x-request-id: "), "{response}");
    }
    let size: usize = emulator.requests().iter().map(|request| request.path.len() + request.query.len()).sum();
    assert!(size < 10_000);
}

#[tokio::test]
async fn head_has_at_most_65536_bytes() {
    let emulator = start(Emulator::builder()).await;
    let with_padding = |padding: &str| {
        let headers = [("host", "localhost"), ("authorization", "Bearer key"), ("x", padding)];
        request("GET", "/v2/ai/assistants", &headers, "")
    };
    let longest = "x".repeat(65_536 - with_padding("").len());
    for (padding, expected) in [(&*longest, 200), (&format!("{longest}x"), 431), (&"x".repeat(100_000), 431)] {
        let bytes = with_padding(padding);
        let (status, body) = split(&exchange(&emulator, &bytes).await);
        assert_eq!(status, expected, "{} bytes: {body}", bytes.len());
    }
}

#[tokio::test]
async fn requests_for_other_hosts_and_from_other_sites_are_403() {
    let emulator = start(Emulator::builder().allow_host("emulator")).await;
    let own = emulator.addr().to_string();
    let key = ("authorization", "Bearer KEY");
    let assistant = r#"{"name": "A", "instructions": "I."}"#;
    for headers in [
        &[("host", own.as_str()), ("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")][..],
        &[("host", own.as_str()), ("origin", "null")],
        &[("host", own.as_str()), ("sec-fetch-site", "same-site")],
        &[("host", "evil.example")],
        &[("host", "evil.example:4010"), ("origin", "http://evil.example:4010")],
    ] {
        for (method, path, body) in [
            ("POST", "/_emulator/reset", ""),
            ("POST", "/_emulator/faults", r#"{"path": "/ai/*", "status": 503}"#),
            ("PUT", "/_emulator/scripts", "{}"),
            ("POST", "/v2/ai/assistants", assistant),
            ("DELETE", "/_emulator/requests", ""),
        ] {
            let headers = [&[key], headers].concat();
            let (status, body) = split(&exchange(&emulator, &request(method, path, &headers, body)).await);
            assert_eq!(
                (status, body["errors"][0]["code"].as_str()),
                (403, Some("10010")),
                "{method} {path} {headers:?}"
            );
        }
    }
    for path in ["/_emulator/export", "/_emulator/requests", "/_emulator/faults", "/v2/ai/assistants", "/"] {
        let bytes = request("GET", path, &[key, ("host", "evil.example")], "");
        let (status, body) = split(&exchange(&emulator, &bytes).await);
        assert_eq!(status, 403, "{path}");
        assert!(body.to_string().contains("--allow-host evil.example"), "{body}");
    }
    // Hosts and origins of curl, SDKs, containers and the console.
    let origin = format!("http://{own}");
    for headers in [
        &[("host", own.as_str())][..],
        &[("host", "localhost:4010")],
        &[("host", "emulator:4010")],
        &[("host", own.as_str()), ("origin", origin.as_str()), ("sec-fetch-site", "same-origin")],
        &[("host", own.as_str()), ("sec-fetch-site", "none")],
    ] {
        let headers = [&[key], headers].concat();
        let (status, body) =
            split(&exchange(&emulator, &request("POST", "/v2/ai/assistants", &headers, assistant)).await);
        assert_eq!(status, 200, "{headers:?} {body}");
    }
    assert_eq!(emulator.export().expect("contents")["assistants"].as_array().map(Vec::len), Some(5));
}

#[tokio::test(start_paused = true)]
async fn slow_heads_are_closed_within_30_s() {
    let emulator = start(Emulator::builder()).await;
    let started = Instant::now();
    let slow = async || {
        let mut stream = TcpStream::connect(emulator.addr()).await.expect("a connection");
        stream.write_all(b"GET /v2/ai/assistants HTTP/1.1\r\nhost: localhost\r\nx: ").await.expect("written");
        let _ = stream.read_to_end(&mut Vec::new()).await;
        started.elapsed()
    };
    let closed = join_all((0..100).map(|_| slow())).await;
    assert!(closed.iter().all(|after| (10..30).contains(&after.as_secs())), "{closed:?}");
}

#[tokio::test(start_paused = true)]
async fn slow_body_is_408() {
    let emulator = start(Emulator::builder()).await;
    let head =
        "POST /v2/ai/assistants HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer KEY\r\ncontent-length: 9\r\n\r\n{";
    let mut stream = TcpStream::connect(emulator.addr()).await.expect("a connection");
    stream.write_all(head.as_bytes()).await.expect("written");
    let mut response = [0; 512];
    let length = stream.read(&mut response).await.expect("a response");
    assert!(response[..length].starts_with(b"HTTP/1.1 408 "), "{}", String::from_utf8_lossy(&response[..length]));
}

#[tokio::test]
async fn body_without_a_key_is_not_read() {
    let emulator = start(Emulator::builder()).await;
    let head = "POST /v2/ai/assistants HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10000000\r\n\r\n{";
    let mut stream = TcpStream::connect(emulator.addr()).await.expect("a connection");
    stream.write_all(head.as_bytes()).await.expect("written");
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.expect("a response, and the end");
    assert!(response.starts_with(b"HTTP/1.1 401 "), "{}", String::from_utf8_lossy(&response));
}

#[tokio::test]
async fn chat_continues_when_the_client_disconnects() {
    let shop = Gate::new(json!({ "status": "shipped" })).await;
    let seed = json!({
        "assistants": [{ "id": "a", "name": "A", "instructions": "I.", "tools": [
            { "type": "webhook", "webhook": { "name": "order", "description": "Looks it up.", "url": shop.url } },
        ] }],
        "conversations": [{ "id": "c" }],
        "scripts": { "chat": [{ "words": "order", "call": { "tool": "order" }, "reply": "It is {{answer.status}}." }] },
    });
    let emulator = start(Emulator::builder().seed(seed)).await;
    let headers = [("host", "localhost"), ("authorization", "Bearer KEY")];
    let body = r#"{"conversation_id": "c", "content": "My order?"}"#;
    let mut stream = TcpStream::connect(emulator.addr()).await.expect("a connection");
    stream.write_all(&request("POST", "/v2/ai/assistants/a/chat", &headers, body)).await.expect("written");
    shop.called().await;
    drop(stream);
    tokio::task::yield_now().await;
    shop.open();
    // The request is logged after it was handled.
    while !emulator.requests().iter().any(|request| request.path.ends_with("/chat")) {
        tokio::task::yield_now().await;
    }
    let messages = emulator.export().expect("contents")["conversations"][0]["messages"].clone();
    let said: Vec<(&Value, &Value)> =
        messages.as_array().expect("messages").iter().map(|message| (&message["role"], &message["text"])).collect();
    assert_eq!(said.len(), 4, "{messages}");
    assert_eq!(
        (said[0], said[3]),
        ((&json!("user"), &json!("My order?")), (&json!("assistant"), &json!("It is shipped.")))
    );
}

#[cfg(unix)]
#[tokio::test]
async fn database_that_was_deleted_is_an_error() {
    let (folder, db) = crate::support::file("emulator.db");
    let emulator = start(Emulator::builder().db(&db)).await;
    let headers = [("host", "localhost"), ("authorization", "Bearer KEY")];
    let create = request("POST", "/v2/ai/assistants", &headers, r#"{"name": "A", "instructions": "I."}"#);
    assert_eq!(split(&exchange(&emulator, &create).await).0, 200);
    folder.close().expect("deleted");
    let (status, body) = split(&exchange(&emulator, &create).await);
    assert_eq!(status, 500);
    assert!(body["errors"][0]["detail"].to_string().contains("the database file was deleted"), "{body}");
    tokio::time::timeout(Duration::from_secs(30), emulator.stop()).await.expect("in time").expect("stopped");
}

//! Faults, in process and over real connections.

use std::{io, time::Duration};

use serde_json::{Value, json};
use telnyx_ai_emulator::{Emulator, Fault};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::Api;

fn api() -> Api {
    Api::new(Emulator::builder().frozen_at("2026-03-02T00:00:00Z"))
}

#[tokio::test]
async fn fault_responds_the_configured_number_of_times() {
    let api = api();
    let faults = api.0.faults();
    let id = faults.add(Fault::on("GET", "/ai/assistants").status(503).header("retry-after", "1").times(2));
    for _ in 0..2 {
        let answer = api.get("/assistants").await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, "1"));
        assert_eq!(answer.code(), "10007");
        assert!(!answer.header("x-request-id").is_empty());
    }
    assert_eq!(api.get("/assistants").await.status, 200);
    assert_eq!(api.get("/tools").await.status, 200);
    assert_eq!(faults.fired(id), 2);

    faults.clear();
    faults.add(Fault::on("*", "/ai/tools").status(418).body(json!({ "tea": true })).every(3));
    let mut seen = Vec::new();
    for _ in 0..6 {
        seen.push(api.get("/tools").await.status);
    }
    assert_eq!(seen, [200, 200, 418, 200, 200, 418]);
}

#[tokio::test]
async fn oldest_faults_that_are_used_up_are_removed() {
    let api = api();
    let faults = api.0.faults();
    let used_up = || Fault::on("GET", "/ai/tools").status(500).times(0);
    let first = faults.add(used_up());
    let unused = faults.add(Fault::on("GET", "/ai/tools").status(503).times(1));
    for _ in 0..1_000 {
        faults.add(used_up());
    }
    assert_eq!(api.get("/_emulator/faults").await.good()["data"].as_array().map(Vec::len), Some(1_001));
    assert!(!faults.remove(first));
    assert_eq!(api.get("/tools").await.status, 503);
    assert_eq!(faults.fired(unused), 1);
}

#[tokio::test]
async fn faults_are_managed_over_http() {
    let api = api();
    let fault_body = json!({
        "method": "POST",
        "path": "/ai/assistants/*/chat",
        "status": 500,
        "headers": { "x-why": "test" },
        "body": "sorry",
        "delay_ms": 0,
        "times": 1,
        "probability": 1.0,
        "seed": 3,
    });
    let kept = api.post("/_emulator/faults", fault_body).await.good();
    assert_eq!((&kept["id"], &kept["fired"]), (&json!(1), &json!(0)));
    let answer = api.post("/assistants/none/chat", json!({})).await;
    assert_eq!((answer.status, answer.text.as_str(), answer.header("x-why")), (500, "sorry", "test"));
    assert_eq!(api.post("/assistants/none/chat", json!({})).await.status, 422);
    let listed = api.get("/_emulator/faults").await.good();
    assert_eq!((&listed["data"][0]["fired"], &listed["data"][0]["body"]), (&json!(1), &json!("sorry")));
    // Faults do not apply to the control endpoints.
    api.post("/_emulator/faults", json!({ "path": "**", "status": 500 })).await.good();
    assert_eq!(api.delete("/_emulator/faults/2").await.status, 200);
    assert_eq!(api.delete("/_emulator/faults/2").await.status, 404);
    assert_eq!(api.delete("/_emulator/faults").await.status, 200);
    assert_eq!(api.get("/_emulator/faults").await.good()["data"], json!([]));

    for (fault_body, pointer) in [
        (json!({ "path": "/x" }), Value::Null),
        (json!({ "path": "/x", "status": 500, "stall": true }), Value::Null),
        (json!({ "path": "x", "status": 500 }), json!("/path")),
        (json!({ "path": "/ai/tools?page=1", "status": 500 }), json!("/path")),
        (json!({ "path": "/x", "headers": { "x-list": ["a"] } }), json!("/headers/x-list")),
        (json!({ "status": 500 }), json!("/path")),
        (json!({ "path": "/x", "status": 99 }), json!("/status")),
        (json!({ "path": "/x", "drop": "during" }), json!("/drop")),
        (json!({ "path": "/x", "stal": true }), json!("/stal")),
        (json!({ "path": "/x", "status": 500, "probability": 2 }), json!("/probability")),
    ] {
        let answer = api.post("/_emulator/faults", fault_body.clone()).await;
        let at = &answer.json()["errors"][0]["source"]["pointer"];
        assert_eq!((answer.status, at), (422, &pointer), "{fault_body}");
    }
}

#[tokio::test]
async fn parameters_of_a_path_match_any_segment() {
    let api = Api::new(Emulator::builder());
    api.0.faults().add(Fault::on("GET", "/ai/assistants/{assistant_id}/").status(503));
    assert_eq!(api.get("/assistants/assistant-1").await.status, 503);
    assert_eq!(api.get("/assistants").await.status, 200);
    let logged = api.get("/_emulator/requests?path=/ai/assistants/%7Bassistant_id%7D").await.good();
    assert_eq!(logged["data"].as_array().map(Vec::len), Some(1), "{logged}");
}

#[test]
#[should_panic(expected = "A path starts with '/' and has no query or fragment, such as /ai/assistants/*")]
fn fault_on_a_query_is_refused() {
    drop(Fault::on("GET", "/ai/tools?page=1"));
}

#[tokio::test]
async fn header_of_a_fault_can_be_a_number() {
    let api = api();
    let fault = json!({ "path": "/ai/tools", "status": 429, "headers": { "Retry-After": 2 } });
    assert_eq!(api.post("/_emulator/faults", fault).await.good()["headers"], json!({ "Retry-After": 2 }));
    let answer = api.get("/tools").await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "2"));
}

#[tokio::test]
async fn headers_of_a_fault_cannot_set_the_length() {
    let api = api();
    for name in ["content-length", "transfer-encoding"] {
        let fault = json!({ "path": "**", "status": 200, "headers": { name: "5" } });
        let refused = api.post("/_emulator/faults", fault).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        api.0.faults().add(Fault::on("GET", "/ai/tools").header(name, "5").status(200).body("whole text").times(1));
        let answer = api.get("/tools").await;
        assert_eq!((answer.status, answer.text.as_str()), (200, "whole text"));
        assert_ne!(answer.header(name), "5");
    }
}

#[tokio::test(start_paused = true)]
async fn fault_delays_the_response() {
    let api = api();
    api.0.faults().add(Fault::on("GET", "/ai/tools").delay(Duration::from_secs(30)));
    let began = tokio::time::Instant::now();
    assert_eq!(api.get("/tools").await.status, 200);
    assert_eq!(began.elapsed().as_secs(), 30);
}

#[tokio::test]
async fn rate_limit_follows_the_clock() {
    let api = api();
    api.0.faults().add(Fault::on("GET", "/ai/tools").rate_limit(2, Duration::from_secs(10)));
    for left in ["1", "0"] {
        let answer = api.get("/tools").await;
        assert_eq!((answer.status, answer.header("x-ratelimit-remaining")), (200, left));
    }
    api.0.clock().advance(Duration::from_secs(4)).await;
    let answer = api.get("/tools").await;
    assert_eq!((answer.status, answer.header("x-ratelimit-limit")), (429, "2"));
    assert_eq!((answer.header("x-ratelimit-reset"), answer.header("retry-after")), ("6", "6"));
    assert_eq!(answer.code(), "10011");
    api.0.clock().advance(Duration::from_secs(6)).await;
    assert_eq!(api.get("/tools").await.status, 200);
}

#[tokio::test]
async fn reset_in_process_is_an_error() {
    let api = api();
    let create = json!({ "name": "A", "instructions": "I." });
    let count = async || api.get("/assistants").await.good()["data"].as_array().expect("a list").len();

    api.0.faults().add(Fault::on("POST", "/ai/assistants").drop_before().times(1));
    let error = api.try_call("POST", "/assistants", create.clone(), &[]).await.err().expect("an error");
    assert_eq!((error.kind(), count().await), (io::ErrorKind::ConnectionReset, 0));

    // The response is lost, and replayed for the same key.
    api.0.faults().add(Fault::on("POST", "/ai/assistants").drop_after().times(1));
    let key = [("idempotency-key", "k1")];
    let error = api.try_call("POST", "/assistants", create.clone(), &key).await.err().expect("an error");
    assert_eq!((error.kind(), count().await), (io::ErrorKind::ConnectionReset, 1));
    let again = api.try_call("POST", "/assistants", create, &key).await.expect("an answer");
    assert_eq!((again.header("idempotency-replayed"), count().await), ("true", 1));

    api.0.faults().add(Fault::on("GET", "/ai/assistants").truncate().times(1));
    assert!(api.try_call("GET", "/assistants", Value::Null, &[]).await.is_err());
    api.0.faults().add(Fault::on("GET", "/ai/assistants").invalid_json().times(1));
    let garbled = api.get("/assistants").await;
    assert_eq!((garbled.status, garbled.header("content-type")), (200, "application/json"));
    assert!(serde_json::from_str::<Value>(&garbled.text).is_err());
}

/// Sends one request over a new connection.
async fn send(emulator: &Emulator, method: &str, path: &str, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(emulator.addr()).await.expect("a connection");
    let request = format!(
        "{method} /v2/ai{path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer k\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    stream
}

#[tokio::test]
async fn real_connections_are_reset() {
    let emulator = Emulator::start().await.expect("an emulator");
    let create = r#"{"name":"A","instructions":"I."}"#;
    for (fault, created) in [
        (Fault::on("POST", "/ai/assistants").drop_before().times(1), 0),
        (Fault::on("POST", "/ai/assistants").drop_after().times(1), 1),
    ] {
        emulator.faults().add(fault);
        let mut stream = send(&emulator, "POST", "/assistants", create).await;
        let mut bytes = Vec::new();
        let error = stream.read_to_end(&mut bytes).await.expect_err("a reset");
        assert_eq!((error.kind(), bytes.len()), (io::ErrorKind::ConnectionReset, 0));
        let assistants = emulator.export().expect("contents")["assistants"].clone();
        assert_eq!(assistants.as_array().expect("a list").len(), created);
    }
    let dropped: Vec<Option<u16>> = emulator.requests().iter().map(|request| request.status).collect();
    assert_eq!(dropped, [None, None]);
}

/// The content length of a response, and the length of the received part of its body.
fn split(bytes: &[u8]) -> (usize, usize) {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:").map(|rest| rest.trim().to_owned()));
    (length.expect("a length").parse().expect("a number"), body.len())
}

#[tokio::test]
async fn real_responses_are_truncated_or_stall() {
    let emulator = Emulator::start().await.expect("an emulator");
    emulator.faults().add(Fault::on("GET", "/ai/integrations").truncate().times(1));
    let mut stream = send(&emulator, "GET", "/integrations", "").await;
    let mut bytes = Vec::new();
    // The connection may end with a reset. The rest must not arrive.
    let _ = stream.read_to_end(&mut bytes).await;
    let (length, there) = split(&bytes);
    assert_eq!(there, length / 2);

    emulator.faults().add(Fault::on("GET", "/ai/integrations").stall().times(1));
    let mut stream = send(&emulator, "GET", "/integrations", "").await;
    let mut bytes = Vec::new();
    while !bytes.windows(4).any(|end| end == b"\r\n\r\n") || split(&bytes).1 < split(&bytes).0 / 2 {
        assert!(stream.read_buf(&mut bytes).await.expect("more") > 0);
    }
    let rest = tokio::time::timeout(Duration::from_millis(100), stream.read_buf(&mut bytes)).await;
    assert!(rest.is_err(), "the rest arrived");
}

//! The destination of the key, and the size limits of responses.

use telnyx_ai::prelude::*;
use telnyx_ai::{ErrorKind, Telnyx};
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::server::{BrokenServer, RecordingServer};

#[tokio::test]
async fn key_is_not_sent_to_the_target_of_a_redirect() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = RecordingServer::start([Answer::status(200)]).await;
        let location = format!("{}/ai/assistants/a", elsewhere.base_url());
        let server = RecordingServer::start([Answer::status(status).with_header("location", &location)]).await;
        let telnyx = Telnyx::new(server.client());

        let error = telnyx.assistants().retrieve("a").await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Redirect, status));
        assert_eq!(error.attempts(), 1);
        assert!(error.to_string().contains(&format!(" to {location}: redirects are not followed")), "{error}");
        assert_eq!(server.requests().len(), 1);
        assert_eq!(server.requests()[0].header("authorization"), Some("Bearer KEY"));
        assert!(elsewhere.requests().is_empty(), "the other server received a request");
    }
}

/// With and without an announced length.
#[tokio::test]
async fn response_above_the_limit_is_an_error() {
    for (answer, too_long) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n\"12345678\"", false),
        ("HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n\"123456789\"", true),
        ("HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n\"", true),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n\"1234\r\n5\r\n5678\"\r\n0\r\n\r\n", false),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n\"1234\r\n6\r\n56789\"\r\n0\r\n\r\n", true),
        ("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n\"123456789\"", true),
    ] {
        let server = BrokenServer::start(answer).await;
        let client = server.builder().max_answer_bytes(10).build().unwrap();
        let read = client.request(http::Method::GET, "/x").await;
        match read {
            Ok(value) => assert!(!too_long && value == "12345678", "{answer}: {value}"),
            Err(error) => {
                assert!(too_long, "{answer}: {error}");
                assert!(error.to_string().contains("more than 10 bytes"), "{error}");
                assert_eq!(error.attempts(), 1, "a retry would be as long");
            }
        }
    }
}

#[tokio::test]
async fn error_keeps_64_kib_of_the_body() {
    let server = RecordingServer::start([Answer::text("text/plain", "x".repeat(1 << 20)).with_status(400)]).await;
    let error = server.client().request(http::Method::GET, "/x").await.unwrap_err();
    assert_eq!(error.body().unwrap().len(), 64 << 10);
    assert!(error.to_string().len() < 1000, "{error}");
    assert!(format!("{error:?}").len() < 1000, "{error:?}");
}

//! Streamed responses, split at any position.

use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt;
use serde_json::json;
use telnyx_ai::assistants::{ChatEvent, ChatRequest, ChatStream, EnhanceInstructions};
use telnyx_ai::prelude::*;
use telnyx_ai::{ByteStream, Error, ErrorKind, EventStream, ServerSentEvent, Telnyx, TextStream};
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::scripted::{Piece, Scripted};
use telnyx_ai_tests::server::{BrokenServer, RecordingServer};

/// A reply that uses all features of the event-stream format.
const REPLY: &str = "\u{feff}: a comment\r\n\
    event: delta\r\ndata: {\"content\": \"Grü\"}\r\n\r\n\
    id: 17\nretry: 3000\nevent: delta\ndata: {\"content\":\ndata:  \"ße, 👋 \"}\n\n\
    event:typing\rdata\r\r\
    event: delta\ndata:{\"content\": \"Ada\\n\"}\n\n\
    event: done\ndata: {\"content\": \"Grüße, 👋 Ada\\n\", \"whatsapp_template\": null}\n\n";

async fn chat(scripted: &Scripted) -> ChatStream {
    let assistants = Telnyx::new(scripted.client()).assistants();
    assistants.chat_stream("assistant-1", ChatRequest::new("conversation-1", "Hi!")).await.unwrap()
}

/// The results of a stream, as text.
async fn read(stream: ChatStream) -> Vec<String> {
    let words = stream.map_ok(|event| match event {
        ChatEvent::Delta(delta) => delta.content,
        ChatEvent::Done(done) => format!("done: {}", done.content),
        ChatEvent::Unknown(ServerSentEvent { name, data, .. }) => format!("{name}: {data:?}"),
        other => panic!("{other:?}"),
    });
    words.try_collect().await.unwrap()
}

#[tokio::test]
async fn reply_is_the_same_for_any_split() {
    let expected = ["Grü", "ße, 👋 ", "typing: \"\"", "Ada\n", "done: Grüße, 👋 Ada\n"];
    assert_eq!(read(chat(&Scripted::streaming([REPLY])).await).await, expected);
    let bytes = REPLY.as_bytes();
    for cut in 1..bytes.len() {
        let (before, after) = bytes.split_at(cut);
        assert_eq!(read(chat(&Scripted::streaming([before, after])).await).await, expected, "cut at {cut}");
    }
    let one_by_one = bytes.chunks(1);
    assert_eq!(read(chat(&Scripted::streaming(one_by_one)).await).await, expected);
}

#[tokio::test]
async fn text_is_split_between_characters_only() {
    let text = "Grüße, 👋🏽 Ada – 你好";
    for size in 1..text.len() {
        let scripted = Scripted::streaming(text.as_bytes().chunks(size));
        let instructions = Telnyx::new(scripted.client()).instructions();
        let stream: TextStream = instructions.enhance_stream("assistant-1", EnhanceInstructions::new()).await.unwrap();
        let pieces: Vec<String> = stream.try_collect().await.unwrap();
        assert_eq!(pieces.concat(), text, "pieces of {size} bytes");
        assert!(pieces.iter().all(|piece| !piece.is_empty()));
    }
}

#[tokio::test]
async fn invalid_utf8_is_replaced() {
    let scripted = Scripted::streaming([&b"Gr\xff"[..], &b"\xc3"[..]]);
    let instructions = Telnyx::new(scripted.client()).instructions();
    let stream = instructions.enhance_stream("assistant-1", EnhanceInstructions::new()).await.unwrap();
    assert_eq!(stream.collect().await.unwrap(), "Gr\u{fffd}\u{fffd}");
}

/// The part of an event or a character that arrived before an error is dropped.
#[tokio::test]
async fn stream_ends_after_an_error() {
    let broken = || Err(Error::new(ErrorKind::Transport, "the connection broke"));
    let mut events = EventStream::from(ByteStream::from_chunks([Ok("data: {".into()), broken()]));
    assert!(events.try_next().await.is_err());
    assert_eq!(events.try_next().await.unwrap(), None);
    let mut text = TextStream::from(ByteStream::from_chunks([Ok(Bytes::from_static(b"Gr\xc3")), broken()]));
    assert_eq!(text.try_next().await.unwrap().as_deref(), Some("Gr"));
    assert!(text.try_next().await.is_err());
    assert_eq!(text.try_next().await.unwrap(), None);
    let client = Scripted::streaming([&b"Grab\xc3"[..]]).builder().max_answer_bytes(3).build().unwrap();
    let enhanced = Telnyx::new(client).instructions().enhance_stream("assistant-1", EnhanceInstructions::new());
    let mut text = enhanced.await.unwrap();
    assert!(text.try_next().await.unwrap_err().to_string().contains("has more than 3 bytes"));
    assert_eq!(text.try_next().await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn stream_has_an_idle_timeout_but_no_total_timeout() {
    let pieces = [
        Piece::from("event: delta\ndata: {\"content\": \"Hel\"}\n\n"),
        Piece::Pause(Duration::from_secs(59)),
        // A comment resets the idle timeout.
        Piece::from(": still there\n\n"),
        Piece::Pause(Duration::from_secs(59)),
        Piece::from("event: delta\ndata: {\"content\": \"lo\"}\n\n"),
        Piece::Silence,
    ];
    let start = tokio::time::Instant::now();
    let mut stream = chat(&Scripted::streaming(pieces)).await;
    assert!(matches!(stream.try_next().await.unwrap(), Some(ChatEvent::Delta(_))));
    assert!(matches!(stream.try_next().await.unwrap(), Some(ChatEvent::Delta(_))));
    assert_eq!(start.elapsed(), Duration::from_secs(118));
    let error = stream.try_next().await.unwrap_err();
    assert_eq!(start.elapsed(), Duration::from_secs(178));
    assert_eq!((error.kind(), error.partial()), (ErrorKind::Timeout, Some("Hello")));
    assert_eq!(
        error.to_string(),
        "POST /ai/assistants/{assistant_id}/chat failed: the stream was idle for 60s; raise \
         `stream_idle_timeout` on the client"
    );
    assert!(stream.try_next().await.unwrap().is_none(), "the stream ends after an error");
}

/// The program works on an event for longer than the idle timeout.
#[tokio::test(start_paused = true)]
async fn data_that_has_arrived_is_not_lost_to_the_idle_timeout() {
    let pieces = [Piece::Pause(Duration::from_secs(1)), Piece::from("Greet "), Piece::from("the caller.")];
    let instructions = Telnyx::new(Scripted::streaming(pieces).client()).instructions();
    let mut stream = instructions.enhance_stream("assistant-1", EnhanceInstructions::new()).await.unwrap();
    // The first poll starts the timer.
    assert!(tokio::time::timeout(Duration::ZERO, stream.try_next()).await.is_err());
    tokio::time::sleep(Duration::from_secs(90)).await;
    assert_eq!(stream.try_next().await.unwrap().as_deref(), Some("Greet "));
    assert_eq!(stream.collect().await.unwrap(), "Greet the caller.");
}

/// The limit for the time between events does not discard an event that has arrived.
#[tokio::test(start_paused = true)]
async fn event_that_has_arrived_is_not_lost_to_the_limit_between_events() {
    let pieces = [Piece::Pause(Duration::from_secs(1)), Piece::from(REPLY)];
    let mut stream = chat(&Scripted::streaming(pieces)).await;
    assert!(tokio::time::timeout(Duration::ZERO, stream.try_next()).await.is_err());
    tokio::time::sleep(Duration::from_secs(660)).await;
    assert!(matches!(stream.try_next().await.unwrap(), Some(ChatEvent::Delta(_))));
}

/// `accept` can be a list with parameters and wildcards.
#[tokio::test]
async fn stream_is_accepted_with_any_form_of_the_accept_header() {
    for accept in ["text/event-stream, application/json", "Text/Event-Stream;q=0.9", "text/*", "*/*"] {
        let scripted = Scripted::new([Answer::text("text/event-stream", REPLY)]);
        let assistants = Telnyx::new(scripted.client()).assistants();
        let call = assistants.chat_stream("assistant-1", ChatRequest::new("conversation-1", "Hi!"));
        let reply = call.header("accept", accept).await.unwrap().collect_reply().await.unwrap();
        assert_eq!(reply.content, "Grüße, 👋 Ada\n");
    }
}

#[tokio::test(start_paused = true)]
async fn idle_timeout_is_set_on_the_client() {
    let scripted = Scripted::streaming([Piece::from("Greet "), Piece::Silence]);
    let client = scripted.builder().stream_idle_timeout(Duration::from_secs(3)).build().unwrap();
    let instructions = Telnyx::new(client).instructions();
    let start = tokio::time::Instant::now();
    let stream = instructions.enhance_stream("assistant-1", EnhanceInstructions::new()).await.unwrap();
    let error = stream.collect().await.unwrap_err();
    assert_eq!((start.elapsed(), error.partial()), (Duration::from_secs(3), Some("Greet ")));
}

#[tokio::test]
async fn error_of_the_assistant_keeps_the_text() {
    for (error, said) in [
        ("{\"message\": \"the model failed\"}", "the model failed"),
        ("{\"error\": {\"message\": \"the model failed\"}}", "the model failed"),
        ("{\"errors\": [{\"detail\": \"the model failed\"}]}", "the model failed"),
        ("\"the model failed\"", "the model failed"),
        ("the model failed", "the model failed"),
        ("{\"unheard\": \"of\"}", "{\"unheard\":\"of\"}"),
    ] {
        let text = format!("event: delta\ndata: {{\"content\": \"Hel\"}}\n\nevent: error\ndata: {error}\n\n");
        let error = chat(&Scripted::streaming([text.as_str()])).await.collect_reply().await.unwrap_err();
        assert_eq!((error.kind(), error.partial(), error.is_retryable()), (ErrorKind::Stream, Some("Hel"), false));
        assert_eq!(
            error.to_string(),
            format!("POST /ai/assistants/{{assistant_id}}/chat failed: the assistant reported an error: {said}")
        );
    }
}

#[tokio::test]
async fn early_end_is_an_error_that_keeps_the_text() {
    let begun = "event: delta\ndata: {\"content\": \"Hel\"}\n\nevent: done\n";
    let mut stream = chat(&Scripted::streaming([begun])).await;
    assert!(matches!(stream.try_next().await.unwrap(), Some(ChatEvent::Delta(_))));
    assert_eq!(stream.text(), "Hel");
    let error = stream.try_next().await.unwrap_err();
    assert_eq!((error.kind(), error.partial()), (ErrorKind::Stream, Some("Hel")));
    assert!(error.to_string().ends_with("the stream ended before the reply was complete"), "{error}");
    assert!(stream.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn broken_connection_is_an_error_that_keeps_the_text() {
    let pieces = [Piece::from("event: delta\ndata: {\"content\": \"Hel\"}\n\n"), Piece::Break];
    let error = chat(&Scripted::streaming(pieces)).await.collect_reply().await.unwrap_err();
    assert_eq!((error.kind(), error.partial()), (ErrorKind::Transport, Some("Hel")));
    assert!(error.is_retryable());
}

#[tokio::test]
async fn connection_closed_during_a_stream_is_a_transport_error() {
    let server = BrokenServer::start(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n\
         29\r\nevent: delta\ndata: {\"content\": \"Hel\"}\n\n\r\n5\r\nev",
    )
    .await;
    let assistants = Telnyx::new(server.builder().build().unwrap()).assistants();
    let stream = assistants.chat_stream("assistant-1", ChatRequest::new("conversation-1", "Hi!")).await.unwrap();
    let error = stream.collect_reply().await.unwrap_err();
    assert_eq!((error.kind(), error.partial()), (ErrorKind::Transport, Some("Hel")));
}

#[tokio::test]
async fn end_that_does_not_deserialize_is_an_error() {
    let text = "event: delta\ndata: {\"content\": \"Hi\"}\n\nevent: done\ndata: {\"content\": 7}\n\n";
    let error = chat(&Scripted::streaming([text])).await.collect_reply().await.unwrap_err();
    assert_eq!((error.kind(), error.partial()), (ErrorKind::Stream, Some("Hi")));
    assert!(error.to_string().contains("the event done cannot be deserialized: at `content`: invalid type"), "{error}");
}

/// A failure before the stream starts is the error of the call.
#[tokio::test]
async fn failure_before_the_stream_is_the_error_of_the_call() {
    let server = RecordingServer::start([Answer::status(404)]).await;
    let assistants = Telnyx::new(server.client()).assistants();
    let call = assistants.chat_stream("assistant-1", ChatRequest::new("conversation-1", "Hi!"));
    let error = call.await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16(), error.partial()), (ErrorKind::Api, 404, None));
}

#[tokio::test]
async fn response_that_is_not_a_stream_is_an_error_with_its_start() {
    for (answer, found) in [
        (
            Answer::json(&json!({"content": "Hello there"})),
            "application/json, not text/event-stream: \"{\\\"content\\\"",
        ),
        (Answer::text("text/html; charset=utf-8", "<p>Log in"), "text/html, not text/event-stream: \"Log in\""),
        (Answer::status(204), "without a content type, not text/event-stream: \"\""),
    ] {
        let server = RecordingServer::start([answer]).await;
        let assistants = Telnyx::new(server.client()).assistants();
        let error = assistants.chat_stream("assistant-1", ChatRequest::new("c", "Hi!")).await.unwrap_err();
        assert_eq!((error.kind(), server.requests().len()), (ErrorKind::Decode, 1));
        assert!(error.to_string().contains(found), "{error}");
    }
}

#[tokio::test]
async fn error_event_without_a_name_keeps_its_message() {
    for data in [
        r#"{"error":{"message":"model overloaded","code":"503"}}"#,
        r#"{"errors":[{"detail":"model overloaded"}]}"#,
        r#"{"type":"error","message":"model overloaded"}"#,
    ] {
        let error =
            chat(&Scripted::streaming([format!("data: {data}\n\n").as_str()])).await.collect_reply().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Stream);
        assert!(error.to_string().ends_with("the assistant reported an error: model overloaded"), "{error}");
    }
}

#[tokio::test]
async fn last_event_needs_no_blank_line_after_it() {
    for end in ["", "\n", "\r\n"] {
        let reply = format!("event: done\ndata: {{\"content\": \"Hello\"}}{end}");
        assert_eq!(chat(&Scripted::streaming([reply.as_str()])).await.collect_reply().await.unwrap().content, "Hello");
    }
}

#[tokio::test]
async fn done_marker_ends_a_stream() {
    let pieces = [Piece::from("data: {\"n\": 1}\n\ndata: [DONE]\n\ndata: {\"n\": 2}\n\n"), Piece::Silence];
    let call = Scripted::streaming(pieces).client().request(http::Method::POST, "/ai/new").accept("text/event-stream");
    let events: Vec<ServerSentEvent> = call.stream::<EventStream>().await.unwrap().try_collect().await.unwrap();
    assert_eq!((events.len(), events[0].data.as_str()), (1, "{\"n\": 1}"));
}

#[tokio::test(start_paused = true)]
async fn comments_do_not_keep_a_stream_open_forever() {
    let comments = (0..10_000).flat_map(|_| [Piece::Pause(Duration::from_secs(1)), Piece::from(": still there\n\n")]);
    let start = tokio::time::Instant::now();
    let error = chat(&Scripted::streaming(comments)).await.collect_reply().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("the stream sent no complete event for 600s"), "{error}");
    assert_eq!(start.elapsed().as_secs(), 601);
}

#[tokio::test(start_paused = true)]
async fn deadline_includes_reading_the_stream() {
    let deltas = (0..100).flat_map(|_| {
        [Piece::Pause(Duration::from_secs(1)), Piece::from("event: delta\ndata: {\"content\": \"a\"}\n\n")]
    });
    let assistants = Telnyx::new(Scripted::streaming(deltas).client()).assistants();
    let call = assistants.chat_stream("assistant-1", ChatRequest::new("c", "Hi!"));
    let start = tokio::time::Instant::now();
    let error = call.deadline(Duration::from_secs(10)).await.unwrap().collect_reply().await.unwrap_err();
    assert_eq!((error.kind(), start.elapsed().as_secs()), (ErrorKind::Timeout, 10));
    assert!(error.to_string().contains("the deadline of 10s has passed"), "{error}");
}

#[tokio::test]
async fn reply_above_the_limit_is_an_error() {
    let delta = format!("event: delta\ndata: {{\"content\": \"{}\"}}\n\n", "a".repeat(1_000));
    let scripted = Scripted::streaming((0..1_000).map(|_| delta.as_str()));
    let client = scripted.builder().max_answer_bytes(10_000).build().unwrap();
    let mut stream = Telnyx::new(client).assistants().chat_stream("a", ChatRequest::new("c", "Hi!")).await.unwrap();
    let mut read = 0;
    let error = loop {
        match stream.try_next().await {
            Ok(_) => read += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(read, 10);
    assert!(error.to_string().contains("the reply has more than 10000 bytes; raise `max_answer_bytes`"), "{error}");
    let done = delta.replace("event: delta", "event: done");
    let client = Scripted::streaming([done.as_str()]).builder().max_answer_bytes(999).build().unwrap();
    let stream = Telnyx::new(client).assistants().chat_stream("a", ChatRequest::new("c", "Hi!")).await.unwrap();
    assert_eq!(stream.collect_reply().await.unwrap_err().kind(), ErrorKind::Decode);
    let scripted =
        Scripted::streaming((0..1_000).map(|_| "a".repeat(1_000)).collect::<Vec<_>>().iter().map(String::as_str));
    let client = scripted.builder().max_answer_bytes(10_000).build().unwrap();
    let stream = Telnyx::new(client).instructions().enhance_stream("a", EnhanceInstructions::new()).await.unwrap();
    assert_eq!(stream.collect().await.unwrap_err().partial().unwrap().len(), 10_000);
}

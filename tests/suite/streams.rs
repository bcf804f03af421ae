//! Answers that arrive bit by bit, wherever they are cut.

use std::time::Duration;

use futures_util::TryStreamExt;
use telnyx_ai::assistants::{ChatEvent, ChatRequest, ChatStream, EnhanceInstructions};
use telnyx_ai::prelude::*;
use telnyx_ai::{ErrorKind, ServerSentEvent, Telnyx, TextStream};
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::scripted::{Piece, Scripted};
use telnyx_ai_tests::server::{BrokenServer, RecordingServer};

/// A reply as the API sends it, with all that the format allows.
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

/// Everything a stream gives, in words.
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
async fn a_reply_is_the_same_wherever_it_is_cut() {
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
async fn a_text_is_cut_between_characters_only() {
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
async fn a_text_that_is_no_utf8_is_mended() {
    let scripted = Scripted::streaming([&b"Gr\xff"[..], &b"\xc3"[..]]);
    let instructions = Telnyx::new(scripted.client()).instructions();
    let stream = instructions.enhance_stream("assistant-1", EnhanceInstructions::new()).await.unwrap();
    assert_eq!(stream.collect().await.unwrap(), "Gr\u{fffd}\u{fffd}");
}

#[tokio::test(start_paused = true)]
async fn a_stream_may_take_longer_than_the_timeout_but_not_be_silent() {
    let pieces = [
        Piece::from("event: delta\ndata: {\"content\": \"Hel\"}\n\n"),
        Piece::Pause(Duration::from_secs(59)),
        // A comment keeps it alive.
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
        "POST /ai/assistants/{assistant_id}/chat failed: the stream was silent for 60s; allow more by \
         `stream_idle_timeout` on the client"
    );
    assert!(stream.try_next().await.unwrap().is_none(), "after an error the stream is over");
}

#[tokio::test(start_paused = true)]
async fn the_idle_time_is_the_clients() {
    let scripted = Scripted::streaming([Piece::from("Greet "), Piece::Silence]);
    let client = scripted.builder().stream_idle_timeout(Duration::from_secs(3)).build().unwrap();
    let instructions = Telnyx::new(client).instructions();
    let start = tokio::time::Instant::now();
    let stream = instructions.enhance_stream("assistant-1", EnhanceInstructions::new()).await.unwrap();
    let error = stream.collect().await.unwrap_err();
    assert_eq!((start.elapsed(), error.partial()), (Duration::from_secs(3), Some("Greet ")));
}

#[tokio::test]
async fn an_error_of_the_assistant_keeps_what_came_before() {
    for (error, said) in [
        ("{\"message\": \"the model is gone\"}", "the model is gone"),
        ("{\"error\": {\"message\": \"the model is gone\"}}", "the model is gone"),
        ("{\"errors\": [{\"detail\": \"the model is gone\"}]}", "the model is gone"),
        ("\"the model is gone\"", "the model is gone"),
        ("the model is gone", "the model is gone"),
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
async fn an_early_end_is_an_error_that_keeps_what_came_before() {
    let begun = "event: delta\ndata: {\"content\": \"Hel\"}\n\nevent: done\ndata: {\"content\": \"Hello\"}\n";
    let mut stream = chat(&Scripted::streaming([begun])).await;
    assert!(matches!(stream.try_next().await.unwrap(), Some(ChatEvent::Delta(_))));
    assert_eq!(stream.text(), "Hel");
    let error = stream.try_next().await.unwrap_err();
    assert_eq!((error.kind(), error.partial()), (ErrorKind::Stream, Some("Hel")));
    assert!(error.to_string().ends_with("the stream ended before the reply was whole"), "{error}");
    assert!(stream.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_broken_connection_keeps_what_came_before() {
    let pieces = [Piece::from("event: delta\ndata: {\"content\": \"Hel\"}\n\n"), Piece::Break];
    let error = chat(&Scripted::streaming(pieces)).await.collect_reply().await.unwrap_err();
    assert_eq!((error.kind(), error.partial()), (ErrorKind::Transport, Some("Hel")));
    assert!(error.is_retryable());
}

#[tokio::test]
async fn a_connection_that_closes_within_a_stream() {
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
async fn an_event_that_can_not_be_read_is_an_error() {
    let text = "event: delta\ndata: {\"content\": 7}\n\n";
    let error = chat(&Scripted::streaming([text])).await.collect_reply().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stream);
    assert!(error.to_string().contains("the event delta can not be read: at `content`: invalid type"), "{error}");
}

/// What fails before the stream begins is the error of the call.
#[tokio::test]
async fn a_stream_that_does_not_begin() {
    let server = RecordingServer::start([Answer::status(404)]).await;
    let assistants = Telnyx::new(server.client()).assistants();
    let call = assistants.chat_stream("assistant-1", ChatRequest::new("conversation-1", "Hi!"));
    let error = call.await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16(), error.partial()), (ErrorKind::Api, 404, None));
}

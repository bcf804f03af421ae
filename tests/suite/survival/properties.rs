//! Property tests: the result does not depend on the split of the input.
//!
//! Invalid input is an error. Nothing panics.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http::Method;
use percent_encoding::percent_decode_str;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use telnyx_ai::assistants::ChatStream;
use telnyx_ai::assistants::types::Assistant;
use telnyx_ai::prelude::*;
use telnyx_ai::{ByteStream, Error, ErrorKind, EventStream, Telnyx, TextStream, decode};
use telnyx_ai_tests::contract::Contract;
use telnyx_ai_tests::examples::{Recipe, examples};
use telnyx_ai_tests::operations::{OPERATIONS, Trip};
use telnyx_ai_tests::scripted::{Answer, Piece, Scripted};
use tokio::runtime::{Builder, Runtime};

use super::faulty_server::{Act, FaultyServer};
use super::good_answer;
use super::random::Random;

/// A runtime whose clock is paused.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

/// Bytes that resemble event streams.
fn events() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::sample::select(vec![
        "event: delta\n",
        "event: done\n",
        "event:error\r",
        "data: {\"content\": \"Hé 🙂\"}\n",
        "data: {\"type\": \"done\"",
        "data",
        "data:",
        ": ",
        ":comment\n",
        "id: 7\n",
        "retry: 1\r\n",
        "\n",
        "\r",
        "\r\n",
        "\n\n",
        "\u{feff}",
        "🙂",
        "\0",
    ]);
    let piece = prop_oneof![6 => words.prop_map(|word| word.as_bytes().to_vec()), 1 => vec(any::<u8>(), 0..6)];
    vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Splits bytes at these positions. Empty pieces are kept.
fn split(bytes: &[u8], at: &[prop::sample::Index]) -> Vec<Piece> {
    let mut ends: Vec<usize> = at.iter().map(|at| at.index(bytes.len() + 1)).chain([0, bytes.len()]).collect();
    ends.sort_unstable();
    ends.windows(2).map(|ends| Piece::Bytes(Bytes::copy_from_slice(&bytes[ends[0]..ends[1]]))).collect()
}

/// All results of a stream of these pieces, as text.
async fn read<S, E>(pieces: Vec<Piece>) -> Vec<String>
where
    S: From<ByteStream> + Stream<Item = Result<E, Error>> + Unpin + Send + 'static,
    E: std::fmt::Debug,
{
    let client = Scripted::streaming(pieces).client();
    let mut stream = client.request(Method::GET, "/stream").stream::<S>().await.unwrap();
    let mut all = Vec::new();
    while let Some(item) = stream.next().await {
        all.push(format!("{item:?}"));
    }
    all
}

/// A simple parser of the event-stream format for the whole text.
fn reference_events(bytes: &[u8]) -> Vec<(String, String)> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n");
    let mut events = Vec::new();
    let (mut name, mut data) = (String::new(), Vec::new());
    // The end of the stream also completes an event.
    for line in text.split('\n').chain([""]) {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            _ if line.is_empty() => {
                let (name, data) = (std::mem::take(&mut name), std::mem::take(&mut data));
                events.extend((!data.is_empty()).then(|| (name, data.join("\n"))));
            }
            "event" => name = value.to_owned(),
            "data" => data.push(value.to_owned()),
            _ => {}
        }
    }
    events
}

proptest! {
    #[test]
    fn events_are_the_same_for_any_split(bytes in events(), at in vec(any::<prop::sample::Index>(), 0..12)) {
        let runtime = runtime();
        let cut_up = runtime.block_on(read::<EventStream, _>(split(&bytes, &at)));
        prop_assert_eq!(&cut_up, &runtime.block_on(read::<EventStream, _>(split(&bytes, &[]))));
        let one_by_one = bytes.iter().map(|byte| Piece::from(&[*byte][..])).collect();
        prop_assert_eq!(&cut_up, &runtime.block_on(read::<EventStream, _>(one_by_one)));
        let expected = reference_events(&bytes).into_iter().map(|(name, data)| {
            format!("Ok(ServerSentEvent {{ name: {name:?}, data: {data:?} }})")
        });
        prop_assert_eq!(cut_up, expected.collect::<Vec<_>>());
    }

    #[test]
    fn replies_are_the_same_for_any_split(bytes in events(), at in vec(any::<prop::sample::Index>(), 0..12)) {
        let runtime = runtime();
        let whole = runtime.block_on(read::<ChatStream, _>(split(&bytes, &[])));
        prop_assert_eq!(runtime.block_on(read::<ChatStream, _>(split(&bytes, &at))), whole);
    }

    #[test]
    fn texts_are_the_same_for_any_split(
        bytes in prop_oneof![vec(any::<u8>(), 0..64), "\\PC{0,24}".prop_map(String::into_bytes)],
        at in vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let text = runtime().block_on(async {
            let client = Scripted::streaming(split(&bytes, &at)).client();
            client.request(Method::GET, "/text").stream::<TextStream>().await?.collect().await
        });
        prop_assert_eq!(text.unwrap(), String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_error_body_gives_a_message_of_one_line(status in 100u16..1000, body in error_bodies()) {
        let error = Error::from_response(status, body.clone());
        prop_assert_eq!(error.kind(), ErrorKind::Api);
        prop_assert_eq!(error.body().map(|body| &body[..]), Some(&body[..]));
        let message = error.to_string();
        prop_assert!(message.starts_with(error.status().unwrap().as_str()), "{}", message);
        prop_assert!(!message.chars().any(char::is_control), "{:?}", message);
        let _ = (format!("{error:?}"), error.code(), error.errors().len(), error.is_retryable());
    }

    #[test]
    fn any_retry_after_is_limited_to_60_seconds(
        name in prop::sample::select(vec!["retry-after", "retry-after-ms"]),
        value in prop_oneof![
            "[ -~]{0,40}",
            any::<f64>().prop_map(|number| number.to_string()),
            any::<i64>().prop_map(|number| number.to_string()),
            (0..1u64 << 35).prop_map(|s| httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(s))),
        ],
    ) {
        let fine = Answer::json(&json!({}));
        let scripted = Scripted::new([Answer::status(503).with_header(name, &value), fine]);
        runtime().block_on(async {
            let began = tokio::time::Instant::now();
            scripted.client().request(Method::GET, "/x").await.unwrap();
            assert!(began.elapsed() <= Duration::from_millis(60_001), "{:?}", began.elapsed());
        });
        prop_assert_eq!(scripted.attempts().len(), 2);
    }

    #[test]
    fn any_time_limit_is_accepted(
        timeout in 0u64..=u64::MAX, deadline in prop_oneof![Just(u64::MAX), any::<u64>()], nanos in 0u32..1_000_000_000,
    ) {
        let (timeout, deadline) = (Duration::new(timeout, nanos), Duration::new(deadline, nanos));
        let scripted = Scripted::new([Answer::status(503), Answer::json(&json!({}))]);
        let call = scripted.client().request(Method::GET, "/x").timeout(timeout).deadline(deadline);
        // The call succeeds or times out.
        let _ = runtime().block_on(call.into_future());
    }
}

fn error_bodies() -> impl Strategy<Value = Vec<u8>> {
    let json = any_json().prop_flat_map(|value| {
        let shapes = vec![
            value.clone(),
            json!({"errors": value}),
            json!({"errors": [value]}),
            json!({"errors": [{"code": value, "title": value, "detail": value, "source": {"pointer": value}}]}),
            json!({"detail": value}),
            json!({"detail": [{"loc": value, "msg": value, "type": value}]}),
            json!({"detail": [{"loc": ["body", value], "msg": "x"}]}),
            json!({"error": value}),
            json!({"error": {"message": value, "code": value}}),
            json!({"message": value}),
        ];
        prop::sample::select(shapes).prop_map(|value| value.to_string().into_bytes())
    });
    prop_oneof![3 => json, 1 => vec(any::<u8>(), 0..200), 1 => "\\PC{0,40}<[a-z]{1,4}>\\PC{0,40}".prop_map(String::into_bytes)]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just("two\nlines\r\n\u{1b}[31m\0".into()),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((any::<String>(), inner), 0..4).prop_map(|entries| entries.into_iter().collect()),
        ]
    })
}

/// A server that reports the path and the headers of requests.
fn listener() -> (FaultyServer, std::sync::mpsc::Receiver<(String, String)>) {
    let (sender, requests) = std::sync::mpsc::channel();
    let server = FaultyServer::start(move |asked| {
        sender.send((asked.path.clone(), asked.head.clone())).unwrap();
        Act::Answer(good_answer())
    });
    (server, requests)
}

fn ids() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "a", "..", ".", "/", "\\", "%2e", "%2F", "%", "?", "#", "&", ";", "=", "+", " ", "\n", "\r\n", "\0", "\t", "@",
        ":", "é", "🙂", "{", "}", "\"", "<", "|", "^", "`", "..%2f", "assistant-1",
    ]);
    prop_oneof![vec(words, 0..6).prop_map(|words| words.concat()), any::<String>()]
}

fn decoded(sent: &str) -> Vec<u8> {
    percent_decode_str(sent).collect()
}

#[test]
fn id_arrives_unchanged_or_is_an_error() {
    let (server, requests) = listener();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let telnyx = Telnyx::new(server.builder().build().unwrap());
    TestRunner::default()
        .run(&(ids(), ids()), |(assistant, tag)| {
            let removed = runtime.block_on(telnyx.tags().remove(&assistant, &tag).raw());
            match requests.try_recv() {
                Ok((path, _)) => {
                    let steps: Vec<&str> = path.strip_prefix("/v2/ai/assistants/").unwrap().split('/').collect();
                    let [sent_assistant, "tags", sent_tag] = steps[..] else { panic!("{path}") };
                    prop_assert_eq!(decoded(sent_assistant), assistant.into_bytes());
                    prop_assert_eq!(decoded(sent_tag), tag.into_bytes());
                }
                Err(_) => {
                    prop_assert_eq!(removed.unwrap_err().kind(), ErrorKind::Request);
                    prop_assert!([&assistant, &tag].iter().any(|id| matches!(id.as_str(), "" | "." | "..")));
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn custom_path_arrives_unchanged_or_is_an_error() {
    let (server, requests) = listener();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let client = server.builder().build().unwrap();
    TestRunner::default()
        .run(&vec(ids(), 1..4), |steps| {
            let path = format!("/{}", steps.join("/"));
            let sent = runtime.block_on(client.request(Method::GET, path.clone()).raw());
            match requests.try_recv() {
                Ok((seen, _)) => {
                    let wanted = path.split('#').next().unwrap();
                    prop_assert_eq!(decoded(seen.strip_prefix("/v2").unwrap()), decoded(wanted));
                }
                Err(_) => prop_assert_eq!(sent.unwrap_err().kind(), ErrorKind::Request),
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn header_key_and_query_arrive_unchanged_or_are_an_error() {
    let (server, requests) = listener();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let client = server.builder().build().unwrap();
    TestRunner::default()
        .run(&(ids(), ids(), ids()), |(value, key, parameter)| {
            let call = client.request(Method::POST, "/x").header("x-value", &value).idempotency_key(&key);
            let sent = runtime.block_on(call.query(&parameter, &value).raw());
            match requests.try_recv() {
                Ok((path, head)) => {
                    let header = |name: &str| {
                        let mut lines = head.split("\r\n").filter_map(|line| line.split_once(": "));
                        lines.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned()).unwrap_or_default()
                    };
                    prop_assert_eq!(header("x-value").trim().to_owned(), value.trim().to_owned());
                    prop_assert_eq!(header("idempotency-key"), key);
                    prop_assert_eq!(head.matches("\r\n").count(), head.lines().count() - 1);
                    let (name, text) = path.strip_prefix("/v2/x?").unwrap().split_once('=').unwrap();
                    prop_assert_eq!(decoded(name), parameter.into_bytes());
                    prop_assert_eq!(decoded(text), value.into_bytes());
                }
                Err(_) => prop_assert_eq!(sent.unwrap_err().kind(), ErrorKind::Request),
            }
            Ok(())
        })
        .unwrap();
}

/// The responses of all operations, each with its round trip.
static ANSWERS: LazyLock<Vec<(&str, Trip, Value)>> = LazyLock::new(|| {
    let contract = Contract::load();
    let mut answers = Vec::new();
    for typed in OPERATIONS {
        let Some((trip, schema)) = typed.response.zip(contract.operation(typed.name).response.as_ref()) else {
            continue;
        };
        let all = examples(&contract, schema, Recipe { seed: 7, unknown: true });
        answers.extend(all.into_iter().map(|example| (typed.name, trip, example.body)));
    }
    answers
});

/// Replaces a value in a document.
fn mutate(value: &mut Value, random: &mut Random) {
    let children = match value {
        Value::Array(items) => items.len(),
        Value::Object(fields) => fields.len(),
        _ => 0,
    } as u64;
    if children > 0 && !random.percent(20) {
        let child = random.below(children) as usize;
        match value {
            Value::Array(items) => return mutate(&mut items[child], random),
            Value::Object(fields) => {
                let name = fields.keys().nth(child).unwrap().clone();
                match random.below(10) {
                    0 => drop(fields.remove(&name)),
                    1 => drop(fields.remove(&name).map(|value| fields.insert("new".to_owned(), value))),
                    _ => mutate(&mut fields[&name], random),
                }
                return;
            }
            _ => {}
        }
    }
    *value = match random.below(12) {
        0 => Value::Null,
        1 => true.into(),
        2 => (-1).into(),
        3 => u64::MAX.into(),
        4 => 1e300.into(),
        5 => 0.5.into(),
        6 => "".into(),
        7 => "\u{0}\u{fffd}🙂".into(),
        8 => json!([]),
        9 => json!({}),
        10 => json!([value.clone(), value.clone()]),
        _ => json!({"type": value.clone(), "data": [value.clone()]}),
    };
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// A mutated response is an error, or its type round-trips.
    #[test]
    fn mutated_response_round_trips_or_is_an_error(answer in any::<prop::sample::Index>(), seed: u64, times in 1..5) {
        let (name, trip, body) = answer.get(&ANSWERS);
        let (mut body, mut random) = (body.clone(), Random(seed));
        for _ in 0..times {
            mutate(&mut body, &mut random);
        }
        match trip(&body.to_string()) {
            Ok(read) => {
                let again = trip(&read.written.to_string()).expect("the written value deserializes");
                prop_assert_eq!(again.written, read.written, "{}", name);
            }
            Err(error) => prop_assert!(!error.message().is_empty() && !error.path().is_empty(), "{}", name),
        }
    }

    #[test]
    fn malformed_text_round_trips_or_is_an_error(
        answer in any::<prop::sample::Index>(), at: prop::sample::Index, with in prop_oneof!["", "[\\[\\]{}\":,0-9\\\\\u{0}]", "\\PC"],
        cut_off: bool,
    ) {
        let (_, trip, body) = answer.get(&ANSWERS);
        let mut text = body.to_string();
        let mut at = at.index(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        if cut_off {
            text.truncate(at);
            text.push_str(&with);
        } else {
            let end = at + text[at..].chars().next().map_or(0, char::len_utf8);
            text.replace_range(at..end, &with);
        }
        if let Err(error) = trip(&text) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}

#[test]
fn unlimited_nesting_is_an_error() {
    for open in [
        "[",
        "{\"a\":",
        "[{\"tools\":",
        "{\"conversation_flow\":{\"nodes\":[",
        "{\"tools\":[{\"type\":\"webhook\",\"webhook\":{\"x\":",
    ] {
        let text = open.repeat(100_000);
        decode::from_slice::<Value>(text.as_bytes()).unwrap_err();
        decode::from_slice::<Assistant>(text.as_bytes()).unwrap_err();
        let error = Error::from_response(500, text);
        assert!(error.errors().is_empty());
    }
}

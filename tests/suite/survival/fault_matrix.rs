//! The outcome of each fault of the network or the server, for each kind of call.
//!
//! `cargo test -p telnyx-ai-tests fault_matrix -- --nocapture` prints it as a table.

use std::time::{Duration, SystemTime};

use telnyx_ai::assistants::ChatRequest;
use telnyx_ai::assistants::types::{CreateAssistant, UpdateAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai::{Error, ErrorKind, Telnyx};

use super::faulty_server::{Act, Answer, FaultyServer};
use super::{error_body, good_answer};

/// A fault of an attempt.
struct Fault {
    what: &'static str,
    does: Cause,
    repeats: RetriedCalls,
    waits: RetryDelay,
    kind: ErrorKind,
    says: &'static str,
}

enum Cause {
    Refuse,
    Act(Act),
}

/// The calls that are retried.
#[derive(Clone, Copy, PartialEq)]
enum RetriedCalls {
    /// All calls.
    All,
    /// Safe calls: `GET`, and `POST` with an idempotency key.
    Safe,
    None,
}

/// The delay before a retry.
#[derive(Clone, Copy)]
enum RetryDelay {
    /// 0.5 s and 1 s, minus up to 25 %.
    Backoff,
    /// The delay that the server requests.
    Millis(u64),
    /// Until the time that the server sets.
    Until(u64),
}

impl RetryDelay {
    fn allow(self, retry: usize, waited: Duration) -> bool {
        let (least, most) = match self {
            Self::Backoff => (375 << retry, 500 << retry),
            Self::Millis(asked) => (asked, asked),
            // Dates have a resolution of 1 s, and the first attempt took some time.
            Self::Until(second) => (second.saturating_sub(4) * 1000, second * 1000),
        };
        // Timers have a resolution of 1 ms.
        (least..=most + 1).contains(&u64::try_from(waited.as_millis()).unwrap())
    }
}

fn faults() -> Vec<Fault> {
    use ErrorKind::{Api, Connect, Timeout, Transport};
    use RetriedCalls::{All, None, Safe};

    let fault = |what, act, repeats, kind, says| Fault {
        what,
        does: Cause::Act(act),
        repeats,
        waits: RetryDelay::Backoff,
        kind,
        says,
    };
    let status = |status, repeats, says| {
        let act = Act::Answer(Answer::new(status, error_body("10007", "Unavailable")));
        fault("", act, repeats, Api, says)
    };
    let header = |code, name, value: String, waits| {
        let answer = Answer::new(code, error_body("10011", "Slow down")).with_header(name, value);
        Fault { waits, ..fault("", Act::Answer(answer), All, Api, "Slow down") }
    };
    let after = |value: &str, waits| header(429, "retry-after", value.to_owned(), waits);
    let should = |code, value: &str, repeats| Fault {
        repeats,
        ..header(code, "x-should-retry", value.to_owned(), RetryDelay::Backoff)
    };
    let in_ten_seconds = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(10));
    let yesterday = httpdate::fmt_http_date(SystemTime::now() - Duration::from_secs(86_400));
    let named = |what, fault| Fault { what, ..fault };

    let broken = "the connection broke before the response was complete";
    vec![
        Fault { does: Cause::Refuse, ..fault("connection refused", Act::Silence, All, Connect, "cannot connect to ") },
        fault("reset before the response", Act::ResetBefore, Safe, Transport, broken),
        fault("reset during the response", Act::ResetDuring(good_answer()), Safe, Transport, broken),
        fault("half a body", Act::HalfABody(good_answer()), Safe, Transport, broken),
        fault("no response", Act::Silence, Safe, Timeout, "no complete response within 60s"),
        fault("a body that stalls", Act::Stall(good_answer()), Safe, Timeout, "no complete response within 60s"),
        named("400", status(400, None, "400 Bad Request: Unavailable (code 10007)")),
        named("408", status(408, Safe, "408 Request Timeout: Unavailable (code 10007")),
        named("409", status(409, Safe, "409 Conflict: Unavailable (code 10007")),
        named("429", status(429, All, "429 Too Many Requests: Unavailable; slow the client down")),
        named("500", status(500, Safe, "500 Internal Server Error: Unavailable (code 10007")),
        named("502", status(502, Safe, "502 Bad Gateway: Unavailable (code 10007")),
        named("503", status(503, Safe, "503 Service Unavailable: Unavailable (code 10007")),
        named("504", status(504, Safe, "504 Gateway Timeout: Unavailable (code 10007")),
        named("429, retry-after-ms: 1500", header(429, "retry-after-ms", "1500".to_owned(), RetryDelay::Millis(1500))),
        named("429, retry-after: 2", after("2", RetryDelay::Millis(2000))),
        named("429, retry-after: 0.25", after("0.25", RetryDelay::Millis(250))),
        named("429, retry-after: 0", after("0", RetryDelay::Millis(0))),
        named("429, retry-after: in 10 s", after(&in_ten_seconds, RetryDelay::Until(10))),
        named("429, retry-after: yesterday", after(&yesterday, RetryDelay::Backoff)),
        named("429, retry-after: -5", after("-5", RetryDelay::Backoff)),
        named("429, retry-after: 86400", after("86400", RetryDelay::Millis(60_000))),
        named("429, retry-after: 1e300", after("1e300", RetryDelay::Millis(60_000))),
        named("429, retry-after: soon", after("soon", RetryDelay::Backoff)),
        named("503, x-should-retry: false", should(503, "false", None)),
        named("400, x-should-retry: true", should(400, "true", All)),
        named("503, x-should-retry: perhaps", should(503, "perhaps", Safe)),
    ]
}

/// The kind of a call.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Retrieve,
    Create,
    Update,
    Chat,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Retrieve, Self::Create, Self::Update, Self::Chat];

    const fn name(self) -> &'static str {
        match self {
            Self::Retrieve => "GET",
            Self::Create => "POST with key (create)",
            Self::Update => "POST (update)",
            Self::Chat => "POST (chat)",
        }
    }

    fn is_sent_again(self, repeats: RetriedCalls) -> bool {
        repeats == RetriedCalls::All || repeats == RetriedCalls::Safe && matches!(self, Self::Retrieve | Self::Create)
    }

    /// Awaits the call. Returns the number of attempts.
    async fn call(self, telnyx: &Telnyx) -> Result<u32, Error> {
        let assistants = telnyx.assistants();
        Ok(match self {
            Self::Retrieve => assistants.retrieve("a").with_response().await?.attempts,
            Self::Create => assistants.create(CreateAssistant::new("A", "Help.")).with_response().await?.attempts,
            Self::Update => assistants.update("a", UpdateAssistant::new()).with_response().await?.attempts,
            Self::Chat => assistants.chat("a", ChatRequest::new("c", "Hi")).with_response().await?.attempts,
        })
    }
}

/// The outcome of a call with a fault that occurs once or always.
struct Outcome {
    result: Result<u32, Error>,
    waits: Vec<Duration>,
    elapsed: Duration,
}

async fn outcome(fault: &Fault, kind: Kind, once: bool) -> Outcome {
    let (seen, requests) = std::sync::mpsc::channel();
    let server = match &fault.does {
        Cause::Refuse if once => FaultyServer::refusing_once(|_| Act::Answer(good_answer())),
        Cause::Refuse => FaultyServer::refusing(),
        Cause::Act(act) => {
            let (act, mut left) = (act.clone(), if once { 1 } else { usize::MAX });
            FaultyServer::start(move |asked| {
                seen.send(asked.header("idempotency-key").map(str::to_owned)).unwrap();
                if left == 0 {
                    return Act::Answer(good_answer());
                }
                left -= 1;
                act.clone()
            })
        }
    };
    let telnyx = Telnyx::new(server.builder().build().unwrap());
    let began = tokio::time::Instant::now();
    let result = kind.call(&telnyx).await;
    let elapsed = began.elapsed();

    let attempts = server.clock().attempts();
    assert_eq!(attempts, result.as_ref().map_or_else(Error::attempts, |attempts| *attempts) as usize);
    if matches!(fault.does, Cause::Act(_)) {
        let keys: Vec<_> = requests.try_iter().collect();
        assert_eq!(keys.len(), attempts, "the server receives one request per attempt");
        assert!(keys.iter().all(|key| *key == keys[0]), "all attempts have the same key");
        assert_eq!(keys[0].is_some(), kind == Kind::Create);
    }
    Outcome { result, waits: server.clock().waits(), elapsed }
}

#[tokio::test(start_paused = true)]
async fn every_fault_has_the_expected_outcome() {
    println!("| fault of each attempt | call | attempts | delays | duration | error | result if it occurs once |");
    println!("|---|---|---|---|---|---|---|");
    for number in 0..faults().len() {
        for kind in Kind::ALL {
            // Created for each call, because one fault contains a date in the near future.
            let fault = &faults()[number];
            let place = format!("{}, {}", fault.what, kind.name());
            let again = kind.is_sent_again(fault.repeats);

            let Outcome { result, waits, elapsed } = outcome(fault, kind, false).await;
            let error = result.expect_err(&place);
            assert_eq!(error.attempts(), if again { 3 } else { 1 }, "{place}: {error}");
            assert_eq!(error.kind(), fault.kind, "{place}: {error}");
            let message = error.to_string();
            assert!(message.starts_with(&error.operation().unwrap().to_string()), "{place}: {message}");
            assert!(message.contains(fault.says), "{place}: {message}");
            assert!(!message.contains('\n'), "{place}: {message}");
            assert_eq!(message.contains("after 3 attempts"), again, "{place}: {message}");
            for (retry, wait) in waits.iter().enumerate() {
                assert!(fault.waits.allow(retry, *wait), "{place}: waited {wait:?} before retry {retry}");
            }
            let silent = if fault.kind == ErrorKind::Timeout { error.attempts() * 60 } else { 0 };
            let meant = waits.iter().sum::<Duration>() + Duration::from_secs(silent.into());
            assert!(elapsed.abs_diff(meant) < Duration::from_millis(10), "{place}: {elapsed:?} instead of {meant:?}");

            let once = match outcome(fault, kind, true).await.result {
                Ok(attempts) => {
                    assert!(again && attempts == 2, "{place}: success after {attempts} attempts");
                    "good, 2 attempts"
                }
                Err(error) => {
                    assert!(!again && error.attempts() == 1, "{place}: {error}");
                    "the error"
                }
            };
            let waited: Vec<_> = waits.iter().map(|wait| format!("{:.2} s", wait.as_secs_f64())).collect();
            println!(
                "| {} | {} | {} | {} | {:.1} s | {:?} {} | {once} |",
                fault.what,
                kind.name(),
                error.attempts(),
                waited.join(", "),
                elapsed.as_secs_f64(),
                error.kind(),
                error.status().map_or_else(String::new, |status| status.as_u16().to_string()),
            );
        }
    }
}

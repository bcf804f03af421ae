//! The program: its output, exit and data.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{Gate, file, serve};

/// The running program. It is killed when this is dropped.
struct Program {
    child: Child,
    /// The address, such as `127.0.0.1:4010`.
    addr: String,
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_telnyx-ai-emulator");

fn start(args: &[&str]) -> Child {
    spawn(Command::new(PROGRAM).args(args))
}

fn spawn(command: &mut Command) -> Child {
    command.env_remove("RUST_LOG").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program")
}

impl Program {
    fn start(args: &[&str]) -> Self {
        Self::of(start(&[&["--listen", "127.0.0.1:0"], args].concat()))
    }

    /// Starts the program with a limit on open files.
    #[cfg(unix)]
    fn with_open_files(limit: u32) -> Self {
        let script = format!("ulimit -n {limit} && exec \"$0\" --listen 127.0.0.1:0");
        Self::of(spawn(Command::new("sh").args(["-c", &script, PROGRAM])))
    }

    fn of(mut child: Child) -> Self {
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        let addr = line.trim_end().strip_prefix("listening on http://").and_then(|rest| rest.strip_suffix("/v2"));
        let addr = addr.unwrap_or_else(|| panic!("{line}")).to_owned();
        Self { child, addr }
    }

    #[cfg(unix)]
    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().expect("kill");
        assert!(sent.success());
    }

    /// The current memory usage, in MiB.
    #[cfg(target_os = "linux")]
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
    }

    /// Kills the program. Returns its standard error.
    fn stop(mut self) -> String {
        self.child.kill().expect("killed");
        let mut text = String::new();
        self.child.stderr.take().expect("a pipe").read_to_string(&mut text).expect("text");
        text
    }

    fn code(&mut self) -> Option<i32> {
        self.child.wait().expect("an end").code()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // The program may have already exited.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the program, which must fail. Returns its standard error.
fn failure(args: &[&str]) -> String {
    let mut program = start(args);
    let mut text = String::new();
    program.stderr.take().expect("a pipe").read_to_string(&mut text).expect("text");
    assert_eq!(program.wait().expect("an end").code(), Some(1));
    text
}

#[derive(Clone)]
struct Caller {
    client: Client<HttpConnector, Full<Bytes>>,
    addr: String,
}

impl Caller {
    fn to(program: &Program) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { client, addr: program.addr.clone() }
    }

    /// The status and the body, or `None` if the connection failed.
    async fn call(&self, method: Method, path: &str, body: Value, key: Option<&str>) -> Option<(u16, Value)> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.addr))
            .header("authorization", "Bearer key")
            .header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let body = if body.is_null() { Full::default() } else { Full::from(body.to_string()) };
        let response = self.client.request(request.body(body).expect("a request")).await.ok()?;
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.ok()?.to_bytes();
        Some((status, serde_json::from_slice(&bytes).unwrap_or_default()))
    }

    async fn get(&self, path: &str) -> Value {
        self.good(Method::GET, path, Value::Null).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.good(Method::POST, path, body).await
    }

    /// The body of a successful response.
    async fn good(&self, method: Method, path: &str, body: Value) -> Value {
        let (status, body) = self.call(method, path, body, None).await.expect("an answer");
        assert!((200..300).contains(&status), "{status}: {body}");
        body
    }
}

#[cfg(unix)]
#[test]
fn address_is_printed_and_a_used_one_is_an_error() {
    let mut program = Program::start(&[]);
    assert!(failure(&["--listen", &program.addr]).contains("another program uses this address"));
    program.signal("-TERM");
    assert_eq!(program.code(), Some(0));
    let mut program = Program::start(&[]);
    program.signal("-INT");
    assert_eq!(program.code(), Some(0));
}

#[test]
fn url_of_all_addresses_is_that_of_this_machine() {
    for (listen, host) in [("0.0.0.0:0", "127.0.0.1:"), ("[::]:0", "[::1]:")] {
        let program = Program::of(start(&["--listen", listen, "--api-key", "any"]));
        assert!(program.addr.starts_with(host), "{}", program.addr);
    }
}

#[test]
fn start_errors_are_explained() {
    let listen = ["--listen", "127.0.0.1:0"];
    let with = |args: &[&str]| failure(&[&listen, args].concat());
    let text = with(&["--db", "/no/such/folder/emulator.db"]);
    assert!(
        text.contains("cannot open the database /no/such/folder/emulator.db: it cannot be created or written"),
        "{text}"
    );
    let (_folder, seed) = file("seed.yaml");
    std::fs::write(&seed, "assistants:\n  - name: A\n    instructions: 7\n").expect("written");
    let text = with(&["--seed", seed.to_str().expect("a path")]);
    assert!(text.contains("seed.yaml, line 3: assistants[0].instructions: "), "{text}");
    let text = with(&["--frozen-at", "noon"]);
    assert!(text.contains("'noon' is not an ISO 8601 time"), "{text}");
    let text = failure(&["--listen", "0.0.0.0:0"]);
    assert!(text.contains("without an API key"), "{text}");

    let (_folder, db) = file("emulator.db");
    let db = db.to_str().expect("a path");
    let _first = Program::start(&["--db", db]);
    let text = with(&["--db", db]);
    assert!(text.contains(&format!("cannot open the database {db}: another emulator has it open")), "{text}");
}

/// Sends a request whose response is delayed, and waits until the emulator handles it.
#[cfg(unix)]
async fn slow_request(caller: &Caller, delay_ms: u64) -> tokio::task::JoinHandle<Option<(u16, Value)>> {
    let fault = json!({ "path": "/ai/tools", "delay_ms": delay_ms });
    caller.post("/_emulator/faults", fault).await;
    let slow = tokio::spawn({
        let caller = caller.clone();
        async move { caller.call(Method::GET, "/v2/ai/tools", Value::Null, None).await }
    });
    while caller.get("/_emulator/faults").await["data"][0]["fired"] == 0 {
        tokio::task::yield_now().await;
    }
    slow
}

#[cfg(unix)]
#[tokio::test]
async fn current_request_is_answered_before_the_stop() {
    for signal in ["-TERM", "-INT"] {
        let mut program = Program::start(&[]);
        let slow = slow_request(&Caller::to(&program), 500).await;
        program.signal(signal);
        let (status, _) = slow.await.expect("a task").expect("an answer");
        assert_eq!((status, program.code()), (200, Some(0)));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn second_signal_stops_at_once() {
    let mut program = Program::start(&[]);
    let slow = slow_request(&Caller::to(&program), 60_000).await;
    program.signal("-TERM");
    // The program has received the signal once it accepts no more connections.
    while tokio::net::TcpStream::connect(&program.addr).await.is_ok() {
        tokio::task::yield_now().await;
    }
    program.signal("-INT");
    assert_eq!(program.code(), Some(0));
    assert!(slow.await.expect("a task").is_none());
}

#[cfg(unix)]
#[tokio::test]
async fn other_machines_are_called_only_if_allowed() {
    let webhook = axum::Router::new().fallback(|| async { r#"{"dynamic_variables": {"name": "Ada"}}"# });
    // This is not a loopback address, but packets to it do not leave this machine.
    let url = serve(webhook).await.replace("127.0.0.1", "0.0.0.0");
    let assistant = json!({ "name": "A", "instructions": "I.", "dynamic_variables_webhook_url": url });
    for (args, name, status) in [(&[][..], Value::Null, Value::Null), (&["--allow-outbound"], json!("Ada"), json!(200))]
    {
        let program = Program::start(args);
        let caller = Caller::to(&program);
        let made = caller.post("/v2/ai/assistants", assistant.clone()).await;
        let path = format!("/v2/ai/assistants/{}", made["id"].as_str().expect("an id"));
        let read = caller.get(&format!("{path}?fetch_dynamic_variables_from_webhook=true")).await;
        assert_eq!(read["dynamic_variables"]["name"], name);
        let asked = caller.get("/_emulator/requests?direction=out").await["data"][0].clone();
        assert_eq!(asked["status"], status, "{asked}");
        assert_eq!(asked["response_body"].to_string().contains("--allow-outbound"), args.is_empty(), "{asked}");
    }
}

#[tokio::test]
async fn model_replies_and_events_are_sent() {
    use axum::{Json, Router, http::HeaderMap, routing::post};

    let (sender, mut received) = tokio::sync::mpsc::unbounded_channel();
    let events = sender.clone();
    let app = Router::new()
        .route(
            "/v1/chat/completions",
            post(async move |headers: HeaderMap, Json(asked): Json<Value>| {
                sender.send((headers["authorization"].to_str().unwrap_or_default().to_owned(), asked)).expect("a test");
                let call =
                    json!({ "id": "1", "type": "function", "function": { "name": "hangup", "arguments": "{}" } });
                Json(json!({ "choices": [{ "message": { "content": "Good bye.", "tool_calls": [call] } }] }))
            }),
        )
        .route(
            "/events",
            post(async move |headers: HeaderMap, Json(event): Json<Value>| {
                let is_signed = headers.contains_key("telnyx-signature-ed25519");
                events.send((is_signed.to_string(), event)).expect("a test");
            }),
        );
    let url = serve(app).await;

    // Any environment variable works as the key.
    let key = std::env::var("CARGO_MANIFEST_DIR").expect("cargo runs the tests");
    let (model, receiver) = (format!("{url}/v1"), format!("{url}/events"));
    let program = Program::start(&[
        "--llm-url", &model, "--llm-model", "small", "--llm-key-env", "CARGO_MANIFEST_DIR", "--webhook-url", &receiver,
    ]);
    let caller = Caller::to(&program);
    let tools = json!([{ "type": "hangup", "hangup": {} }]);
    let assistant =
        caller.post("/v2/ai/assistants", json!({ "name": "A", "instructions": "I.", "tools": tools })).await;
    let conversation = caller.post("/v2/ai/conversations", json!({})).await;
    let chat = format!("/v2/ai/assistants/{}/chat", assistant["id"].as_str().expect("an id"));
    let said = caller.post(&chat, json!({ "content": "hi", "conversation_id": conversation["id"] })).await;
    assert_eq!(said["content"], "Good bye.");

    let (authorization, asked) = received.recv().await.expect("a request");
    assert_eq!((authorization, &asked["model"]), (format!("Bearer {key}"), &json!("small")));
    let (is_signed, event) = received.recv().await.expect("an event");
    assert_eq!((is_signed.as_str(), &event["data"]["event_type"]), ("true", &json!("call.conversation.ended")));
    assert_eq!(event["data"]["payload"]["conversation_id"], conversation["id"]);
    // The request is logged after its response has arrived.
    while !caller.get("/_emulator/requests?direction=out").await["data"].to_string().contains("/events") {
        tokio::task::yield_now().await;
    }
}

/// The number of assistants to create, and the number of concurrent requests.
const ALL: usize = 1_000;
const AT_A_TIME: usize = 32;

/// Creates assistants with different keys until all exist or the program has exited. Returns the acknowledged ones.
async fn write(caller: &Caller, acknowledged: &Arc<AtomicUsize>) -> BTreeMap<usize, Value> {
    let next = Arc::new(AtomicUsize::new(0));
    let answers = Arc::new(Mutex::new(BTreeMap::new()));
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..AT_A_TIME {
        let (caller, next, answers) = (caller.clone(), Arc::clone(&next), Arc::clone(&answers));
        let acknowledged = Arc::clone(acknowledged);
        writers.spawn(async move {
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= ALL {
                    return;
                }
                let body = json!({ "name": format!("assistant {n}"), "instructions": format!("{n} ").repeat(50) });
                let Some((status, body)) =
                    caller.call(Method::POST, "/v2/ai/assistants", body, Some(&format!("key-{n}"))).await
                else {
                    return;
                };
                assert_eq!(status, 200, "{body}");
                answers.lock().expect("a lock").insert(n, body);
                acknowledged.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    while let Some(done) = writers.join_next().await {
        done.expect("a writer");
    }
    Arc::into_inner(answers).expect("the last one").into_inner().expect("a lock")
}

/// All assistants by name. Checks that each has its version.
async fn read(caller: &Caller) -> BTreeMap<String, Value> {
    let list = caller.get("/v2/ai/assistants").await;
    let mut by_name = BTreeMap::new();
    for assistant in list["data"].as_array().expect("a list") {
        let name = assistant["name"].as_str().expect("a name");
        let n = name.strip_prefix("assistant ").expect("a number");
        assert_eq!(assistant["instructions"].as_str(), Some(format!("{n} ").repeat(50).as_str()));
        assert!(by_name.insert(name.to_owned(), assistant.clone()).is_none(), "{name} is there twice");
    }
    by_name
}

async fn survives(db: &Path) {
    let db = db.to_str().expect("a path");
    let mut program = Program::start(&["--db", db]);
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let caller = Caller::to(&program);
    let writing = tokio::spawn({
        let (caller, acknowledged) = (caller.clone(), Arc::clone(&acknowledged));
        async move { write(&caller, &acknowledged).await }
    });
    while acknowledged.load(Ordering::Relaxed) < ALL / 2 {
        tokio::task::yield_now().await;
    }
    program.child.kill().expect("killed");
    program.child.wait().expect("an end");
    let before = tokio::time::timeout(Duration::from_secs(60), writing).await.expect("an end").expect("a task");
    assert!((ALL / 2..ALL).contains(&before.len()), "{} acknowledged", before.len());

    let program = Program::start(&["--db", db]);
    let caller = Caller::to(&program);
    let there = read(&caller).await;
    for (n, answer) in &before {
        assert_eq!(there.get(&format!("assistant {n}")), Some(answer));
    }
    // Some of the unacknowledged assistants may exist too. Each has its version.
    assert!(there.len() - before.len() <= AT_A_TIME, "{} and {}", there.len(), before.len());
    let known: BTreeSet<&str> = before.values().filter_map(|answer| answer["id"].as_str()).collect();
    for assistant in there.values().filter(|assistant| !known.contains(assistant["id"].as_str().expect("an id"))) {
        let path = format!("/v2/ai/assistants/{}/versions", assistant["id"].as_str().expect("an id"));
        assert_eq!(&caller.get(&path).await["data"][0], assistant);
    }

    // Retries with the same keys return the acknowledged assistants and create no duplicates.
    let after = write(&caller, &acknowledged).await;
    assert_eq!(after.len(), ALL);
    assert!(before.iter().all(|(n, answer)| after[n] == *answer));
    assert_eq!(read(&caller).await.len(), ALL);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_data_survives_a_kill() {
    let (_folder, db) = file("emulator.db");
    survives(&db).await;
}

#[cfg(unix)]
#[tokio::test]
async fn idle_connections_do_not_block_other_clients() {
    let program = Program::with_open_files(256);
    let caller = Caller::to(&program);
    let mut idle = Vec::new();
    for _ in 0..500 {
        idle.push(tokio::net::TcpStream::connect(&program.addr).await.expect("a connection"));
    }
    for _ in 0..10 {
        caller.get("/v2/ai/assistants").await;
    }
}

#[cfg(all(unix, feature = "console"))]
#[test]
fn program_runs_if_its_output_is_closed() {
    let (reader, output) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = Command::new(PROGRAM);
    command.args(["--listen", "127.0.0.1:0"]).stdout(output).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program");
    let mut errors = BufReader::new(child.stderr.take().expect("a pipe")).lines().map(|line| line.expect("a line"));
    let addr = errors.find_map(|line| Some(line.strip_prefix("console: http://")?.trim_end_matches('/').to_owned()));
    let mut program = Program { child, addr: addr.expect("an address") };
    assert!(std::net::TcpStream::connect(&program.addr).is_ok());
    program.signal("-TERM");
    assert_eq!(program.code(), Some(0), "{:?}", errors.collect::<Vec<_>>());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn requests_without_a_key_take_little_memory() {
    let program = Program::start(&[]);
    let caller = Caller::to(&program);
    caller.get("/v2/ai/assistants").await;
    let before = program.memory();
    for size in [60_000, 400_000] {
        let head = format!("GET /v2/ai/assistants HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "x".repeat(size));
        for _ in 0..1_000 {
            let mut stream = tokio::net::TcpStream::connect(&program.addr).await.expect("a connection");
            // The connection may be closed before everything is sent.
            let _ = stream.write_all(head.as_bytes()).await;
            let mut status = [0; 12];
            let _ = stream.read_exact(&mut status).await;
        }
    }
    let growth = program.memory().saturating_sub(before);
    assert!(growth < 50, "{growth} MiB");
}

#[tokio::test]
async fn message_with_a_key_is_sent_once_despite_a_kill() {
    let variables = Gate::new(json!({ "dynamic_variables": {} })).await;
    let (_folder, db) = file("emulator.db");
    let args = ["--db", db.to_str().expect("a path")];
    let program = Program::start(&args);
    let caller = Caller::to(&program);
    let assistant = json!({
        "name": "A", "instructions": "I.", "greeting": "Hello.", "dynamic_variables_webhook_url": variables.url,
        "dynamic_variables_webhook_timeout_ms": 10_000, "messaging_settings": { "default_messaging_profile_id": "m" },
    });
    let assistant = caller.post("/v2/ai/assistants", assistant).await;
    let path = format!("/v2/ai/assistants/{}/chat/sms", assistant["id"].as_str().expect("an id"));
    let body = json!({ "from": "+1", "to": "+2", "should_create_conversation": true });
    let sending = tokio::spawn({
        let (path, body) = (path.clone(), body.clone());
        async move { caller.call(Method::POST, &path, body, Some("once")).await }
    });
    variables.called().await;
    drop(program);
    assert_eq!(sending.await.expect("a task"), None);

    let program = Program::start(&args);
    let caller = Caller::to(&program);
    variables.open();
    variables.open();
    for _ in 0..2 {
        let (status, _) = caller.call(Method::POST, &path, body.clone(), Some("once")).await.expect("an answer");
        assert_eq!(status, 200);
    }
    assert_eq!(caller.get("/v2/ai/conversations").await["data"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn test_run_during_a_kill_ends_in_an_error_and_is_not_repeated() {
    let variables = Gate::new(json!({ "dynamic_variables": {} })).await;
    let (_folder, db) = file("emulator.db");
    let args = ["--db", db.to_str().expect("a path")];
    let program = Program::start(&args);
    let caller = Caller::to(&program);
    let assistant = json!({
        "name": "A", "instructions": "I.", "dynamic_variables_webhook_url": variables.url,
        "dynamic_variables_webhook_timeout_ms": 10_000,
    });
    let assistant = caller.post("/v2/ai/assistants", assistant).await;
    let test = json!({
        "name": "t", "destination": assistant["id"], "instructions": "Say \"hello\"",
        "rubric": [{ "name": "polite", "criteria": "Is polite" }],
    });
    let test = caller.post("/v2/ai/assistants/tests", test).await;
    let path = format!("/v2/ai/assistants/tests/{}/runs", test["test_id"].as_str().expect("an id"));
    let run = caller.post(&path, json!({})).await;
    variables.called().await;
    drop(program);

    let program = Program::start(&args);
    let caller = Caller::to(&program);
    caller.post("/_emulator/clock", json!({ "advance_secs": 60 })).await;
    let run = caller.get(&format!("{path}/{}", run["run_id"].as_str().expect("an id"))).await;
    assert_eq!(run["status"], "error");
    assert_eq!(run["logs"], "The emulator stopped during this run; trigger the test again.");
    let conversations = caller.get("/v2/ai/conversations").await;
    assert_eq!(conversations["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(conversations["data"][0]["id"], run["conversation_id"]);
}

#[tokio::test]
async fn external_text_does_not_control_the_terminal() {
    let program = Program::start(&[]);
    let caller = Caller::to(&program);
    let assistant = json!({
        "name": "A", "instructions": "I.",
        "dynamic_variables_webhook_url": "http://127.0.0.1:1/\u{1b}]0;owned\u{7}\r\n2026 WARN forged: \u{9b}31m",
    });
    let assistant = caller.post("/v2/ai/assistants", assistant).await;
    let id = assistant["id"].as_str().expect("an id");
    caller.get(&format!("/v2/ai/assistants/{id}?fetch_dynamic_variables_from_webhook=true")).await;
    let text = program.stop();
    assert!(text.contains("Dynamic variables webhook"), "{text}");
    let foreign = text.lines().find(|line| line.contains("owned")).expect("a line");
    // The emulator itself writes color codes.
    assert!(
        foreign.contains("forged") && !foreign.contains("\u{1b}]") && !foreign.contains(['\u{7}', '\u{9b}', '\r']),
        "{foreign}"
    );
}

//! Measures the memory of large jobs and checks it against a bound.
//!
//! Each job runs in a separate process. The server is another process. The measurement includes the whole client
//! process: code, runtime and stacks.

use std::collections::BTreeMap;
use std::error::Error;
use std::process::{Command, ExitCode};

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use telnyx_ai::prelude::*;
use telnyx_ai::testing::ListTests;
use telnyx_ai::{Client, Telnyx};
use telnyx_ai_hyper::HyperTransport;
use telnyx_ai_tests::fixed_server::{FixedServer, Scene, serve_if_asked};
use telnyx_ai_tests::process;
use tokio::task::JoinSet;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<std::alloc::System> = &INSTRUMENTED_SYSTEM;

const HELP: &str = "\
Measures the memory that large jobs take, each in a process of its own, and holds it to its bound.

Usage: memory [--quick]

    --quick   smaller jobs with the same bounds for each of their parts: what the tests run

The exit code is 1 where a bound does not hold.";

/// A job with a transport.
struct Case {
    job: &'static str,
    transport: &'static str,
    /// The number of items, assistants or calls.
    count: usize,
}

/// The measurements of a case, by name. The unit is bytes, unless the name contains another one.
type Figures = BTreeMap<String, usize>;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    serve_if_asked()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--case", job, transport, count] => {
            let figures = run(job, transport, count.parse()?)?;
            println!("{}", serde_json::to_string(&figures)?);
            Ok(ExitCode::SUCCESS)
        }
        [] => measure(&cases(1_000_000, 26_000, 10_000)),
        ["--quick"] => measure(&cases(30_000, 5_000, 1_000)),
        _ => {
            println!("{HELP}");
            Ok(ExitCode::FAILURE)
        }
    }
}

fn cases(items: usize, assistants: usize, calls: usize) -> Vec<Case> {
    [("paging", items), ("list", assistants), ("calls", calls), ("idle", 100)]
        .into_iter()
        .flat_map(|(job, count)| ["reqwest", "hyper"].map(|transport| Case { job, transport, count }))
        .chain(["reqwest, HTTP/2", "hyper, HTTP/2"].map(|transport| Case { job: "calls", transport, count: calls }))
        .collect()
}

fn measure(cases: &[Case]) -> Result<ExitCode, Box<dyn Error>> {
    let mut all_hold = true;
    for Case { job, transport, count } in cases {
        let program = std::env::current_exe()?;
        let output = Command::new(program).args(["--case", job, transport, &count.to_string()]).output()?;
        if !output.status.success() {
            return Err(format!("{job} on {transport}: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        let figures: Figures = serde_json::from_slice(&output.stdout)?;
        let broken = broken_bounds(job, transport, *count, &figures);
        let shown: Vec<String> = figures.iter().map(|(name, figure)| format!("{name} {figure}")).collect();
        println!("{job} {count} on {transport}: {}", shown.join(", "));
        for bound in &broken {
            println!("  BROKEN: {bound}");
        }
        all_hold &= broken.is_empty();
    }
    Ok(if all_hold { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Returns the exceeded bounds of a job.
fn broken_bounds(job: &str, transport: &str, count: usize, figures: &Figures) -> Vec<String> {
    let figure = |name: &str| figures.get(name).copied().unwrap_or_default();
    let bounds = match job {
        // The bound does not depend on the number of items.
        "paging" => vec![("peak", 30_000_000)],
        // The response and the typed list. Measured: 3.8 times the response.
        "list" => vec![("peak above start", 4 * figure("answer"))],
        // Measured: 13.5 kB with reqwest and 10 kB with hyper for 10,000 calls. A debug build uses slightly more.
        "calls" if transport.ends_with("HTTP/2") => vec![("peak above start", 24_000 * count)],
        // Measured: 30 kB with reqwest and 27 kB with hyper; bare reqwest uses 28 kB. Most of it is the HTTP/1.1
        // connection of each call in flight: two buffers of 8 kB, and 10 kB for the channel to its task. A debug build
        // uses slightly more.
        "calls" => vec![("peak above start", 40_000 * count)],
        // An idle client only needs memory for its settings.
        _ => vec![
            ("sockets of clients", 0),
            ("tasks of clients", 0),
            ("threads of clients", 0),
            ("sockets after a call each", count),
            ("tasks after a call each", 2 * count),
            ("threads after a call each", 0),
        ],
    };
    let broken = bounds.into_iter().filter(|(name, bound)| figure(name) > *bound);
    broken.map(|(name, bound)| format!("{name} is {}, more than {bound}", figure(name))).collect()
}

fn run(job: &str, transport: &str, count: usize) -> Result<Figures, Box<dyn Error>> {
    process::allow_files(20_000);
    let scene = match job {
        "paging" => Scene { tests: count, ..Scene::default() },
        "list" => Scene { assistants: count, ..Scene::default() },
        "calls" => Scene { gather: count, ..Scene::default() },
        _ => Scene::default(),
    };
    let server = FixedServer::start(&scene);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let connect = || connect(&server, transport);
        match job {
            "paging" => paging(&connect()?, count).await,
            "list" => list(&connect()?, count).await,
            "calls" => calls(&connect()?, count).await,
            _ => idle(connect, count).await,
        }
    })
}

fn connect(server: &FixedServer, transport: &str) -> Result<Telnyx, telnyx_ai::Error> {
    let builder = Client::builder().api_key("KEY").base_url(server.base_url()).max_answer_bytes(1 << 30);
    let builder = match transport {
        "hyper" => builder.transport(HyperTransport::builder().no_system_roots().build()?),
        "reqwest, HTTP/2" => builder.http2_prior_knowledge(),
        "hyper, HTTP/2" => {
            builder.transport(HyperTransport::builder().no_system_roots().http2_prior_knowledge().build()?)
        }
        _ => builder,
    };
    Ok(Telnyx::new(builder.build()?))
}

/// Reads all tests, with 16 prefetched pages.
async fn paging(telnyx: &Telnyx, count: usize) -> Result<Figures, Box<dyn Error>> {
    let mut tests = telnyx.tests().list(ListTests::new()).page_size(100).prefetch(16);
    let mut read = 0;
    while tests.try_next().await?.is_some() {
        read += 1;
    }
    assert_eq!(read, count);
    Ok(figures([("peak", process::peak_memory())]))
}

/// Reads a list in one response.
async fn list(telnyx: &Telnyx, count: usize) -> Result<Figures, Box<dyn Error>> {
    let start = process::memory();
    let response = telnyx.assistants().list().with_response().await?;
    assert_eq!(response.value.len(), count);
    let peak = process::peak_memory();
    Ok(figures([("answer", response.body.len()), ("peak", peak), ("peak above start", peak - start)]))
}

/// Runs many concurrent calls. The server responds when all requests have arrived.
async fn calls(telnyx: &Telnyx, count: usize) -> Result<Figures, Box<dyn Error>> {
    let start = process::memory();
    let mut calls = JoinSet::new();
    for _ in 0..count {
        let assistants = telnyx.assistants();
        // The memory of the results is not measured.
        calls.spawn(async move { assistants.retrieve("assistant-1").await.map(drop) });
    }
    while let Some(assistant) = calls.join_next().await {
        assistant??;
    }
    let peak = process::peak_memory();
    Ok(figures([("peak", peak), ("peak above start", peak - start)]))
}

/// Measures idle clients: after creation, and after one call each.
async fn idle(connect: impl Fn() -> Result<Telnyx, telnyx_ai::Error>, count: usize) -> Result<Figures, Box<dyn Error>> {
    // One-time initialization is not part of a client.
    connect()?.assistants().retrieve("assistant-1").await?;
    let before = Now::of_process();
    let clients = (0..count).map(|_| connect()).collect::<Result<Vec<_>, _>>()?;
    let made = Now::of_process();
    for client in &clients {
        client.assistants().retrieve("assistant-1").await?;
    }
    let used = Now::of_process();
    drop(clients);
    let more = |now: usize, before: usize| now.saturating_sub(before);
    Ok(figures([
        ("bytes of a client", more(made.bytes, before.bytes) / count),
        ("bytes of a client after a call", more(used.bytes, before.bytes) / count),
        ("sockets of clients", more(made.sockets, before.sockets)),
        ("tasks of clients", more(made.tasks, before.tasks)),
        ("threads of clients", more(made.threads, before.threads)),
        ("sockets after a call each", more(used.sockets, before.sockets)),
        ("tasks after a call each", more(used.tasks, before.tasks)),
        ("threads after a call each", more(used.threads, before.threads)),
    ]))
}

/// The current resources of the process.
struct Now {
    bytes: usize,
    sockets: usize,
    tasks: usize,
    threads: usize,
}

impl Now {
    fn of_process() -> Self {
        let heap = ALLOCATOR.stats();
        Self {
            bytes: (heap.bytes_allocated - heap.bytes_deallocated).saturating_add_signed(heap.bytes_reallocated),
            sockets: process::sockets(),
            tasks: tokio::runtime::Handle::current().metrics().num_alive_tasks(),
            threads: process::threads(),
        }
    }
}

fn figures<const N: usize>(figures: [(&str, usize); N]) -> Figures {
    figures.map(|(name, figure)| (name.to_owned(), figure)).into()
}

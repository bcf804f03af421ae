//! The program `telnyx-ai-emulator`.

use std::{io::Write, net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::Parser;
use telnyx_ai_emulator::{Assumptions, Emulator, Llm, Signer};
use tracing_subscriber::{EnvFilter, field::MakeExt, fmt::format};

/// Requests make many small allocations, which are faster with this allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const EXAMPLES: &str = "\
Examples:
  Start it and point a client at it. Any API key is accepted:
    telnyx-ai-emulator
    export TELNYX_BASE_URL=http://127.0.0.1:4010/v2 TELNYX_API_KEY=any

  Store everything in a file, with initial contents:
    telnyx-ai-emulator --db emulator.db --seed team.yaml

  Deterministic ids and times, for snapshots:
    telnyx-ai-emulator --seed team.yaml --frozen-at 2026-01-01T00:00:00Z

  Let a model reply and judge test runs:
    telnyx-ai-emulator --llm-url http://127.0.0.1:11434/v1 --llm-model llama3.2

  Serve other machines, such as containers:
    telnyx-ai-emulator --listen 0.0.0.0:4010 --api-key KEY

While it runs, http://127.0.0.1:4010/ is a console for a browser. The same with curl:
  Show the clock and the next job, and advance the clock by an hour:
    curl 127.0.0.1:4010/_emulator/clock
    curl 127.0.0.1:4010/_emulator/clock -d '{\"advance_secs\": 3600}'

  Answer the next two requests with 503:
    curl 127.0.0.1:4010/_emulator/faults -d '{\"path\": \"**\", \"status\": 503, \"times\": 2}'

  Set the reply to messages with a word:
    curl -X PUT 127.0.0.1:4010/_emulator/scripts \\
      -d '{\"chat\": [{\"words\": \"hello\", \"reply\": \"Hi {{name}}!\"}]}'

  Show requests and responses, export everything for --seed, and reset everything:
    curl 127.0.0.1:4010/_emulator/requests
    curl 127.0.0.1:4010/_emulator/export > team.json
    curl -X POST 127.0.0.1:4010/_emulator/reset

Ctrl-C and SIGTERM stop it when the current requests are answered; a second signal stops it at once. Logs go to \
standard error: RUST_LOG=info shows every request.";

/// Emulates the Telnyx AI Assistants API on this machine: stateful, without an account or network.
///
/// When it is ready, it prints `listening on http://ADDR/v2` to standard output: the base URL for clients.
#[derive(Debug, Parser)]
#[command(name = "telnyx-ai-emulator", version, after_help = EXAMPLES)]
struct Args {
    /// The address to listen on; port 0 is any free port. An address that is not loopback requires --api-key.
    #[arg(long, default_value = "127.0.0.1:4010", value_name = "ADDR", value_parser = address)]
    listen: SocketAddr,
    /// Store the contents in this SQLite file, which is created if it does not exist; default: in memory. A crash loses no
    /// acknowledged changes. Only one emulator can open the file at a time.
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// Load this JSON or YAML file of assistants, tests, tools and so on; can be repeated. With --db, seeds are loaded only
    /// into a file that has not been seeded.
    #[arg(long, value_name = "FILE")]
    seed: Vec<PathBuf>,
    /// Accept only this API key, also for /_emulator/; default: any key, and none for /_emulator/.
    #[arg(long, env = "TELNYX_EMULATOR_API_KEY", hide_env_values = true, value_name = "KEY")]
    api_key: Option<String>,
    /// Allow requests for this host, such as a service name in Docker Compose; can be repeated. By default, only requests for
    /// localhost, loopback addresses and the address of this machine are allowed.
    #[arg(long, env = "TELNYX_EMULATOR_ALLOW_HOST", value_name = "NAME", value_delimiter = ',')]
    allow_host: Vec<String>,
    /// Start with a clock frozen at this time (ISO 8601) and deterministic ids; default: the system clock, or the clock stored
    /// in the --db file.
    #[arg(long, value_name = "TIME")]
    frozen_at: Option<String>,
    /// Call webhooks, tools, MCP servers and external LLMs on other machines; default: only on loopback addresses.
    #[arg(long)]
    allow_outbound: bool,
    /// Let a model reply and judge test runs: the base URL of a server with an OpenAI-compatible API, such as
    /// http://127.0.0.1:11434/v1. It can be on another machine.
    #[arg(long, value_name = "URL", requires = "llm_model", value_parser = url)]
    llm_url: Option<String>,
    /// The name of the model.
    #[arg(long, value_name = "NAME", requires = "llm_url")]
    llm_model: Option<String>,
    /// The environment variable with the API key of the model's server.
    #[arg(long, value_name = "VAR", requires = "llm_url")]
    llm_key_env: Option<String>,
    /// Send conversation events, such as call.conversation.ended, to this URL.
    #[arg(long, value_name = "URL", value_parser = url)]
    webhook_url: Option<String>,
    /// The key that signs webhooks, 32 bytes in base64; default: a new key at each start. The public key is printed to standard
    /// error.
    #[arg(long, env = "TELNYX_EMULATOR_WEBHOOK_KEY", hide_env_values = true, value_name = "KEY")]
    webhook_key: Option<String>,
    /// Allow events to be scheduled in the past. They run at once.
    #[arg(long)]
    past_schedules: bool,
    /// Respond 429 to more requests per minute than this; default: no limit.
    #[arg(long, value_name = "N")]
    rate_limit: Option<u32>,
}

/// Parses an address. `localhost` is 127.0.0.1, and a port alone is on 127.0.0.1.
fn address(text: &str) -> Result<SocketAddr, String> {
    let host_and_port = match text.rsplit_once(':') {
        Some(("" | "localhost", port)) => format!("127.0.0.1:{port}"),
        None if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => format!("127.0.0.1:{text}"),
        _ => text.to_owned(),
    };
    host_and_port.parse().map_err(|_| "not an IP address and a port, such as 127.0.0.1:4010".to_owned())
}

fn url(text: &str) -> Result<String, String> {
    let is_url =
        ["http://", "https://"].iter().any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
    if is_url { Ok(text.to_owned()) } else { Err("not a URL that starts with http:// or https://".to_owned()) }
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    // Each connection needs a file descriptor.
    #[cfg(unix)]
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        print_error(&format!("cannot raise the limit on open files: {error}; many connections at once may fail"));
    }
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    // Escape control characters, because log messages contain external text.
    let fields = format::debug_fn(|writer, field, value| match field.name() {
        "message" => write!(writer, "{}", printable(&format!("{value:?}"), false)),
        name => write!(writer, "{name}={}", printable(&format!("{value:?}"), false)),
    });
    let subscriber = tracing_subscriber::fmt().fmt_fields(fields.delimited(" "));
    subscriber.with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false).init();
    match run(args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print_error(&printable(&error.to_string(), true));
            ExitCode::FAILURE
        }
    }
}

/// Prints an error. An error of standard error itself is ignored.
fn print_error(error: &str) {
    let _ = writeln!(std::io::stderr(), "telnyx-ai-emulator: {error}");
}

/// Escapes control characters, except line feeds if `lines` is true.
fn printable(text: &str, lines: bool) -> String {
    let escape = |c: char| c.is_control() && !(lines && c == '\n');
    text.chars().map(|c| if escape(c) { c.escape_default().to_string() } else { c.to_string() }).collect()
}

async fn run(args: Args) -> Result<(), Box<dyn std::error::Error>> {
    let assumptions = Assumptions::new().with_past_schedules(args.past_schedules).with_rate_limit(args.rate_limit);
    let mut builder =
        Emulator::builder().listen(args.listen).assumptions(assumptions).allow_outbound(args.allow_outbound);
    if let Some(path) = args.db {
        builder = builder.db(path);
    }
    if let Some(key) = args.api_key {
        builder = builder.api_key(key);
    }
    for host in args.allow_host {
        builder = builder.allow_host(host);
    }
    for path in args.seed {
        builder = builder.seed(path);
    }
    if let Some(moment) = args.frozen_at {
        builder = builder.frozen_at(moment);
    }
    if let Some((url, model)) = args.llm_url.zip(args.llm_model) {
        let mut llm = Llm::new(url, model);
        if let Some(variable) = args.llm_key_env {
            let key = std::env::var(&variable).ok().filter(|key| !key.trim().is_empty());
            let key = key.ok_or_else(|| format!("--llm-key-env: {variable} is not set or empty"))?;
            llm = llm.with_key(key.trim());
        }
        builder = builder.llm(llm);
    }
    if let Some(url) = args.webhook_url {
        builder = builder.webhook_url(url);
    }
    // Docker Compose sets a variable that is unset to an empty string.
    if let Some(key) = args.webhook_key.filter(|key| !key.trim().is_empty()) {
        let signer = Signer::from_seed_base64(key.trim());
        builder = builder.webhook_signer(signer.map_err(
            |_| "--webhook-key: the signing key is not 32 bytes in base64; create one with: openssl rand -base64 32",
        )?);
    }
    let mut stops = stop_signals()?;
    let mut emulator = builder.start().await?;
    // The emulator also runs if its output is closed.
    let _ = writeln!(std::io::stderr(), "webhook public key: {}", emulator.webhook_public_key());
    #[cfg(feature = "console")]
    let _ = writeln!(std::io::stderr(), "console: {}", emulator.console_url());
    let _ = writeln!(std::io::stdout(), "listening on {}", emulator.base_url());
    tokio::select! {
        ended = emulator.serve() => ended?,
        () = stops() => tokio::select! {
            stopped = emulator.stop() => stopped?,
            () = stops() => {}
        },
    }
    Ok(())
}

/// Returns a function that waits for the next Ctrl-C or SIGTERM.
#[cfg(unix)]
fn stop_signals() -> std::io::Result<impl AsyncFnMut()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move || {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Returns a function that waits for the next Ctrl-C.
#[cfg(not(unix))]
fn stop_signals() -> std::io::Result<impl AsyncFnMut()> {
    Ok(async || {
        let _ = tokio::signal::ctrl_c().await;
    })
}

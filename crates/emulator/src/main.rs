//! The program `telnyx-ai-emulator`.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::Parser;
use telnyx_ai_emulator::{Assumptions, Emulator, Llm, Signer};
use tracing_subscriber::{EnvFilter, field::MakeExt, fmt::format};

/// Requests make and drop many small things, which is what this is good at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const EXAMPLES: &str = "\
Examples:
  Start it, and point a client at it; any API key will do:
    telnyx-ai-emulator
    export TELNYX_BASE_URL=http://127.0.0.1:4010/v2 TELNYX_API_KEY=any

  Keep everything in a file, and fill it the first time:
    telnyx-ai-emulator --db emulator.db --seed team.yaml

  The same ids and times in each run, for snapshots:
    telnyx-ai-emulator --seed team.yaml --frozen-at 2026-01-01T00:00:00Z

  A model of your own says what assistants say, and judges test runs:
    telnyx-ai-emulator --llm-url http://127.0.0.1:11434/v1 --llm-model llama3.2

  Let other machines in, a container's for example:
    telnyx-ai-emulator --listen 0.0.0.0:4010 --api-key KEY

While it runs, http://127.0.0.1:4010/ is a console for a browser: chats, test runs, the clock, requests. And:
  curl 127.0.0.1:4010/_emulator/clock                                    what time it is, what is due next
  curl 127.0.0.1:4010/_emulator/clock -d '{\"advance_secs\": 3600}'        an hour later: what was due has happened
  curl 127.0.0.1:4010/_emulator/faults -d '{\"path\": \"**\", \"status\": 503, \"times\": 2}'
  curl -X PUT 127.0.0.1:4010/_emulator/scripts -d '{\"chat\": [{\"words\": \"hello\", \"reply\": \"Hi {{name}}!\"}]}'
  curl 127.0.0.1:4010/_emulator/requests                                 what clients asked, and were answered
  curl 127.0.0.1:4010/_emulator/export > team.json                       all there is, for --seed
  curl -X POST 127.0.0.1:4010/_emulator/reset                            as at the start

Ctrl-C and SIGTERM stop it once the requests under way are answered; a second one stops it at once. Messages go to
standard error: RUST_LOG=info shows every request.";

/// The Telnyx AI Assistants API on this machine: real state, no account, no network.
///
/// When it can serve, it prints `listening on http://ADDR/v2` to standard output: the base URL for clients.
#[derive(Debug, Parser)]
#[command(name = "telnyx-ai-emulator", version, after_help = EXAMPLES)]
struct Args {
    /// The address to listen on; port 0 takes a free one. One that other machines can reach needs --api-key.
    #[arg(long, default_value = "127.0.0.1:4010", value_name = "ADDR", value_parser = address)]
    listen: SocketAddr,
    /// The SQLite file to keep everything in, made where there is none; without it, all is gone at the end. What was
    /// acknowledged is in it even after a crash. One emulator at a time can have it open.
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// A JSON or YAML file with assistants, tests, tools and so on to start with; may be given more than once. A file
    /// given with --db is filled the first time only.
    #[arg(long, value_name = "FILE")]
    seed: Vec<PathBuf>,
    /// The only API key that is good, for /_emulator/ as well; without it, any is, and /_emulator/ needs none.
    #[arg(long, env = "TELNYX_EMULATOR_API_KEY", hide_env_values = true, value_name = "KEY")]
    api_key: Option<String>,
    /// Answer requests for this host too, such as the name of a service in Docker Compose; may be given more than once.
    /// Without it, requests for localhost, loopback addresses and the address of this machine are answered.
    #[arg(long, env = "TELNYX_EMULATOR_ALLOW_HOST", value_name = "NAME", value_delimiter = ',')]
    allow_host: Vec<String>,
    /// Start with a clock that stands still at this moment (ISO 8601), and make the same ids in each run. Without it,
    /// the clock is this machine's, or as it was left in the --db file; either can be moved while it runs.
    #[arg(long, value_name = "TIME")]
    frozen_at: Option<String>,
    /// Call webhooks and webhook tools on other machines too; without it, only those on this one's loopback addresses.
    #[arg(long)]
    allow_outbound: bool,
    /// Have a model say what assistants say and judge test runs: the base URL of a server with OpenAI's interface, such
    /// as http://127.0.0.1:11434/v1. It may be on another machine.
    #[arg(long, value_name = "URL", requires = "llm_model", value_parser = url)]
    llm_url: Option<String>,
    /// The name of that model.
    #[arg(long, value_name = "NAME", requires = "llm_url")]
    llm_model: Option<String>,
    /// The environment variable that has the API key for that server.
    #[arg(long, value_name = "VAR", requires = "llm_url")]
    llm_key_env: Option<String>,
    /// Where to send call.conversation.ended when conversations end.
    #[arg(long, value_name = "URL", value_parser = url)]
    webhook_url: Option<String>,
    /// The key that signs webhooks: base64 of 32 bytes. Without it, one is made at each start. The public key is printed
    /// to standard error.
    #[arg(long, env = "TELNYX_EMULATOR_WEBHOOK_KEY", hide_env_values = true, value_name = "KEY")]
    webhook_key: Option<String>,
    /// Allow events to be scheduled in the past: they happen at once.
    #[arg(long)]
    past_schedules: bool,
    /// Requests a minute before 429; without it, there is no limit.
    #[arg(long, value_name = "N")]
    rate_limit: Option<u32>,
}

/// An address, where `localhost` may stand for 127.0.0.1 and a port alone for that port of it.
fn address(text: &str) -> Result<SocketAddr, String> {
    let host_and_port = match text.rsplit_once(':') {
        Some(("" | "localhost", port)) => format!("127.0.0.1:{port}"),
        None if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => format!("127.0.0.1:{text}"),
        _ => text.to_owned(),
    };
    host_and_port.parse().map_err(|_| "an address is an IP address and a port, such as 127.0.0.1:4010".to_owned())
}

fn url(text: &str) -> Result<String, String> {
    let is_url =
        ["http://", "https://"].iter().any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
    if is_url { Ok(text.to_owned()) } else { Err("a URL starts with http:// or https://".to_owned()) }
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    // Each connection needs an open file.
    #[cfg(unix)]
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        eprintln!("telnyx-ai-emulator: the limit on open files could not be raised: {error}");
    }
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    // Texts from outside must not control the terminal.
    let fields = format::debug_fn(|writer, field, value| match field.name() {
        "message" => write!(writer, "{}", printable(&format!("{value:?}"), false)),
        name => write!(writer, "{name}={}", printable(&format!("{value:?}"), false)),
    });
    let subscriber = tracing_subscriber::fmt().fmt_fields(fields.delimited(" "));
    subscriber.with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("telnyx-ai-emulator: {}", printable(&error.to_string(), true));
            ExitCode::FAILURE
        }
    }
}

/// The text with its control characters escaped; lines may stay.
fn printable(text: &str, lines: bool) -> String {
    let escape = |c: char| c.is_control() && !(lines && c == '\n');
    text.chars().fold(String::new(), |mut printable, c| {
        if escape(c) {
            printable.extend(c.escape_default())
        } else {
            printable.push(c)
        }
        printable
    })
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
            let key = std::env::var(&variable).map_err(|_| format!("--llm-key-env: {variable} is not set"))?;
            llm = llm.with_key(key.trim());
        }
        builder = builder.llm(llm);
    }
    if let Some(url) = args.webhook_url {
        builder = builder.webhook_url(url);
    }
    if let Some(key) = args.webhook_key {
        let signer = Signer::from_seed_base64(key.trim());
        builder = builder.webhook_signer(signer.map_err(|error| format!("--webhook-key: {error}"))?);
    }
    let mut stops = stop_signals()?;
    let mut emulator = builder.start().await?;
    eprintln!("webhook public key: {}", emulator.webhook_public_key());
    #[cfg(feature = "console")]
    eprintln!("console: {}", emulator.console_url());
    println!("listening on {}", emulator.base_url());
    tokio::select! {
        ended = emulator.serve() => ended?,
        () = stops() => tokio::select! {
            stopped = emulator.stop() => stopped?,
            () = stops() => {}
        },
    }
    Ok(())
}

/// What waits for the next Ctrl-C, or where there is one, SIGTERM.
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

/// What waits for the next Ctrl-C.
#[cfg(not(unix))]
fn stop_signals() -> std::io::Result<impl AsyncFnMut()> {
    Ok(async || {
        let _ = tokio::signal::ctrl_c().await;
    })
}

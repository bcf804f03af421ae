//! The program `telnyx-ai-emulator`.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::Parser;
use telnyx_ai_emulator::{Assumptions, Emulator};
use tracing_subscriber::EnvFilter;

/// The Telnyx AI Assistants API on this machine.
#[derive(Debug, Parser)]
#[command(name = "telnyx-ai-emulator", version)]
struct Args {
    /// The address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:4010", value_name = "ADDR")]
    listen: SocketAddr,
    /// The SQLite file to keep everything in; without it, all is gone at the end.
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// The only API key that is good; without it, any is.
    #[arg(long, env = "TELNYX_EMULATOR_API_KEY", hide_env_values = true, value_name = "KEY")]
    api_key: Option<String>,
    /// Allow events to be scheduled in the past.
    #[arg(long)]
    past_schedules: bool,
    /// Requests a minute before 429; without it, there is no limit.
    #[arg(long, value_name = "N")]
    rate_limit: Option<u32>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("telnyx-ai-emulator: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), Box<dyn std::error::Error>> {
    let assumptions = Assumptions::new().with_past_schedules(args.past_schedules).with_rate_limit(args.rate_limit);
    let mut builder = Emulator::builder().listen(args.listen).assumptions(assumptions);
    if let Some(path) = args.db {
        builder = builder.db(path);
    }
    if let Some(key) = args.api_key {
        builder = builder.api_key(key);
    }
    let stopped = stop_signal()?;
    let mut emulator = builder.start().await?;
    println!("listening on {}", emulator.base_url());
    tokio::select! {
        ended = emulator.serve() => ended?,
        () = stopped => emulator.stop().await?,
    }
    Ok(())
}

/// Completes at Ctrl-C, and where there is one at SIGTERM.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Completes at Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

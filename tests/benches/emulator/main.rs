//! Measures the throughput of the emulator: reads, creates and chats.
//!
//! 64 concurrent clients send requests to an emulator in memory and to one with `--db`. Prism serves the same read.
//!
//! ```sh
//! cargo bench -p telnyx-ai-tests --bench emulator                  # about 90 seconds
//! cargo bench -p telnyx-ai-tests --bench emulator -- --seconds 2   # a quick check
//! ```
//!
//! The emulator is a release build, started once in memory and once with a file. The clients run in one thread of this
//! process, on the same cores as the emulator. The CPU seconds of both are printed, because a cheaper client leaves
//! more time to the server. Prism (npm) is skipped if there is no Node.js.

mod load;
mod openapi;
mod prism;
mod program;
mod report;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use load::{Connection, Job, Load};
use program::Program;
use report::Report;

/// The number of clients. Each sends its next request after it has read the previous response.
const CLIENTS: usize = 64;

type Fallible<T> = Result<T, Box<dyn Error>>;

fn main() -> Fallible<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("Run this with `cargo bench`.");
        return Ok(());
    }
    let seconds = match arguments.iter().position(|argument| argument == "--seconds") {
        None => 10.0,
        Some(at) => arguments.get(at + 1).ok_or("--seconds requires a number")?.parse()?,
    };
    let load = Load { clients: CLIENTS, time: Duration::try_from_secs_f64(seconds)? };
    // One thread for all clients, so that they use at most one core.
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(measure(load))
}

async fn measure(load: Load) -> Fallible<()> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("emulator-load");
    // The folder may contain files of a previous run.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let binary = program::build_emulator()?;

    let mut report = Report::new(&load);
    let example = emulator(&load, &mut report, "in memory", &binary, &[]).await?;
    let db = folder.join("emulator.db");
    emulator(&load, &mut report, "with --db", &binary, &["--db", utf8(&db)?]).await?;
    match prism::install(&folder)? {
        Some(entry) => measure_prism(&load, &mut report, &folder, &entry, &example).await?,
        None => println!("Prism is skipped: node or npm is missing."),
    }
    fs::remove_dir_all(&folder)?;
    report.finish()
}

/// Measures an emulator. Returns the assistant that was read.
async fn emulator(load: &Load, report: &mut Report, store: &str, binary: &Path, arguments: &[&str]) -> Fallible<Value> {
    let program = Program::emulator(binary, arguments)?;
    let mut connection = Connection::open(program.addr).await?;
    let assistant = connection.ask("POST", "/v2/ai/assistants", Some(&example_assistant())).await?;
    let id = assistant["id"].as_str().ok_or("an assistant has an id")?;
    let path = format!("/v2/ai/assistants/{id}");
    let jobs = [
        ("read an assistant", Job::Read(path.clone())),
        ("create an assistant", Job::Create(example_assistant())),
        ("chat", Job::Chat(format!("{path}/chat"))),
    ];
    for (name, job) in jobs {
        report.add(&format!("emulator {store}: {name}"), load.put(&program, &job).await?);
    }
    connection.ask("GET", &path, None).await
}

/// Measures Prism with the same read and the same response.
async fn measure_prism(load: &Load, report: &mut Report, folder: &Path, entry: &Path, example: &Value) -> Fallible<()> {
    let document = folder.join("openapi.json");
    fs::write(&document, openapi::with_example(example).to_string())?;
    let program = prism::start(entry, &document).await?;
    let id = example["id"].as_str().ok_or("an assistant has an id")?;
    // Prism ignores the path of the server's URL.
    let path = format!("/ai/assistants/{id}");
    let answer = Connection::open(program.addr).await?.ask("GET", &path, None).await?;
    assert_eq!(answer, *example, "Prism and the emulator send the same response");
    report.add(&format!("Prism {}: read an assistant", prism::version()), load.put(&program, &Job::Read(path)).await?);
    Ok(())
}

/// A typical assistant.
fn example_assistant() -> Value {
    json!({
        "name": "Support",
        "instructions": "You answer for a shop that sells bicycles. Be brief and polite. Ask {{name}} for the number \
                         of the order before you look it up, and hand over to a person when you are asked to.",
        "greeting": "Hello {{name}}, how can I help?",
        "description": "First line of support",
        "dynamic_variables": { "name": "there" },
        "tools": [{
            "type": "webhook",
            "webhook": {
                "name": "order_status",
                "description": "Looks up an order.",
                "url": "http://127.0.0.1:9/orders",
                "body_parameters": {
                    "type": "object",
                    "properties": { "order": { "type": "string", "description": "The number of the order." } },
                    "required": ["order"],
                },
            },
        }, {
            "type": "hangup",
            "hangup": { "description": "Ends the call." },
        }],
        "voice_settings": { "voice": "Telnyx.KokoroTTS.af" },
        "transcription": { "model": "deepgram/nova-3" },
        "telephony_settings": { "supports_unauthenticated_web_calls": true },
    })
}

fn utf8(path: &Path) -> Fallible<&str> {
    Ok(path.to_str().ok_or("the name of the target directory is not UTF-8")?)
}

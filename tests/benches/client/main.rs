//! Compares the cost of the SDK with that of the HTTP clients it uses.
//!
//! ```text
//! cargo bench -p telnyx-ai-tests --bench client                      # all jobs, 7 rounds: about two minutes
//! cargo bench -p telnyx-ai-tests --bench client -- --job get --rounds 15
//! cargo bench -p telnyx-ai-tests --bench client -- --quick           # a smoke test
//! ```
//!
//! The bare clients deserialize an assistant into a struct of three fields, and a test into a struct of all fields. The
//! server sends fixed responses from a separate process; only the client's CPU time is counted. In each round, all
//! clients run the job one after the other, and ratios are computed per round, so that other load on the machine
//! affects all of them equally.

mod bare_hyper;
mod bare_reqwest;
mod jobs;
mod peer;
mod plain;
mod sdk;
mod table;
mod texts;

use std::io;
use std::process::ExitCode;

use bare_hyper::BareHyper;
use bare_reqwest::BareReqwest;
use jobs::{Job, Sample};
use sdk::Sdk;
use telnyx_ai::Client;
use telnyx_ai_hyper::HyperTransport;
use telnyx_ai_tests::fixed_server::{FixedServer, serve_if_asked};
use telnyx_ai_tests::process;

/// In the order of the first round.
const NAMES: [&str; 4] = ["reqwest", "hyper", "telnyx-ai on reqwest", "telnyx-ai on hyper"];

struct Options {
    rounds: usize,
    job: Option<String>,
    quick: bool,
}

impl Options {
    fn from_arguments() -> Result<Self, String> {
        let mut options = Self { rounds: 7, job: None, quick: false };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{argument} requires a value"));
            match argument.as_str() {
                "--rounds" => options.rounds = value()?.parse().map_err(|_| "--rounds requires a number".to_owned())?,
                "--job" => options.job = Some(value()?),
                "--quick" => (options.quick, options.rounds) = (true, 2),
                // cargo passes this argument to every benchmark.
                "--bench" => {}
                other => return Err(format!("unknown argument {other}; use --rounds N, --job NAME or --quick")),
            }
        }
        Ok(options)
    }
}

fn main() -> io::Result<ExitCode> {
    serve_if_asked()?;
    let options = match Options::from_arguments() {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}");
            return Ok(ExitCode::FAILURE);
        }
    };
    let jobs: Vec<Job> =
        jobs::all().into_iter().filter(|job| options.job.as_deref().is_none_or(|name| name == job.name)).collect();
    if jobs.is_empty() {
        let names: Vec<_> = jobs::all().iter().map(|job| job.name).collect();
        eprintln!("unknown job; the jobs are {}", names.join(", "));
        return Ok(ExitCode::FAILURE);
    }
    process::stay_on(process::cores().1);
    // The same runtime as `#[tokio::main]`.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    for job in jobs {
        let job = if options.quick { job.quick() } else { job };
        runtime.block_on(measure(&job, options.rounds));
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs all rounds of a job and prints its table.
async fn measure(job: &Job, rounds: usize) {
    let server = FixedServer::start(&job.scene());
    let url = server.base_url();
    let on_reqwest = Sdk::new(Client::builder().base_url(&*url));
    let hyper_transport = HyperTransport::builder().no_system_roots().build().expect("the settings are valid");
    let on_hyper = Sdk::new(Client::builder().base_url(&*url).transport(hyper_transport));
    let reqwest = BareReqwest::new(&url);
    let hyper = BareHyper::new(&url);

    let turn = async |client: usize, warm_up: bool| match client {
        0 => job.run(&reqwest, warm_up).await,
        1 => job.run(&hyper, warm_up).await,
        2 => job.run(&on_reqwest, warm_up).await,
        _ => job.run(&on_hyper, warm_up).await,
    };
    for client in 0..NAMES.len() {
        turn(client, true).await;
    }
    let mut samples: [Vec<Sample>; NAMES.len()] = Default::default();
    for round in 0..rounds {
        for place in 0..NAMES.len() {
            let client = (round + place) % NAMES.len();
            // Resets the counter.
            let _ = server.requests();
            let sample = turn(client, false).await;
            check(job, NAMES[client], &sample, server.requests());
            samples[client].push(sample);
        }
        assert!(
            samples.iter().all(|client| client[round].tally == samples[0][round].tally),
            "{}: the clients read different data",
            job.name
        );
    }
    table::print(job, &NAMES, &samples);
}

/// Checks that the client has done the whole work.
fn check(job: &Job, name: &str, sample: &Sample, requests: u64) {
    assert_eq!(sample.tally.items, job.items(), "{}: {name} read another number of objects", job.name);
    let (least, most) = job.requests();
    assert!((least..=most).contains(&requests), "{}: {name} sent {requests} requests, not {least} to {most}", job.name);
}

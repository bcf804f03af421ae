//! The arguments of the program.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args as ClapArgs, Parser, Subcommand};
use clap_complete::Shell;

/// Telnyx AI assistants as code: files under version control, plans, applies, tests and rollouts.
#[derive(Debug, Parser)]
#[command(
    name = "telnyx-ai",
    version,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
#[command(after_help = "\
Start with `telnyx-ai init`, or take over an account with `telnyx-ai init --empty` and `telnyx-ai pull --all`.
Exit codes: 0 done, 1 error, 2 the answer is no (changes with --detailed-exitcode, a failed test, a rollback).")]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The environment of telnyx-ai.yaml. Default: its `default_environment`.
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) env: Option<String>,
    /// The folder of the project.
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Print one JSON document to standard output.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print without colors. The variable NO_COLOR does the same.
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
    /// Print results and errors only.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print more messages.
    #[arg(long, short, global = true, action = ArgAction::SetTrue)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a new project with an assistant and a test.
    Init(Init),
    /// Write live resources into files.
    ///
    /// Without KEY, takes in all managed resources. Comments, order and references of files stay where the value did not change. A secret
    /// becomes `${secret.NAME}`, and the variables to set are printed.
    Pull(Pull),
    /// Find all mistakes in the files, without the API.
    Validate(Validate),
    /// Show what `apply` would do.
    Plan(PlanArgs),
    /// Make the live resources what the files have.
    ///
    /// Applies all files, the resources of some KEYs, or a plan of `plan --out`. The state is written after each change, so that an apply
    /// that was killed can be run again.
    Apply(Apply),
    /// Run the tests of the project.
    Test(Test),
    /// Send growing shares of the traffic to the candidate of an assistant, and promote it.
    ///
    /// The candidate is the version that `apply --candidate` made. Before each step the gate must pass; if it does not, all traffic returns
    /// to the main version and the exit code is 2.
    Rollout(Rollout),
    /// End a rollout, or promote an earlier version.
    Rollback(Rollback),
    /// Talk to an assistant.
    ///
    /// Reads lines from standard input until it ends.
    Chat(Chat),
    /// List the resources of the project and of the account.
    List,
    /// Show a resource: its versions, their shares of traffic, and what it refers to.
    Show {
        /// The address of the resource, or its last part.
        key: String,
    },
    /// Delete resources that the state knows.
    Destroy(Destroy),
    /// Print the completions of a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Init {
    /// Make the project without examples.
    #[arg(long)]
    pub(crate) empty: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Pull {
    /// Addresses (`assistants.support`), their last parts, or ids.
    #[arg(value_name = "KEY")]
    pub(crate) keys: Vec<String>,
    /// Take in all resources of the account.
    #[arg(long, conflicts_with = "keys")]
    pub(crate) all: bool,
    /// Take resources that were created elsewhere under management.
    #[arg(long)]
    pub(crate) adopt: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Validate {
    /// Write JSON Schemas for editors into this folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) schema: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PlanArgs {
    /// Addresses (`assistants.support`) or their last parts. Default: all.
    #[arg(value_name = "KEY")]
    pub(crate) keys: Vec<String>,
    /// Write the plan to a file for `apply FILE`.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Exit with 2 if there are changes.
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Apply {
    /// A plan file, or addresses (`assistants.support`) or their last parts. Default: all.
    #[arg(value_name = "PLAN | KEY")]
    pub(crate) targets: Vec<String>,
    /// Do not ask.
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Delete what left the files.
    #[arg(long, conflicts_with = "candidate")]
    pub(crate) prune: bool,
    /// Make new versions of assistants without promoting them.
    #[arg(long)]
    pub(crate) candidate: bool,
    /// Replace what was changed elsewhere.
    #[arg(long)]
    pub(crate) overwrite_drift: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Test {
    /// Tests, or assistants for all of their tests. Default: all tests.
    #[arg(value_name = "KEY")]
    pub(crate) keys: Vec<String>,
    /// Test the candidates of `apply --candidate`.
    #[arg(long, conflicts_with = "version_id")]
    pub(crate) candidate: bool,
    /// Test a version of the assistant.
    #[arg(long, value_name = "ID")]
    pub(crate) version_id: Option<String>,
    /// Run each test several times.
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) samples: u32,
    /// The share of its samples that must pass for a test to pass, 0 to 1.
    #[arg(long, value_name = "P", default_value = "1", value_parser = share)]
    pub(crate) pass_rate: f64,
    /// The time limit of all tests together, such as `90s` or `10m`.
    #[arg(long, value_name = "D", default_value = "20m", value_parser = duration)]
    pub(crate) timeout: Duration,
    /// Write the results as JUnit XML.
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    /// The time between two looks at the runs.
    #[arg(long, value_name = "D", default_value = "5s", value_parser = duration)]
    pub(crate) poll: Duration,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Rollout {
    /// The assistant.
    pub(crate) key: String,
    /// The shares of traffic in percent. 100 promotes the candidate. Default: 5,25,50,100.
    #[arg(long, value_name = "SHARES", value_delimiter = ',')]
    pub(crate) steps: Option<Vec<f64>>,
    /// How long each share is held before the next step, such as `90s` or `10m`. Default: 10m.
    #[arg(long, value_name = "D", value_parser = duration)]
    pub(crate) hold: Option<Duration>,
    /// What must pass before each step: the tests of the assistant.
    #[arg(long, value_name = "GATE", value_enum)]
    pub(crate) gate: Option<GateKind>,
    /// How many tests may fail at a gate. Default: 0.
    #[arg(long, value_name = "N")]
    pub(crate) max_failures: Option<usize>,
    /// The time limit of the rollout. When it is over, traffic returns to the main version. Default: none.
    #[arg(long, value_name = "D", value_parser = duration)]
    pub(crate) deadline: Option<Duration>,
    /// Continue a rollout that was interrupted. It keeps its options, unless you pass others.
    #[arg(long)]
    pub(crate) resume: bool,
    /// Return the traffic to the main version on Ctrl-C. Without it, the share stays as it is.
    #[arg(long)]
    pub(crate) rollback_on_interrupt: bool,
    /// Do not ask.
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// The time between two looks at test runs.
    #[arg(long, value_name = "D", default_value = "5s", value_parser = duration)]
    pub(crate) poll: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum GateKind {
    /// The tests of the assistant, against the candidate.
    Tests,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Rollback {
    /// The assistant.
    pub(crate) key: String,
    /// The version to promote. Default: end the rollout, or promote the version before the last rollout.
    #[arg(long, value_name = "VERSION_ID")]
    pub(crate) to: Option<String>,
    /// Do not ask.
    #[arg(long, short)]
    pub(crate) yes: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Chat {
    /// The assistant.
    pub(crate) key: String,
    /// Talk to the candidate of `apply --candidate`.
    #[arg(long)]
    pub(crate) candidate: bool,
    /// Metadata of the conversation.
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) metadata: Vec<(String, String)>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Destroy {
    /// Addresses (`assistants.support`) or their last parts.
    #[arg(value_name = "KEY", required = true)]
    pub(crate) keys: Vec<String>,
    /// Do not ask.
    #[arg(long, short)]
    pub(crate) yes: bool,
}

fn share(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "write a number from 0 to 1".to_owned())?;
    if (0.0..=1.0).contains(&number) { Ok(number) } else { Err("write a number from 0 to 1".to_owned()) }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write `name=value`".to_owned()),
    }
}

/// A time such as `500ms`, `90s`, `10m` or `2h`. Without a unit: seconds.
fn duration(text: &str) -> Result<Duration, String> {
    let help = || "write a number with a unit, such as `500ms`, `90s`, `10m` or `2h`".to_owned();
    let split = text.find(|c: char| c.is_alphabetic()).unwrap_or(text.len());
    let number: f64 = text[..split].parse().map_err(|_| help())?;
    let unit = match &text[split..] {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(help()),
    };
    Duration::try_from_secs_f64(number * unit).map_err(|_| help())
}

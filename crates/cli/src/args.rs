//! The arguments of the program.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args as ClapArgs, Parser, Subcommand};
use clap_complete::Shell;
use jiff::SignedDuration;

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
Examples:
  telnyx-ai init && telnyx-ai plan                                  start with an example
  telnyx-ai init --empty && telnyx-ai pull --all --env production   manage an existing account
  telnyx-ai apply --yes && telnyx-ai test                           apply the files, and test the assistants

A KEY is an address such as `assistants.support`, or its last part if only one resource has it.

Exit codes: 0 success, 1 error, 2 negative result (changes with --detailed-exitcode, a failed test, a rollback).
`telnyx-ai COMMAND --help` has examples and the exit codes of a command.")]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Default, ClapArgs)]
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
    /// Print only results and errors.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print more messages.
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a project with an example assistant and a test
    ///
    /// Writes telnyx-ai.yaml, .gitignore and example files. Files that exist are not overwritten; an existing .gitignore is extended.
    #[command(after_help = "\
Examples:
  telnyx-ai init --dir desk                                         create a project in the folder `desk`
  telnyx-ai init --empty && telnyx-ai pull --all --env production   manage an existing account

Exit codes: 0 created, 1 error, for example if there is a project already.")]
    Init(Init),
    /// Write live resources into files
    ///
    /// Without KEY, updates the files of all managed resources that were changed elsewhere. A file with changes that are not applied is kept
    /// if only the file has changed. If both sides have changed, or with KEY or --all, the live values replace the changes of the file, and
    /// a warning names it. Comments, the order of fields and references are kept where the value did not change. Secrets are replaced by
    /// `${secret.NAME}`, and the variables to set are printed. `telnyx-ai plan` shows no changes of the written files afterwards. The file of
    /// a resource that was deleted elsewhere is removed, unless a file that is not pulled refers to it. If none of the managed resources
    /// exists, the API key is probably that of another account: nothing is removed without KEY.
    #[command(after_help = "\
Examples:
  telnyx-ai pull                           write the changes made elsewhere to the files
  telnyx-ai pull support                   replace also the changes of a file that are not applied
  telnyx-ai pull --all                     write all resources of the account
  telnyx-ai pull assistant-1234 --adopt    manage an assistant that was created elsewhere

Exit codes: 0 done, 1 error.")]
    Pull(Pull),
    /// Check the files offline
    ///
    /// Checks telnyx-ai.yaml, and fields, types, values, references and the API's rules, for all environments or for --env. Reports each
    /// error with file, line and column. Unknown fields without a similar known name are warnings, because the API may be newer than this
    /// program.
    #[command(after_help = "\
Examples:
  telnyx-ai validate
  telnyx-ai validate --schema schemas      write JSON Schemas for editors

Exit codes: 0 no errors, 1 errors.")]
    Validate(Validate),
    /// Show what `apply` would change
    ///
    /// Compares the files, the state of the last apply, and the live resources, field by field. Changes that were made elsewhere since the last
    /// apply are marked. Nothing is written to the API. A plan of some KEYs fails if these refer to resources that neither exist nor are planned.
    #[command(after_help = "\
Examples:
  telnyx-ai plan
  telnyx-ai plan support tools.look_up     plan two resources
  telnyx-ai plan --out change.plan         store the plan for `telnyx-ai apply change.plan`
  telnyx-ai plan --detailed-exitcode       for CI

Exit codes: 0 done, 1 error; with --detailed-exitcode: 0 no changes, 1 error, 2 changes.")]
    Plan(PlanArgs),
    /// Make the live resources match the files
    ///
    /// Applies all files, the resources of some KEYs, or a plan of `plan --out`. A stored plan is refused if the files or the live resources
    /// changed since. Resources that were changed elsewhere are not overwritten without --overwrite-drift, and nothing is deleted without
    /// --prune. Candidates whose changes are no longer in the files are dropped. The state is written after each change, so an apply that was
    /// interrupted can be run again. Ctrl-C completes the current change and skips the others.
    #[command(after_help = "\
Examples:
  telnyx-ai apply                          show the plan, ask, and apply it
  telnyx-ai apply --yes --prune            apply without asking, and delete the resources without a file
  telnyx-ai apply change.plan              apply a stored plan
  telnyx-ai apply support --candidate      create a new version without promoting it

Exit codes: 0 applied, 1 error or not applied completely.")]
    Apply(Apply),
    /// Run the tests of the project
    ///
    /// Runs the tests that were applied, and reports each item of their rubrics. Conversations of failed runs are shown.
    #[command(after_help = "\
Examples:
  telnyx-ai test                                        run all tests against the main versions
  telnyx-ai test support --candidate                    test the candidate of an assistant
  telnyx-ai test --samples 5 --pass-rate 0.8            4 of 5 runs must pass
  telnyx-ai test --junit results.xml                    write a report for CI

Exit codes: 0 all passed, 1 error or a test could not run, 2 a test failed.")]
    Test(Test),
    /// Raise the traffic of a candidate step by step, and promote it
    ///
    /// The candidate is the version that `apply --candidate` created. The file must not have changed since then. Before each step, the tests
    /// (with --gate tests) and the signals of live conversations (`rollout` in telnyx-ai.yaml) must be good. If they are not, all traffic
    /// returns to the main version. On Ctrl-C the candidate keeps its share, unless --rollback-on-interrupt is set. If the last step is below
    /// 100, the candidate keeps this share, and another rollout with higher steps continues from there.
    #[command(after_help = "\
Examples:
  telnyx-ai rollout support --gate tests
  telnyx-ai rollout support --steps 10,50,100 --hold 1h
  telnyx-ai rollout support --steps 10,20               stop at 20 percent
  telnyx-ai rollout support --steps 50,100              continue from there
  telnyx-ai rollout --resume support                    continue after an interruption

Exit codes: 0 promoted or at the last step, 1 error or Ctrl-C, 2 rolled back, also by Ctrl-C with --rollback-on-interrupt.")]
    Rollout(Rollout),
    /// End a rollout, or promote an earlier version
    ///
    /// Returns all traffic to the main version if there is a rollout or another canary deploy, and prints the rules that were deleted. Otherwise
    /// promotes the version before the last change, or the one of --to. Only --to promotes a version that is newer than the main version.
    #[command(after_help = "\
Examples:
  telnyx-ai rollback support
  telnyx-ai show support                                list the versions
  telnyx-ai rollback support --to VERSION_ID

Exit codes: 0 done, 1 error.")]
    Rollback(Rollback),
    /// Chat with an assistant
    ///
    /// Sends each line of standard input as a message and prints the reply. An empty line, Ctrl-D or Ctrl-C ends the conversation.
    ///
    /// With --candidate, a canary deploy routes only this conversation to the candidate. It is created at the start and deleted at the end.
    /// The command fails if the assistant has a canary deploy already, for example one that a killed chat has left behind:
    /// `telnyx-ai rollback KEY` deletes it.
    #[command(after_help = "\
Examples:
  telnyx-ai chat support
  telnyx-ai chat support --candidate --metadata ticket=7
  echo 'When do you open?' | telnyx-ai chat support

Exit codes: 0 done, 1 error.")]
    Chat(Chat),
    /// List the resources of the project and of the account
    ///
    /// Shows whether each resource is unchanged, changed in the files, changed elsewhere, new, deleted, or not managed.
    #[command(after_help = "\
Examples:
  telnyx-ai list
  telnyx-ai list --env production --json

Exit codes: 0 done, 1 error.")]
    List,
    /// Show a resource: its references, versions and shares of traffic
    #[command(after_help = "\
Examples:
  telnyx-ai show support
  telnyx-ai show tools.look_up --json

Exit codes: 0 done, 1 error.")]
    Show {
        /// The address of the resource (`assistants.support`), or its last part.
        key: String,
    },
    /// Delete managed resources
    ///
    /// The files are kept: remove them too, or the next apply creates the resources again. Resources that are deleted already are
    /// skipped, so that an interrupted command can be repeated. Shared tools and MCP servers that other assistants use are kept.
    #[command(after_help = "\
Examples:
  telnyx-ai destroy tests.greets
  telnyx-ai destroy support greets --yes   delete without asking

Exit codes: 0 deleted, 1 error or not deleted completely.")]
    Destroy(Destroy),
    /// Print a completion script for a shell
    #[command(after_help = "\
Examples:
  telnyx-ai completions bash > ~/.local/share/bash-completion/completions/telnyx-ai
  telnyx-ai completions fish > ~/.config/fish/completions/telnyx-ai.fish

Exit codes: 0 done, 1 error.")]
    Completions {
        /// The shell.
        #[arg(ignore_case = true)]
        shell: Shell,
    },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Init {
    /// Create the project without examples.
    #[arg(long)]
    pub(crate) empty: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Pull {
    /// Addresses (`assistants.support`), their last parts, or ids.
    #[arg(value_name = "KEY")]
    pub(crate) keys: Vec<String>,
    /// Write all resources of the account, also over changes that are not applied.
    #[arg(long, conflicts_with = "keys")]
    pub(crate) all: bool,
    /// Also manage resources that were created elsewhere.
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
    /// Do not ask for confirmation.
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Delete managed resources that are no longer in the files.
    #[arg(long, conflicts_with = "candidate")]
    pub(crate) prune: bool,
    /// Create new versions of assistants without promoting them.
    #[arg(long)]
    pub(crate) candidate: bool,
    /// Overwrite changes that were made elsewhere.
    #[arg(long)]
    pub(crate) overwrite_drift: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Test {
    /// Tests, or assistants whose tests to run. Default: all tests.
    #[arg(value_name = "KEY")]
    pub(crate) keys: Vec<String>,
    /// Test the candidates of `apply --candidate`. Without KEY, tests of assistants without a candidate are skipped.
    #[arg(long, conflicts_with = "version_id")]
    pub(crate) candidate: bool,
    /// Test this version of the assistant.
    #[arg(long, value_name = "ID")]
    pub(crate) version_id: Option<String>,
    /// The number of runs of each test.
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
    /// The time between two requests for the status of the runs, at most a quarter of `--timeout`.
    #[arg(long, value_name = "D", default_value = "5s", value_parser = duration)]
    pub(crate) poll: Duration,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Rollout {
    /// The assistant.
    pub(crate) key: String,
    /// The shares of traffic in percent. 100 promotes the candidate. Default: 5,25,50,100.
    #[arg(long, value_name = "SHARES", value_delimiter = ',', value_parser = percent)]
    pub(crate) steps: Option<Vec<f64>>,
    /// The time between two steps, such as `90s` or `10m`. Default: 10m.
    #[arg(long, value_name = "D", value_parser = duration)]
    pub(crate) hold: Option<Duration>,
    /// The conditions of each step.
    #[arg(long, value_name = "GATE", value_enum)]
    pub(crate) gate: Option<GateKind>,
    /// The maximum number of failed tests at a gate. Default: 0.
    #[arg(long, value_name = "N")]
    pub(crate) max_failures: Option<usize>,
    /// The time limit of the rollout, after which all traffic returns to the main version. It starts again with --resume. Default: none.
    #[arg(long, value_name = "D", value_parser = duration)]
    pub(crate) deadline: Option<Duration>,
    /// Continue a rollout that was interrupted. It keeps its options except --yes and --poll, unless you pass others.
    #[arg(long)]
    pub(crate) resume: bool,
    /// Return the traffic to the main version on Ctrl-C. Without it, the share is kept.
    #[arg(long)]
    pub(crate) rollback_on_interrupt: bool,
    /// Do not ask for confirmation.
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// The time between two requests for the status of test runs.
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
    /// The version to promote. Default: end the rollout, or promote the version before the last change.
    #[arg(long, value_name = "VERSION_ID")]
    pub(crate) to: Option<String>,
    /// Do not ask for confirmation.
    #[arg(long, short)]
    pub(crate) yes: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Chat {
    /// The assistant.
    pub(crate) key: String,
    /// Chat with the candidate of `apply --candidate`. Fails if the assistant has a canary deploy.
    #[arg(long)]
    pub(crate) candidate: bool,
    /// Metadata of the conversation. Can be repeated.
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) metadata: Vec<(String, String)>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Destroy {
    /// Addresses (`assistants.support`) or their last parts.
    #[arg(value_name = "KEY", required = true)]
    pub(crate) keys: Vec<String>,
    /// Do not ask for confirmation.
    #[arg(long, short)]
    pub(crate) yes: bool,
}

fn share(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| "write a number from 0 to 1".to_owned())
}

/// A step of a rollout. `NaN` and `inf` are numbers for a parser, but not for the state.
fn percent(text: &str) -> Result<f64, String> {
    let number = text.trim().parse().ok().filter(|number| *number > 0.0 && *number <= 100.0);
    number.ok_or_else(|| "write a number above 0 and at most 100".to_owned())
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write `name=value`".to_owned()),
    }
}

/// A time such as `500ms`, `90s`, `10m` or `2h`. Without a unit: seconds.
fn duration(text: &str) -> Result<Duration, String> {
    let with_unit = if text.parse::<f64>().is_ok() { format!("{text}s") } else { text.to_owned() };
    let duration = with_unit.parse::<SignedDuration>().ok().and_then(|duration| duration.try_into().ok());
    duration.ok_or_else(|| "write a number with a unit, such as `500ms`, `90s`, `10m` or `2h`".to_owned())
}

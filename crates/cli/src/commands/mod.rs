//! The commands, one per file.

mod apply;
mod chat;
mod completions;
mod destroy;
mod init;
mod list;
mod plan;
mod pull;
mod rollback;
mod rollout;
mod show;
mod test;
mod validate;

use crate::args::{Args, Command, Global};
use crate::failure::Failure;
use crate::output::Output;

pub(crate) async fn run(args: Args, output: &Output) -> Result<(), Failure> {
    let global = &args.global;
    match args.command {
        Command::Init(args) => init::run(global, &args, output),
        Command::Pull(args) => until_ctrl_c(output, pull::run(global, &args, output)).await,
        Command::Validate(args) => validate::run(global, &args, output),
        Command::Plan(args) => until_ctrl_c(output, plan::run(global, &args, output)).await,
        Command::Apply(args) => apply::run(global, &args, output).await,
        Command::Chat(args) => chat::run(global, &args, output).await,
        Command::List => until_ctrl_c(output, list::run(global, output)).await,
        Command::Show { key } => until_ctrl_c(output, show::run(global, &key, output)).await,
        Command::Destroy(args) => destroy::run(global, &args, output).await,
        Command::Completions { shell } => {
            completions::run(shell, output);
            Ok(())
        }
        Command::Test(args) => test::run(global, &args, output).await,
        Command::Rollout(args) => rollout::run(global, &args, output).await,
        Command::Rollback(args) => rollback::run(global, &args, output).await,
    }
}

/// Ends work that has changed nothing yet at Ctrl-C, so that the command prints a document. Without `--json`, the signal ends the program.
async fn until_ctrl_c<T>(output: &Output, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    if !output.json {
        return work.await;
    }
    tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => Err(Failure::new("interrupted; nothing was changed")),
        result = work => result,
    }
}

/// The command line that does the rest of an interrupted command, in the same project and environment.
fn again(command: &str, keys: &[String], flags: &[(&str, bool)], global: &Global) -> String {
    let flags = flags.iter().filter(|(_, is_set)| *is_set).map(|(flag, _)| *flag);
    let environment = global.env.iter().flat_map(|name| ["--env", name]);
    let words = [command].into_iter().chain(keys.iter().map(String::as_str)).chain(flags).chain(environment);
    let line = words.collect::<Vec<_>>().join(" ");
    let dir = global.dir.to_string_lossy();
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    match dir.chars().all(is_plain) {
        true if dir == "." => line,
        true => format!("{line} --dir {dir}"),
        false => format!(r"{line} --dir '{}'", dir.replace('\'', r"'\''")),
    }
}

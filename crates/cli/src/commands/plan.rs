//! `telnyx-ai plan`

use crate::args::{Global, PlanArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::plan::{SavedPlan, document, render};
use crate::session::Session;

pub(crate) async fn run(global: &Global, args: &PlanArgs, output: &Output) -> Result<(), Failure> {
    let mut session = Session::open(global, output)?;
    session.check_files()?;
    let only = session.addresses(&args.keys)?;
    let account = session.account(false).await?;
    let plan = session.plan(&account, &only, false).await?;
    let missing = super::apply::missing_resources(&session, &account, &plan, &only);
    if !missing.is_empty() {
        return Err(Failure::Files(missing));
    }
    session.missing.iter().for_each(|missing| output.warning(missing));
    for problem in super::apply::unset_secrets(&session, &plan) {
        output.warning(&problem.line());
    }
    output.result(&render(&plan, false, output.stdout_color));
    if let Some(path) = &args.out {
        let written = SavedPlan::new(&plan, &only).write(path);
        written.map_err(|failure| failure.reported(document(&plan), output))?;
        let prune = if plan.summary().delete > 0 { " --prune" } else { "" };
        let path = path.display();
        output.message(&format!("The plan is in {path}; `telnyx-ai apply {path}{prune}` applies it."));
        if !prune.is_empty() {
            output.message("Without `--prune`, its deletions are not applied.");
        }
    }
    output.document(&document(&plan));
    if args.detailed_exitcode && plan.has_changes() { Err(Failure::No) } else { Ok(()) }
}

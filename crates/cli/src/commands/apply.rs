//! `telnyx-ai apply`

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::apply::{self, Options, Outcome, Outcomes};
use crate::args::{Apply, Global};
use crate::failure::Failure;
use crate::output::{Diagnostic, Output, counted};
use crate::plan::{Action, Change, Plan, SavedPlan, document, render};
use crate::project::Project;
use crate::references::{Reference, references_in};
use crate::resources::{Account, Address};
use crate::session::Session;
use crate::state::Lock;

pub(crate) async fn run(global: &Global, args: &Apply, output: &Output) -> Result<(), Failure> {
    match super::until_ctrl_c(output, prepare(global, args, output)).await {
        Ok(prepared) => prepared.carry_out(global, args, output).await,
        // Without a plan, the document has no changes.
        Err(failure) => {
            let mut document = document(&Plan { environment: String::new(), changes: Vec::new() });
            document["environment"] = environment_name(global).into();
            Err(failure.reported(document, output))
        }
    }
}

fn environment_name(global: &Global) -> Option<String> {
    let chosen = || Some(Project::load_config(&global.dir).ok()?.0.environment(None).ok()?.name.clone());
    global.env.clone().or_else(chosen)
}

/// A plan, and the inputs of applying it.
struct Prepared<'o> {
    session: Session<'o>,
    _lock: Lock,
    account: Account,
    saved: Option<SavedPlan>,
    only: BTreeSet<Address>,
    plan: Plan,
}

async fn prepare<'o>(global: &Global, args: &Apply, output: &'o Output) -> Result<Prepared<'o>, Failure> {
    let saved = match args.targets.as_slice() {
        [path] if Path::new(path).is_file() => Some(SavedPlan::read(Path::new(path))?),
        _ => None,
    };
    let (mut session, lock) = Session::open_locked(global, output)?;
    session.check_files()?;
    if let Some(saved) = saved.as_ref().filter(|saved| saved.environment != session.environment.name) {
        return Err(Failure::new(format!(
            "the plan is for the environment {}, and this is {}; pass `--env {}`",
            saved.environment, session.environment.name, saved.environment
        )));
    }
    let only = match &saved {
        Some(saved) => saved.only.clone(),
        None => session.addresses(&args.targets).map_err(|failure| no_target(failure, &args.targets))?,
    };
    let account = session.account(args.overwrite_drift).await?;
    let plan = session.plan(&account, &only, args.candidate).await?;
    Ok(Prepared { session, _lock: lock, account, saved, only, plan })
}

/// A single argument that names nothing can be meant as a plan.
fn no_target(failure: Failure, targets: &[String]) -> Failure {
    if let (Failure::Error(message), [_]) = (&failure, targets)
        && let Some(rest) = message.strip_prefix("there is no resource")
    {
        return Failure::new(format!("there is no plan file and no resource{rest}"));
    }
    failure
}

impl Prepared<'_> {
    async fn carry_out(mut self, global: &Global, args: &Apply, output: &Output) -> Result<(), Failure> {
        if let Err(failure) = self.permit(args, output) {
            return Err(refuse(&self.plan, args.prune, &failure, output));
        }
        let options = Options { prune: args.prune, candidate: args.candidate };
        let outcomes = apply::run(&mut self.session, &mut self.account, &self.plan, options).await?;
        // A saved plan is outdated once a part of it is applied.
        let mut keys = match &self.saved {
            Some(saved) => saved.only.iter().map(Address::to_string).collect(),
            None => args.targets.clone(),
        };
        // Those of deleted resources are unknown now.
        keys.retain(|key| self.session.address(key, None).is_ok());
        let flags = [
            ("--yes", args.yes),
            ("--prune", args.prune),
            ("--candidate", args.candidate),
            ("--overwrite-drift", args.overwrite_drift),
        ];
        let again = super::again("apply", &keys, &flags, global);
        report(&self.plan, &outcomes, ["Applied", "change", "to"], &again, output)
    }

    /// Shows the plan. Fails if it must not be applied.
    fn permit(&self, args: &Apply, output: &Output) -> Result<(), Failure> {
        let (session, plan) = (&self.session, &self.plan);
        if self.saved.as_ref().is_some_and(|saved| !saved.is_current(plan)) {
            return Err(Failure::new(
                "the files or the live resources changed since the plan was made; make a new plan with `telnyx-ai plan --out FILE`",
            ));
        }
        let candidates = if args.candidate { self.matching_candidates() } else { Vec::new() };
        // Their main versions may not match the files.
        if candidates.is_empty() || plan.has_changes() {
            output.message(&render(plan, args.prune, output.stderr_color));
        }
        candidates.iter().for_each(|message| output.message(message));
        if !args.overwrite_drift {
            session.check_account()?;
        }
        self.check(args)?;
        let changes = plan.changes.iter().filter(|change| change.is_written(args.prune)).count();
        if changes == 0 {
            return Ok(());
        }
        // A saved plan was reviewed before.
        let is_confirmed = args.yes || self.saved.is_some() && !session.environment.is_protected;
        let question = format!("Apply {} to {}?", counted(changes, "change"), session.environment.name);
        session.confirm(&question, is_confirmed)
    }

    fn matching_candidates(&self) -> Vec<String> {
        let unchanged = self.plan.changes.iter().filter(|change| change.action == Action::None);
        let messages = unchanged.filter_map(|Change { address, live, .. }| {
            let entry = self.session.state().resources.get(address)?;
            let version_id = entry.candidate.as_ref()?.version_id.as_ref()?;
            let is_planned = live.as_ref()?.version_id.as_ref() == Some(version_id);
            is_planned.then(|| format!("The candidate of {address}, version {version_id}, matches the file."))
        });
        messages.collect()
    }

    /// Fails if a plan cannot be applied as a whole. Nothing has been sent.
    fn check(&self, args: &Apply) -> Result<(), Failure> {
        let (session, plan) = (&self.session, &self.plan);
        let drifted = plan.changes.iter().filter(|change| change.is_drift && change.is_written(args.prune));
        let (deleted, changed): (Vec<_>, Vec<_>) = drifted.partition(|change| change.action == Action::Create);
        let [deleted, changed] =
            [deleted, changed].map(|changes| changes.iter().map(|it| it.address.to_string()).collect::<Vec<_>>());
        let mut problems = Vec::new();
        if !changed.is_empty() {
            problems.push(format!(
                "changed elsewhere since the last apply: {}; run `telnyx-ai pull {}` to write the live values to the files, which discards changes that are not applied, or pass `--overwrite-drift` to replace the live values",
                changed.join(", "),
                changed.join(" ")
            ));
        }
        if !deleted.is_empty() {
            problems.push(format!(
                "deleted elsewhere: {}; pass `--overwrite-drift` to create again what was deleted, or run `telnyx-ai pull {}` to remove it from the files",
                deleted.join(", "),
                deleted.join(" ")
            ));
        }
        if !problems.is_empty() && !args.overwrite_drift {
            return Err(Failure::new(format!("{}. Nothing was sent", problems.join(". Also "))));
        }
        let mut updated =
            plan.changes.iter().filter(|change| change.action == Action::Update).map(|change| &change.address);
        let rollout_of = |address: &Address| session.state().resources.get(address)?.rollout.as_ref();
        if let Some((address, rollout)) = updated.find_map(|address| Some((address, rollout_of(address)?))) {
            let end = match rollout.is_at_last_step() {
                // Nothing is left to resume.
                true => format!("`telnyx-ai rollout {address} --steps` with shares above {} up to 100", rollout.share),
                false => format!("`telnyx-ai rollout --resume {address}`"),
            };
            return Err(Failure::new(format!(
                "{address} is being rolled out; end that first with {end}, or with `telnyx-ai rollback {address}`"
            )));
        }
        let mut problems = unset_secrets(session, plan);
        problems.extend(missing_resources(session, &self.account, plan, &self.only));
        if problems.is_empty() { Ok(()) } else { Err(Failure::Files(problems)) }
    }
}

/// Reports that nothing was sent, and why. The document has this reason for each change.
pub(super) fn refuse(plan: &Plan, prune: bool, failure: &Failure, output: &Output) -> Failure {
    let skipped = Outcome::Skipped(Some(format!("nothing was sent: {failure}")));
    let changes = plan.changes.iter().filter(|change| change.is_written(prune));
    let outcomes = changes.map(|change| (change.address.clone(), skipped.clone())).collect();
    failure.reported(with_outcomes(plan, &outcomes), output)
}

/// The references to secrets that are unset and have to be sent.
pub(crate) fn unset_secrets(session: &Session<'_>, plan: &Plan) -> Vec<Diagnostic> {
    problems(session, plan, |reference| match reference {
        Reference::Secret(name) if crate::state::secret(name).is_none() => {
            Some((format!("the secret {name} is not set"), format!("set the variable {name}")))
        }
        _ => None,
    })
}

/// The references to resources that neither exist nor are part of the plan.
pub(super) fn missing_resources(
    session: &Session<'_>,
    account: &Account,
    plan: &Plan,
    only: &BTreeSet<Address>,
) -> Vec<Diagnostic> {
    let exists = |target: &Address| session.state().id(target).is_some_and(|id| account.get(target.kind, id).is_some());
    problems(session, plan, |reference| match reference {
        Reference::Resource(target) if !only.is_empty() && !only.contains(target) && !exists(target) => {
            Some((format!("{target} does not exist in {} yet", plan.environment), format!("apply {target} too")))
        }
        _ => None,
    })
}

/// The errors of the references that are sent. `problem` returns the message and the help.
fn problems(
    session: &Session<'_>,
    plan: &Plan,
    problem: impl Fn(&Reference) -> Option<(String, String)>,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for change in plan.changes.iter().filter(|change| change.is_written(false)) {
        let Some(resource) = session.project.resources.get(&change.address) else { continue };
        for (at, reference) in references_in(&Value::Object(change.body.clone())) {
            if let Some((message, help)) = problem(&reference) {
                let place = resource.locate_reference(&at, &reference);
                found.push(Diagnostic::error(place, message).with_help(help));
            }
        }
    }
    found
}

/// The document of `apply --json`.
fn with_outcomes(plan: &Plan, outcomes: &Outcomes) -> Value {
    let mut document = document(plan);
    let changes = document["changes"].as_array_mut().into_iter().flatten();
    for (shown, change) in changes.zip(&plan.changes) {
        let (result, error) = match outcomes.get(&change.address) {
            Some(Outcome::Applied) => ("applied", None),
            Some(Outcome::Failed(why)) => ("failed", Some(why)),
            Some(Outcome::Skipped(why)) => ("skipped", why.as_ref()),
            None => ("skipped", None),
        };
        shown["result"] = result.into();
        if let Some(error) = error {
            shown["error"] = error.as_str().into();
        }
    }
    document
}

/// Reports the outcomes of an apply or of a `destroy`. `again` is the command for the rest.
pub(super) fn report(
    plan: &Plan,
    outcomes: &Outcomes,
    [done, noun, preposition]: [&str; 3],
    again: &str,
    output: &Output,
) -> Result<(), Failure> {
    output.document(&with_outcomes(plan, outcomes));
    let with = |wanted: fn(&Outcome) -> bool| {
        let addresses = outcomes.iter().filter(|(_, outcome)| wanted(outcome)).map(|(address, _)| address.to_string());
        addresses.collect::<Vec<_>>()
    };
    let applied = with(|outcome| matches!(outcome, Outcome::Applied));
    let failed = with(|outcome| matches!(outcome, Outcome::Failed(_)));
    let skipped = with(|outcome| matches!(outcome, Outcome::Skipped(Some(_))));
    let kept = with(|outcome| matches!(outcome, Outcome::Skipped(None)));
    if !kept.is_empty() {
        output.message(&format!("Not deleted without `--prune`: {}", kept.join(", ")));
    }
    if failed.is_empty() && skipped.is_empty() {
        output.result(&format!("{done} {} {preposition} {}.", counted(applied.len(), noun), plan.environment));
        return Ok(());
    }
    output.result(&format!(
        "{done} {} of {} {preposition} {}.",
        applied.len(),
        counted(outcomes.len(), noun),
        plan.environment
    ));
    let is_interrupted = |it: &Outcome| matches!(it, Outcome::Skipped(Some(why)) if why == apply::INTERRUPTED);
    let advice = match failed.is_empty() && outcomes.values().any(is_interrupted) {
        true => "The command was interrupted; run",
        false => "Fix the errors above and run",
    };
    for (what, addresses) in [("done", applied), ("failed", failed), ("not done", skipped)] {
        if !addresses.is_empty() {
            output.result(&format!("  {what}: {}", addresses.join(", ")));
        }
    }
    output.message(&format!("{advice} `telnyx-ai {again}` again for the rest."));
    Err(Failure::Reported)
}

//! Applies plans. The state is on disk before and after each write.

mod delete;
mod interrupt;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use indicatif::ProgressBar;
use serde_json::{Value, json};
use telnyx_ai::Telnyx;

use crate::failure::{Failure, message_of};
use crate::plan::{Action, Change, Plan};
use crate::references::{creation_order, dependencies};
use crate::resources::{Account, Address};
use crate::session::Session;

pub(crate) use self::interrupt::Interrupt;

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Options {
    pub(crate) prune: bool,
    pub(crate) candidate: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    Applied,
    Failed(String),
    Skipped(Option<String>),
}

/// The reason for which changes after Ctrl-C are skipped.
pub(crate) const INTERRUPTED: &str = "because the program was interrupted";

pub(crate) type Outcomes = BTreeMap<Address, Outcome>;

pub(crate) struct Apply<'a, 'o> {
    session: &'a mut Session<'o>,
    telnyx: Telnyx,
    account: &'a mut Account,
    progress: ProgressBar,
    outcomes: Outcomes,
    /// The reason for which no more requests are sent.
    stopped: Option<String>,
    interrupt: Interrupt,
    options: Options,
}

/// Applies a plan as far as possible. Returns an outcome for each change that is to be written.
pub(crate) async fn run(
    session: &mut Session<'_>,
    account: &mut Account,
    plan: &Plan,
    options: Options,
) -> Result<Outcomes, Failure> {
    let telnyx = session.telnyx()?.clone();
    let steps = plan.changes.iter().filter(|change| change.action != Action::None).count();
    let progress = session.output.progress(steps, "applying");
    let interrupt = Interrupt::watch(session.output).await;
    let outcomes = Outcomes::new();
    let mut apply = Apply { session, telnyx, account, progress, outcomes, stopped: None, interrupt, options };
    if let Err(failure) = apply.all(plan).await {
        // The state cannot be written, so nothing more was sent.
        let skipped = Outcome::Skipped(Some(format!("because of an earlier error: {failure}")));
        for change in plan.changes.iter().filter(|change| change.is_written(options.prune)) {
            apply.outcomes.entry(change.address.clone()).or_insert_with(|| skipped.clone());
        }
    }
    Ok(apply.outcomes)
}

impl Apply<'_, '_> {
    /// Writes all changes. Fails if the state cannot be written.
    async fn all(&mut self, plan: &Plan) -> Result<(), Failure> {
        let created = plan.changes.iter().filter(|change| change.action == Action::Create);
        let creations: BTreeMap<Address, &Change> = created.map(|change| (change.address.clone(), change)).collect();
        let graph = creations.iter().map(|(address, change)| (address.clone(), dependencies(address, &change.desired)));
        let mut unlinked = Vec::new();
        for address in creation_order(&graph.collect()) {
            let change = creations[&address];
            let later = self.create(change).await?;
            if !later.is_empty() {
                unlinked.push((change, later));
            }
        }
        for (change, fields) in unlinked {
            self.link(change, fields).await?;
        }
        for change in plan.changes.iter().filter(|change| change.action == Action::Update) {
            self.update(change).await?;
        }
        self.delete_all(plan).await?;
        self.settle(plan)
    }

    /// Writes the state after a write of a resource.
    fn save(&mut self, address: &Address) -> Result<(), Failure> {
        let saved = self.session.file.save();
        if let Err(failure) = &saved {
            let why = format!("{failure}; solve this problem and run the command again");
            self.outcome(address, Outcome::Failed(why));
        }
        saved
    }

    fn outcome(&mut self, address: &Address, outcome: Outcome) {
        self.progress.inc(1);
        let output = self.session.output;
        self.progress.suspend(|| match &outcome {
            Outcome::Applied | Outcome::Skipped(None) => {}
            Outcome::Failed(why) => output.error(&format!("{address}: {why}")),
            Outcome::Skipped(Some(why)) => output.warning(&format!("{address}: skipped, {why}")),
        });
        self.outcomes.insert(address.clone(), outcome);
    }

    fn done(&self, what: &str, address: &Address) {
        let output = self.session.output;
        self.progress.suspend(|| output.message(&format!("{what} {address}")));
    }

    /// Records that a request failed. After an outage, no more requests are sent.
    fn failed(&mut self, address: &Address, error: &telnyx_ai::Error) {
        if error.is_retryable() {
            self.stopped = Some(format!("because the API could not be reached for {address}"));
        }
        let mut message = message_of(error);
        let details = error.errors().iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        if !message.contains(&details) {
            message = format!("{message} ({details})");
        }
        self.outcome(address, Outcome::Failed(message));
    }

    /// Whether no more requests are sent. Marks the resource as skipped then.
    fn is_stopped(&mut self, address: &Address) -> bool {
        if self.interrupt.is_requested() {
            self.stopped.get_or_insert_with(|| INTERRUPTED.to_owned());
        }
        let Some(why) = self.stopped.clone() else { return false };
        self.outcome(address, Outcome::Skipped(Some(why)));
        true
    }

    /// Whether a change has to be skipped because of the outcome of others.
    fn is_blocked(&mut self, change: &Change) -> bool {
        if self.is_stopped(&change.address) {
            return true;
        }
        let failed = dependencies(&change.address, &change.desired).into_keys().find(|target| {
            *target != change.address
                && matches!(self.outcomes.get(target), Some(Outcome::Failed(_) | Outcome::Skipped(_)))
                && !self.exists(target)
        });
        if let Some(target) = failed {
            self.outcome(&change.address, Outcome::Skipped(Some(format!("because it refers to {target}"))));
            return true;
        }
        false
    }

    /// Whether a resource exists. The state may have the id of one that was deleted elsewhere.
    fn exists(&self, address: &Address) -> bool {
        self.session.state().id(address).is_some_and(|id| self.account.get(address.kind, id).is_some())
    }

    /// The fields that refer to resources which do not exist yet.
    fn unlinked_fields(&self, change: &Change) -> BTreeSet<String> {
        let missing =
            |content: &Value| dependencies(&change.address, content).into_keys().any(|target| !self.exists(&target));
        let fields = change
            .body
            .iter()
            .filter(|(name, value)| change.address.kind.can_be_linked_later(name) && missing(&json!({ *name: value })));
        fields.map(|(name, _)| name.clone()).collect()
    }
}

//! Carries plans out, one write after the other, with the state on disk after each.

mod delete;
mod recover;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use telnyx_ai::Telnyx;

use crate::failure::Failure;
use crate::output::Progress;
use crate::plan::{Action, Change, Plan};
use crate::references::{Dependencies, creation_order, dependencies};
use crate::resources::{Account, Address};
use crate::session::Session;

pub(crate) use recover::{has_content, recover};

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Options {
    pub(crate) prune: bool,
    pub(crate) candidate: bool,
}

/// What happened to a resource.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    Applied,
    Failed(String),
    Skipped(Option<String>),
}

/// The outcomes of all changes.
pub(crate) type Outcomes = BTreeMap<Address, Outcome>;

pub(crate) struct Apply<'a, 'o> {
    session: &'a mut Session<'o>,
    telnyx: &'a Telnyx,
    account: &'a mut Account,
    progress: Progress,
    outcomes: Outcomes,
    /// Why nothing more is sent.
    stopped: Option<String>,
    options: Options,
}

/// Carries a plan out.
pub(crate) async fn run(
    session: &mut Session<'_>,
    telnyx: &Telnyx,
    account: &mut Account,
    plan: &Plan,
    options: Options,
) -> Result<Outcomes, Failure> {
    let steps = plan.changes.iter().filter(|change| change.action != Action::None).count();
    let progress = session.output.progress(steps, "applying");
    let mut apply = Apply { session, telnyx, account, progress, outcomes: Outcomes::new(), stopped: None, options };
    let changes = plan.by_address();
    let creations: BTreeMap<Address, Dependencies> = plan
        .changes
        .iter()
        .filter(|change| change.action == Action::Create)
        .map(|change| (change.address.clone(), dependencies(&change.address, &change.desired)))
        .collect();
    let mut unlinked = Vec::new();
    for address in creation_order(&creations) {
        let change = changes[&address];
        let later = apply.create(change).await?;
        if !later.is_empty() {
            unlinked.push((change, later));
        }
    }
    for (change, fields) in unlinked {
        apply.link(change, fields).await?;
    }
    for change in plan.changes.iter().filter(|change| change.action == Action::Update) {
        apply.update(change).await?;
    }
    apply.delete_all(plan).await?;
    apply.settle(plan)?;
    Ok(apply.outcomes)
}

impl Apply<'_, '_> {
    fn outcome(&mut self, address: &Address, outcome: Outcome) {
        self.progress.step();
        let output = self.session.output;
        self.progress.suspend(|| match &outcome {
            Outcome::Applied => {}
            Outcome::Failed(why) => output.error(&format!("{address}: {why}")),
            Outcome::Skipped(Some(why)) => output.warning(&format!("{address}: skipped, {why}")),
            Outcome::Skipped(None) => {}
        });
        self.outcomes.insert(address.clone(), outcome);
    }

    fn done(&self, what: &str, address: &Address) {
        let output = self.session.output;
        self.progress.suspend(|| output.message(&format!("{what} {address}")));
    }

    /// Records that a request failed. After an outage nothing more is sent.
    fn failed(&mut self, address: &Address, error: &telnyx_ai::Error) {
        if error.is_retryable() {
            self.stopped = Some(format!("because the API could not be reached for {address}"));
        }
        let message = match error.errors() {
            [] => error.to_string(),
            errors => {
                let details: Vec<_> = errors.iter().map(ToString::to_string).collect();
                let details = details.join("; ");
                if error.to_string().contains(&details) { error.to_string() } else { format!("{error} ({details})") }
            }
        };
        self.outcome(address, Outcome::Failed(message));
    }

    /// Whether a change cannot be made because of what happened to others.
    fn is_blocked(&mut self, change: &Change) -> bool {
        if let Some(why) = self.stopped.clone() {
            self.outcome(&change.address, Outcome::Skipped(Some(why)));
            return true;
        }
        let failed = dependencies(&change.address, &change.desired).into_keys().find(|target| {
            *target != change.address
                && matches!(self.outcomes.get(target), Some(Outcome::Failed(_) | Outcome::Skipped(_)))
                && self.session.state().id(target).is_none()
        });
        if let Some(target) = failed {
            self.outcome(&change.address, Outcome::Skipped(Some(format!("because it refers to {target}"))));
            return true;
        }
        false
    }

    /// The fields that refer to resources which do not exist yet.
    fn unlinked_fields(&self, change: &Change) -> BTreeSet<String> {
        let missing = |content: &Value| {
            dependencies(&change.address, content).into_keys().any(|target| self.session.state().id(&target).is_none())
        };
        let fields = change.body.iter().filter(|(name, value)| {
            change.address.kind.can_be_linked_later(name)
                && missing(&Value::Object(Map::from_iter([((*name).clone(), (*value).clone())])))
        });
        fields.map(|(name, _)| name.clone()).collect()
    }
}

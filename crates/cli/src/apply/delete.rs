//! Deletions.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Apply, Outcome};
use crate::failure::Failure;
use crate::plan::{Action, Change, Plan, comparable};
use crate::references::{Dependencies, creation_order, dependencies};
use crate::resources::{Address, Kind};

impl Apply<'_, '_> {
    /// Deletes what left the files: each resource before those that it refers to.
    pub(super) async fn delete_all(&mut self, plan: &Plan) -> Result<(), Failure> {
        let deletions: BTreeMap<Address, &Change> = plan
            .changes
            .iter()
            .filter(|change| change.action == Action::Delete)
            .map(|change| (change.address.clone(), change))
            .collect();
        if !self.options.prune {
            for address in deletions.keys() {
                self.outcome(address, Outcome::Skipped(None));
            }
            return Ok(());
        }
        let graph: BTreeMap<Address, Dependencies> = deletions
            .iter()
            .map(|(address, change)| {
                let mut targets =
                    change.comparable.as_ref().map(|content| dependencies(address, content)).unwrap_or_default();
                targets.retain(|target, _| deletions.contains_key(target));
                (address.clone(), targets)
            })
            .collect();
        let mut order = creation_order(&graph);
        order.reverse();
        for (n, address) in order.iter().enumerate() {
            // The API does not delete an assistant that another one refers to.
            let is_in_cycle = order[n + 1..].iter().any(|later| later != address && graph[later].contains_key(address));
            if is_in_cycle {
                for later in order[n + 1..].iter().filter(|later| graph[*later].contains_key(address)) {
                    self.unlink(deletions[later], address).await?;
                }
            }
            self.delete(deletions[address]).await?;
        }
        Ok(())
    }

    /// Clears the fields of an assistant that refer to `target`. Both are about to be deleted.
    async fn unlink(&mut self, change: &Change, target: &Address) -> Result<(), Failure> {
        let Some(id) = self.session.state().id(&change.address).map(str::to_owned) else { return Ok(()) };
        let fields = change.comparable.as_ref().and_then(Value::as_object).into_iter().flatten();
        let cleared: Map<String, Value> = fields
            .filter(|(name, value)| {
                let field = Value::Object(Map::from_iter([((*name).clone(), (*value).clone())]));
                dependencies(&change.address, &field).contains_key(target)
            })
            .map(|(name, value)| (name.clone(), if value.is_array() { Value::Array(Vec::new()) } else { Value::Null }))
            .collect();
        if change.address.kind == Kind::Assistants
            && !cleared.is_empty()
            && self.stopped.is_none()
            && let Err(error) = change.address.kind.update(self.telnyx, &id, &cleared).await
        {
            self.failed(&change.address, &error);
        }
        Ok(())
    }

    async fn delete(&mut self, change: &Change) -> Result<(), Failure> {
        let address = &change.address;
        if let Some(why) = self.stopped.clone() {
            self.outcome(address, Outcome::Skipped(Some(why)));
            return Ok(());
        }
        let Some(entry) = self.session.state().resources.get(address).cloned() else { return Ok(()) };
        let was_unlinked = matches!(address.kind, Kind::Assistants);
        if !was_unlinked {
            match address.kind.get(self.telnyx, &entry.id).await {
                Ok(Some(answer)) => {
                    let state = self.session.state();
                    let now = comparable(state, &state.names(), address.kind, &answer.content, &entry.last);
                    if change.comparable.as_ref().is_some_and(|seen| *seen != now) {
                        self.outcome(
                            address,
                            Outcome::Failed("it was changed elsewhere since the plan; plan again".to_owned()),
                        );
                        return Ok(());
                    }
                }
                Ok(None) => {}
                Err(error) => {
                    self.failed(address, &error);
                    return Ok(());
                }
            }
        }
        match address.kind.delete(self.telnyx, &entry.id).await {
            Ok(()) => {
                self.account.remove(address.kind, &entry.id);
                self.session.file.state.resources.remove(address);
                self.session.file.save()?;
                self.done("deleted", address);
                self.outcome(address, Outcome::Applied);
            }
            Err(error) => self.failed(address, &error),
        }
        Ok(())
    }
}

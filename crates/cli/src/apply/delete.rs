//! Deletions.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::write::{Recorded, was_refused};
use super::{Apply, Outcome};
use crate::failure::Failure;
use crate::plan::{Action, Change, Plan, comparable};
use crate::references::{Dependencies, creation_order, dependencies, each_text};
use crate::resources::{Address, Kind, is_reference};
use crate::state::Update;

impl Apply<'_, '_> {
    /// Deletes the resources that are no longer in the files: each before those that it refers to.
    pub(super) async fn delete_all(&mut self, plan: &Plan) -> Result<(), Failure> {
        let is_deletion = |change: &&Change| change.action == Action::Delete;
        if !self.options.prune {
            for change in plan.changes.iter().filter(is_deletion) {
                self.outcome(&change.address, Outcome::Skipped(None));
            }
            return Ok(());
        }
        let mut deletions: BTreeMap<Address, Change> =
            plan.changes.iter().filter(is_deletion).map(|change| (change.address.clone(), change.clone())).collect();
        let live_references: BTreeMap<&Address, Dependencies> = plan
            .changes
            .iter()
            .filter_map(|change| Some((&change.address, dependencies(&change.address, change.comparable.as_ref()?))))
            .collect();
        let graph: BTreeMap<Address, Dependencies> = deletions
            .keys()
            .map(|address| (address.clone(), live_references.get(address).cloned().unwrap_or_default()))
            .collect();
        let mut order = creation_order(&graph);
        order.reverse();
        for (n, address) in order.iter().enumerate() {
            if self.is_stopped(address) {
                continue;
            }
            // The API does not delete an assistant that another one refers to.
            for later in order[n + 1..].iter().filter(|later| graph[*later].contains_key(address)) {
                if let Some(change) = deletions.get_mut(later) {
                    self.unlink(change, address).await?;
                }
            }
            let left = live_references.iter().find(|(user, targets)| {
                targets.contains_key(address)
                    && matches!(self.outcomes.get(**user), Some(Outcome::Failed(_) | Outcome::Skipped(Some(_))))
            });
            if let Some(user) = left.map(|(user, _)| user.to_string()).or_else(|| self.live_user(address)) {
                self.outcome(address, Outcome::Skipped(Some(format!("because {user} still refers to it"))));
                continue;
            }
            self.delete(&deletions[address]).await?;
        }
        Ok(())
    }

    /// An assistant that uses a shared tool or an MCP server. The API would delete it nevertheless, which changes the assistant.
    fn live_user(&self, target: &Address) -> Option<String> {
        if !matches!(target.kind, Kind::Tools | Kind::McpServers) {
            return None;
        }
        let state = self.session.state();
        let id = state.id(target)?;
        let user = self.account.all().filter(|live| live.kind == Kind::Assistants).find(|live| {
            let mut is_user = false;
            each_text(&live.content, &mut |at, text| is_user |= text == id && is_reference(live.kind, at));
            is_user
        })?;
        Some(match state.address_of(user.kind, &user.id) {
            Some(address) => address.to_string(),
            None => format!("the assistant {} ({}), which this project does not manage,", user.name(), user.id),
        })
    }

    /// Clears the fields of an assistant that refer to `target`. Both are about to be deleted.
    async fn unlink(&mut self, change: &mut Change, target: &Address) -> Result<(), Failure> {
        let address = &change.address;
        let fields = change.comparable.as_ref().and_then(Value::as_object).into_iter().flatten();
        let cleared: Map<String, Value> = fields
            .filter(|(name, value)| dependencies(address, &json!({ *name: value })).contains_key(target))
            .map(|(name, value)| (name.clone(), if value.is_array() { Value::Array(Vec::new()) } else { Value::Null }))
            .collect();
        let Some(entry) = self.session.state().resources.get(address).cloned() else { return Ok(()) };
        if address.kind != Kind::Assistants || cleared.is_empty() || self.is_stopped(address) {
            return Ok(());
        }
        change.desired = entry.last.applied.clone();
        if let Some(fields) = change.desired.as_object_mut() {
            fields.retain(|name, _| !cleared.contains_key(name));
        }
        self.write(change, &cleared, change.comparable.as_ref(), false).await?;
        let state = self.session.state();
        if let (Some(live), Some(entry)) =
            (self.account.get(change.address.kind, &entry.id), state.resources.get(&change.address))
        {
            change.comparable =
                Some(comparable(state, &state.names(), change.address.kind, &live.content, &entry.last, &Value::Null));
        }
        Ok(())
    }

    /// Deletes a resource, unless it has changed since the plan.
    async fn delete(&mut self, change: &Change) -> Result<(), Failure> {
        let address = &change.address;
        if self.is_stopped(address) {
            return Ok(());
        }
        let Some(entry) = self.session.state().resources.get(address).cloned() else { return Ok(()) };
        if let Err(Recorded) = self.read_again(change, &entry, change.comparable.as_ref()).await {
            return Ok(());
        }
        self.begin_update(address, Update { content: Value::Null, is_candidate: false, base: None })?;
        match address.kind.delete(&self.telnyx, &entry.id).await {
            Ok(()) => {
                self.account.remove(address.kind, &entry.id);
                self.session.file.state.forget(address);
                self.save(address)?;
                self.done("deleted", address);
                self.outcome(address, Outcome::Applied);
            }
            Err(error) => {
                // A record of a deletion that was not executed would make an account without the resource the right one.
                let is_left =
                    was_refused(&error) || matches!(address.kind.get(&self.telnyx, &entry.id).await, Ok(Some(_)));
                self.update_failed(address, &error, is_left)?;
            }
        }
        Ok(())
    }
}

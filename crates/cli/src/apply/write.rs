//! Creations and updates.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Apply, Outcome};
use crate::failure::Failure;
use crate::plan::{Action, Change, Plan, comparable, lookup, snapshot};
use crate::recover;
use crate::references::resolve;
use crate::resources::{Address, Kind, Live};
use crate::state::{Creation, Entry, Snapshot, State, Update};

/// The outcomes of a creation if the state is behind that of another copy of the project.
const CREATED_BY_COPY: &str = "another copy of this project created it with other content; fetch the state of that copy (`git pull`), or run `telnyx-ai pull --adopt` to take over the resource";
const MISSING: &str = "the API responded that it was created, but does not return it; if another copy of this project has deleted it, fetch the state of that copy (`git pull`); then run `telnyx-ai plan`";

/// The maximum number of idempotency keys that a creation tries.
const MAX_KEYS: usize = 10;

/// A resource cannot be written. Its outcome is recorded.
pub(super) struct Recorded;

impl Apply<'_, '_> {
    /// Creates a resource. Returns the fields that refer to resources which do not exist yet.
    pub(super) async fn create(&mut self, change: &Change) -> Result<BTreeSet<String>, Failure> {
        let none = BTreeSet::new();
        if self.is_blocked(change) {
            return Ok(none);
        }
        let address = &change.address;
        let later = self.unlinked_fields(change);
        let mut content = change.body.clone();
        content.retain(|name, _| !later.contains(name));
        let content = Value::Object(content);
        let Some(body) = self.resolved(change, &content, None) else { return Ok(none) };
        match self.send_creation(address, &content, &body).await? {
            Ok(answer) => {
                // The API repeats the response of another creation with the same key, also after the resource was deleted.
                let is_missing = matches!(address.kind.get(&self.telnyx, &answer.id).await, Ok(None));
                let live = self.put(answer, body.get("tool_ids"));
                let last = self.snapshot(address, &live, &content);
                let entry = Entry::new(live.id.clone(), last);
                let state = &mut self.session.file.state;
                state.creating.remove(address);
                state.resources.insert(address.clone(), entry.into());
                self.save(address)?;
                if is_missing {
                    self.account.remove(address.kind, &live.id);
                    self.outcome(address, Outcome::Failed(MISSING.to_owned()));
                    return Ok(none);
                }
                self.done("created", address);
                if later.is_empty() {
                    self.outcome(address, Outcome::Applied);
                }
                Ok(later)
            }
            // The next run uses the same key, so that it does not create a second resource.
            Err(error) if is_key_conflict(&error) => {
                self.give_up_creation(address, false)?;
                self.outcome(address, Outcome::Failed(CREATED_BY_COPY.to_owned()));
                Ok(none)
            }
            Err(error) => {
                if was_refused(&error) {
                    self.give_up_creation(address, true)?;
                }
                self.failed(address, &error);
                Ok(none)
            }
        }
    }

    /// Sends a creation. If its key was used for a resource that was deleted since, the next key is used.
    async fn send_creation(
        &mut self,
        address: &Address,
        content: &Value,
        body: &Value,
    ) -> Result<Result<Live, telnyx_ai::Error>, Failure> {
        let lineage = self.session.state().lineage.clone();
        let mut keys = 0;
        loop {
            let creation = self.begin(address, content)?;
            let key = format!("{address} {}", creation.number);
            let result = address.kind.create(&self.telnyx, body, (&lineage, &key)).await;
            keys += 1;
            match &result {
                Err(error) if is_key_conflict(error) && keys < MAX_KEYS && !self.has_copy(address, content) => {
                    self.give_up_creation(address, true)?;
                }
                _ => return Ok(result),
            }
        }
    }

    /// Whether the account has a resource of this name that the project does not manage.
    fn has_copy(&self, address: &Address, content: &Value) -> bool {
        let (kind, state) = (address.kind, self.session.state());
        self.account.all().any(|live| {
            live.kind == kind && content[kind.name_field()] == live.name() && state.address_of(kind, &live.id).is_none()
        })
    }

    /// Records that a creation made no resource.
    fn give_up_creation(&mut self, address: &Address, with_key: bool) -> Result<(), Failure> {
        let state = &mut self.session.file.state;
        state.creating.remove(address);
        if with_key {
            state.use_up_key(address);
        }
        self.save(address)
    }

    /// Records that a creation begins, so that the next run knows about it.
    fn begin(&mut self, address: &Address, content: &Value) -> Result<Creation, Failure> {
        let state = &mut self.session.file.state;
        let content = state.without_literals(address.kind, content);
        // The same request gets the same idempotency key.
        if let Some(before) = state.creating.get(address).filter(|before| before.content == content) {
            return Ok(before.clone());
        }
        // Another request was sent with the key, or the resource was created with it and deleted elsewhere.
        if state.creating.contains_key(address) || state.resources.contains_key(address) {
            state.use_up_key(address);
        }
        let existing = recover::equal_unmanaged(state, self.account, address.kind, &content);
        let existing = existing.map(|live| live.id.clone()).collect();
        let creation = Creation { number: state.next_key(address), existing, content };
        state.creating.insert(address.clone(), creation.clone());
        self.save(address)?;
        Ok(creation)
    }

    /// Sets the fields that a creation had to leave out.
    pub(super) async fn link(&mut self, change: &Change, fields: BTreeSet<String>) -> Result<(), Failure> {
        if self.is_blocked(change) {
            return Ok(());
        }
        let body = change.body.iter().filter(|(name, _)| fields.contains(*name));
        let body = body.map(|(name, value)| (name.clone(), value.clone())).collect();
        self.write(change, &body, None, false).await
    }

    pub(super) async fn update(&mut self, change: &Change) -> Result<(), Failure> {
        if self.is_blocked(change) {
            return Ok(());
        }
        if self.options.candidate && matches!(change.address.kind, Kind::Tools | Kind::McpServers) {
            let why = format!(
                "because a change of it would reach the main versions immediately; apply it with `telnyx-ai apply {}`",
                change.address
            );
            self.outcome(&change.address, Outcome::Skipped(Some(why)));
            return Ok(());
        }
        let as_candidate = self.options.candidate && change.address.kind == Kind::Assistants;
        self.write(change, &change.body, change.comparable.as_ref(), as_candidate).await
    }

    /// Sends an update, unless the live resource has changed since the plan.
    pub(super) async fn write(
        &mut self,
        change: &Change,
        body: &Map<String, Value>,
        seen: Option<&Value>,
        as_candidate: bool,
    ) -> Result<(), Failure> {
        let address = &change.address;
        let Some(entry) = self.session.state().resources.get(address).cloned() else { return Ok(()) };
        let now = match self.read_again(change, &entry, seen).await {
            Ok(Some(now)) => now,
            Ok(None) => {
                let why = "it was deleted elsewhere since the plan; plan again".to_owned();
                self.outcome(address, Outcome::Failed(why));
                return Ok(());
            }
            Err(Recorded) => return Ok(()),
        };
        let Some(Value::Object(mut sent)) = self.resolved(change, &Value::Object(body.clone()), Some(&now.content))
        else {
            return Ok(());
        };
        if as_candidate {
            sent.insert("promote_to_main".to_owned(), false.into());
        }
        let content = self.session.state().without_literals(address.kind, &change.desired);
        self.begin_update(address, Update { content, is_candidate: as_candidate, base: now.version_id.clone() })?;
        match address.kind.update(&self.telnyx, &entry.id, &sent).await {
            Ok(answer) => {
                let live = if as_candidate {
                    let known = known_tool_ids(self.session.state(), &answer.id, sent.get("tool_ids"));
                    self.account.resolved(answer, &known)
                } else {
                    self.put(answer, sent.get("tool_ids"))
                };
                let snapshot = self.snapshot(address, &live, &change.desired);
                let entry = self.entry(address);
                if as_candidate {
                    entry.updating = None;
                    entry.candidate = Some(snapshot);
                    entry.candidate_base = now.version_id;
                } else {
                    entry.replace(snapshot);
                }
                self.save(address)?;
                self.done(if as_candidate { "made a candidate of" } else { "updated" }, address);
                self.outcome(address, Outcome::Applied);
            }
            Err(error) => self.update_failed(address, &error, was_refused(&error))?,
        }
        Ok(())
    }

    /// Records that an update or a deletion begins, so that the next run knows about it.
    pub(super) fn begin_update(&mut self, address: &Address, update: Update) -> Result<(), Failure> {
        self.entry(address).updating = Some(update);
        self.save(address)
    }

    /// Records that an update or a deletion failed, and whether it certainly was not executed.
    pub(super) fn update_failed(
        &mut self,
        address: &Address,
        error: &telnyx_ai::Error,
        was_not_executed: bool,
    ) -> Result<(), Failure> {
        if was_not_executed {
            self.entry(address).updating = None;
            self.save(address)?;
        }
        self.failed(address, error);
        Ok(())
    }

    /// Reads a resource right before it is written. Fails if it has changed since the plan.
    pub(super) async fn read_again(
        &mut self,
        change: &Change,
        entry: &Entry,
        seen: Option<&Value>,
    ) -> Result<Option<Live>, Recorded> {
        let address = &change.address;
        let answer = match address.kind.get(&self.telnyx, &entry.id).await {
            Ok(answer) => answer,
            Err(error) => {
                self.failed(address, &error);
                return Err(Recorded);
            }
        };
        let Some(answer) = answer else { return Ok(None) };
        let live = self.put(answer, None);
        let state = self.session.state();
        let now = comparable(state, &state.names(), address.kind, &live.content, &entry.last, &change.desired);
        if seen.is_some_and(|seen| *seen != now) {
            self.outcome(address, Outcome::Failed("it was changed elsewhere since the plan; plan again".to_owned()));
            return Err(Recorded);
        }
        Ok(Some(live))
    }

    fn entry(&mut self, address: &Address) -> &mut Entry {
        self.session.file.state.resources.entry(address.clone()).or_default()
    }

    /// Brings the state up to date for resources that needed no write.
    pub(super) fn settle(&mut self, plan: &Plan) -> Result<(), Failure> {
        let mut changed = None;
        for change in plan.changes.iter().filter(|change| change.action == Action::None) {
            match &change.live {
                None => {
                    if self.session.file.state.forget(&change.address) {
                        changed = Some(&change.address);
                    }
                }
                Some(live) => {
                    // The files match a version that is not the candidate, so the candidate has changes that were reverted.
                    if self.entry(&change.address).drop_candidate_except(live.version_id.as_deref()) {
                        self.done("dropped the outdated candidate of", &change.address);
                        changed = Some(&change.address);
                    }
                    if self.options.candidate {
                        continue;
                    }
                    let snapshot = self.snapshot(&change.address, live, &change.desired);
                    let entry = self.entry(&change.address);
                    let is_promoted = entry.candidate.take_if(|it| it.version_id == live.version_id).is_some();
                    if !entry.last.is_same(&snapshot) || entry.updating.is_some() || is_promoted {
                        entry.set_last(snapshot);
                        entry.updating = None;
                        changed = Some(&change.address);
                    }
                }
            }
        }
        let is_changed = changed.is_some() || self.session.is_changed;
        match changed.or(plan.changes.first().map(|change| &change.address)) {
            _ if !is_changed => Ok(()),
            Some(address) => self.save(address),
            None => self.session.file.save(),
        }
    }

    /// Replaces references by their values. Missing values have been reported before.
    fn resolved(&mut self, change: &Change, content: &Value, live: Option<&Value>) -> Option<Value> {
        let resolved = resolve(content, &lookup(self.session.state(), live, Some(&change.desired)));
        match resolved {
            Ok(body) => Some(body),
            Err(missing) => {
                let missing: Vec<_> = missing.iter().map(ToString::to_string).collect();
                self.outcome(&change.address, Outcome::Failed(format!("{} has no value", missing.join(", "))));
                None
            }
        }
    }

    /// Stores a response. `sent` are the ids of shared tools in the request.
    fn put(&mut self, answer: Live, sent: Option<&Value>) -> Live {
        let known = known_tool_ids(self.session.state(), &answer.id, sent);
        self.account.put(answer, &known)
    }

    fn snapshot(&self, address: &Address, live: &Live, applied: &Value) -> Snapshot {
        let state = self.session.state();
        snapshot(state, live, applied, state.resources.get(address).map(|entry| &entry.last))
    }
}

/// Whether the API certainly did not execute a request. An earlier attempt, whose response was lost, may have been executed.
pub(super) fn was_refused(error: &telnyx_ai::Error) -> bool {
    let is_refusal = !error.is_retryable() && error.status().is_some_and(|status| status.is_client_error());
    is_refusal && error.attempts() <= 1
}

/// The ids of the shared tools of an assistant: those that were sent, or else those of the last response.
fn known_tool_ids(state: &State, assistant_id: &str, sent: Option<&Value>) -> Vec<String> {
    match sent.and_then(Value::as_array) {
        Some(ids) => ids.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect(),
        None => state.tool_ids(assistant_id),
    }
}

/// Whether the API refused a creation because its idempotency key was used for another request.
fn is_key_conflict(error: &telnyx_ai::Error) -> bool {
    let is_conflict =
        !error.is_retryable() && error.status().is_some_and(|status| matches!(status.as_u16(), 409 | 422));
    let names_key = |error: &telnyx_ai::ApiError| error.to_string().to_ascii_lowercase().contains("idempotency");
    is_conflict && error.errors().iter().any(names_key)
}

//! Builds plans.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Action, Change, Plan};
use crate::compare::{Comparison, FieldChange, Sides, compare, differs, guarded, outdated_items, without_items};
use crate::project::{Environment, Pointer, Project};
use crate::references::{Names, Reference, each_text, hash_in, map_texts, secrets_in, unescape};
use crate::resources::{Account, Address, Kind, Live};
use crate::state::{Entry, Snapshot, State};
use crate::validate::content_in;

pub(crate) struct Inputs<'i> {
    pub(crate) project: &'i Project,
    pub(crate) environment: &'i Environment,
    pub(crate) state: &'i State,
    pub(crate) account: &'i Account,
    /// The candidate versions that exist, if the plan is for candidates.
    pub(crate) candidates: Option<&'i BTreeMap<Address, Live>>,
    /// The resources to plan. Empty: all.
    pub(crate) only: &'i BTreeSet<Address>,
}

/// Looks up ids in the state, secrets in the environment of the process, and hashes in the live resource and in the content of the file,
/// which may have secrets as they are.
pub(crate) fn lookup<'l>(
    state: &'l State,
    live: Option<&'l Value>,
    file: Option<&'l Value>,
) -> impl Fn(&Reference) -> Option<String> + 'l {
    let hashed = move |hash: &str| {
        let mut texts = Vec::new();
        live.into_iter().for_each(|live| each_text(live, &mut |_, text| texts.push(text.to_owned())));
        file.into_iter().for_each(|file| each_text(file, &mut |_, text| texts.push(unescape(text))));
        texts.into_iter().find(|text| state.salt.hash(text) == hash)
    };
    move |reference| match reference {
        Reference::Resource(address) => state.id(address).map(str::to_owned),
        Reference::Secret(name) => crate::state::secret(name),
        Reference::Hash(hash) => hashed(hash),
        Reference::Variable(_) => None,
    }
}

/// Compares files, state and live resources.
pub(crate) fn build(inputs: &Inputs<'_>) -> Plan {
    let addresses: BTreeSet<&Address> = inputs.project.resources.keys().chain(inputs.state.resources.keys()).collect();
    let is_wanted = |address: &&Address| inputs.only.is_empty() || inputs.only.contains(address);
    let mut names = inputs.state.names();
    for address in inputs.project.resources.keys() {
        // A resource that was deleted elsewhere is created again, with another id.
        if let Some(id) = inputs.state.id(address)
            && inputs.account.get(address.kind, id).is_none()
        {
            names.remove(id);
        }
    }
    let changes = addresses.into_iter().filter(is_wanted).filter_map(|address| change(inputs, &names, address));
    Plan { environment: inputs.environment.name.clone(), changes: changes.collect() }
}

fn change(inputs: &Inputs<'_>, names: &Names, address: &Address) -> Option<Change> {
    let resource = inputs.project.resources.get(address);
    let entry = inputs.state.resources.get(address);
    let live = entry.and_then(|entry| inputs.account.get(address.kind, &entry.id));
    let Some(resource) = resource else {
        return Some(deletion(inputs.state, names, address, Some(entry?), live));
    };
    let desired = names.referenced(address.kind, &content_in(resource, inputs.environment));
    Some(match (entry, live) {
        (Some(entry), Some(live)) => existing(inputs, names, address, desired, entry, live),
        (entry, _) => Change {
            address: address.clone(),
            action: Action::Create,
            // The state has it, so it was deleted elsewhere.
            is_drift: entry.is_some(),
            fields: created_fields(&inputs.state.without_literals(address.kind, &desired)),
            body: desired.as_object().cloned().unwrap_or_default(),
            desired,
            live: None,
            comparable: None,
        },
    })
}

fn created_fields(desired: &Value) -> Vec<FieldChange> {
    let added = |(name, value): (&String, &Value)| FieldChange {
        at: Pointer::default().field(name),
        after: value.clone(),
        ..FieldChange::default()
    };
    desired.as_object().into_iter().flatten().map(added).collect()
}

pub(crate) fn deletion(
    state: &State,
    names: &Names,
    address: &Address,
    entry: Option<&Entry>,
    live: Option<&Live>,
) -> Change {
    let (kind, last) = (address.kind, entry.map(|entry| &entry.last));
    let now = last.zip(live).map(|(last, live)| comparable(state, names, kind, &live.content, last, &Value::Null));
    let is_drift = last.zip(now.as_ref()).is_some_and(|(last, now)| has_drifted(state, kind, last, now));
    Change {
        address: address.clone(),
        // A resource that was deleted elsewhere is only removed from the state.
        action: if live.is_some() { Action::Delete } else { Action::None },
        is_drift,
        fields: Vec::new(),
        desired: Value::Null,
        body: Map::new(),
        live: live.cloned(),
        comparable: now,
    }
}

/// A live resource in template form, as it can be compared with the files and with the last response.
pub(crate) fn comparable(
    state: &State,
    names: &Names,
    kind: Kind,
    content: &Value,
    before: &Snapshot,
    desired: &Value,
) -> Value {
    let guarded = guarded(&state.secret_names, &[&before.applied, desired], content);
    names.referenced(kind, &state.comparable(kind, content, Some(before), &guarded))
}

/// The state of a live resource to which `content` was sent.
pub(crate) fn snapshot(state: &State, live: &Live, content: &Value, before: Option<&Snapshot>) -> Snapshot {
    let applied = without_write_only(live.kind, content);
    let guarded = guarded(&state.secret_names, &[&applied], &live.content);
    let mut snapshot = state.snapshot(live.kind, live.version_id.clone(), applied, &live.content, before, &guarded);
    let used = secrets_in(&snapshot.applied);
    // A secret whose variable is unset has not changed.
    for (name, hash) in before.into_iter().flat_map(|before| &before.secrets).filter(|(name, _)| used.contains(name)) {
        snapshot.secrets.entry(name.clone()).or_insert_with(|| hash.clone());
    }
    snapshot
}

/// Whether a resource was changed since the API responded to `last.applied` with `last.answer`.
fn has_drifted(state: &State, kind: Kind, last: &Snapshot, now: &Value) -> bool {
    // The state still has the id of a resource that was deleted elsewhere, so its removal from other resources is a change.
    let names = state.names();
    let before = names.referenced(kind, &last.answer);
    // If this program deletes a resource, the API removes it from its users. That is not drift.
    let applied = names.referenced(kind, &last.applied);
    let outdated = outdated_items(&applied, &before);
    let content = |value: &Value| kind.without_defaults(&without_items(value, &outdated));
    differs(&content(&before), &content(&names.referenced(kind, now)))
}

fn existing(
    inputs: &Inputs<'_>,
    names: &Names,
    address: &Address,
    desired: Value,
    entry: &Entry,
    main: &Live,
) -> Change {
    // A candidate that matches the files and was made from the main version is kept. Otherwise a new one is made from the main version.
    if entry.candidate_base == main.version_id
        && let Some((live, last)) =
            inputs.candidates.and_then(|candidates| candidates.get(address)).zip(entry.candidate.as_ref())
    {
        let change = against(inputs, names, address, desired.clone(), live, last.clone());
        if change.action == Action::None {
            return change;
        }
    }
    // The candidate was promoted elsewhere, or by a rollout that was killed.
    let is_main = |it: &&Snapshot| it.version_id.is_some() && it.version_id == main.version_id;
    let last = entry.candidate.as_ref().filter(is_main).unwrap_or(&entry.last);
    against(inputs, names, address, desired, main, last.clone())
}

/// Compares the files with a version of a resource, which was `last` after the last apply.
fn against(
    inputs: &Inputs<'_>,
    names: &Names,
    address: &Address,
    desired: Value,
    live: &Live,
    mut last: Snapshot,
) -> Change {
    let now = comparable(inputs.state, names, address.kind, &live.content, &last, &desired);
    last.applied = without_write_only(address.kind, &names.referenced(address.kind, &last.applied));
    let answer = names.referenced(address.kind, &last.answer);
    let wanted = inputs.state.without_literals(address.kind, &without_write_only(address.kind, &desired));
    let known = lookup(inputs.state, Some(&live.content), None);
    // A resource that was deleted elsewhere has no name.
    let is_outdated = |reference: &Reference| match reference {
        Reference::Resource(address) => inputs.state.id(address).is_some_and(|id| names.get(id).is_none()),
        _ => false,
    };
    let Comparison { target, changes } = compare(Sides {
        shape: address.kind.shape(),
        desired: &wanted,
        applied: Some(&last.applied),
        live: &now,
        answer: Some(&answer),
        salt: &inputs.state.salt,
        secrets: &last.secrets,
        lookup: &|reference| known(reference).filter(|_| !is_outdated(reference)),
        has_outdated_ids: true,
    });
    let is_drift = !changes.is_empty() && has_drifted(inputs.state, address.kind, &last, &now);
    let body = changed_fields(address.kind, &desired, &target, &changes);
    Change {
        address: address.clone(),
        action: if changes.is_empty() { Action::None } else { Action::Update },
        is_drift,
        fields: changes,
        desired,
        body,
        live: Some(live.clone()),
        comparable: Some(now),
    }
}

/// Removes the fields that no response contains.
pub(crate) fn without_write_only(kind: Kind, content: &Value) -> Value {
    let mut content = content.clone();
    if let Some(fields) = content.as_object_mut() {
        fields.retain(|name, _| !kind.write_only().contains(&name.as_str()));
    }
    content
}

/// The fields to send: each top-level field in which something changes.
fn changed_fields(kind: Kind, desired: &Value, target: &Value, changes: &[FieldChange]) -> Map<String, Value> {
    let mut body = Map::new();
    for name in changes.iter().filter_map(|change| change.at.top()) {
        let value = match target.get(name) {
            None | Some(Value::Null) => kind.cleared(name),
            Some(value) => value.clone(),
        };
        body.insert(name.to_owned(), value);
    }
    if !body.is_empty() {
        for name in kind.write_only() {
            if let Some(value) = desired.get(*name) {
                body.insert((*name).to_owned(), value.clone());
            }
        }
        // The API reads the definition of a shared tool by its type.
        if kind == Kind::Tools
            && let Some(tag) = target["type"].as_str()
            && body.contains_key(tag)
        {
            body.insert("type".to_owned(), tag.into());
        }
    }
    body
}

/// Shown in place of a text whose secrets are unknown.
pub(super) const HIDDEN: &str = "(secret)";

/// Content for output: without escapes, and without the hashes of secrets.
pub(super) fn shown(value: &Value) -> Value {
    map_texts(value, &mut |_, text| if hash_in(text).is_some() { HIDDEN.into() } else { unescape(text).into() })
}

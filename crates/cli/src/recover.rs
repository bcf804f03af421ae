//! Recovery from an interrupted apply.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::Value;
use telnyx_ai::Telnyx;
use telnyx_ai::prelude::*;

use crate::compare::{FieldChange, Sides, compare};
use crate::failure::Failure;
use crate::plan::{comparable, lookup, snapshot, without_write_only};
use crate::resources::{Account, Address, Kind, Live};
use crate::state::{Entry, Guarded, Snapshot, State, Update};

/// Adds the resources to the state whose creation was executed, but whose response was lost. Returns whether there are any.
///
/// Such a resource is in the account with the content that was sent, was not there before, and is not managed. If there is none, the
/// next apply repeats the request with the same idempotency key.
pub(crate) fn creations(state: &mut State, account: &Account) -> bool {
    let mut is_changed = false;
    for (address, creation) in state.creating.clone() {
        let found = equal_unmanaged(state, account, address.kind, &creation.content)
            .filter(|live| !creation.existing.contains(&live.id));
        if let Some(live) = found.min_by_key(|live| Reverse(&live.created_at)) {
            let entry = Entry::new(&live.id, snapshot(state, live, &creation.content, None));
            state.creating.remove(&address);
            state.resources.insert(address, entry.into());
            is_changed = true;
        }
    }
    is_changed
}

/// The resources with the content of a creation that are not managed.
pub(crate) fn equal_unmanaged<'a>(
    state: &State,
    account: &'a Account,
    kind: Kind,
    content: &Value,
) -> impl Iterator<Item = &'a Live> {
    let names = state.names();
    let unmanaged = account.all().filter(move |live| live.kind == kind && names.get(&live.id).is_none());
    unmanaged.filter(move |live| has_content(state, content, live, None))
}

/// Takes over the updates and deletions that were executed, but whose response was lost: the live resource has the content that was
/// sent, or does not exist. Returns whether there are any.
pub(crate) fn updates(state: &mut State, account: &Account) -> bool {
    let mut is_changed = false;
    for (address, entry, update) in pending_updates(state, false) {
        let Some(live) = account.get(address.kind, &entry.id) else {
            is_changed |= entry.is_being_deleted() && state.forget(&address);
            continue;
        };
        if has_content(state, &update.content, live, Some(&entry.last)) {
            let snapshot = snapshot(state, live, &update.content, Some(&entry.last));
            state.resources.entry(address).and_modify(|entry| entry.replace(snapshot));
            is_changed = true;
        }
    }
    is_changed
}

/// Adds candidates to the state that were made, but not stored: the newest version, if it has the content that was sent. Returns
/// whether there are any.
pub(crate) async fn candidates(state: &mut State, telnyx: &Telnyx, account: &Account) -> Result<bool, Failure> {
    let mut is_changed = false;
    for (address, entry, update) in pending_updates(state, true) {
        let newest = telnyx.versions().list(&entry.id).await?.into_iter().find_map(|version| version.version_id);
        let Some(version_id) = newest.filter(|id| entry.last.version_id.as_ref() != Some(id)) else { continue };
        let Some(answer) = Kind::version(telnyx, &entry.id, &version_id).await? else { continue };
        let live = account.resolved(answer, &state.tool_ids(&entry.id));
        if has_content(state, &update.content, &live, None) {
            let snapshot = snapshot(state, &live, &update.content, Some(&entry.last));
            if let Some(entry) = state.resources.get_mut(&address) {
                entry.candidate = Some(snapshot);
                entry.candidate_base = update.base;
                entry.updating = None;
                is_changed = true;
            }
        }
    }
    Ok(is_changed)
}

/// The updates and deletions that were sent, and whose responses have not arrived.
fn pending_updates(state: &State, is_candidate: bool) -> Vec<(Address, Entry, Update)> {
    let entries = state.resources.iter().filter_map(|(address, entry)| {
        let update = entry.updating.clone().filter(|update| update.is_candidate == is_candidate)?;
        Some((address.clone(), Entry::clone(entry), update))
    });
    entries.collect()
}

/// Whether a resource has the content that was sent, in the fields that were sent now or before.
fn has_content(state: &State, content: &Value, live: &Live, before: Option<&Snapshot>) -> bool {
    let (kind, names) = (live.kind, state.names());
    let sent = without_write_only(kind, &names.referenced(kind, content));
    let now = match before {
        Some(before) => comparable(state, &names, kind, &live.content, before, content),
        None => names.referenced(kind, &state.comparable(kind, &live.content, None, &Guarded::default())),
    };
    let [applied, answer] = [before.map(|before| &before.applied), before.map(|before| &before.answer)]
        .map(|side| Some(names.referenced(kind, side?)));
    let no_secrets = BTreeMap::new();
    let comparison = compare(Sides {
        shape: kind.shape(),
        desired: &sent,
        applied: applied.as_ref(),
        live: &now,
        answer: answer.as_ref(),
        salt: &state.salt,
        secrets: before.map_or(&no_secrets, |before| &before.secrets),
        lookup: &lookup(state, Some(&live.content), None),
        has_outdated_ids: true,
    });
    let is_sent = |change: &FieldChange| {
        [Some(&sent), applied.as_ref()].into_iter().flatten().any(|content| change.at.look_up(content).is_some())
    };
    !comparison.changes.iter().any(|change| before.is_none() || is_sent(change))
}

//! Recovery from an interrupted apply.

use std::collections::BTreeMap;

use serde_json::Value;
use telnyx_ai::Telnyx;
use telnyx_ai::prelude::*;

use crate::compare::{Sides, compare};
use crate::failure::Failure;
use crate::plan::{Lookups, snapshot, without_write_only};
use crate::references::Names;
use crate::resources::{Account, Kind, Live};
use crate::state::{Entry, Guarded, State};

/// Adds the resources to the state whose creation was executed, but whose response was lost. Returns whether there are any.
///
/// Such a resource is in the account with the content that was sent, and is not managed. If there is none, the next apply repeats the
/// request with the same idempotency key.
pub(crate) fn creations(state: &mut State, account: &Account) -> bool {
    let mut is_changed = false;
    for (address, creation) in state.creating.clone() {
        let names = state.names();
        let is_managed = |live: &&Live| names.get(&live.id).is_some();
        let mut found: Vec<&Live> = account
            .all()
            .filter(|live| live.kind == address.kind && !is_managed(live))
            .filter(|live| has_content(state, &names, address.kind, &creation.content, live))
            .collect();
        found.sort_by(|a, b| b.created_at.cmp(&a.created_at));
        if let Some(live) = found.first() {
            let entry = Entry::new(&live.id, snapshot(state, live, &creation.content, None));
            state.creating.remove(&address);
            state.resources.insert(address, entry.into());
            is_changed = true;
        }
    }
    is_changed
}

/// Adds candidates to the state that were made, but not stored: the newest version, if it has the content that was sent. Returns
/// whether there are any.
pub(crate) async fn candidates(state: &mut State, telnyx: &Telnyx, account: &Account) -> Result<bool, Failure> {
    let mut is_changed = false;
    for (address, entry) in state.resources.clone() {
        let Some(update) = entry.updating.as_ref().filter(|update| update.is_candidate) else { continue };
        let newest = telnyx.versions().list(&entry.id).await?.into_iter().find_map(|version| version.version_id);
        let Some(version_id) = newest.filter(|id| entry.last.version_id.as_ref() != Some(id)) else { continue };
        let Some(answer) = Kind::version(telnyx, &entry.id, &version_id).await? else { continue };
        let live = account.resolved(Kind::Assistants, answer, &|id| state.tool_ids(id));
        if has_content(state, &state.names(), address.kind, &update.content, &live) {
            let snapshot = snapshot(state, &live, &update.content, Some(&entry.last));
            if let Some(entry) = state.resources.get_mut(&address) {
                entry.candidate = Some(snapshot);
                entry.candidate_base = entry.updating.take().and_then(|update| update.base);
                is_changed = true;
            }
        }
    }
    Ok(is_changed)
}

/// Whether a resource has the content that was sent.
fn has_content(state: &State, names: &Names, kind: Kind, content: &Value, live: &Live) -> bool {
    let sent = without_write_only(kind, &names.referenced(kind, content));
    let now: Value = names.referenced(kind, &state.comparable(kind, &live.content, None, &Guarded::default()));
    let lookup = Lookups::new(state, Some(&live.content));
    let comparison = compare(Sides {
        shape: kind.shape(),
        desired: &sent,
        applied: None,
        live: &now,
        answer: None,
        salt: &state.salt,
        secrets: &BTreeMap::new(),
        lookup: &lookup,
        has_outdated_ids: true,
    });
    comparison.changes.is_empty()
}

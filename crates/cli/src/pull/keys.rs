//! The addresses of resources that were created elsewhere.

use std::collections::BTreeSet;

use crate::project::Project;
use crate::resources::{Address, Live, key_of};
use crate::state::State;

/// Chooses an address for a live resource that is not managed, other than those in `taken`.
///
/// A file that is not applied yet and has the same name is used. Otherwise the key is derived from the name.
pub(crate) fn address_for(project: &Project, state: &State, live: &Live, taken: &BTreeSet<Address>) -> Address {
    let is_free = |address: &Address| !taken.contains(address) && !state.resources.contains_key(address);
    let field = live.kind.name_field();
    let by_name = project.resources.iter().find(|(address, resource)| {
        address.kind == live.kind && is_free(address) && resource.content[field].as_str() == Some(live.name())
    });
    if let Some((address, _)) = by_name {
        return address.clone();
    }
    let key = key_of(live.name(), live.kind);
    let is_new = |address: &Address| is_free(address) && !project.resources.contains_key(address);
    let numbered = (2..).map(|n| format!("{key}_{n}"));
    std::iter::once(key.clone())
        .chain(numbered)
        .map(|key| Address::new(live.kind, key))
        .find(is_new)
        .unwrap_or_else(|| Address::new(live.kind, key))
}

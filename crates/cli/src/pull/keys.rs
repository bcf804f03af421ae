//! The addresses of resources that were created elsewhere.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::compare::is_same;
use crate::project::Project;
use crate::resources::{Address, Live, key_of};
use crate::state::State;

/// Chooses an address for a live resource that is not managed, other than those in `taken`.
///
/// A file that is not applied yet and has the same name is used, the most similar one of several. Otherwise the key is derived
/// from the name.
pub(crate) fn address_for(project: &Project, state: &State, live: &Live, taken: &BTreeSet<Address>) -> Address {
    let is_free = |address: &Address| !taken.contains(address) && !state.resources.contains_key(address);
    let field = live.kind.name_field();
    let named = project.resources.iter().filter(|(address, resource)| {
        address.kind == live.kind && is_free(address) && resource.content[field].as_str() == Some(live.name())
    });
    let equal_fields = |content: &Value| {
        let fields = content.as_object().into_iter().flatten();
        fields.filter(|(name, value)| live.content.get(name.as_str()).is_some_and(|live| is_same(live, value))).count()
    };
    if let Some((address, _)) = named.min_by_key(|(_, resource)| Reverse(equal_fields(&resource.content))) {
        return address.clone();
    }
    // Some file systems ignore the case of names.
    let folded = |address: &Address| (address.kind, address.key.to_lowercase());
    let is_free = |key: &str| {
        let address = folded(&Address::new(live.kind, key));
        let mut known = taken.iter().chain(state.resources.keys()).chain(project.resources.keys());
        known.all(|other| folded(other) != address)
    };
    Address::new(live.kind, super::numbered(&key_of(live.name(), live.kind), is_free))
}

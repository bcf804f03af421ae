//! The graph of references between resources.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Reference, references_in};
use crate::resources::Address;

/// The resources that a resource refers to, and whether these references can be set after its creation.
pub(crate) type Dependencies = BTreeMap<Address, bool>;

/// Resources that refer to each other in a cycle, none of which can be created first.
pub(crate) type Cycle = Vec<Address>;

pub(crate) fn dependencies(address: &Address, content: &Value) -> Dependencies {
    let mut found = Dependencies::new();
    for (at, reference) in references_in(content) {
        if let Reference::Resource(target) = reference {
            let can_wait = at.top().is_some_and(|field| address.kind.can_be_linked_later(field));
            let present = found.entry(target).or_insert(true);
            *present &= can_wait;
        }
    }
    found
}

/// A cycle of references that must exist at creation.
pub(crate) fn unbreakable_cycle(all: &BTreeMap<Address, Dependencies>) -> Option<Cycle> {
    fn visit(
        address: &Address,
        all: &BTreeMap<Address, Dependencies>,
        path: &mut Vec<Address>,
        done: &mut BTreeSet<Address>,
    ) -> Option<Cycle> {
        if let Some(start) = path.iter().position(|on_path| on_path == address) {
            return Some(path[start..].to_vec());
        }
        if done.contains(address) {
            return None;
        }
        path.push(address.clone());
        let mut strict = all.get(address).into_iter().flatten().filter(|(_, can_wait)| !**can_wait);
        if let Some(cycle) = strict.find_map(|(target, _)| visit(target, all, path, done)) {
            return Some(cycle);
        }
        path.pop();
        done.insert(address.clone());
        None
    }
    let mut done = BTreeSet::new();
    all.keys().find_map(|address| visit(address, all, &mut Vec::new(), &mut done))
}

/// An order of creation: each resource after those that it refers to, as far as cycles allow.
pub(crate) fn creation_order(all: &BTreeMap<Address, Dependencies>) -> Vec<Address> {
    let mut left: BTreeSet<&Address> = all.keys().collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        let waits_for = |address: &Address, strict_only: bool| {
            all[address]
                .iter()
                .any(|(target, can_wait)| target != address && left.contains(target) && !(strict_only && *can_wait))
        };
        let next = left
            .iter()
            .find(|address| !waits_for(address, false))
            .or_else(|| left.iter().find(|address| !waits_for(address, true)))
            .or_else(|| left.iter().next())
            .copied();
        let Some(next) = next else { break };
        left.remove(next);
        order.push(next.clone());
    }
    order
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::resources::Kind;

    fn all(contents: &[(Kind, &str, Value)]) -> BTreeMap<Address, Dependencies> {
        let addresses = contents.iter().map(|(kind, key, content)| {
            let address = Address::new(*kind, *key);
            let dependencies = dependencies(&address, content);
            (address, dependencies)
        });
        addresses.collect()
    }

    fn shown(order: &[Address]) -> Vec<String> {
        order.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn cycles_break_where_a_field_can_wait() {
        let all = all(&[
            (Kind::Assistants, "a", json!({"tools": ["${assistants.b}"]})),
            (Kind::Assistants, "b", json!({"tools": ["${assistants.a}", "${tools.t}"]})),
            (Kind::Tools, "t", json!({"handoff": "${assistants.a}"})),
            (Kind::Tests, "x", json!({"destination": "${assistants.b}"})),
        ]);
        assert_eq!(shown(&creation_order(&all)), ["assistants.a", "tools.t", "assistants.b", "tests.x"]);
        assert_eq!(unbreakable_cycle(&all), None);
    }

    #[test]
    fn cycle_without_a_first_resource_is_found() {
        let all = all(&[
            (Kind::Assistants, "a", json!({"instructions": "${assistants.b}"})),
            (Kind::Assistants, "b", json!({"instructions": "${assistants.a}"})),
        ]);
        assert_eq!(shown(&unbreakable_cycle(&all).expect("a cycle")), ["assistants.a", "assistants.b"]);
    }
}

//! The table of our types and the vendor's schemas.

use std::collections::{BTreeMap, BTreeSet};

use super::Sources;
use crate::compare::names;

pub(super) fn rows(sources: &Sources<'_>) -> Vec<String> {
    let mut types: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (ours, theirs) in names(&sources.code.api, &sources.contract) {
        // A member of a union has the name of its type.
        let ours = sources.code.members.get(&ours).map_or(ours.as_str(), String::as_str);
        if let Some(ours) = sources.code.settings.get(ours) {
            types.entry(ours).or_default().insert(theirs);
        }
    }
    let mut rows = vec!["//!".to_owned(), "//! | type | vendor's schemas |".to_owned(), "//! |---|---|".to_owned()];
    for (ours, theirs) in types {
        let theirs: Vec<_> = theirs.iter().map(|name| format!("`{name}`")).collect();
        rows.push(format!("//! | [`{ours}`](crate::{ours}) | {} |", theirs.join(", ")));
    }
    rows.push("//!".to_owned());
    rows
}

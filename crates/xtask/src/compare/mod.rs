//! Compares two APIs.
//!
//! Bodies are compared by their content. If both sides refer to a schema, the two schemas are compared once, regardless
//! of the number of references. So a change in a schema is reported once, and recursive schemas are supported. If only
//! one side refers to a schema, the schema is compared with the inline definition.

mod members;
mod operations;
mod place;
mod shapes;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;

use crate::api::Api;
use crate::difference::{Difference, Kind};
use crate::shape::{Limits, Shape};
use operations::paired_entries;
use place::Place;

/// The rules that define a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// A contract and a document: everything is compared.
    Document,
    /// The code and a contract: only the properties that the code defines are compared.
    ///
    /// - Names of schemas are ignored, because types have other names.
    /// - Response codes, and whether a body is required, are ignored.
    /// - A response that the code does not read matches anything.
    /// - An open enum matches a string, and an integer matches a number.
    /// - A type can represent several schemas. Each of its fields and values must be in one of them.
    Code,
}

/// Returns the differences of `theirs` to `ours`.
#[must_use]
pub fn compare(ours: &Api, theirs: &Api, rules: Rules) -> Vec<Difference> {
    let mut comparison = Comparison::new(ours, theirs, rules);
    comparison.operations();
    comparison.finish()
}

/// Returns the pairs of schema names at the same places of both APIs.
#[must_use]
pub fn names(ours: &Api, theirs: &Api) -> BTreeSet<(String, String)> {
    let mut comparison = Comparison::new(ours, theirs, Rules::Code);
    comparison.operations();
    comparison.schemas();
    comparison.pairs.into_keys().filter_map(|(ours, theirs)| ours.zip(theirs)).collect()
}

/// The names of two schemas at the same place. `None` is an inline schema.
type Pair = (Option<String>, Option<String>);

struct Comparison<'a> {
    ours: &'a Api,
    theirs: &'a Api,
    rules: Rules,
    /// Whether to stop at the first difference.
    asking: bool,
    /// The places of each pair of schemas.
    pairs: BTreeMap<Pair, BTreeSet<String>>,
    /// The pairs that have not been compared yet.
    open: VecDeque<(String, String)>,
    /// The differences, with the schemas that they refer to in the document.
    found: BTreeMap<Found, BTreeSet<String>>,
    /// The fields and values of our schemas that also exist in one of theirs.
    shared: BTreeSet<(String, String)>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    place: Place,
    kind: Kind,
    from: Option<String>,
    to: Option<String>,
}

impl<'a> Comparison<'a> {
    fn new(ours: &'a Api, theirs: &'a Api, rules: Rules) -> Self {
        Self {
            ours,
            theirs,
            rules,
            asking: false,
            pairs: BTreeMap::new(),
            open: VecDeque::new(),
            found: BTreeMap::new(),
            shared: BTreeSet::new(),
        }
    }

    /// Whether two shapes are equal, ignoring the names of schemas.
    fn same(&self, ours: &Shape, theirs: &Shape) -> bool {
        let mut comparison = Self { asking: true, ..Self::new(self.ours, self.theirs, self.rules) };
        comparison.shapes(&Place::default(), ours, theirs);
        comparison.schemas();
        comparison.found.is_empty()
    }

    fn record(&mut self, place: &Place, kind: Kind, from: Option<String>, to: Option<String>) {
        self.found.entry(Found { place: place.clone(), kind, from, to }).or_default();
    }

    /// Records an addition of the document, with the schemas that it refers to.
    fn added(&mut self, place: &Place, to: Option<String>, shapes: &[&Shape]) {
        let found = Found { place: place.clone(), kind: Kind::Added, from: None, to };
        let names = self.found.entry(found).or_default();
        shapes.iter().for_each(|shape| shape.names(names));
    }

    /// Records a place with a changed shape.
    fn changed(&mut self, place: &Place, ours: &Shape, theirs: &Shape) {
        let (from, to) = (Some(ours.to_string()), Some(theirs.to_string()));
        let found = Found { place: place.clone(), kind: Kind::Changed, from, to };
        theirs.names(self.found.entry(found).or_default());
    }

    /// Records changed limits and defaults.
    fn limits(&mut self, place: &Place, ours: &Limits, theirs: &Limits) {
        if self.rules == Rules::Code || self.asking {
            return;
        }
        for (keyword, one, other) in paired_entries(ours, theirs) {
            let shown = |value: Option<&Value>| Some(value.map_or_else(|| "none".to_owned(), Value::to_string));
            if one != other {
                self.record(&place.part(keyword), Kind::Limit, shown(one), shown(other));
            }
        }
    }

    /// Compares the pairs of schemas.
    fn schemas(&mut self) {
        while let Some((ours, theirs)) = self.open.pop_front() {
            let place = Place::schema(Some(&ours), Some(&theirs));
            let (Some(ours), Some(theirs)) = (self.ours.shapes.get(&ours), self.theirs.shapes.get(&theirs)) else {
                continue;
            };
            self.shapes(&place, ours, theirs);
        }
    }

    fn finish(mut self) -> Vec<Difference> {
        self.schemas();
        if self.rules == Rules::Document {
            self.moves();
        }
        let Self { rules, pairs, found, shared, .. } = self;
        let in_another = |found: &Found| match &found.place.pair {
            Some((Some(name), _)) if rules == Rules::Code && found.kind == Kind::Removed => {
                shared.contains(&(name.clone(), found.place.at.clone()))
            }
            _ => false,
        };
        let found = found.into_iter().filter(|(found, _)| !in_another(found));
        let differences = found.map(|(Found { place, kind, from, to }, names)| {
            let used = place.pair.as_ref().and_then(|pair| pairs.get(pair)).into_iter().flatten();
            let used = used.cloned().collect();
            // A moved schema is reported under its previous name.
            let within = match (kind, &from) {
                (Kind::Moved, Some(name)) => format!("schema {name}"),
                _ => place.within(),
            };
            Difference { kind, within, at: place.at, from, to, used, names, details: Vec::new() }
        });
        let mut differences: Vec<_> = differences.collect();
        // The order is: drift, renames, limits.
        differences.sort_by_key(|difference| match difference.kind {
            Kind::Limit => 2,
            Kind::Moved => 1,
            _ => 0,
        });
        differences
    }

    /// Finds the schemas that were renamed or inlined.
    fn moves(&mut self) {
        let mut moves = Vec::new();
        for (ours, theirs) in self.pairs.keys() {
            let gone = ours.as_ref().is_some_and(|name| !self.theirs.shapes.contains_key(name));
            let new = theirs.as_ref().is_some_and(|name| !self.ours.shapes.contains_key(name));
            if ours != theirs && (gone || new) {
                moves.push((Place::schema(ours.as_deref(), theirs.as_deref()), ours.clone(), theirs.clone()));
            }
        }
        for (place, from, to) in moves {
            self.record(&place, Kind::Moved, from, to);
        }
    }
}

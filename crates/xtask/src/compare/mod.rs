//! Compares two APIs.
//!
//! Bodies are compared by what they hold. Where both sides name a schema, the two schemas are compared once, however
//! many places name them, so that a change in a schema is told once and a schema that names itself is no riddle. Where
//! only one side names a schema, what stands behind the name is compared.

mod members;
mod operations;
mod place;
mod shapes;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::api::Api;
use crate::difference::{Difference, Kind};
use crate::shape::Shape;
use place::Place;

/// What counts as a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// A contract against a document: everything.
    Document,
    /// The code against a contract: everything that the code says, as far as it says it.
    ///
    /// - Names of schemas do not count: types have names of their own.
    /// - Nor do response codes, and whether a body has to be there.
    /// - An answer that the code leaves unread may be anything, or nothing.
    /// - A text may be an enum that stays open, and a number whole.
    /// - A type may stand for several schemas; a field or value of it has to be in one of them.
    Code,
}

/// What `theirs` has otherwise than `ours`.
#[must_use]
pub fn compare(ours: &Api, theirs: &Api, rules: Rules) -> Vec<Difference> {
    let mut comparison = Comparison::new(ours, theirs, rules);
    comparison.operations();
    comparison.finish()
}

/// The names of two schemas that stand at the same place; none where the schema stands there itself.
type Pair = (Option<String>, Option<String>);

struct Comparison<'a> {
    ours: &'a Api,
    theirs: &'a Api,
    rules: Rules,
    /// Whether it only asks if there is any difference.
    asking: bool,
    /// The places that each pair of schemas stands at.
    pairs: BTreeMap<Pair, BTreeSet<String>>,
    /// The pairs that are still to be compared.
    open: VecDeque<(String, String)>,
    found: BTreeMap<Found, BTreeSet<String>>,
    /// The fields and values of our schemas that a schema of theirs has too.
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

    /// Whether two shapes hold the same, whatever their schemas are called.
    fn same(&self, ours: &Shape, theirs: &Shape) -> bool {
        let mut comparison = Self { asking: true, ..Self::new(self.ours, self.theirs, self.rules) };
        comparison.shapes(&Place::default(), ours, theirs);
        comparison.schemas();
        comparison.found.is_empty()
    }

    fn note(&mut self, place: &Place, kind: Kind, from: Option<String>, to: Option<String>) {
        self.found.entry(Found { place: place.clone(), kind, from, to }).or_default();
    }

    /// Compares the schemas that stand at the same places.
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
        let found = found.into_keys().filter(|found| !in_another(found));
        let differences = found.map(|Found { place, kind, from, to }| {
            let used = place.pair.as_ref().and_then(|pair| pairs.get(pair)).into_iter().flatten();
            let used = used.cloned().collect();
            // What moved is known by the name that it had.
            let within = match (kind, &from) {
                (Kind::Moved, Some(name)) => format!("schema {name}"),
                _ => place.within(),
            };
            Difference { kind, within, at: place.at, from, to, used }
        });
        let mut differences: Vec<_> = differences.collect();
        // What is only called otherwise can wait.
        differences.sort_by_key(|difference| difference.kind == Kind::Moved);
        differences
    }

    /// The schemas that go by another name, or by none.
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
            self.note(&place, Kind::Moved, from, to);
        }
    }
}

//! Compares shapes.

use std::collections::BTreeSet;
use std::slice;

use super::place::Place;
use super::{Comparison, Pair, Rules};
use crate::api::Api;
use crate::difference::Kind;
use crate::shape::{Field, Object, Shape};

impl Comparison<'_> {
    pub(super) fn shapes(&mut self, place: &Place, ours: &Shape, theirs: &Shape) {
        match (ours, theirs) {
            (Shape::Named(ours), Shape::Named(theirs)) => self.names(place, ours, theirs),
            (Shape::Anything, Shape::Anything) => {}
            (Shape::Anything, _) | (_, Shape::Anything) => self.changed(place, ours, theirs),
            // `null` alternatives belong to the place, not to the schema.
            (Shape::AnyOf(one), Shape::AnyOf(other)) => self.choices(place, one, other),
            (Shape::AnyOf(one), _) if !is_choice(self.theirs, theirs) => {
                self.choices(place, one, slice::from_ref(theirs));
            }
            (_, Shape::AnyOf(other)) if !is_choice(self.ours, ours) => {
                self.choices(place, slice::from_ref(ours), other)
            }
            (Shape::Named(name), _) => {
                let ours = self.ours.resolve(ours);
                let place = self.inline_place(place, (Some(name.clone()), None), ours, theirs);
                self.shapes(&place, ours, theirs);
            }
            (_, Shape::Named(name)) => {
                let theirs = self.theirs.resolve(theirs);
                let place = self.inline_place(place, (None, Some(name.clone())), ours, theirs);
                self.shapes(&place, ours, theirs);
            }
            (Shape::Enum(ours), Shape::Enum(theirs)) => self.values(place, ours, theirs),
            (Shape::List(one, _), Shape::List(other, _)) => {
                self.limits_of(place, ours, theirs);
                self.shapes(&place.item(), one, other);
            }
            (Shape::Object(one), Shape::Object(other)) => {
                self.limits_of(place, ours, theirs);
                self.objects(place, one, other);
            }
            _ if same_kind(ours, theirs) => self.limits_of(place, ours, theirs),
            _ if self.is_more_specific(ours, theirs) => {}
            _ => self.changed(place, ours, theirs),
        }
    }

    fn limits_of(&mut self, place: &Place, ours: &Shape, theirs: &Shape) {
        if let (Some(ours), Some(theirs)) = (ours.limits(), theirs.limits()) {
            self.limits(place, ours, theirs);
        }
    }

    fn names(&mut self, place: &Place, ours: &str, theirs: &str) {
        // If both sides have both schemas, the reference has changed.
        let known = self.ours.shapes.contains_key(theirs) && self.theirs.shapes.contains_key(ours);
        if ours != theirs && known && self.rules == Rules::Document && !self.asking {
            if !self.same(&Shape::Named(ours.to_owned()), &Shape::Named(theirs.to_owned())) {
                self.record(place, Kind::Changed, Some(ours.to_owned()), Some(theirs.to_owned()));
            }
            return;
        }
        let pair = (Some(ours.to_owned()), Some(theirs.to_owned()));
        let places = self.pairs.entry(pair).or_default();
        if places.is_empty() {
            self.open.push_back((ours.to_owned(), theirs.to_owned()));
        }
        places.insert(place.path());
    }

    /// The place for comparing a schema with an inline definition: the schema, if both are of the same kind.
    fn inline_place(&mut self, place: &Place, pair: Pair, ours: &Shape, theirs: &Shape) -> Place {
        let inside = Place::schema(pair.0.as_deref(), pair.1.as_deref());
        self.pairs.entry(pair).or_default().insert(place.path());
        let is_inside = match (ours, theirs) {
            (Shape::Object(_), Shape::Object(_)) | (Shape::AnyOf(_), Shape::AnyOf(_)) => true,
            // A constant allows one of the values only at this place.
            (Shape::Enum(_), Shape::Enum(_)) => {
                self.rules == Rules::Code || (ours.constant().is_none() && theirs.constant().is_none())
            }
            _ => false,
        };
        if is_inside { inside } else { place.clone() }
    }

    fn values(&mut self, place: &Place, ours: &BTreeSet<String>, theirs: &BTreeSet<String>) {
        for value in ours.union(theirs) {
            let place = place.part(value);
            match (ours.contains(value), theirs.contains(value)) {
                (true, true) => self.share(&place),
                (true, false) => self.record(&place, Kind::Removed, None, None),
                _ => self.record(&place, Kind::Added, None, None),
            }
        }
    }

    fn objects(&mut self, place: &Place, ours: &Object, theirs: &Object) {
        let missing = |one: &Object, other: &Object| -> Vec<String> {
            one.fields.keys().filter(|name| !other.fields.contains_key(*name)).cloned().collect()
        };
        let (removed, added) = (missing(ours, theirs), missing(theirs, ours));
        let described = |field: &Field| Some(field.to_string());
        match (removed.as_slice(), added.as_slice()) {
            ([one], [other]) if self.same_field(&ours.fields[one], &theirs.fields[other]) => {
                self.record(place, Kind::Renamed, Some(one.clone()), Some(other.clone()));
            }
            (removed, added) => {
                for name in removed {
                    self.record(&place.field(name), Kind::Removed, described(&ours.fields[name]), None);
                }
                for name in added {
                    let field = &theirs.fields[name];
                    self.added(&place.field(name), described(field), &[&field.shape]);
                }
            }
        }
        for (name, one) in &ours.fields {
            if let Some(other) = theirs.fields.get(name) {
                let place = place.field(name);
                self.share(&place);
                self.field(&place, one, other);
            }
        }
        // Every object can have additional fields.
        let others = |object: &Object| object.others.as_deref().cloned().unwrap_or(Shape::Anything);
        self.shapes(&place.field("<any>"), &others(ours), &others(theirs));
    }

    fn same_field(&self, ours: &Field, theirs: &Field) -> bool {
        // Without a report, renames need not be found.
        self.rules == Rules::Document
            && !self.asking
            && ours.required == theirs.required
            && self.same(&ours.shape, &theirs.shape)
    }

    /// Whether the code is more specific than the contract.
    pub(super) fn is_more_specific(&self, ours: &Shape, theirs: &Shape) -> bool {
        let better = matches!((ours, theirs), (Shape::Enum(_), Shape::Text(_)) | (Shape::Integer(_), Shape::Number(_)));
        better && self.rules == Rules::Code
    }

    /// Records that a place of our schema also exists in one of theirs.
    fn share(&mut self, place: &Place) {
        if let Some((Some(name), _)) = &place.pair {
            self.shared.insert((name.clone(), place.at.clone()));
        }
    }
}

/// Whether a name refers to a union.
fn is_choice(api: &Api, shape: &Shape) -> bool {
    matches!((shape, api.resolve(shape)), (Shape::Named(_), Shape::AnyOf(_)))
}

/// Whether two shapes without content are equal.
pub(super) fn same_kind(ours: &Shape, theirs: &Shape) -> bool {
    matches!(
        (ours, theirs),
        (Shape::Anything, Shape::Anything)
            | (Shape::Null, Shape::Null)
            | (Shape::Boolean, Shape::Boolean)
            | (Shape::Integer(_), Shape::Integer(_))
            | (Shape::Number(_), Shape::Number(_))
            | (Shape::Text(_), Shape::Text(_))
    )
}

//! Compares operations: their parameters, requests and responses.

use std::collections::{BTreeMap, BTreeSet};

use super::place::Place;
use super::{Comparison, Rules};
use crate::api::{Content, JSON, Operation, Parameter};
use crate::difference::Kind;
use crate::shape::{Field, Shape};

impl Comparison<'_> {
    pub(super) fn operations(&mut self) {
        let (ours, theirs) = (self.ours, self.theirs);
        for (_, one, other) in paired_entries(&ours.operations, &theirs.operations) {
            match (one, other) {
                (Some(ours), Some(theirs)) => self.operation(ours, theirs),
                (Some(ours), None) => self.record(&Place::operation(ours.name()), Kind::Removed, None, None),
                (None, Some(theirs)) => {
                    self.added(&Place::operation(theirs.name()), None, &theirs.shapes().collect::<Vec<_>>());
                }
                (None, None) => {}
            }
        }
    }

    fn operation(&mut self, ours: &Operation, theirs: &Operation) {
        let place = Place::operation(theirs.name());
        for (ours, theirs) in ours.path_parameters().into_iter().zip(theirs.path_parameters()) {
            if ours != theirs {
                self.record(&place.part("path"), Kind::Renamed, Some(ours.to_owned()), Some(theirs.to_owned()));
            }
        }
        for (key, one, other) in paired_entries(&ours.parameters, &theirs.parameters) {
            let place = place.part(&key.0).part(&key.1);
            self.parameter(&place, one, other);
        }
        self.request(&place.part("request"), ours, theirs);
        match self.rules {
            Rules::Document => {
                self.responses(&place, ours, theirs);
            }
            Rules::Code => {
                let success = |operation: &Operation| {
                    let mut answers = operation.responses.iter().filter(|(code, _)| code.starts_with('2'));
                    let content = answers.next().map(|(_, content)| content.clone()).unwrap_or_default();
                    // A response that is not read matches anything.
                    content.into_iter().filter(|(_, shape)| !matches!(shape, Shape::Anything)).collect::<Content>()
                };
                self.content(&place.part("response"), &success(ours), &success(theirs));
            }
        }
    }

    fn responses(&mut self, place: &Place, ours: &Operation, theirs: &Operation) {
        // The successful response is compared even if its code has changed.
        let alone = |one: &Operation, other: &Operation| {
            let mut codes = one.responses.keys().filter(|code| code.starts_with('2'));
            let alone = codes.next().filter(|code| !other.responses.contains_key(*code)).cloned();
            alone.filter(|_| codes.next().is_none())
        };
        let done = alone(ours, theirs).zip(alone(theirs, ours));
        if let Some((from, to)) = done.clone() {
            let (one, other) = (&ours.responses[&from], &theirs.responses[&to]);
            let now = match (described(one), described(other)) {
                (Some(_), None) => format!("{to} without a body"),
                (None, Some(body)) => format!("{to} with {body}"),
                _ => {
                    self.content(&place.part(&format!("response {to}")), one, other);
                    to
                }
            };
            self.record(&place.part("response"), Kind::Changed, Some(from), Some(now));
        }
        for (code, one, other) in paired_entries(&ours.responses, &theirs.responses) {
            let place = place.part(&format!("response {code}"));
            match (one, other) {
                (Some(ours), Some(theirs)) => self.content(&place, ours, theirs),
                _ if done.as_ref().is_some_and(|(from, to)| code == from || code == to) => {}
                (Some(ours), None) => self.record(&place, Kind::Removed, described(ours), None),
                (None, Some(theirs)) => self.added_content(&place, theirs),
                (None, None) => {}
            }
        }
    }

    fn added_content(&mut self, place: &Place, content: &Content) {
        self.added(place, described(content), &content.values().collect::<Vec<_>>());
    }

    fn parameter(&mut self, place: &Place, ours: Option<&Parameter>, theirs: Option<&Parameter>) {
        let described = |parameter: &Parameter| Some(parameter.to_string());
        match (ours, theirs) {
            (Some(ours), Some(theirs)) => self.field(place, ours, theirs),
            (ours, None) => self.record(place, Kind::Removed, ours.and_then(described), None),
            (None, Some(theirs)) => self.added(place, described(theirs), &[&theirs.shape]),
        }
    }

    /// Compares a field or parameter.
    pub(super) fn field(&mut self, place: &Place, ours: &Field, theirs: &Field) {
        self.required(place, ours.required, theirs.required);
        self.limits(place, &ours.limits, &theirs.limits);
        self.shapes(place, &ours.shape, &theirs.shape);
    }

    fn request(&mut self, place: &Place, ours: &Operation, theirs: &Operation) {
        match (&ours.request, &theirs.request) {
            (Some(ours), Some(theirs)) => {
                if self.rules == Rules::Document {
                    self.required(place, ours.required, theirs.required);
                }
                self.content(place, &ours.content, &theirs.content);
            }
            (Some(ours), None) => self.record(place, Kind::Removed, described(&ours.content), None),
            (None, Some(theirs)) => self.added_content(place, &theirs.content),
            (None, None) => {}
        }
    }

    fn content(&mut self, place: &Place, ours: &Content, theirs: &Content) {
        for (media_type, one, other) in paired_entries(ours, theirs) {
            let place = if media_type == JSON { place.clone() } else { place.part(media_type) };
            match (one, other) {
                (Some(ours), Some(theirs)) => self.shapes(&place, ours, theirs),
                (ours, None) => self.record(&place, Kind::Removed, ours.map(Shape::to_string), None),
                (None, theirs) => {
                    let shapes: Vec<_> = theirs.into_iter().collect();
                    self.added(&place, theirs.map(Shape::to_string), &shapes);
                }
            }
        }
    }

    pub(super) fn required(&mut self, place: &Place, ours: bool, theirs: bool) {
        let mark = |required| Some(if required { "required" } else { "optional" }.to_owned());
        if ours != theirs {
            self.record(place, Kind::Changed, mark(ours), mark(theirs));
        }
    }
}

fn described(content: &Content) -> Option<String> {
    content.get(JSON).or_else(|| content.values().next()).map(Shape::to_string)
}

/// Pairs the entries of two maps by key.
pub(super) fn paired_entries<'m, K: Ord, V>(
    ours: &'m BTreeMap<K, V>,
    theirs: &'m BTreeMap<K, V>,
) -> impl Iterator<Item = (&'m K, Option<&'m V>, Option<&'m V>)> {
    let keys: BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
    keys.into_iter().map(|key| (key, ours.get(key), theirs.get(key)))
}

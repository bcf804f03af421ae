//! Compares unions, whose members are paired first.

use std::collections::BTreeSet;

use super::Comparison;
use super::place::Place;
use super::shapes::same_kind;
use crate::api::Api;
use crate::difference::Kind;
use crate::shape::{Object, Shape};

impl Comparison<'_> {
    pub(super) fn choices(&mut self, place: &Place, ours: &[Shape], theirs: &[Shape]) {
        let (mut ours, mut theirs) =
            (flattened(self.ours, ours, &mut Vec::new()), flattened(self.theirs, theirs, &mut Vec::new()));
        let pairs = self.paired(&mut ours, &mut theirs);
        let plain = |member: &Shape, api: &Api| !matches!(api.resolve(member), Shape::Object(_));
        let is_plain = |api: &Api, left: &[Shape]| left.iter().all(|member| plain(member, api));
        let changed = !(ours.is_empty() && theirs.is_empty());
        if changed && is_plain(self.ours, &ours) && is_plain(self.theirs, &theirs) {
            let whole = |left: Vec<Shape>, side: fn(&(Shape, Shape)) -> &Shape| {
                Shape::any_of(pairs.iter().map(side).cloned().chain(left))
            };
            self.changed(place, &whole(ours, |pair| &pair.0), &whole(theirs, |pair| &pair.1));
        } else {
            for member in ours {
                let place = place.part(&Self::label(self.ours, &member));
                self.record(&place, Kind::Removed, Some(member.to_string()), None);
            }
            for member in theirs {
                let place = place.part(&Self::label(self.theirs, &member));
                self.added(&place, Some(member.to_string()), &[&member]);
            }
        }
        for (ours, theirs) in pairs {
            // Members without a schema name are labeled by their tag.
            let inline = matches!(theirs, Shape::Object(_)) && matches!(ours, Shape::Object(_));
            let place = if inline { place.part(&Self::label(self.theirs, &theirs)) } else { place.clone() };
            self.shapes(&place, &ours, &theirs);
        }
    }

    /// Removes matching members from both lists, the most certain matches first.
    fn paired(&self, ours: &mut Vec<Shape>, theirs: &mut Vec<Shape>) -> Vec<(Shape, Shape)> {
        type Belongs = fn(&Comparison<'_>, &Shape, &Shape) -> bool;
        let ways: [Belongs; 4] = [
            |_, ours, theirs| same_kind(ours, theirs),
            |_, ours, theirs| matches!((ours, theirs), (Shape::Named(one), Shape::Named(other)) if one == other),
            |this, ours, theirs| {
                let tags = tags(this.ours, ours);
                !tags.is_empty() && tags == self::tags(this.theirs, theirs)
            },
            |this, ours, theirs| match (this.ours.resolve(ours), this.theirs.resolve(theirs)) {
                (Shape::List(..), Shape::List(..)) | (Shape::Enum(_), Shape::Enum(_)) => true,
                (one, other) => same_kind(one, other) || this.is_more_specific(one, other),
            },
        ];
        let mut pairs = Vec::new();
        for belong in ways {
            let mut left = Vec::new();
            for member in ours.drain(..) {
                match theirs.iter().position(|other| belong(self, &member, other)) {
                    Some(n) => pairs.push((member, theirs.remove(n))),
                    None => left.push(member),
                }
            }
            *ours = left;
        }
        while let Some((n, other)) = self.most_similar(ours, theirs) {
            pairs.push((ours.remove(n), theirs.remove(other)));
        }
        // If one member is left on each side, they match.
        if let ([one], [other]) = (ours.as_slice(), theirs.as_slice()) {
            let objects = [self.ours.resolve(one), self.theirs.resolve(other)];
            let tagged = !tags(self.ours, one).is_empty() && !tags(self.theirs, other).is_empty();
            if objects.iter().all(|shape| matches!(shape, Shape::Object(_))) && pairs.is_empty() && !tagged {
                pairs.push((ours.remove(0), theirs.remove(0)));
            }
        }
        pairs
    }

    /// The two most similar objects, with a similarity of at least one half.
    fn most_similar(&self, ours: &[Shape], theirs: &[Shape]) -> Option<(usize, usize)> {
        let mut best: Option<(f64, usize, usize)> = None;
        for (n, one) in ours.iter().enumerate() {
            for (m, other) in theirs.iter().enumerate() {
                if let (Shape::Object(one), Shape::Object(other)) = (self.ours.resolve(one), self.theirs.resolve(other))
                {
                    let score = similarity(one, other);
                    if score >= 0.5 && best.is_none_or(|(most, ..)| score > most) {
                        best = Some((score, n, m));
                    }
                }
            }
        }
        best.map(|(_, n, m)| (n, m))
    }

    /// The label of a member: its tag, its name, or its shape.
    fn label(api: &Api, member: &Shape) -> String {
        let tags = tags(api, member);
        match (tags.first(), member) {
            (Some((_, value)), _) => value.clone(),
            (None, Shape::Named(name)) => name.clone(),
            (None, other) => other.to_string(),
        }
    }
}

/// The members of a union, with nested unions flattened.
fn flattened(api: &Api, members: &[Shape], within: &mut Vec<String>) -> Vec<Shape> {
    let mut inner = Vec::new();
    for member in members {
        match (member, api.resolve(member)) {
            // A union that contains itself adds no members.
            (Shape::Named(name), Shape::AnyOf(_)) if within.contains(name) => {}
            (Shape::Named(name), Shape::AnyOf(members)) => {
                within.push(name.clone());
                inner.extend(flattened(api, members, within));
                within.pop();
            }
            _ => inner.push(member.clone()),
        }
    }
    match Shape::any_of(inner) {
        Shape::AnyOf(members) => members,
        one => vec![one],
    }
}

/// The constant fields of an object, which distinguish it from other members.
fn tags(api: &Api, member: &Shape) -> BTreeSet<(String, String)> {
    let Shape::Object(object) = api.resolve(member) else { return BTreeSet::new() };
    let constants = object.fields.iter().filter_map(|(name, field)| {
        let value = api.resolve(&field.shape).constant()?;
        Some((name.clone(), value.to_owned()))
    });
    constants.collect()
}

/// The similarity of two objects: the share of common fields, 0 to 1. Different constants give 0.
fn similarity(one: &Object, other: &Object) -> f64 {
    let common: Vec<_> = one.fields.keys().filter(|name| other.fields.contains_key(*name)).collect();
    let differ = common.iter().any(|name| {
        let constants = [&one.fields[*name], &other.fields[*name]].map(|field| field.shape.constant());
        matches!(constants, [Some(one), Some(other)] if one != other)
    });
    let all = one.fields.len() + other.fields.len() - common.len();
    match all {
        _ if differ => 0.0,
        0 => 1.0,
        _ => common.len() as f64 / all as f64,
    }
}

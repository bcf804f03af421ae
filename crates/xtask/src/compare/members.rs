//! Compares choices: finds out which member of one is which of the other.

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
            (flat(self.ours, ours, &mut Vec::new()), flat(self.theirs, theirs, &mut Vec::new()));
        let pairs = self.paired(&mut ours, &mut theirs);
        let plain = |member: &Shape, api: &Api| !matches!(api.resolve(member), Shape::Object(_));
        let is_plain = |api: &Api, left: &[Shape]| left.iter().all(|member| plain(member, api));
        let changed = !(ours.is_empty() && theirs.is_empty());
        if changed && is_plain(self.ours, &ours) && is_plain(self.theirs, &theirs) {
            let whole = |left: Vec<Shape>, side: fn(&(Shape, Shape)) -> &Shape| {
                Shape::any_of(pairs.iter().map(side).cloned().chain(left)).to_string()
            };
            let (from, to) = (whole(ours, |pair| &pair.0), whole(theirs, |pair| &pair.1));
            self.note(place, Kind::Changed, Some(from), Some(to));
        } else {
            for member in ours {
                let place = place.part(&Self::label(self.ours, &member));
                self.note(&place, Kind::Removed, Some(member.to_string()), None);
            }
            for member in theirs {
                let place = place.part(&Self::label(self.theirs, &member));
                self.note(&place, Kind::Added, None, Some(member.to_string()));
            }
        }
        for (ours, theirs) in pairs {
            // Members that have no schema to be named by are named by what tells them from the others.
            let inline = matches!(theirs, Shape::Object(_)) && matches!(ours, Shape::Object(_));
            let place = if inline { place.part(&Self::label(self.theirs, &theirs)) } else { place.clone() };
            self.shapes(&place, &ours, &theirs);
        }
    }

    /// Takes out of both lists what belongs together: the surest first.
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
                (Shape::List(_), Shape::List(_)) | (Shape::Enum(_), Shape::Enum(_)) => true,
                (one, other) => same_kind(one, other) || this.is_told_better(one, other),
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
        while let Some((n, other)) = self.most_alike(ours, theirs) {
            pairs.push((ours.remove(n), theirs.remove(other)));
        }
        // What is left alone on both sides is the same place.
        if let ([one], [other]) = (ours.as_slice(), theirs.as_slice()) {
            let objects = [self.ours.resolve(one), self.theirs.resolve(other)];
            let tagged = !tags(self.ours, one).is_empty() && !tags(self.theirs, other).is_empty();
            if objects.iter().all(|shape| matches!(shape, Shape::Object(_))) && pairs.is_empty() && !tagged {
                pairs.push((ours.remove(0), theirs.remove(0)));
            }
        }
        pairs
    }

    /// The two objects that have the most in common, and not less than half.
    fn most_alike(&self, ours: &[Shape], theirs: &[Shape]) -> Option<(usize, usize)> {
        let mut best: Option<(f64, usize, usize)> = None;
        for (n, one) in ours.iter().enumerate() {
            for (m, other) in theirs.iter().enumerate() {
                if let (Shape::Object(one), Shape::Object(other)) = (self.ours.resolve(one), self.theirs.resolve(other))
                {
                    let likeness = likeness(one, other);
                    if likeness >= 0.5 && best.is_none_or(|(most, ..)| likeness > most) {
                        best = Some((likeness, n, m));
                    }
                }
            }
        }
        best.map(|(_, n, m)| (n, m))
    }

    /// What a member is called: by its tag, its name, or what it is.
    fn label(api: &Api, member: &Shape) -> String {
        let tags = tags(api, member);
        match (tags.first(), member) {
            (Some((_, value)), _) => value.clone(),
            (None, Shape::Named(name)) => name.clone(),
            (None, other) => other.to_string(),
        }
    }
}

/// The members of a choice; those that are choices themselves by theirs.
fn flat(api: &Api, members: &[Shape], within: &mut Vec<String>) -> Vec<Shape> {
    let mut inner = Vec::new();
    for member in members {
        match (member, api.resolve(member)) {
            // A choice that is a member of itself adds nothing.
            (Shape::Named(name), Shape::AnyOf(_)) if within.contains(name) => {}
            (Shape::Named(name), Shape::AnyOf(members)) => {
                within.push(name.clone());
                inner.extend(flat(api, members, within));
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

/// The fields of an object that are always the same text: what tells it from other members.
fn tags(api: &Api, member: &Shape) -> BTreeSet<(String, String)> {
    let Shape::Object(object) = api.resolve(member) else { return BTreeSet::new() };
    let constants = object.fields.iter().filter_map(|(name, field)| {
        let value = api.resolve(&field.shape).constant()?;
        Some((name.clone(), value.to_owned()))
    });
    constants.collect()
}

/// How many of their fields two objects have in common, from 0 to 1; 0 where a constant tells them apart.
fn likeness(one: &Object, other: &Object) -> f64 {
    let common: Vec<_> = one.fields.keys().filter(|name| other.fields.contains_key(*name)).collect();
    let told_apart = common.iter().any(|name| {
        let constants = [&one.fields[*name], &other.fields[*name]].map(|field| field.shape.constant());
        matches!(constants, [Some(one), Some(other)] if one != other)
    });
    let all = one.fields.len() + other.fields.len() - common.len();
    match all {
        _ if told_apart => 0.0,
        0 => 1.0,
        _ => common.len() as f64 / all as f64,
    }
}

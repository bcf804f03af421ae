//! Finds what an update has to change, by the files, the last apply, its response, and the live resource.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::sameness::{differs, is_same_in};
use crate::project::Pointer;
use crate::references::{Lookup, Reference, escape, hash_in, references_in, resolve, secrets_in};
use crate::resources::is_set;
use crate::resources::shape::{Concrete, Shape};
use crate::resources::without_defaults;
use crate::state::{Salt, secret};

/// The four sides of a comparison, all in template form.
#[derive(Clone, Copy)]
pub(crate) struct Sides<'s> {
    pub(crate) shape: &'s Shape,
    /// The content of the files.
    pub(crate) desired: &'s Value,
    /// The content of the files at the last apply.
    pub(crate) applied: Option<&'s Value>,
    /// The live content.
    pub(crate) live: &'s Value,
    /// The response of the API to the last apply.
    pub(crate) answer: Option<&'s Value>,
    pub(crate) salt: &'s Salt,
    /// The hashes of the secrets of the last apply.
    pub(crate) secrets: &'s BTreeMap<String, String>,
    pub(crate) lookup: &'s Lookup<'s>,
    /// Whether the id of a resource that was deleted or created again is a difference.
    pub(crate) has_outdated_ids: bool,
}

/// A change of a field.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct FieldChange {
    pub(crate) at: Pointer,
    /// `null` if the field is not set.
    pub(crate) before: Value,
    pub(crate) after: Value,
    /// The value of the files at the last apply, if the live one has not changed since. A list can have been sorted.
    pub(crate) applied: Option<Value>,
}

#[derive(Debug)]
pub(crate) struct Comparison {
    /// The content after the update: that of the files, and the fields that they leave to the API.
    pub(crate) target: Value,
    /// The items that only the live list has precede the other changes of a list.
    pub(crate) changes: Vec<FieldChange>,
}

/// Compares the sides.
pub(crate) fn compare(sides: Sides<'_>) -> Comparison {
    let mut merger = Merger { sides, changes: Vec::new() };
    let here =
        Here { shape: sides.shape, name: "", applied: sides.applied, live: Some(sides.live), answer: sides.answer };
    let target = merger.merge(sides.desired, here, &Pointer::default());
    Comparison { target, changes: merger.changes }
}

struct Merger<'s> {
    sides: Sides<'s>,
    changes: Vec<FieldChange>,
}

/// The sides of a value other than the desired one.
#[derive(Clone, Copy)]
struct Here<'h> {
    shape: &'h Shape,
    /// The name of the field that the value is in.
    name: &'h str,
    applied: Option<&'h Value>,
    live: Option<&'h Value>,
    /// `null` if the value is a part of an item that the last response did not have, so that its fields were added elsewhere.
    answer: Option<&'h Value>,
}

impl Merger<'_> {
    /// The value after the update.
    fn merge(&mut self, desired: &Value, here: Here<'_>, at: &Pointer) -> Value {
        if self.is_unchanged(desired, here) {
            return overlaid(desired, here.live);
        }
        match (desired, here.live) {
            (Value::Object(fields), Some(Value::Object(_))) => self.object(fields, here, at),
            (Value::Array(items), Some(Value::Array(live))) => self.list(items, live, here, at),
            (desired, live) => {
                let is_answer = live.zip(here.answer).is_some_and(|(live, answer)| is_same_in(here.name, live, answer));
                let applied = here.applied.filter(|_| is_answer).cloned();
                self.change(at, live.unwrap_or(&Value::Null), desired, applied);
                desired.clone()
            }
        }
    }

    fn change(&mut self, at: &Pointer, before: &Value, after: &Value, applied: Option<Value>) {
        self.changes.push(FieldChange { at: at.clone(), before: before.clone(), after: after.clone(), applied });
    }

    /// Whether the live value matches the files, or neither side changed since the last apply.
    fn is_unchanged(&self, desired: &Value, here: Here<'_>) -> bool {
        let is_kept = here.applied.is_some_and(|applied| is_same_in(here.name, applied, desired))
            && match (here.live, here.answer) {
                (Some(live), Some(answer)) => is_same_in(here.name, live, answer) && !self.is_outdated(desired, answer),
                (None, None) => true,
                _ => false,
            };
        if secrets_in(desired).is_empty() {
            return is_kept
                || match here.live {
                    Some(live) => {
                        is_same_in(here.name, desired, live)
                            || is_hash(live) && self.has_resolved_value(desired, live)
                            || means_nothing(here.shape, desired) && means_nothing(here.shape, live)
                    }
                    None => means_nothing(here.shape, desired),
                };
        }
        if is_kept && secrets_in(desired).iter().all(|name| self.is_same_secret(name)) {
            return true;
        }
        here.live.is_some_and(|live| {
            is_same_in(here.name, desired, live) || desired.is_string() && self.has_resolved_value(desired, live)
        })
    }

    /// Whether a response has the id of a resource that was deleted or created again since.
    fn is_outdated(&self, desired: &Value, answer: &Value) -> bool {
        // The hash of a text that contains a secret and the id does not reveal the id.
        let is_comparable = !has_hash(answer) || secrets_in(desired).is_empty();
        // A short id is not replaced in texts.
        self.sides.has_outdated_ids
            && is_comparable
            && has_outdated_id(desired, answer)
            && !self.has_resolved_value(desired, answer)
    }

    /// Whether a secret is unset, or is what was applied.
    fn is_same_secret(&self, name: &str) -> bool {
        match (secret(name), self.sides.secrets.get(name)) {
            (None, _) => true,
            (Some(value), Some(hash)) => self.sides.salt.hash(&value) == *hash,
            (Some(_), None) => false,
        }
    }

    /// Whether a text with secrets has the live value. False if one of its secrets is unset.
    fn has_resolved_value(&self, desired: &Value, live: &Value) -> bool {
        let Ok(Value::String(value)) = resolve(desired, self.sides.lookup) else { return false };
        let Some(live) = live.as_str() else { return false };
        match hash_in(live) {
            Some(hash) => self.sides.salt.hash(&value) == hash,
            None => live == escape(&value),
        }
    }

    fn object(&mut self, desired: &Map<String, Value>, here: Here<'_>, at: &Pointer) -> Value {
        let value = Value::Object(desired.clone());
        let concrete = here.shape.concrete(&value);
        let inner = |name: &str| match concrete {
            Concrete::Object(object, _) => object.shape(name),
            _ => &Shape::Any,
        };
        let mut target = Map::new();
        for (name, value) in desired {
            let sides = Here {
                shape: inner(name),
                name,
                applied: field(here.applied, name),
                live: field(here.live, name),
                answer: field(here.answer, name).or(here.answer.filter(|answer| answer.is_null())),
            };
            let is_default = has_default(concrete, name, value) && sides.live.is_none();
            target.insert(
                name.clone(),
                if is_default { value.clone() } else { self.merge(value, sides, &at.field(name)) },
            );
        }
        let live = here.live.and_then(Value::as_object);
        for (name, value) in live.into_iter().flatten().filter(|(name, _)| !desired.contains_key(*name)) {
            let means_nothing = means_nothing(inner(name), value) || has_default(concrete, name, value);
            let was_in_files = field(here.applied, name).is_some_and(|applied| !applied.is_null());
            let kept = match (here.answer, field(here.answer, name)) {
                _ if means_nothing => Some(value.clone()),
                _ if was_in_files => None,
                (None, _) => Some(value.clone()),
                // `null` is no difference, as for drift.
                (_, Some(answer)) if is_same_in(name, value, answer) || !differs(answer, value) => Some(value.clone()),
                (_, Some(answer)) if !has_hash(answer) => Some(answer.clone()),
                (_, Some(_)) => Some(value.clone()),
                (Some(_), None) => None,
            };
            match kept {
                Some(kept) => {
                    if !is_same_in(name, &kept, value) {
                        self.change(&at.field(name), value, &kept, None);
                    }
                    target.insert(name.clone(), kept);
                }
                None => {
                    let is_answer = field(here.answer, name).is_some_and(|answer| is_same_in(name, value, answer));
                    let applied = field(here.applied, name).filter(|_| is_answer).cloned();
                    self.change(&at.field(name), value, &Value::Null, applied);
                }
            }
        }
        // Fields that the API had filled in and that were removed elsewhere.
        let answer = here.answer.and_then(Value::as_object);
        for (name, value) in answer.into_iter().flatten() {
            let is_elsewhere = desired.contains_key(name) || live.is_some_and(|live| live.contains_key(name));
            let is_of_api = field(here.applied, name).is_none();
            if !is_elsewhere
                && is_of_api
                && !means_nothing(inner(name), value)
                && !has_default(concrete, name, value)
                && !has_hash(value)
            {
                self.change(&at.field(name), &Value::Null, value, None);
                target.insert(name.clone(), value.clone());
            }
        }
        Value::Object(target)
    }

    fn list(&mut self, desired: &[Value], live: &[Value], here: Here<'_>, at: &Pointer) -> Value {
        let value = Value::Array(desired.to_vec());
        let shape = match here.shape.concrete(&value) {
            Concrete::List(item) => item,
            _ => &Shape::Any,
        };
        let is_set = is_set(here.name);
        let (applied, answer) = (items(here.applied), items(here.answer));
        let answered = answers(applied, answer, is_set);
        let answer_to = |item: &Value| {
            let index = applied.iter().position(|other| other == item)?;
            Some(&answer[answered[index]?])
        };
        // The item that this one became in the response.
        let applied_to = |item: &Value| {
            let index = answer.iter().position(|other| is_same_in("", other, item))?;
            applied.get(answered.iter().position(|answered| *answered == Some(index))?)
        };
        let mut pairs = pairs(desired, live, is_set);
        for n in 0..desired.len() {
            if pairs[n].is_none()
                && let Some(answer) = answer_to(&desired[n])
            {
                let is_free = |index: &usize| !pairs.contains(&Some(*index));
                pairs[n] = (0..live.len()).filter(is_free).find(|index| is_same_in("", &live[*index], answer));
            }
        }
        let is_moved = !is_set && !pairs.iter().flatten().is_sorted();
        let changes_before = self.changes.len();
        let mut target = Vec::new();
        // The answer to a live item that another client has added.
        let never_applied = here.answer.map(|_| &Value::Null);
        for (n, item) in desired.iter().enumerate() {
            let live_item = pairs[n].map(|index| &live[index]);
            let answer = match live_item {
                // Of a list that is a set, only the answer to the same item counts.
                Some(live) if is_set => answer
                    .iter()
                    .find(|other| is_same_in("", other, live) || has_same_identity(other, live))
                    .or_else(|| answer_to(item))
                    .or(never_applied),
                Some(live) => partner(live, pairs[n].unwrap_or(n), answer),
                None => answer_to(item),
            };
            let applied = match answer {
                Some(answer) => applied_to(answer),
                None => partner(item, n, applied),
            };
            let sides = Here { shape, name: "", applied, live: live_item, answer };
            target.push(self.merge(item, sides, &at.item(n)));
        }
        let changes_of_desired = self.changes.len() - changes_before;
        for (n, item) in live.iter().enumerate().filter(|(n, _)| !pairs.contains(&Some(*n))) {
            let is_of_api = here.applied.is_some()
                && answer
                    .iter()
                    .enumerate()
                    .any(|(index, answer)| is_same_in("", answer, item) && !answered.contains(&Some(index)));
            if is_of_api && is_set {
                target.push(item.clone());
            } else {
                self.change(&at.item(n), item, &Value::Null, applied_to(item).cloned());
            }
        }
        self.changes[changes_before..].rotate_left(changes_of_desired);
        if is_moved {
            // The change of the list contains those of its items.
            self.changes.truncate(changes_before);
            let applied = live.iter().map(|item| applied_to(item).unwrap_or(item)).cloned().collect();
            self.change(at, &live.into(), &desired.into(), Some(applied));
        }
        target.into()
    }
}

fn field<'v>(value: Option<&'v Value>, name: &str) -> Option<&'v Value> {
    value?.get(name)
}

fn items(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Whether leaving out the value has the same effect.
fn means_nothing(shape: &Shape, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(_) => without_defaults(shape, value).as_object().is_some_and(Map::is_empty),
        _ => false,
    }
}

/// Whether a field has its documented default.
fn has_default(object: Concrete<'_>, name: &str, value: &Value) -> bool {
    match object {
        Concrete::Object(object, _) => object
            .get(name)
            .and_then(|field| field.default.as_ref())
            .is_some_and(|default| is_same_in(name, default, value)),
        _ => false,
    }
}

/// Whether the response has an id that is not the id of a resource, in place of a reference to one.
pub(super) fn has_outdated_id(applied: &Value, answer: &Value) -> bool {
    let count = |value: &Value| {
        let references = references_in(value).into_iter();
        references.filter(|(_, reference)| matches!(reference, Reference::Resource(_))).count()
    };
    count(applied) > count(answer)
}

/// Whether a value is the hash of a secret.
pub(crate) fn is_hash(value: &Value) -> bool {
    value.as_str().is_some_and(|text| hash_in(text).is_some())
}

/// Whether a value has the hash of a secret.
pub(crate) fn has_hash(value: &Value) -> bool {
    references_in(value).iter().any(|(_, reference)| matches!(reference, Reference::Hash(_)))
}

/// The desired value, completed with the fields that only the live value has.
fn overlaid(desired: &Value, live: Option<&Value>) -> Value {
    match (desired, live) {
        (Value::Object(fields), Some(Value::Object(live))) => {
            let mut all: Map<_, _> =
                fields.iter().map(|(name, value)| (name.clone(), overlaid(value, live.get(name)))).collect();
            for (name, value) in live {
                all.entry(name).or_insert_with(|| value.clone());
            }
            Value::Object(all)
        }
        (Value::Array(desired), Some(Value::Array(live))) if desired.len() == live.len() => {
            let pairs = pairs(desired, live, true);
            desired.iter().zip(pairs).map(|(item, pair)| overlaid(item, pair.map(|index| &live[index]))).collect()
        }
        (desired, _) => desired.clone(),
    }
}

/// The live item that each desired item corresponds to.
pub(super) fn pairs(desired: &[Value], live: &[Value], is_set: bool) -> Vec<Option<usize>> {
    let mut pairs = vec![None; desired.len()];
    let mut free: Vec<usize> = (0..live.len()).collect();
    let mut pass = |matches: &dyn Fn(usize, usize) -> bool| {
        for (n, pair) in pairs.iter_mut().enumerate().filter(|(_, pair)| pair.is_none()) {
            if let Some(found) = free.iter().position(|index| matches(n, *index)) {
                *pair = Some(free.remove(found));
            }
        }
    };
    pass(&|n, index| is_same_in("", &desired[n], &live[index]));
    pass(&|n, index| has_same_identity(&desired[n], &live[index]));
    if desired.len() == live.len() && !is_set {
        pass(&|n, index| n == index);
    }
    if is_set {
        // An item that was renamed, if there is only one of its type.
        pass(&|n, index| type_of(&desired[n]).is_some() && type_of(&desired[n]) == type_of(&live[index]));
    }
    pairs
}

/// The item of the response that each applied item became.
pub(super) fn answers(applied: &[Value], answer: &[Value], is_set: bool) -> Vec<Option<usize>> {
    let mut answers = pairs(applied, answer, is_set);
    if applied.len() == answer.len() {
        // The API returned the other items in another form.
        let mut free =
            (0..answer.len()).filter(|index| !answers.contains(&Some(*index))).collect::<Vec<_>>().into_iter();
        for answer in answers.iter_mut().filter(|answer| answer.is_none()) {
            *answer = free.next();
        }
    }
    answers
}

/// The item of an earlier list that an item corresponds to.
fn partner<'i>(item: &Value, index: usize, earlier: &'i [Value]) -> Option<&'i Value> {
    earlier
        .iter()
        .find(|other| *other == item)
        .or_else(|| earlier.iter().find(|other| has_same_identity(other, item)))
        .or_else(|| earlier.get(index))
}

fn type_of(item: &Value) -> Option<&str> {
    item.get("type")?.as_str()
}

/// Whether two items of lists have the same type and name.
fn has_same_identity(a: &Value, b: &Value) -> bool {
    identity(a).is_some() && identity(a) == identity(b)
}

/// The type and the name of an item of a list, if it has one of them.
pub(crate) fn identity(item: &Value) -> Option<(&str, &str)> {
    let fields = item.as_object()?;
    let kind = type_of(item).unwrap_or_default();
    let inner = fields.get(kind).unwrap_or(item);
    let name = ["id", "name"].iter().find_map(|name| inner.get(*name).or_else(|| fields.get(*name))?.as_str());
    (name.is_some() || !kind.is_empty()).then(|| (kind, name.unwrap_or_default()))
}

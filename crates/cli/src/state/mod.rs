//! The state of an environment: ids, the last applied content and the last responses.

mod cached;
mod file;
mod hash;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::project::Pointer;
use crate::references::{
    Names, Part, Reference, Template, each_text, escape, hash_in, map_texts, secrets_in, unescape,
};
use crate::resources::{Address, Kind, has_secret_name, is_placeholder, literal_secrets, secrets};

pub(crate) use cached::Cached;
pub(crate) use file::{Lock, StateFile, write_atomically};
pub(crate) use hash::{Salt, digest};

/// Shorter values are replaced only where the files have a secret, because they occur in other texts by chance.
const LEAST_LENGTH: usize = 4;

/// Shorter secrets of other resources are not searched for in a resource, because they can be words.
const LEAST_LENGTH_OF_OTHERS: usize = 8;

type Values = Vec<(String, String)>;

/// The secrets of a resource, and the texts of the live one that may contain some of them.
#[derive(Debug, Default)]
pub(crate) struct Guarded {
    pub(crate) names: BTreeSet<String>,
    pub(crate) places: BTreeMap<Pointer, Place>,
    /// The other secrets of the project, which may occur in this resource.
    pub(crate) others: BTreeSet<String>,
    /// Whether the user may have set a variable to the value in the live text. Otherwise only the applied value is known.
    pub(crate) is_pull: bool,
}

/// The secrets that a text of a live resource can contain.
#[derive(Debug, Default)]
pub(crate) struct Place {
    /// Those of its counterpart in the files.
    pub(crate) own: BTreeSet<String>,
    /// Those of the list items that it may be a copy of.
    pub(crate) copied: BTreeSet<String>,
}

impl Guarded {
    /// The values that are known, the longest first, because one may contain another.
    fn values(&self) -> Values {
        let known = |name: &String| Some((name.clone(), secret(name)?));
        let others = self.others.iter().filter_map(known).filter(|(_, value)| value.len() >= LEAST_LENGTH_OF_OTHERS);
        let mut values: Vec<_> = self.names.iter().filter_map(known).chain(others).collect();
        values.sort_by_key(|(_, value)| std::cmp::Reverse(value.len()));
        values
    }
}

/// The format of state files that this program reads and writes.
const FORMAT: u32 = 1;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    format: u32,
    pub(crate) environment: String,
    /// Names this state in idempotency keys, so that two projects never share one.
    pub(crate) lineage: String,
    pub(crate) salt: Salt,
    /// The number of used idempotency keys of an address. A resource that is created anew gets a new key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    used_keys: BTreeMap<Address, u64>,
    #[serde(default)]
    pub(crate) resources: BTreeMap<Address, Cached<Entry>>,
    /// Creations that were sent, and whose response has not arrived.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) creating: BTreeMap<Address, Creation>,
    /// The names of the secrets that the files of the project refer to.
    #[serde(skip)]
    pub(crate) secret_names: BTreeSet<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) id: String,
    #[serde(flatten)]
    pub(crate) last: Snapshot,
    /// An update or a deletion that was sent, and whose response has not arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) updating: Option<Update>,
    /// The version of an assistant that `apply --candidate` made and that is not promoted yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) candidate: Option<Snapshot>,
    /// The main version that the candidate was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) candidate_base: Option<String>,
    /// The main version of an assistant before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) previous: Option<Snapshot>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rollout: Option<RolloutState>,
}

impl Entry {
    pub(crate) fn new(id: impl Into<String>, last: Snapshot) -> Self {
        Self { id: id.into(), last, ..Self::default() }
    }

    pub(crate) fn is_being_deleted(&self) -> bool {
        self.updating.as_ref().is_some_and(|update| update.content.is_null())
    }

    /// Makes another version the main one.
    pub(crate) fn replace(&mut self, snapshot: Snapshot) {
        self.updating = None;
        self.candidate = None;
        self.candidate_base = None;
        self.set_last(snapshot);
    }

    /// Stores the content of the main version. The version before it is kept for a rollback.
    pub(crate) fn set_last(&mut self, snapshot: Snapshot) {
        let before = std::mem::replace(&mut self.last, snapshot);
        if before.version_id.is_some() && before.version_id != self.last.version_id {
            self.previous = Some(before);
        }
    }

    /// Removes the candidate, unless it is this version or is being rolled out. Returns whether it was removed.
    pub(crate) fn drop_candidate_except(&mut self, version_id: Option<&str>) -> bool {
        let is_stale = |candidate: &mut Snapshot| candidate.version_id.as_deref() != version_id;
        let is_dropped = self.rollout.is_none() && self.candidate.take_if(is_stale).is_some();
        if is_dropped {
            self.candidate_base = None;
        }
        is_dropped
    }

    /// Makes the candidate the main version, if it is this one.
    pub(crate) fn promote_candidate(&mut self, version_id: &str) {
        if let Some(candidate) = self.candidate.take_if(|candidate| candidate.version_id.as_deref() == Some(version_id))
        {
            self.replace(candidate);
        }
    }
}

/// The content that was sent and returned by a write.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) version_id: Option<String>,
    /// The content of the files, in template form with the values of variables.
    pub(crate) applied: Value,
    /// The response, in template form, with ids, and with hashes in place of secrets.
    pub(crate) answer: Value,
    /// The hashes of the secrets that were sent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) secrets: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Creation {
    /// The number that its idempotency key is derived from, together with the address.
    pub(crate) number: u64,
    /// The ids of equal resources that the account had before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) existing: Vec<String>,
    /// The content that was sent, in template form.
    pub(crate) content: Value,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Update {
    /// The content after the update, in template form. `null` for a deletion.
    pub(crate) content: Value,
    #[serde(default)]
    pub(crate) is_candidate: bool,
    /// The main version before the update.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) base: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RolloutState {
    pub(crate) version_id: String,
    /// The share of traffic that the candidate was given last, in percent.
    #[serde(default)]
    pub(crate) share: f64,
    pub(crate) steps: Vec<f64>,
    pub(crate) hold_secs: f64,
    pub(crate) gate: bool,
    pub(crate) max_failures: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deadline_secs: Option<f64>,
    #[serde(default)]
    pub(crate) rollback_on_interrupt: bool,
}

impl RolloutState {
    pub(crate) fn new(version_id: String) -> Self {
        Self {
            version_id,
            share: 0.0,
            steps: vec![5.0, 25.0, 50.0, 100.0],
            hold_secs: 600.0,
            gate: false,
            max_failures: 0,
            deadline_secs: None,
            rollback_on_interrupt: false,
        }
    }

    /// Whether the candidate has the last share. A rollout that ends below 100 percent is kept, so that it can be continued.
    pub(crate) fn is_at_last_step(&self) -> bool {
        self.steps.last() == Some(&self.share)
    }

    /// Replaces the steps up to the current share by this share.
    pub(crate) fn continue_from_share(&mut self) {
        if self.share > 0.0 {
            self.steps.retain(|step| *step > self.share);
            self.steps.insert(0, self.share);
        }
    }
}

impl State {
    fn new(environment: &str) -> Self {
        Self {
            format: FORMAT,
            environment: environment.to_owned(),
            lineage: uuid::Uuid::new_v4().to_string(),
            salt: Salt::random(),
            used_keys: BTreeMap::new(),
            resources: BTreeMap::new(),
            creating: BTreeMap::new(),
            secret_names: BTreeSet::new(),
        }
    }

    /// The number of the next idempotency key of an address. It does not depend on other resources, so that copies of a project
    /// whose states differ use the same key for the same resource.
    pub(crate) fn next_key(&self, address: &Address) -> u64 {
        self.used_keys.get(address).copied().unwrap_or_default()
    }

    /// The next creation of the resource gets a new idempotency key.
    pub(crate) fn use_up_key(&mut self, address: &Address) {
        *self.used_keys.entry(address.clone()).or_default() += 1;
    }

    /// Removes a resource that no longer exists. Returns whether the state had it.
    pub(crate) fn forget(&mut self, address: &Address) -> bool {
        let was_known = self.resources.remove(address).is_some();
        if was_known {
            self.use_up_key(address);
        }
        was_known
    }

    /// The address of a resource that was deleted, by its address or its key.
    pub(crate) fn deleted(&self, key: &str) -> Option<&Address> {
        self.used_keys.keys().find(|address| address.key == key || address.to_string() == key)
    }

    pub(crate) fn names(&self) -> Names {
        let mut names = Names::default();
        for (address, entry) in &self.resources {
            names.insert(&entry.id, address.clone());
        }
        names
    }

    pub(crate) fn id(&self, address: &Address) -> Option<&str> {
        self.resources.get(address).map(|entry| entry.id.as_str())
    }

    /// The address of the resource with this id.
    pub(crate) fn address_of(&self, kind: Kind, id: &str) -> Option<&Address> {
        self.resources
            .iter()
            .find(|(address, entry)| address.kind == kind && entry.id == id)
            .map(|(address, _)| address)
    }

    /// The shared tools that an assistant had after the last apply.
    pub(crate) fn tool_ids(&self, assistant_id: &str) -> Vec<String> {
        let Some(address) = self.address_of(Kind::Assistants, assistant_id) else { return Vec::new() };
        let ids = self.resources[address].last.answer["tool_ids"].as_array().into_iter().flatten();
        ids.filter_map(|id| id.as_str().map(str::to_owned)).collect()
    }

    /// The state of a resource after the API responded to `applied` with `answer`.
    pub(crate) fn snapshot(
        &self,
        kind: Kind,
        version_id: Option<String>,
        applied: Value,
        answer: &Value,
        before: Option<&Snapshot>,
        guarded: &Guarded,
    ) -> Snapshot {
        let applied = self.without_literals(kind, &applied);
        let hashes = |name: String| Some((name.clone(), self.salt.hash(&secret(&name)?)));
        let secrets = secrets_in(&applied).into_iter().filter_map(hashes).collect();
        let values = guarded.values();
        let answer = self.masked(kind, answer, before, |at, text, _| {
            let is_secret = guarded.places.contains_key(at) || values.iter().any(|(_, value)| text.contains(value));
            if is_secret { self.hash_of(text) } else { escape(text) }
        });
        Snapshot { version_id, applied, answer, secrets }
    }

    /// The content of a file without its literal secrets. The values of variables become references, and
    /// other secrets become hashes.
    pub(crate) fn without_literals(&self, kind: Kind, content: &Value) -> Value {
        let literals = literal_secrets(kind.shape(), content);
        let repeated = repeated_secrets(content, &literals);
        let values = self.values();
        map_texts(content, &mut |at, text| {
            if literals.contains(at) || repeated.contains(text) {
                self.hash_of(&unescape(text)).into()
            } else {
                referring(text, &values).into()
            }
        })
    }

    /// The values of all secrets of the project that are known and are not words, the longest first.
    fn values(&self) -> Values {
        Guarded { others: self.secret_names.clone(), ..Guarded::default() }.values()
    }

    /// Replaces the secrets that got into the state while their variables were unset. Returns whether there were any.
    pub(crate) fn hide_secrets(&mut self) -> bool {
        let values = self.values();
        let salt = self.salt.clone();
        let content =
            |content: &mut Value| *content = map_texts(content, &mut |_, text| referring(text, &values).into());
        let answer = |answer: &mut Value| {
            *answer = map_texts(answer, &mut |_, text| {
                let plain = unescape(text);
                let is_secret = values.iter().any(|(_, value)| plain.contains(value));
                if is_secret { Reference::Hash(salt.hash(&plain)).to_string().into() } else { text.into() }
            });
        };
        let mut is_changed = false;
        for entry in self.resources.values_mut() {
            let mut hidden = Entry::clone(entry);
            let snapshots = [Some(&mut hidden.last), hidden.candidate.as_mut(), hidden.previous.as_mut()];
            for snapshot in snapshots.into_iter().flatten() {
                content(&mut snapshot.applied);
                answer(&mut snapshot.answer);
            }
            hidden.updating.iter_mut().for_each(|update| content(&mut update.content));
            if hidden != **entry {
                **entry = hidden;
                is_changed = true;
            }
        }
        for creation in self.creating.values_mut() {
            let before = creation.content.clone();
            content(&mut creation.content);
            is_changed |= creation.content != before;
        }
        is_changed
    }

    /// A response of the API in template form, as it can be compared with the files and with the response in `before`.
    ///
    /// It has hashes in place of secrets. The known values in other texts are references.
    pub(crate) fn comparable(&self, kind: Kind, answer: &Value, before: Option<&Snapshot>, guarded: &Guarded) -> Value {
        let values = guarded.values();
        self.masked(kind, answer, before, |at, text, is_in_state| {
            let is_found = |value: &str| value.len() >= LEAST_LENGTH && text.contains(value);
            match guarded.places.get(at) {
                _ if is_in_state => escape(text),
                Some(place) => self
                    .revealed_text(text, place, &values, before, guarded.is_pull)
                    .unwrap_or_else(|| self.hash_of(text)),
                None if values.iter().any(|(_, value)| is_found(value)) => {
                    Template::from_iter(with_references(text, &values)).to_string()
                }
                None => escape(text),
            }
        })
    }

    /// A text that can contain secrets, in template form. None if it may contain an unknown value.
    fn revealed_text(
        &self,
        text: &str,
        place: &Place,
        values: &Values,
        before: Option<&Snapshot>,
        is_pull: bool,
    ) -> Option<String> {
        let applied = before.map(|before| secrets_in(&before.applied));
        let mut is_any_found = false;
        for name in place.own.union(&place.copied) {
            // A secret that was not applied is not in the text.
            if applied.as_ref().is_some_and(|applied| !applied.contains(name)) {
                continue;
            }
            let value = secret(name)?;
            let hash = before.and_then(|before| before.secrets.get(name));
            let is_applied = hash.is_some_and(|hash| *hash == self.salt.hash(&value));
            // Another value can be in the text by chance, or be a part of the applied one.
            let is_known = is_applied || is_pull && value.len() >= LEAST_LENGTH_OF_OTHERS;
            let is_found = is_known && text.contains(&value);
            // A secret of the text that is not found has another value. One of another item can be there only.
            if !is_found && (place.own.contains(name) || !is_applied) {
                return None;
            }
            is_any_found |= is_found;
        }
        is_any_found.then(|| Template::from_iter(with_references(text, values)).to_string())
    }

    /// A response with hashes in place of the secrets that are known by their field, or by their hash in `before`. `other` masks another
    /// text, and gets whether the response in `before` has it.
    fn masked(
        &self,
        kind: Kind,
        answer: &Value,
        before: Option<&Snapshot>,
        other: impl Fn(&Pointer, &str, bool) -> String,
    ) -> Value {
        let secrets = secrets(kind.shape(), answer);
        let repeated = repeated_secrets(answer, &secrets);
        let known = before.map(Snapshot::hashes).unwrap_or_default();
        let mut texts = HashSet::new();
        if let Some(before) = before {
            each_text(&before.answer, &mut |_, text| _ = texts.insert(text.to_owned()));
        }
        map_texts(answer, &mut |at, text| {
            let is_known = || !known.is_empty() && known.contains(&self.salt.hash(text));
            // A text that the state has is not a secret, although a header can have the same value.
            let is_in_state = texts.contains(&escape(text));
            let masked = if is_placeholder(text) {
                escape(text)
            } else if secrets.contains(at) || repeated.contains(text) || !is_in_state && is_known() {
                self.hash_of(text)
            } else {
                other(at, text, is_in_state)
            };
            masked.into()
        })
    }

    fn hash_of(&self, text: &str) -> String {
        Reference::Hash(self.salt.hash(text)).to_string()
    }
}

/// The secrets in fields with names of secrets. Other texts of the content can repeat them. Other values of headers can be words.
fn repeated_secrets<'c>(content: &'c Value, secrets: &[Pointer]) -> HashSet<&'c str> {
    let named = secrets.iter().filter(|at| has_secret_name(content, at));
    let texts = named.filter_map(|at| at.look_up(content)?.as_str());
    texts.filter(|text| text.len() >= LEAST_LENGTH_OF_OTHERS).collect()
}

/// A text of a file with references in place of the values of secrets.
fn referring(text: &str, values: &[(String, String)]) -> String {
    if !values.iter().any(|(_, value)| unescape(text).contains(value)) {
        return text.to_owned();
    }
    Template::parse(text).with_literals(|literal| with_references(literal, values)).to_string()
}

/// A literal with references in place of the values of secrets.
fn with_references(literal: &str, values: &[(String, String)]) -> Vec<Part> {
    let found = values.iter().find_map(|(name, value)| Some((name, literal.split_once(value.as_str())?)));
    let Some((name, (before, after))) = found else { return vec![Part::Text(literal.to_owned())] };
    let mut parts = with_references(before, values);
    parts.push(Reference::Secret(name.clone()).into());
    parts.extend(with_references(after, values));
    parts
}

impl Snapshot {
    /// Whether another snapshot has the same meaning. The order of fields and the line breaks of files do not count.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let unix = |content: &Value| map_texts(content, &mut |_, text| text.replace("\r\n", "\n").into());
        let sides = (&self.version_id, &self.answer, &self.secrets);
        sides == (&other.version_id, &other.answer, &other.secrets) && unix(&self.applied) == unix(&other.applied)
    }

    pub(crate) fn hashes(&self) -> Vec<String> {
        let mut hashes = Vec::new();
        each_text(&self.answer, &mut |_, text| hashes.extend(hash_in(text)));
        hashes
    }
}

/// The value of a secret: a variable of the process that is set and not empty.
pub(crate) fn secret(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

//! The state of an environment: the ids of resources, and what was applied and answered last.

mod cached;
mod file;
mod hash;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::references::{Names, Reference, Template, each_text, escape, map_texts, secrets_in};
use crate::resources::{Address, Kind, secrets};

pub(crate) use cached::Cached;
pub(crate) use file::{Lock, StateFile, write_atomically};
pub(crate) use hash::Salt;

/// The format of state files that this program reads and writes.
const FORMAT: u32 = 1;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    format: u32,
    pub(crate) environment: String,
    /// Names this state in idempotency keys, so that two projects never share one.
    pub(crate) lineage: String,
    pub(crate) salt: Salt,
    /// Counts creations, so that a resource which is created anew gets a new idempotency key.
    #[serde(default)]
    pub(crate) creations: u64,
    #[serde(default)]
    pub(crate) resources: BTreeMap<Address, Cached<Entry>>,
    /// Creations that were sent, and whose response has not arrived.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) creating: BTreeMap<Address, Creation>,
}

/// A managed resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) id: String,
    #[serde(flatten)]
    pub(crate) last: Snapshot,
    /// An update that was sent, and whose response has not arrived.
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
        Self {
            id: id.into(),
            last,
            updating: None,
            candidate: None,
            candidate_base: None,
            previous: None,
            rollout: None,
        }
    }

    /// Makes another version the main one.
    pub(crate) fn replace(&mut self, snapshot: Snapshot) {
        let before = std::mem::replace(&mut self.last, snapshot);
        self.updating = None;
        self.candidate = None;
        self.candidate_base = None;
        if before.version_id.is_some() && before.version_id != self.last.version_id {
            self.previous = Some(before);
        }
    }

    /// Makes the candidate the main version, if it is this one.
    pub(crate) fn promote_candidate(&mut self, version_id: &str) {
        if let Some(candidate) = self.candidate.take_if(|candidate| candidate.version_id.as_deref() == Some(version_id))
        {
            self.replace(candidate);
        }
    }
}

/// What was sent and answered at a write.
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
    /// Its number, which its idempotency key is derived from.
    pub(crate) number: u64,
    /// Seconds since 1970.
    pub(crate) started: u64,
    /// What was sent, in template form.
    pub(crate) content: Value,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Update {
    /// The content after the update, in template form.
    pub(crate) content: Value,
    #[serde(default)]
    pub(crate) is_candidate: bool,
    /// The main version before the update.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) base: Option<String>,
}

/// A rollout that was begun.
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
}

impl RolloutState {
    /// A rollout with the default options.
    pub(crate) fn new(version_id: String) -> Self {
        Self {
            version_id,
            share: 0.0,
            steps: vec![5.0, 25.0, 50.0, 100.0],
            hold_secs: 600.0,
            gate: false,
            max_failures: 0,
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
            creations: 0,
            resources: BTreeMap::new(),
            creating: BTreeMap::new(),
        }
    }

    /// The managed resources by id.
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

    /// The state of a resource after the API answered `answer` to `applied`.
    pub(crate) fn snapshot(
        &self,
        kind: Kind,
        version_id: Option<String>,
        applied: Value,
        answer: &Value,
        secret: &dyn Fn(&str) -> Option<String>,
    ) -> Snapshot {
        let names = secrets_in(&applied);
        let values: Vec<(String, String)> =
            names.into_iter().filter_map(|name| Some((name.clone(), secret(&name)?))).collect();
        let secrets = values.iter().map(|(name, value)| (name.clone(), self.salt.hash(value))).collect();
        let values: Vec<String> = values.into_iter().map(|(_, value)| value).collect();
        Snapshot { version_id, applied, answer: self.without_secrets(kind, answer, &values), secrets }
    }

    /// An answer of the API in template form, with hashes in place of secrets: in the fields that have some, and in texts with one of
    /// `values`.
    fn without_secrets(&self, kind: Kind, answer: &Value, values: &[String]) -> Value {
        self.masked(kind, answer, |text| values.iter().any(|value| text.contains(value.as_str())))
    }

    /// An answer of the API in template form, with hashes in place of secrets, as it can be compared with the answer in `before`.
    pub(crate) fn comparable(&self, kind: Kind, answer: &Value, before: Option<&Snapshot>) -> Value {
        let known = before.map(Snapshot::hashes).unwrap_or_default();
        self.masked(kind, answer, |text| !known.is_empty() && known.contains(&self.salt.hash(text)))
    }

    fn masked(&self, kind: Kind, answer: &Value, is_secret: impl Fn(&str) -> bool) -> Value {
        let secrets = secrets(kind.shape(), answer);
        map_texts(answer, &mut |at, text| {
            if !is_placeholder(text) && (secrets.contains(at) || is_secret(text)) {
                Reference::Hash(self.salt.hash(text)).to_string().into()
            } else {
                escape(text).into()
            }
        })
    }
}

/// Whether a text in place of a secret is empty, or a `{{variable}}` that the API resolves.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || (text.starts_with("{{") && text.ends_with("}}"))
}

impl Snapshot {
    /// The hashes of all secrets in the answer.
    pub(crate) fn hashes(&self) -> Vec<String> {
        let mut hashes = Vec::new();
        each_text(&self.answer, &mut |_, text| {
            if let Some(Reference::Hash(hash)) = Template::parse(text).0.as_reference() {
                hashes.push(hash.clone());
            }
        });
        hashes
    }
}

/// The value of a secret: a variable of the process that is set and not empty.
pub(crate) fn secret(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

//! Writes live resources into the files of a project.

mod keys;
mod secrets;
mod variables;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::compare::{FieldChange, Sides, compare, guarded, has_hash, is_hash, is_same};
use crate::output::Diagnostic;
use crate::plan::lookup;
use crate::project::edit::{Edited, Files, edited, text_file};
use crate::project::{Environment, Pointer, Project, Resource, Source, Step, file_of, to_yaml};
use crate::references::{
    Dependencies, Lookup, Names, Reference, dependencies, hash_in, map_texts, references_in, resolve, secrets_in,
    unbreakable_cycle, with_variables, without_references,
};
use crate::resources::{Address, Live, secret_urls, secrets};
use crate::state::{Guarded, Snapshot, State, secret};

pub(crate) use keys::address_for;
pub(crate) use secrets::SecretNames;

/// Texts with more characters or lines are written to files of their own.
const LONG_TEXT: (usize, usize) = (400, 6);

/// The files and the state of a pulled resource.
pub(crate) struct Pulled {
    /// The files to write.
    pub(crate) edited: Edited,
    pub(crate) snapshot: Snapshot,
    /// The secrets that it refers to.
    pub(crate) secrets: Vec<String>,
    /// The places of URLs with a literal secret.
    pub(crate) secret_urls: Vec<Pointer>,
    pub(crate) merged: Merged,
}

/// A text with secrets whose live value is not that of the variables.
pub(crate) struct DifferingSecret {
    pub(crate) at: Pointer,
    /// The variables.
    pub(crate) names: Vec<String>,
    /// The hashes of both values, in template form.
    live: String,
    ours: String,
}

/// The content of a file, updated with the differences of the live resource.
#[derive(Default)]
pub(crate) struct Merged {
    content: Value,
    /// Whether changes that were not applied are lost.
    pub(crate) discards_edits: bool,
    pub(crate) differing_secrets: Vec<DifferingSecret>,
    /// The places of values that lose variables, with the names of these variables.
    pub(crate) lost_variables: Vec<(Pointer, Vec<String>)>,
}

/// The inputs of pulling a resource.
pub(crate) struct Pull<'p> {
    pub(crate) project: &'p Project,
    pub(crate) environment: &'p Environment,
    pub(crate) state: &'p State,
    pub(crate) names: &'p Names,
    /// The ids of the resources that were deleted elsewhere and whose files are removed.
    pub(crate) gone: &'p BTreeMap<Address, String>,
}

impl Pull<'_> {
    /// The files and the state of a resource, so that files, state and live resource agree.
    ///
    /// Fails if the live resource has texts that cannot be written, because they may contain secrets.
    pub(crate) fn resource(
        &self,
        address: &Address,
        live: &Live,
        secret_names: &mut SecretNames,
        graph: &mut BTreeMap<Address, Dependencies>,
    ) -> Result<Pulled, Vec<String>> {
        let before = self.state.resources.get(address).map(|entry| &entry.last);
        let resource = self.project.resources.get(address);
        let file = resource.map(|resource| &resource.content);
        let templates: Vec<&Value> = before.map(|before| &before.applied).into_iter().chain(file).collect();
        let guarded = Guarded { is_pull: true, ..guarded(&self.state.secret_names, &templates, &live.content) };
        let masked = self.state.comparable(address.kind, &live.content, before, &guarded);
        let now = self.names.referenced(address.kind, &masked);
        // If the file of a managed resource was deleted, the applied content is written again.
        let mut merged = match file.or(before.map(|before| &before.applied)) {
            Some(file) => self.merged(address, file, &now, live, before)?,
            None => {
                let content = address.kind.without_provisioned(address.kind.without_defaults(&now), None);
                Merged { content, ..Merged::default() }
            }
        };
        merged.discards_edits |= file.is_none() && before.is_some();
        let content = self.without_cycles(address, merged.content, graph);
        merged.content = secret_names.named(address, &content, before.map(|before| &before.secrets));
        let edited = match resource {
            Some(resource) => edited(resource, &merged.content, &|text: &Source| self.project.uses_of_text(text) > 1),
            None => Edited { files: self.new_files(address, &merged.content, before.is_some()), ..Edited::default() },
        };
        let content = &merged.content;
        let applied = self.names.referenced(address.kind, &with_variables(content, &self.environment.variables));
        let drifted = still_drifted(&merged.differing_secrets, before);
        let with_ours =
            |content: &Value| map_texts(content, &mut |_, text| drifted.get(text).map_or(text, String::as_str).into());
        let secrets = self.known_secrets(&applied, &with_ours(&now), before);
        let applied = crate::plan::without_write_only(address.kind, &applied);
        let version_id = live.version_id.clone();
        let snapshot = self.state.snapshot(address.kind, version_id, applied, &live.content, before, &guarded);
        Ok(Pulled {
            edited,
            secrets: secrets_in(content),
            secret_urls: secret_urls(content),
            snapshot: Snapshot { secrets, answer: with_ours(&snapshot.answer), ..snapshot },
            merged,
        })
    }

    /// Replaces the references in texts by ids if resources would refer to each other in a cycle. `graph` has the references of all files.
    fn without_cycles(&self, address: &Address, content: Value, graph: &mut BTreeMap<Address, Dependencies>) -> Value {
        graph.insert(address.clone(), dependencies(address, &content));
        let Some(cycle) = unbreakable_cycle(graph).filter(|cycle| cycle.contains(address)) else { return content };
        let content = without_references(&content, &self.names.ids_of(&cycle));
        let content = self.names.linked(address.kind, &content);
        graph.insert(address.clone(), dependencies(address, &content));
        content
    }

    /// The files of a resource that has no file yet. A long text does not replace a file that the resource does not own.
    fn new_files(&self, address: &Address, content: &Value, is_managed: bool) -> Files {
        let mut files = Files::new();
        let mut content = content.clone();
        if let Some(field) = address.kind.long_text()
            && let Some(text) = content[field].as_str()
            && (text.chars().count() > LONG_TEXT.0 || text.lines().count() > LONG_TEXT.1)
        {
            let name = format!("{}.md", address.key);
            let path = format!("{}/{name}", address.kind.folder());
            let is_own = is_managed && self.project.uses_of_text(&Source::new(&path, "")) == 0;
            if is_own || !self.project.dir.join(&path).exists() {
                files.push((path, text_file(text)));
                content[field] = json!({ "file": name });
            }
        }
        files.push((file_of(address), to_yaml(&ordered(content))));
        files
    }

    /// Updates the content of a file with the differences of the live resource.
    fn merged(
        &self,
        address: &Address,
        file: &Value,
        now: &Value,
        live: &Live,
        before: Option<&Snapshot>,
    ) -> Result<Merged, Vec<String>> {
        let kind = address.kind;
        let mut content = without_references(file, self.gone);
        let desired = self.names.referenced(kind, &with_variables(&content, &self.environment.variables));
        let desired = self.state.without_literals(kind, &crate::plan::without_write_only(kind, &desired));
        let applied = before.map(|before| {
            let applied = self.names.referenced(kind, &before.applied);
            without_references(&applied, self.gone)
        });
        let answer = before.map_or_else(|| json!({}), |before| self.names.referenced(kind, &before.answer));
        let no_secrets = BTreeMap::new();
        let lookup = lookup(self.state, Some(&live.content), None);
        let comparison = compare(Sides {
            shape: kind.shape(),
            desired: &desired,
            applied: applied.as_ref(),
            live: now,
            answer: Some(&answer),
            salt: &self.state.salt,
            secrets: before.map_or(&no_secrets, |before| &before.secrets),
            lookup: &lookup,
            // The file names the resource, so an id of an earlier one does not belong there.
            has_outdated_ids: false,
        });
        let hidden = self.hidden(address, &comparison.changes, applied.as_ref());
        if !hidden.is_empty() {
            return Err(hidden);
        }
        let (mut discards_edits, mut lost_variables) = (false, Vec::new());
        // Later items of a list first, so that the indices of the others stay valid. The new items come last, in their order.
        let mut changes: Vec<_> = comparison.changes.iter().rev().collect();
        changes
            .chunk_by_mut(|one, other| new_item(one).is_some() && new_item(one) == new_item(other))
            .for_each(<[_]>::reverse);
        for change in &changes {
            let value = match (change.at.0.as_slice(), &change.applied) {
                // The live texts are those of the last apply, with the old values.
                (_, Some(applied)) if has_hash(&change.before) => applied.clone(),
                ([Step::Field(name)], _) if !change.before.is_null() => {
                    let alone = kind.without_defaults(&json!({ name: change.before }));
                    let alone = kind.without_provisioned(alone, Some(&answer));
                    alone.get(name).cloned().unwrap_or(Value::Null)
                }
                _ => change.before.clone(),
            };
            let in_file = change.at.look_up(file).cloned().unwrap_or_default();
            let (value, lost) = variables::with_variables_of(&in_file, &value, &self.environment.variables);
            if !lost.is_empty() && !value.is_null() && new_item(change).is_none() {
                lost_variables.push((change.at.clone(), lost));
            }
            let is_edited = match &applied {
                Some(applied) => {
                    let value_in = |content: &Value| change.at.look_up(content).cloned().unwrap_or_default();
                    !is_same(&value_in(&desired), &value_in(applied))
                }
                // Nothing is known about the last apply, so every value of the file may be an edit.
                None => !change.after.is_null(),
            };
            // A secret that was changed elsewhere keeps its reference, unless it is in another item than that of the file.
            let has_secret = |value: &Value| !secrets_in(value).is_empty();
            let is_kept = is_hash(&value)
                && !change.after.is_null()
                && change.at.look_up(&content).is_some_and(has_secret)
                && !is_in_renamed_item(&comparison.changes, &change.at);
            if !is_kept {
                discards_edits |= take_back(&mut content, change, value) && is_edited;
            }
        }
        let keeps_secret = |it: &&FieldChange| it.applied.is_some() || !is_in_renamed_item(&comparison.changes, &it.at);
        let own = comparison.changes.iter().filter(keeps_secret);
        let mut differing_secrets: Vec<_> = own.filter_map(|change| self.differing_secret(change, &lookup)).collect();
        let places = differing_secrets.iter_mut().map(|secret| &mut secret.at);
        places.chain(lost_variables.iter_mut().map(|(at, _)| at)).for_each(|at| move_with_items(at, &changes));
        // A resource that the file names by its id may be managed by now.
        let content = self.names.linked(kind, &content);
        Ok(Merged { content, discards_edits, differing_secrets, lost_variables })
    }

    /// The hashes of the secrets whose values are in all of their live texts.
    fn known_secrets(&self, applied: &Value, now: &Value, before: Option<&Snapshot>) -> BTreeMap<String, String> {
        let mut found = Vec::new();
        let hashes = before.map(Snapshot::hashes).unwrap_or_default();
        for (at, reference) in references_in(applied) {
            let Reference::Secret(name) = &reference else { continue };
            let is_whole = at.look_up(applied).is_some_and(|value| *value == reference.to_string());
            let text = at.look_up(now).and_then(Value::as_str).unwrap_or_default();
            // The live text may have the value of the variable.
            let is_referred = text.contains(&reference.to_string());
            let of_variable = || Some(self.state.salt.hash(&secret(name).filter(|_| is_referred)?));
            if is_whole {
                found.extend(hash_in(text).or_else(of_variable).map(|hash| (name.clone(), Some(hash))));
                continue;
            }
            // A text that has not changed has the old value.
            let is_unchanged = hash_in(text).is_some_and(|hash| hashes.contains(&hash));
            let of_before = || before?.secrets.get(name).filter(|_| is_unchanged).cloned();
            found.push((name.clone(), of_variable().or_else(of_before)));
        }
        let is_known = |(name, hash): &(String, Option<String>)| found.iter().all(|it| it.0 != *name || it.1 == *hash);
        let known = found.iter().filter(|it| is_known(it)).cloned();
        known.filter_map(|(name, hash)| Some((name, hash?))).collect()
    }

    /// The difference of a secret, if its variables are set.
    fn differing_secret(&self, change: &FieldChange, lookup: &Lookup<'_>) -> Option<DifferingSecret> {
        // The text of the file after the pull.
        let text = change.applied.as_ref().unwrap_or(&change.after);
        let (names, live) = (secrets_in(text), change.before.as_str()?.to_owned());
        let ours = Reference::Hash(self.state.salt.hash(resolve(text, lookup).ok()?.as_str()?)).to_string();
        let is_differing = !names.is_empty() && is_hash(&change.before) && live != ours;
        is_differing.then(|| DifferingSecret { at: change.at.clone(), names, live, ours })
    }

    /// The changed texts that may contain secrets. A secret field keeps its reference; of another text, more than the secret may differ.
    ///
    /// The text of a managed resource, which has an applied content, was changed elsewhere. An adopted one may have the same text as the file.
    fn hidden(&self, address: &Address, changes: &[FieldChange], applied: Option<&Value>) -> Vec<String> {
        let resource = self.project.resources.get(address);
        // The file may have the value itself, in place of which the state has a reference.
        let file = resource.map(|resource| &resource.content);
        let contents = [file, applied];
        let fields = file.or(applied).map(|content| secrets(address.kind.shape(), content)).unwrap_or_default();
        let is_hidden =
            |change: &&FieldChange| is_hash(&change.before) && change.applied.is_none() && !fields.contains(&change.at);
        let mut problems = Vec::new();
        for change in changes.iter().filter(is_hidden) {
            let mut texts = contents.into_iter().flatten().filter_map(|content| change.at.look_up(content));
            let Some(names) = texts.find_map(|text| Some(secrets_in(text)).filter(|names| !names.is_empty())) else {
                continue;
            };
            let (why, or) = match (applied, resource) {
                (Some(_), Some(_)) => (
                    "it was changed elsewhere and",
                    ", write the live text with references into the file, or run `telnyx-ai apply --overwrite-drift`",
                ),
                (Some(_), None) => ("it was changed elsewhere and", ", or restore the file from version control"),
                (None, _) => ("it cannot be compared with the file:", ""),
            };
            let message =
                format!("cannot pull {}, because {why} the live text may contain the value of a secret", change.at);
            let help = format!("set the variable {} to the value in the live text{or}", names.join(" and "));
            let locate = |file: &Resource| file.locate_reference(&change.at, &Reference::Secret(names[0].clone()));
            let place = resource.map_or_else(|| (Source::new(file_of(address), ""), 0..0), locate);
            problems.push(Diagnostic::error(place, message).with_help(help).line());
        }
        problems
    }
}

/// The hashes of the secrets that were changed elsewhere, with those of their variables. The files cannot have the live values, so
/// the state keeps the values of the variables, and the difference is still drift.
fn still_drifted(secrets: &[DifferingSecret], before: Option<&Snapshot>) -> BTreeMap<String, String> {
    let Some(before) = before else { return BTreeMap::new() };
    let known: Vec<_> = before.hashes().into_iter().map(|hash| Reference::Hash(hash).to_string()).collect();
    let drifted = secrets.iter().filter(|secret| !known.contains(&secret.live));
    drifted.map(|secret| (secret.live.clone(), secret.ours.clone())).collect()
}

/// The place of the list that has a new item.
fn new_item(change: &FieldChange) -> Option<&[Step]> {
    let (last, list) = change.at.0.split_last()?;
    (change.after.is_null() && matches!(last, Step::Item(_))).then_some(list)
}

/// Whether a value is in an item of a list that was renamed elsewhere. It may be another item, in place of one that was deleted.
fn is_in_renamed_item(changes: &[FieldChange], at: &Pointer) -> bool {
    changes.iter().filter(|change| change.applied.is_none()).any(|change| {
        let Some((last, parents)) = change.at.0.split_last() else { return false };
        let is_name = matches!(last, Step::Field(name) if name == "name" || name == "id");
        is_name && at.0.starts_with(parents) && parents.iter().any(|step| matches!(step, Step::Item(_)))
    })
}

/// Changes the place of a value in a file to that after items were added to lists and removed from them.
fn move_with_items(at: &mut Pointer, changes: &[&FieldChange]) {
    for change in changes {
        let Some((Step::Item(index), list)) = change.at.0.split_last() else { continue };
        if at.0.starts_with(list)
            && let Some(Step::Item(own)) = at.0.get_mut(list.len())
        {
            if change.after.is_null() && index <= own {
                *own += 1;
            } else if change.before.is_null() && index < own {
                *own -= 1;
            }
        }
    }
}

/// Replaces the value of a file by the live value. Returns whether they differ.
fn take_back(content: &mut Value, change: &FieldChange, live: Value) -> bool {
    let Some((last, parents)) = change.at.0.split_last() else { return false };
    let place = parents.iter().try_fold(content, |place, step| match (step, place) {
        (Step::Field(name), Value::Object(fields)) => fields.get_mut(name),
        (Step::Item(index), Value::Array(items)) => items.get_mut(*index),
        _ => None,
    });
    match (last, place) {
        (Step::Field(name), Some(Value::Object(fields))) if live.is_null() => fields.shift_remove(name).is_some(),
        (Step::Field(name), Some(Value::Object(fields))) => {
            fields.insert(name.clone(), live.clone()).as_ref() != Some(&live)
        }
        (Step::Item(index), Some(Value::Array(items))) if change.after.is_null() => {
            items.insert((*index).min(items.len()), live);
            true
        }
        (Step::Item(index), Some(Value::Array(items))) if live.is_null() => {
            let is_present = *index < items.len();
            if is_present {
                items.remove(*index);
            }
            is_present
        }
        (Step::Item(index), Some(Value::Array(items))) => {
            items.get_mut(*index).is_some_and(|item| std::mem::replace(item, live.clone()) != live)
        }
        _ => false,
    }
}

/// The first of `NAME`, `NAME_2`, `NAME_3` and so on that is free.
fn numbered(name: &str, is_free: impl Fn(&str) -> bool) -> String {
    let mut names = std::iter::once(name.to_owned()).chain((2_u32..).map(|n| format!("{name}_{n}")));
    names.find(|name| is_free(name)).unwrap_or_default()
}

/// Sorts the most important fields first.
fn ordered(content: Value) -> Value {
    const FIRST: [&str; 8] =
        ["name", "display_name", "description", "type", "model", "instructions", "greeting", "destination"];
    let Value::Object(fields) = content else { return content };
    let mut fields: Vec<_> = fields.into_iter().collect();
    fields.sort_by_key(|(name, _)| FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len()));
    fields.into_iter().collect()
}

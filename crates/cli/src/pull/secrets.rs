//! Chooses names for secrets.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::project::Project;
use crate::references::{Reference, hash_in, map_texts, secrets_in};
use crate::resources::{Address, field_name};
use crate::state::{Salt, State, secret};

/// The secrets of a project by name, with their hashes where they are known.
#[derive(Debug)]
pub(crate) struct SecretNames {
    known: BTreeMap<String, Option<String>>,
    /// The names that each resource uses, in its file or in the state.
    used: Vec<(Address, Vec<String>)>,
    salt: Salt,
}

impl SecretNames {
    /// The secrets that the files of a project or its state refer to.
    pub(crate) fn of(project: &Project, state: &State) -> Self {
        let files = project.resources.iter().map(|(address, resource)| (address, &resource.content));
        let contents = files.chain(state.resources.iter().map(|(address, entry)| (address, &entry.last.applied)));
        let used: Vec<_> = contents.map(|(address, content)| (address.clone(), secrets_in(content))).collect();
        let known = used.iter().flat_map(|(_, names)| names).map(|name| (name.clone(), None)).collect();
        Self { known, used, salt: state.salt.clone() }
    }

    /// Replaces the hashes of secrets by `${secret.NAME}`. `applied` are the hashes of those that the last apply sent.
    pub(crate) fn named(
        &mut self,
        address: &Address,
        content: &Value,
        applied: Option<&BTreeMap<String, String>>,
    ) -> Value {
        // A name that is left in the content, or that another resource uses, can have another value by now.
        let mut left = secrets_in(content);
        left.extend(self.used.iter().filter(|(other, _)| other != address).flat_map(|(_, names)| names.clone()));
        let applied: Vec<_> = applied.into_iter().flatten().filter(|(name, _)| !left.contains(name)).collect();
        map_texts(content, &mut |at, text| {
            let name = hash_in(text).map(|hash| {
                let field = field_name(content, at).unwrap_or_default();
                self.name(&format!("{}_{field}", address.key), &hash, &applied)
            });
            name.map_or_else(|| text.to_owned(), |name| Reference::Secret(name).to_string()).into()
        })
    }

    /// The known name of a secret, or a new one from the key and the field: `LOOK_UP_AUTHORIZATION`. Equal new secrets of a resource share one.
    fn name(&mut self, wanted: &str, hash: &str, applied: &[(&String, &String)]) -> String {
        // The next apply would send the value of a variable that is set for another purpose.
        let is_usable = |name: &str| secret(name).is_none_or(|value| self.salt.hash(&value) == hash);
        if let Some((name, _)) = applied.iter().find(|(name, known)| *known == hash && is_usable(name)) {
            return (*name).clone();
        }
        let wanted: String =
            wanted.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
        let wanted = if wanted.starts_with(|c: char| c.is_ascii_digit()) { format!("SECRET_{wanted}") } else { wanted };
        let is_free = |name: &str| self.known.get(name).is_none_or(|known| known.as_deref() == Some(hash));
        let name = super::numbered(&wanted, |name| is_free(name) && is_usable(name));
        self.known.insert(name.clone(), Some(hash.to_owned()));
        name
    }
}

//! Chooses names for secrets.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::project::{Pointer, Project};
use crate::references::{Reference, hash_in, map_texts, secrets_in};
use crate::resources::{Address, field_name};
use crate::state::{Salt, secret};

/// The secrets of a project by name, with their hashes where they are known.
#[derive(Debug)]
pub(crate) struct SecretNames {
    known: BTreeMap<String, Option<String>>,
    salt: Salt,
}

impl SecretNames {
    /// The secrets that the files of a project refer to.
    pub(crate) fn of(project: &Project, salt: &Salt) -> Self {
        let names = project.resources.values().flat_map(|resource| secrets_in(&resource.content));
        Self { known: names.map(|name| (name, None)).collect(), salt: salt.clone() }
    }

    /// Replaces the hashes of secrets by `${secret.NAME}`. `applied` are the hashes of those that the last apply sent.
    pub(crate) fn named(
        &mut self,
        address: &Address,
        content: &Value,
        applied: Option<&BTreeMap<String, String>>,
    ) -> Value {
        map_texts(content, &mut |at, text| {
            let name = hash_in(text).map(|hash| {
                let mut same = applied.into_iter().flatten().filter(|(_, known)| **known == hash);
                let name = same.find(|(name, _)| self.is_unset_or(name, &hash)).map(|(name, _)| name.clone());
                name.unwrap_or_else(|| self.name(address, content, at, &hash))
            });
            name.map_or_else(|| text.to_owned(), |name| Reference::Secret(name).to_string()).into()
        })
    }

    /// Derives a name from the key and the field: `LOOK_UP_AUTHORIZATION`. Equal secrets of a resource share one.
    fn name(&mut self, address: &Address, content: &Value, at: &Pointer, hash: &str) -> String {
        let wanted = format!("{}_{}", address.key, field_name(content, at).unwrap_or_default());
        let wanted: String =
            wanted.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
        let wanted = if wanted.starts_with(|c: char| c.is_ascii_digit()) { format!("SECRET_{wanted}") } else { wanted };
        let is_free = |name: &str| {
            self.known.get(name).is_none_or(|known| known.as_deref() == Some(hash)) && self.is_unset_or(name, hash)
        };
        let name = super::numbered(&wanted, is_free);
        self.known.insert(name.clone(), Some(hash.to_owned()));
        name
    }

    /// Whether a variable is unset or has the value with this hash. The next apply would send another value.
    fn is_unset_or(&self, name: &str, hash: &str) -> bool {
        secret(name).is_none_or(|value| self.salt.hash(&value) == hash)
    }
}

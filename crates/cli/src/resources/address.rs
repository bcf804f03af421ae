//! The addresses of resources.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Kind;

/// The address of a resource in a project: its kind and its key, such as `assistants.support`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Address {
    pub(crate) kind: Kind,
    pub(crate) key: String,
}

impl Address {
    pub(crate) fn new(kind: Kind, key: impl Into<String>) -> Self {
        Self { kind, key: key.into() }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (kind, key) = text.split_once('.')?;
        let kind = Kind::ALL.into_iter().find(|known| known.folder() == kind)?;
        is_key(key).then(|| Self::new(kind, key))
    }

    /// As files refer to it: `${assistants.support}`.
    pub(crate) fn reference(&self) -> String {
        format!("${{{self}}}")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.kind.folder(), self.key)
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not an address")))
    }
}

/// Whether a text can be a key: letters, digits, `_` and `-`.
pub(crate) fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// Derives a key from a name: `Look up` becomes `look_up`.
pub(crate) fn key_of(name: &str, kind: Kind) -> String {
    let mut key = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || c == '-' {
            key.push(c);
        } else if !key.is_empty() && !key.ends_with('_') {
            key.push('_');
        }
        if key.chars().count() == MAX_KEY_LENGTH {
            break;
        }
    }
    let key = key.trim_matches(['_', '-']);
    if key.is_empty() { kind.singular().replace(' ', "_") } else { key.to_owned() }
}

/// The maximum number of characters of a derived key. File systems allow 255 bytes.
const MAX_KEY_LENGTH: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_of_names() {
        for (name, key) in [
            ("Look up", "look_up"),
            ("  Support (EU) – v2! ", "support_eu_v2"),
            ("Ärger", "ärger"),
            ("客服", "客服"),
            ("../../etc", "etc"),
            ("***", "assistant"),
            (&"x".repeat(300), &"x".repeat(60)),
        ] {
            assert_eq!(key_of(name, Kind::Assistants), key);
            assert!(is_key(&key_of(name, Kind::Assistants)), "{key}");
        }
    }

    #[test]
    fn addresses_are_parsed() {
        assert_eq!(Address::parse("tools.look_up"), Some(Address::new(Kind::Tools, "look_up")));
        for wrong in ["look_up", "tool.look_up", "tools.", "tools.a.b", "tools.a b"] {
            assert_eq!(Address::parse(wrong), None, "{wrong}");
        }
    }
}

//! Replaces ids in content by references.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::map_texts;
use super::template::{Part, Reference, Template};
use crate::project::Pointer;
use crate::resources::{Address, Kind, is_reference};

/// Shorter ids are replaced only in fields that hold an id.
const LEAST_LENGTH: usize = 16;

/// The managed resources by id.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names(HashMap<String, Address>);

impl Names {
    pub(crate) fn insert(&mut self, id: &str, address: Address) {
        self.0.insert(id.to_owned(), address);
    }

    pub(crate) fn remove(&mut self, id: &str) {
        self.0.remove(id);
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Address> {
        self.0.get(id)
    }

    pub(crate) fn ids_of(&self, addresses: &[Address]) -> BTreeMap<Address, String> {
        let ids = self.0.iter().filter(|(_, address)| addresses.contains(address));
        ids.map(|(id, address)| (address.clone(), id.clone())).collect()
    }

    /// Replaces the ids of managed resources by references.
    pub(crate) fn referenced(&self, kind: Kind, content: &Value) -> Value {
        map_texts(content, &mut |at, text| self.text(kind, at, text).into())
    }

    /// Replaces the ids of managed resources in the fields that hold an id. Texts keep them: a reference in a text can be circular.
    pub(crate) fn linked(&self, kind: Kind, content: &Value) -> Value {
        map_texts(content, &mut |at, text| match self.0.get(text) {
            Some(address) if is_reference(kind, at) => address.reference().into(),
            _ => text.into(),
        })
    }

    fn text(&self, kind: Kind, at: &Pointer, text: &str) -> String {
        if let Some(address) = self.0.get(text)
            && (text.len() >= LEAST_LENGTH || is_reference(kind, at))
        {
            return address.reference();
        }
        if text.len() < LEAST_LENGTH || self.0.is_empty() {
            return text.to_owned();
        }
        Template::parse(text).with_literals(|literal| self.parts(literal)).to_string()
    }

    /// Replaces each word of a literal that is a long id.
    fn parts(&self, literal: &str) -> Vec<Part> {
        let is_end = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_');
        let words = literal.split_inclusive(is_end).flat_map(|piece| {
            let word = piece.trim_end_matches(is_end);
            match self.0.get(word).filter(|_| word.len() >= LEAST_LENGTH) {
                Some(address) => {
                    vec![Reference::Resource(address.clone()).into(), Part::Text(piece[word.len()..].to_owned())]
                }
                None => vec![Part::Text(piece.to_owned())],
            }
        });
        words.collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_become_references_in_both_directions() {
        let mut names = Names::default();
        names.insert("assistant-0123456789", Address::new(Kind::Assistants, "billing"));
        names.insert("t1", Address::new(Kind::Tools, "look_up"));
        let content = json!({
            "name": "t1",
            "instructions": "Ask https://x/assistant-0123456789/chat for $${cost}, not assistant-01234567890",
            "tool_ids": ["t1", "t2"],
        });
        let template = names.referenced(Kind::Assistants, &content);
        assert_eq!(
            template,
            json!({
                "name": "t1",
                "instructions": "Ask https://x/${assistants.billing}/chat for $${cost}, not assistant-01234567890",
                "tool_ids": ["${tools.look_up}", "t2"],
            })
        );
        assert_eq!(names.referenced(Kind::Assistants, &template), template);
    }
}

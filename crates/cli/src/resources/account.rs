//! The live resources of an account.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use indicatif::ProgressBar;
use serde_json::Value;
use telnyx_ai::{Error, Telnyx};

use super::assistants::RESOLVED_TOOLS;
use super::{Answer, Kind};
use crate::compare;

/// A resource in an account.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) version_id: Option<String>,
    pub(crate) created_at: String,
    /// The fields that a creation takes, with their secrets.
    pub(crate) content: Value,
}

impl Live {
    pub(crate) fn name(&self) -> &str {
        self.content[self.kind.name_field()].as_str().unwrap_or_default()
    }
}

/// All resources of an account, by kind and id.
#[derive(Debug, Default)]
pub(crate) struct Account {
    live: BTreeMap<(Kind, String), Live>,
}

/// The ids of the shared tools that an assistant had before. They distinguish tools with the same definition.
pub(crate) type KnownToolIds<'k> = dyn Fn(&str) -> Vec<String> + 'k;

impl Account {
    /// Reads the lists of all kinds concurrently.
    pub(crate) async fn read(
        telnyx: &Telnyx,
        known_tool_ids: &KnownToolIds<'_>,
        progress: &ProgressBar,
    ) -> Result<Self, Error> {
        let lists = Kind::ALL.map(|kind| async move {
            let list = kind.list(telnyx).await;
            progress.inc(1);
            list.map(|answers| (kind, answers))
        });
        let mut account = Self::default();
        // Shared tools come first, because assistants need them.
        for (kind, answers) in try_join_all(lists).await? {
            for answer in answers {
                account.put(kind, answer, known_tool_ids);
            }
        }
        Ok(account)
    }

    pub(crate) fn get(&self, kind: Kind, id: &str) -> Option<&Live> {
        self.live.get(&(kind, id.to_owned()))
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Live> {
        self.live.values()
    }

    /// Stores a resource that the API answered with.
    pub(crate) fn put(&mut self, kind: Kind, answer: Answer, known_tool_ids: &KnownToolIds<'_>) -> Live {
        let live = self.resolved(kind, answer, known_tool_ids);
        self.live.insert((kind, live.id.clone()), live.clone());
        live
    }

    /// Adds the ids of shared tools to a resource that the API answered with.
    pub(crate) fn resolved(&self, kind: Kind, answer: Answer, known_tool_ids: &KnownToolIds<'_>) -> Live {
        let Answer { id, version_id, created_at, mut content } = answer;
        if kind == Kind::Assistants {
            let resolved = content.as_object_mut().and_then(|fields| fields.shift_remove(RESOLVED_TOOLS));
            let ids = self.tool_ids(resolved.as_ref().and_then(Value::as_array), &known_tool_ids(&id));
            if !ids.is_empty() {
                content["tool_ids"] = ids.into();
            }
        }
        Live { kind, id, version_id, created_at, content }
    }

    pub(crate) fn remove(&mut self, kind: Kind, id: &str) {
        self.live.remove(&(kind, id.to_owned()));
    }

    /// Finds the ids of the shared tools of an assistant by their types and definitions. Of equal tools, those in `known` are preferred.
    fn tool_ids(&self, resolved: Option<&Vec<Value>>, known: &[String]) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        for tool in resolved.into_iter().flatten() {
            let kind = tool["type"].as_str().unwrap_or_default();
            // If the definition has changed in between, or contains a masked secret, the name decides.
            let is_same = |live: &&Live| compare::is_same(&live.content[kind], &tool[kind]);
            let has_name = |live: &&Live| {
                live.content[kind]["name"].is_string() && live.content[kind]["name"] == tool[kind]["name"]
            };
            let found = self.live.values().filter(|live| live.kind == Kind::Tools && live.content["type"] == kind);
            let found = found.filter(|live| !ids.contains(&live.id) && (is_same(live) || has_name(live)));
            let best = found.min_by_key(|live| (!is_same(live), !known.contains(&live.id)));
            ids.extend(best.map(|live| live.id.clone()));
        }
        ids
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tool(id: &str, definition: Value) -> Answer {
        let content = json!({"display_name": id, "type": "webhook", "webhook": definition});
        Answer { id: id.to_owned(), version_id: None, created_at: String::new(), content }
    }

    fn tool_ids(resolved: Value, known: &'static [&'static str]) -> Value {
        let mut account = Account::default();
        let no_ids = |_: &str| Vec::new();
        let definition = json!({"name": "look_up", "url": "https://x", "timeout": 1});
        account.put(Kind::Tools, tool("tool-1", definition.clone()), &no_ids);
        account.put(Kind::Tools, tool("tool-2", definition), &no_ids);
        account.put(Kind::Tools, tool("tool-3", json!({"name": "other"})), &no_ids);
        let content = json!({"name": "a", RESOLVED_TOOLS: resolved});
        let answer = Answer { id: "a".to_owned(), version_id: None, created_at: String::new(), content };
        let known = |_: &str| known.iter().map(|id| (*id).to_owned()).collect();
        account.put(Kind::Assistants, answer, &known).content["tool_ids"].clone()
    }

    #[test]
    fn shared_tools_are_found_by_their_definition() {
        let look_up = json!({"type": "webhook", "shared": true, "webhook": {"timeout": 1.0, "url": "https://x", "name": "look_up"}});
        let other = json!({"type": "webhook", "shared": true, "webhook": {"name": "other", "new": true}});
        let gone = json!({"type": "webhook", "shared": true, "webhook": {"name": "gone"}});
        assert_eq!(tool_ids(json!([look_up, other, gone]), &[]), json!(["tool-1", "tool-3"]));
        assert_eq!(tool_ids(json!([look_up]), &["tool-2"]), json!(["tool-2"]));
        assert_eq!(tool_ids(json!([look_up, look_up]), &["tool-2"]), json!(["tool-2", "tool-1"]));
    }
}

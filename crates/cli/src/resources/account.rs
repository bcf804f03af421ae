//! The live resources of an account.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use indicatif::ProgressBar;
use serde_json::Value;
use telnyx_ai::{Error, Telnyx};

use super::Kind;
use super::assistants::RESOLVED_TOOLS;
use crate::compare;

/// A resource that the API returned.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    /// The main version of an assistant.
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

impl Account {
    /// Reads the lists of all kinds concurrently. `tool_ids` returns the ids of the shared tools that an assistant had before.
    pub(crate) async fn read(
        telnyx: &Telnyx,
        tool_ids: impl Fn(&str) -> Vec<String>,
        progress: &ProgressBar,
    ) -> Result<Self, Error> {
        let lists = Kind::ALL.map(|kind| async move {
            let list = kind.list(telnyx).await;
            progress.inc(1);
            list
        });
        let mut account = Self::default();
        // Shared tools come first, because assistants need them.
        for live in try_join_all(lists).await?.into_iter().flatten() {
            let known = tool_ids(&live.id);
            account.put(live, &known);
        }
        Ok(account)
    }

    pub(crate) fn get(&self, kind: Kind, id: &str) -> Option<&Live> {
        self.live.get(&(kind, id.to_owned()))
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Live> {
        self.live.values()
    }

    /// Stores a resource, and returns it as [`resolved`](Self::resolved).
    pub(crate) fn put(&mut self, live: Live, known: &[String]) -> Live {
        let live = self.resolved(live, known);
        self.live.insert((live.kind, live.id.clone()), live.clone());
        live
    }

    /// Adds the ids of shared tools to an assistant. Those in `known` distinguish tools with the same definition.
    pub(crate) fn resolved(&self, mut live: Live, known: &[String]) -> Live {
        let resolved = live.content.as_object_mut().and_then(|fields| fields.shift_remove(RESOLVED_TOOLS));
        let ids = self.tool_ids(resolved.as_ref().and_then(Value::as_array), known);
        if !ids.is_empty() {
            live.content["tool_ids"] = ids.into();
        }
        live
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

    fn live(kind: Kind, id: &str, content: Value) -> Live {
        Live { kind, id: id.to_owned(), version_id: None, created_at: String::new(), content }
    }

    fn tool(id: &str, definition: Value) -> Live {
        live(Kind::Tools, id, json!({"display_name": id, "type": "webhook", "webhook": definition}))
    }

    fn tool_ids(resolved: Value, known: &[&str]) -> Value {
        let mut account = Account::default();
        let definition = json!({"name": "look_up", "url": "https://x", "timeout": 1});
        account.put(tool("tool-1", definition.clone()), &[]);
        account.put(tool("tool-2", definition), &[]);
        account.put(tool("tool-3", json!({"name": "other"})), &[]);
        let content = json!({"name": "a", RESOLVED_TOOLS: resolved});
        let known: Vec<_> = known.iter().map(|id| (*id).to_owned()).collect();
        account.put(live(Kind::Assistants, "a", content), &known).content["tool_ids"].clone()
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

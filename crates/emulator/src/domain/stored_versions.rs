//! The stored versions of an assistant, and the one that serves a conversation.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Context, Result};
use crate::{
    assumptions::{ABSENT_ATTRIBUTE_IS_NOT_IN, MAX_VERSIONS},
    ids::mixed,
    json::{as_text, items, text},
    store::{Kind, Order},
};

/// The stored version, if the assistant has it.
pub(crate) fn find(cx: &Context<'_>, assistant_id: &str, version_id: &str) -> Result<Option<Value>> {
    Ok(cx.tx.get(Kind::Version, version_id)?.filter(|version| version["id"] == assistant_id))
}

/// Stores a version of an assistant.
///
/// Beyond ten versions, erases the oldest, except the main version and those in the canary deploy.
pub(crate) fn save(cx: &Context<'_>, version: &Value, is_main: bool) -> Result<()> {
    let (assistant_id, version_id) = (text(version, "id"), text(version, "version_id"));
    cx.tx.insert(Kind::Version, version_id, assistant_id, version)?;
    if is_main {
        make_main(cx, version)?;
    }
    let all = cx.tx.list(Kind::Version, assistant_id, Order::OldestFirst)?;
    let excess = all.len().saturating_sub(MAX_VERSIONS);
    if excess == 0 {
        return Ok(());
    }
    let mut kept = named_versions(cx, assistant_id)?;
    kept.insert(version_id.to_owned());
    kept.insert(text(&cx.get(Kind::Assistant, assistant_id)?, "version_id").to_owned());
    let ids = all.iter().map(|version| text(version, "version_id"));
    for erased in ids.filter(|id| !kept.contains(*id)).take(excess) {
        cx.tx.delete(Kind::Version, erased)?;
    }
    Ok(())
}

/// Promotes a stored version to the main version.
pub(crate) fn make_main(cx: &Context<'_>, version: &Value) -> Result<()> {
    Ok(cx.tx.replace(Kind::Assistant, text(version, "id"), version)?)
}

/// Stores an assistant without creating a version.
pub(crate) fn save_main(cx: &Context<'_>, assistant: &Value) -> Result<()> {
    cx.tx.replace(Kind::Version, text(assistant, "version_id"), assistant)?;
    make_main(cx, assistant)
}

/// The stored version that serves a conversation.
pub(crate) fn version_for(cx: &Context<'_>, assistant_id: &str, conversation: &Value) -> Result<Value> {
    let main = cx.get(Kind::Assistant, assistant_id)?;
    let Some(deploy) = cx.tx.get(Kind::CanaryDeploy, assistant_id)? else { return Ok(main) };
    let rule = items(&deploy["rules"]).iter().find(|rule| matches(rule, &conversation["metadata"]));
    // A message without a conversation is routed by its recipient.
    let id = conversation["id"].as_str().or_else(|| conversation["metadata"]["telnyx_end_user_target"].as_str());
    let selected = rule.and_then(|rule| version_of(&rule["serve"], id.unwrap_or_default()));
    Ok(find(cx, assistant_id, selected.unwrap_or_default())?.unwrap_or(main))
}

/// The versions that serve: the main version and those in the canary deploy.
pub(crate) fn serving(cx: &Context<'_>, main: Value) -> Result<Vec<Value>> {
    let assistant_id = text(&main, "id");
    let mut serving = Vec::new();
    for version_id in named_versions(cx, assistant_id)? {
        serving
            .extend(find(cx, assistant_id, &version_id)?.filter(|version| version["version_id"] != main["version_id"]));
    }
    serving.push(main);
    Ok(serving)
}

/// The ids of the versions in an assistant's canary deploy; empty without one.
fn named_versions(cx: &Context<'_>, assistant_id: &str) -> Result<BTreeSet<String>> {
    let deploy = cx.tx.get(Kind::CanaryDeploy, assistant_id)?.unwrap_or_default();
    Ok(named_in(&deploy["rules"]).map(str::to_owned).collect())
}

/// The ids of the versions in a list of rules.
pub(crate) fn named_in(rules: &Value) -> impl Iterator<Item = &str> {
    let slots = items(rules).iter().flat_map(|rule| items(&rule["serve"]["rollout"]).iter().chain([&rule["serve"]]));
    slots.filter_map(|slot| slot["version_id"].as_str())
}

/// Whether every clause of a rule holds for a conversation.
fn matches(rule: &Value, metadata: &Value) -> bool {
    items(&rule["match"]).iter().all(|clause| {
        let attribute = &metadata[text(clause, "attribute")];
        let attribute = (!attribute.is_null()).then(|| as_text(attribute));
        let any = |test: fn(&str, &str) -> bool| {
            let values = items(&clause["values"]).iter().filter_map(Value::as_str);
            attribute.as_deref().is_some_and(|attribute| values.into_iter().any(|value| test(attribute, value)))
        };
        match clause["operator"].as_str() {
            Some("in") => any(|attribute, value| attribute == value),
            Some("not_in") if attribute.is_none() => ABSENT_ATTRIBUTE_IS_NOT_IN,
            Some("not_in") => !any(|attribute, value| attribute == value),
            Some("starts_with") => any(|attribute, value| attribute.starts_with(value)),
            _ => false,
        }
    })
}

/// The version that a rule selects for a conversation. `None`: the main version.
fn version_of<'a>(serve: &'a Value, conversation_id: &str) -> Option<&'a str> {
    if let Some(version_id) = serve["version_id"].as_str() {
        return Some(version_id);
    }
    let place = position_of(conversation_id);
    let mut end = 0.0;
    let slot = items(&serve["rollout"]).iter().find(|slot| {
        end += slot["weight"].as_f64().unwrap_or_default();
        place < end
    })?;
    slot["version_id"].as_str()
}

/// The position of a conversation between 0 and 100.
///
/// It is constant and evenly distributed, so a growing share keeps its conversations.
fn position_of(conversation_id: &str) -> f64 {
    let hash = conversation_id.bytes().fold(mixed(0), |hash, byte| mixed(hash ^ u64::from(byte)));
    f64::from((hash >> 32) as u32) / (f64::from(u32::MAX) + 1.0) * 100.0
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn share_of_20_percent_gets_a_fifth_of_the_conversations() {
        let serve = json!({ "rollout": [{ "version_id": "a", "weight": 20.0 }, { "version_id": "b", "weight": 0.5 }] });
        let served = |version: &str| {
            (0..10_000).filter(|n| version_of(&serve, &format!("conversation-{n}")) == Some(version)).count()
        };
        assert!((1_850..=2_150).contains(&served("a")), "{}", served("a"));
        assert!((25..=75).contains(&served("b")), "{}", served("b"));
        // A conversation keeps its version when the emulator restarts.
        assert_eq!(["", "x", "y", "z"].map(|id| position_of(id).round()), [88.0, 2.0, 13.0, 63.0]);
    }

    #[test]
    fn all_clauses_must_match() {
        let metadata = json!({ "tier": "gold", "telnyx_end_user_target": "+4930", "age": 7 });
        let holds = |clauses: Value| matches(&json!({ "match": clauses }), &metadata);
        let clause = |attribute: &str, operator: &str, values: &[&str]| json!({ "attribute": attribute, "operator": operator, "values": values });
        assert!(holds(json!([])));
        assert!(holds(json!([clause("tier", "in", &["silver", "gold"]), clause("age", "in", &["7"])])));
        assert!(!holds(json!([clause("tier", "in", &["gold"]), clause("age", "in", &["8"])])));
        assert!(holds(json!([clause("telnyx_end_user_target", "starts_with", &["+1", "+49"])])));
        assert!(!holds(json!([clause("tier", "not_in", &["gold"])])));
        assert!(holds(json!([clause("absent", "not_in", &["gold"])])));
        assert!(!holds(json!([clause("absent", "in", &["gold"])])));
        assert!(!holds(json!([clause("absent", "starts_with", &[""])])));
    }
}

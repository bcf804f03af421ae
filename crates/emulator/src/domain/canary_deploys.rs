//! Canary deploys, which select the version for each conversation.
//!
//! A deploy has `rules`, or `versions` with percentages. It is stored and returned in both forms: percentages are one rule for
//! all conversations.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use telnyx_ai_versions::CanaryDeployConfig;

use super::{
    Context, Error, Result, assistants, versions,
    violations::{none_of, typed},
};
use crate::{
    assumptions::ABSENT_ATTRIBUTE_IS_NOT_IN,
    ids::mixed,
    json::{as_text, items, text},
    store::Kind,
};

/// The percentage of all traffic.
const WHOLE: f64 = 100.0;
const MIN_PERCENTAGE: f64 = 1.0;
const MAX_PERCENTAGE: f64 = 99.0;

pub(crate) fn get(cx: &Context<'_>, assistant_id: &str) -> Result<Value> {
    assistants::check(cx, assistant_id)?;
    cx.tx
        .get(Kind::CanaryDeploy, assistant_id)?
        .ok_or_else(|| Error::not_found("canary deploy of assistant", assistant_id))
}

pub(crate) fn create(cx: &Context<'_>, assistant_id: &str, body: Map<String, Value>) -> Result<Value> {
    assistants::check(cx, assistant_id)?;
    if cx.tx.has(Kind::CanaryDeploy, assistant_id)? {
        return Err(Error::Conflict(format!("Assistant '{assistant_id}' has a canary deploy already.")));
    }
    let deploy = configured(cx, assistant_id, body, &cx.now_text())?;
    cx.tx.insert(Kind::CanaryDeploy, assistant_id, assistant_id, &deploy)?;
    Ok(deploy)
}

/// Replaces all rules of a canary deploy.
pub(crate) fn update(cx: &Context<'_>, assistant_id: &str, body: Map<String, Value>) -> Result<Value> {
    let before = get(cx, assistant_id)?;
    let deploy = configured(cx, assistant_id, body, text(&before, "created_at"))?;
    cx.tx.replace(Kind::CanaryDeploy, assistant_id, &deploy)?;
    Ok(deploy)
}

pub(crate) fn delete(cx: &Context<'_>, assistant_id: &str) -> Result<()> {
    get(cx, assistant_id)?;
    end(cx, assistant_id)
}

/// Deletes the canary deploy of an assistant, if there is one.
pub(crate) fn end(cx: &Context<'_>, assistant_id: &str) -> Result<()> {
    cx.tx.delete(Kind::CanaryDeploy, assistant_id)?;
    Ok(())
}

/// The version that the canary deploy selects. `None`: the main version.
pub(crate) fn route(cx: &Context<'_>, assistant_id: &str, conversation: &Value) -> Result<Option<String>> {
    let Some(deploy) = cx.tx.get(Kind::CanaryDeploy, assistant_id)? else { return Ok(None) };
    let serve =
        items(&deploy["rules"]).iter().find(|rule| matches(rule, &conversation["metadata"])).map(|rule| &rule["serve"]);
    // A message without a conversation is routed by its recipient.
    let id = conversation["id"].as_str().or_else(|| conversation["metadata"]["telnyx_end_user_target"].as_str());
    Ok(serve.and_then(|serve| version_of(serve, id.unwrap_or_default())).map(str::to_owned))
}

/// The ids of the versions in an assistant's canary deploy; empty without one.
pub(crate) fn named_versions(cx: &Context<'_>, assistant_id: &str) -> Result<BTreeSet<String>> {
    let deploy = cx.tx.get(Kind::CanaryDeploy, assistant_id)?.unwrap_or_default();
    Ok(named_in(&deploy["rules"]).map(str::to_owned).collect())
}

/// The ids of the versions in a list of rules.
fn named_in(rules: &Value) -> impl Iterator<Item = &str> {
    let slots = items(rules).iter().flat_map(|rule| items(&rule["serve"]["rollout"]).iter().chain([&rule["serve"]]));
    slots.filter_map(|slot| slot["version_id"].as_str())
}

/// Reads a deploy from a request, and returns it in both forms.
fn configured(cx: &Context<'_>, assistant_id: &str, mut body: Map<String, Value>, created_at: &str) -> Result<Value> {
    body.retain(|_, value| !value.is_null());
    let mut deploy = Value::Object(body);
    check(cx, assistant_id, &deploy)?;
    let mut rules: Vec<Value> = items(&deploy["rules"]).iter().map(normalized_rule).collect();
    let mut versions = items(&deploy["versions"]).to_vec();
    if versions.is_empty() {
        versions = as_versions(&rules);
    } else if rules.is_empty() {
        rules = as_rules(&versions);
    }
    deploy["assistant_id"] = assistant_id.into();
    deploy["rules"] = rules.into();
    deploy["versions"] = versions.into();
    deploy["created_at"] = created_at.into();
    deploy["updated_at"] = cx.now_text().into();
    Ok(deploy)
}

fn check(cx: &Context<'_>, assistant_id: &str, body: &Value) -> Result<()> {
    let deploy: CanaryDeployConfig = typed(body)?;
    let percentages = items(&body["versions"]).iter().filter_map(|version| version["version_id"].as_str());
    let mut existing = BTreeMap::new();
    for version_id in named_in(&body["rules"]).chain(percentages) {
        existing.extend(versions::find(cx, assistant_id, version_id)?.map(|version| (version_id.to_owned(), version)));
    }
    none_of(telnyx_ai_rules::canary_deploy(&deploy, Some(&existing.keys().cloned().collect())))?;
    existing.values().try_for_each(|version| versions::check(cx, version))
}

/// A rule in the form of the API, which has `match`.
fn normalized_rule(rule: &Value) -> Value {
    let mut rule = rule.clone();
    if rule["match"].is_null() {
        rule["match"] = json!([]);
    }
    rule
}

/// Converts percentages to one rule for all conversations.
fn as_rules(versions: &[Value]) -> Vec<Value> {
    let slots: Vec<Value> = versions
        .iter()
        .map(|version| json!({ "version_id": version["version_id"], "weight": version["percentage"] }))
        .collect();
    vec![json!({ "match": [], "serve": { "rollout": slots } })]
}

/// Converts a single rule for all conversations to percentages; else empty.
fn as_versions(rules: &[Value]) -> Vec<Value> {
    let [rule] = rules else { return Vec::new() };
    let slots = items(&rule["serve"]["rollout"]);
    let percentage =
        |slot: &Value| slot["weight"].as_f64().is_some_and(|it| (MIN_PERCENTAGE..=MAX_PERCENTAGE).contains(&it));
    if !items(&rule["match"]).is_empty() || !slots.iter().all(percentage) {
        return Vec::new();
    }
    slots.iter().map(|slot| json!({ "version_id": slot["version_id"], "percentage": slot["weight"] })).collect()
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
    f64::from((hash >> 32) as u32) / (f64::from(u32::MAX) + 1.0) * WHOLE
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn each_form_is_derived_from_the_other() {
        let versions = [json!({ "version_id": "a", "percentage": 20 }), json!({ "version_id": "b", "percentage": 5 })];
        assert_eq!(as_versions(&as_rules(&versions)), versions);
        assert!(as_versions(&[json!({ "match": [], "serve": { "version_id": "a" } })]).is_empty());
        let small = json!({ "match": [], "serve": { "rollout": [{ "version_id": "a", "weight": 0.5 }] } });
        assert!(as_versions(&[small]).is_empty());
    }
}

//! Canary deploys, which select the version for each conversation.
//!
//! A deploy has `rules`, or `versions` with percentages. It is stored and returned in both forms: percentages are one rule for
//! all conversations.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use telnyx_ai_versions::CanaryDeployConfig;

use super::{
    Context, Error, Result, assistants, stored_versions, versions,
    violations::{none_of, typed},
};
use crate::{
    json::{items, text},
    store::Kind,
};

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
    cx.tx.delete(Kind::CanaryDeploy, assistant_id)?;
    Ok(())
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
    for version_id in stored_versions::named_in(&body["rules"]).chain(percentages) {
        existing.extend(
            stored_versions::find(cx, assistant_id, version_id)?.map(|version| (version_id.to_owned(), version)),
        );
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_derived_from_the_other() {
        let versions = [json!({ "version_id": "a", "percentage": 20 }), json!({ "version_id": "b", "percentage": 5 })];
        assert_eq!(as_versions(&as_rules(&versions)), versions);
        assert!(as_versions(&[json!({ "match": [], "serve": { "version_id": "a" } })]).is_empty());
        let small = json!({ "match": [], "serve": { "rollout": [{ "version_id": "a", "weight": 0.5 }] } });
        assert!(as_versions(&[small]).is_empty());
    }
}

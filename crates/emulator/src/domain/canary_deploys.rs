//! Canary deploys: which version serves which conversation.
//!
//! A deploy comes as `rules`, or as `versions` with a percentage each. It is stored and answered in both forms: a list
//! of percentages is one rule for all conversations, and the other way round where a rule is no more than that.

use serde_json::{Map, Value, json};

use super::{Checks, Code, Outcome, Problem, Work, assistants, kind, variables, versions};
use crate::{assumptions::ABSENT_ATTRIBUTE_IS_NOT_IN, json::items};

const OPERATORS: [&str; 3] = ["in", "not_in", "starts_with"];

/// All traffic, in percent.
const WHOLE: f64 = 100.0;
const MIN_PERCENTAGE: f64 = 1.0;
const MAX_PERCENTAGE: f64 = 99.0;

/// The canary deploy of an assistant.
pub(crate) fn get(work: &Work<'_>, assistant_id: &str) -> Outcome<Value> {
    assistants::get(work, assistant_id)?;
    work.tx
        .get(kind::CANARY_DEPLOY, assistant_id)?
        .ok_or_else(|| Problem::not_found("canary deploy of assistant", assistant_id))
}

/// Starts a canary deploy.
pub(crate) fn create(work: &Work<'_>, assistant_id: &str, body: Map<String, Value>) -> Outcome<Value> {
    assistants::get(work, assistant_id)?;
    if work.tx.get(kind::CANARY_DEPLOY, assistant_id)?.is_some() {
        return Err(Problem::conflict(format!("Assistant '{assistant_id}' has a canary deploy already.")));
    }
    let deploy = configured(work, assistant_id, body, &work.now_text())?;
    work.tx.insert(kind::CANARY_DEPLOY, assistant_id, assistant_id, &deploy)?;
    Ok(deploy)
}

/// Replaces all rules of a canary deploy.
pub(crate) fn update(work: &Work<'_>, assistant_id: &str, body: Map<String, Value>) -> Outcome<Value> {
    let before = get(work, assistant_id)?;
    let deploy = configured(work, assistant_id, body, before["created_at"].as_str().unwrap_or_default())?;
    work.tx.replace(kind::CANARY_DEPLOY, assistant_id, &deploy)?;
    Ok(deploy)
}

/// Ends a canary deploy.
pub(crate) fn delete(work: &Work<'_>, assistant_id: &str) -> Outcome<()> {
    get(work, assistant_id)?;
    end(work, assistant_id)
}

/// Ends the canary deploy of an assistant, where there is one.
pub(crate) fn end(work: &Work<'_>, assistant_id: &str) -> Outcome<()> {
    work.tx.delete(kind::CANARY_DEPLOY, assistant_id)?;
    Ok(())
}

/// The version that the canary deploy gives a conversation; `None` for the main one.
pub(crate) fn route(work: &Work<'_>, assistant_id: &str, conversation: &Value) -> Outcome<Option<String>> {
    let Some(deploy) = work.tx.get(kind::CANARY_DEPLOY, assistant_id)? else { return Ok(None) };
    let serve =
        items(&deploy["rules"]).iter().find(|rule| matches(rule, &conversation["metadata"])).map(|rule| &rule["serve"]);
    // A message that is sent without a conversation has none; whom it goes to stands for it.
    let id = conversation["id"].as_str().or_else(|| conversation["metadata"]["telnyx_end_user_target"].as_str());
    Ok(serve.and_then(|serve| version_of(serve, id.unwrap_or_default())).map(str::to_owned))
}

/// The deploy that a request asks for, in both forms.
fn configured(work: &Work<'_>, assistant_id: &str, mut body: Map<String, Value>, created_at: &str) -> Outcome<Value> {
    body.retain(|_, value| !value.is_null() && *value != json!([]));
    let body = check(work, assistant_id, body)?;
    let rules: Vec<Value> = items(&body["rules"]).iter().map(tidy).collect();
    let versions = items(&body["versions"]);
    let (rules, versions) = if versions.is_empty() {
        let versions = as_versions(&rules);
        (rules, versions)
    } else if rules.is_empty() {
        (as_rules(versions), versions.to_vec())
    } else if same_shares(&as_versions(&rules), versions) {
        // What was read has both forms, and may be written back.
        (rules, versions.to_vec())
    } else {
        let detail = "Rules and versions say different things; send one of them.";
        return Err(Problem::invalid(Code::UNPROCESSABLE, "/versions", detail));
    };
    let mut deploy = body;
    deploy["assistant_id"] = assistant_id.into();
    deploy["rules"] = rules.into();
    deploy["versions"] = versions.into();
    deploy["created_at"] = created_at.into();
    deploy["updated_at"] = work.now_text().into();
    Ok(deploy)
}

fn check(work: &Work<'_>, assistant_id: &str, body: Map<String, Value>) -> Outcome<Value> {
    let body = Value::Object(body);
    let mut checks = Checks::new();
    if body["rules"].is_null() && body["versions"].is_null() {
        checks.fail(Code::MISSING, "/rules", "A canary deploy needs rules, or versions with percentages.");
    }
    for (n, rule) in items(&body["rules"]).iter().enumerate() {
        for (m, clause) in items(&rule["match"]).iter().enumerate() {
            let at = format!("/rules/{n}/match/{m}");
            checks.length(&body, &format!("{at}/attribute"), 1, usize::MAX);
            checks.one_of(&body, &format!("{at}/operator"), &OPERATORS);
            if items(&clause["values"]).is_empty() {
                checks.fail(Code::LENGTH, format!("{at}/values"), "A clause needs at least one value.");
            }
        }
        let at = format!("/rules/{n}/serve");
        let serve = &rule["serve"];
        match (serve["version_id"].as_str(), serve["rollout"].is_array()) {
            (Some(version_id), false) => {
                exists(work, &mut checks, assistant_id, version_id, &format!("{at}/version_id"))?;
            }
            (None, true) => check_shares(work, &mut checks, assistant_id, &body, &format!("{at}/rollout"), "weight")?,
            _ => checks.fail(Code::UNPROCESSABLE, at, "A rule serves exactly one of version_id and rollout."),
        }
    }
    if !body["versions"].is_null() {
        check_shares(work, &mut checks, assistant_id, &body, "/versions", "percentage")?;
    }
    checks.finish()?;
    Ok(body)
}

/// Checks the list at `pointer`: versions that exist, each with a `share`, which leave something to the main version.
fn check_shares(
    work: &Work<'_>,
    checks: &mut Checks,
    assistant_id: &str,
    body: &Value,
    pointer: &str,
    share: &str,
) -> Outcome<()> {
    let slots = body.pointer(pointer).map(items).unwrap_or_default();
    if slots.is_empty() {
        checks.fail(Code::LENGTH, pointer, "There is no version in it.");
    }
    let mut sum = 0.0;
    for (n, slot) in slots.iter().enumerate() {
        let version_id = slot["version_id"].as_str().unwrap_or_default();
        exists(work, checks, assistant_id, version_id, &format!("{pointer}/{n}/version_id"))?;
        let (at, number) = (format!("{pointer}/{n}/{share}"), slot[share].as_f64().unwrap_or_default());
        if share == "percentage" {
            checks.range(body, &at, MIN_PERCENTAGE, MAX_PERCENTAGE);
        } else if number <= 0.0 {
            checks.fail(Code::RANGE, at, format!("{number} is not above 0."));
        }
        sum += number;
    }
    if sum >= WHOLE {
        checks.fail(Code::RANGE, pointer, format!("The sum is {sum}; it must be less than {WHOLE}."));
    }
    Ok(())
}

fn exists(work: &Work<'_>, checks: &mut Checks, assistant_id: &str, version_id: &str, pointer: &str) -> Outcome<()> {
    if versions::find(work, assistant_id, version_id)?.is_none() {
        checks.fail(Code::UNPROCESSABLE, pointer, format!("The assistant has no version '{version_id}'."));
    }
    Ok(())
}

/// A rule as it is answered: `match` is always there, and what is `null` is not.
fn tidy(rule: &Value) -> Value {
    let mut rule = rule.clone();
    if rule["match"].is_null() {
        rule["match"] = json!([]);
    }
    if let Some(serve) = rule["serve"].as_object_mut() {
        serve.retain(|_, value| !value.is_null());
    }
    rule
}

/// Percentages as one rule for all conversations.
fn as_rules(versions: &[Value]) -> Vec<Value> {
    let slots: Vec<Value> = versions
        .iter()
        .map(|version| json!({ "version_id": version["version_id"], "weight": version["percentage"] }))
        .collect();
    vec![json!({ "match": [], "serve": { "rollout": slots } })]
}

/// One rule for all conversations as percentages; empty where the rules say more than percentages can.
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

/// Whether two lists of percentages say the same; 20 and 20.0 are one number.
fn same_shares(one: &[Value], other: &[Value]) -> bool {
    let share = |slot: &Value| (slot["version_id"].clone(), slot["percentage"].as_f64());
    one.iter().map(share).eq(other.iter().map(share))
}

/// Whether every clause of a rule holds for a conversation.
fn matches(rule: &Value, metadata: &Value) -> bool {
    items(&rule["match"]).iter().all(|clause| {
        let attribute = &metadata[clause["attribute"].as_str().unwrap_or_default()];
        let attribute = (!attribute.is_null()).then(|| variables::as_text(attribute));
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

/// The version that a rule serves to a conversation; `None` for the main one.
fn version_of<'a>(serve: &'a Value, conversation_id: &str) -> Option<&'a str> {
    if let Some(version_id) = serve["version_id"].as_str() {
        return Some(version_id);
    }
    let place = place_of(conversation_id);
    let mut end = 0.0;
    let slot = items(&serve["rollout"]).iter().find(|slot| {
        end += slot["weight"].as_f64().unwrap_or_default();
        place < end
    })?;
    slot["version_id"].as_str()
}

/// Where a conversation stands between 0 and 100: always in the same place, and all of them evenly spread. A share
/// that grows keeps the conversations it had.
fn place_of(conversation_id: &str) -> f64 {
    // FNV-1a, and a last round of mixing since the upper bits count.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in conversation_id.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^= hash >> 33;
    f64::from((hash >> 32) as u32) / (f64::from(u32::MAX) + 1.0) * WHOLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_20_percent_gets_a_fifth() {
        let serve = json!({ "rollout": [{ "version_id": "a", "weight": 20.0 }, { "version_id": "b", "weight": 0.5 }] });
        let served = |version: &str| {
            (0..10_000).filter(|n| version_of(&serve, &format!("conversation-{n}")) == Some(version)).count()
        };
        assert!((1_850..=2_150).contains(&served("a")), "{}", served("a"));
        assert!((25..=75).contains(&served("b")), "{}", served("b"));
        for id in ["x", "y", "z"] {
            assert_eq!(version_of(&serve, id), version_of(&serve, id));
        }
    }

    #[test]
    fn all_clauses_have_to_hold() {
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
    fn one_form_follows_from_the_other() {
        let versions = [json!({ "version_id": "a", "percentage": 20 }), json!({ "version_id": "b", "percentage": 5 })];
        assert_eq!(as_versions(&as_rules(&versions)), versions);
        assert!(as_versions(&[json!({ "match": [], "serve": { "version_id": "a" } })]).is_empty());
        let small = json!({ "match": [], "serve": { "rollout": [{ "version_id": "a", "weight": 0.5 }] } });
        assert!(as_versions(&[small]).is_empty());
    }
}

//! Canary deploys.

use std::collections::BTreeSet;

use telnyx_ai_versions::{CanaryDeployConfig, CanaryRule, ClauseOperator, RolloutSlot, VersionPercentage};

use crate::violation::{At, Violation, ViolationKind, collect};

const OPERATORS: [&str; 3] = ["in", "not_in", "starts_with"];

/// All traffic, in percent.
const ALL: f64 = 100.0;

/// Checks a canary deploy: targets of the rules, sums of shares, version ids.
///
/// Each rule must serve one version or a rollout. Shares must sum up to less than 100, without repeated versions. With
/// `versions`, the ids of the assistant's versions, each version id must exist. A deploy without rules is valid: the
/// main version serves all traffic.
///
/// ```
/// use telnyx_ai_versions::{CanaryDeployConfig, VersionPercentage};
///
/// let deploy = CanaryDeployConfig::new()
///     .with_versions([VersionPercentage::new("brief", 60.0), VersionPercentage::new("polite", 40.0)]);
/// let violations = telnyx_ai_rules::canary_deploy(&deploy, None);
/// assert_eq!(violations[0].message, "The shares add up to 100; the sum must be less than 100.");
/// ```
#[must_use]
pub fn canary_deploy(deploy: &CanaryDeployConfig, versions: Option<&BTreeSet<String>>) -> Vec<Violation> {
    collect(|at| {
        for (n, rule) in deploy.rules.iter().flatten().enumerate() {
            check_rule(&at.field("rules").item(n), rule, versions);
        }
        let percentages = deploy.versions.as_deref().unwrap_or_default();
        for (n, version) in percentages.iter().enumerate() {
            at.field("versions").item(n).field("percentage").range(Some(version.percentage), 1.0..=99.0);
        }
        let shares = percentages.iter().map(|version| (version.version_id.as_str(), version.percentage));
        check_shares(&at.field("versions"), shares, versions);
        if let (Some(rules), false) = (&deploy.rules, percentages.is_empty())
            && !rules.is_empty()
            && !are_equal(rules, percentages)
        {
            let message = "rules and versions describe different shares; send one of them.";
            at.field("versions").add(ViolationKind::Combination, message);
        }
    })
}

fn check_rule(at: &At<'_>, rule: &CanaryRule, versions: Option<&BTreeSet<String>>) {
    for (m, clause) in rule.clauses.iter().flatten().enumerate() {
        let at = at.field("match").item(m);
        if let ClauseOperator::Unknown(operator) = &clause.operator {
            at.field("operator").unknown_value(operator.as_str(), &OPERATORS);
        }
        if clause.values.is_empty() {
            at.field("values").add(ViolationKind::Length, "values is empty; a clause needs at least one value.");
        }
    }
    let at = at.field("serve");
    match (&rule.serve.version_id, &rule.serve.rollout) {
        (Some(version_id), None) => check_exists(&at.field("version_id"), version_id, versions),
        (None, Some(rollout)) => {
            let at = at.field("rollout");
            for (m, slot) in rollout.iter().enumerate() {
                at.item(m).field("weight").range(Some(slot.weight), 0.0..=ALL);
            }
            check_shares(&at, rollout.iter().map(|slot| (slot.version_id.as_str(), slot.weight)), versions);
        }
        _ => at.add(ViolationKind::Combination, "A rule must have exactly one of version_id and rollout."),
    }
}

/// Checks that each version exists and occurs once, and that the sum is below 100.
fn check_shares<'a>(at: &At<'_>, shares: impl Iterator<Item = (&'a str, f64)>, versions: Option<&BTreeSet<String>>) {
    let (mut sum, mut seen) = (0.0, BTreeSet::new());
    for (n, (version_id, share)) in shares.enumerate() {
        let at = at.item(n);
        check_exists(&at.field("version_id"), version_id, versions);
        if !seen.insert(version_id) {
            let message = format!("Version '{version_id}' occurs twice; add up its shares.");
            at.field("version_id").add(ViolationKind::Duplicate, message);
        }
        sum += share;
    }
    if sum >= ALL {
        let message = format!("The shares add up to {sum}; the sum must be less than {ALL}.");
        at.add(ViolationKind::OutOfRange, message);
    }
}

fn check_exists(at: &At<'_>, version_id: &str, versions: Option<&BTreeSet<String>>) {
    if versions.is_some_and(|versions| !versions.contains(version_id)) {
        at.add(ViolationKind::UnknownReference, format!("The assistant has no version '{version_id}'."));
    }
}

/// Whether rules and percentages describe the same deploy.
///
/// A response that is sent back contains both.
fn are_equal(rules: &[CanaryRule], percentages: &[VersionPercentage]) -> bool {
    let [rule] = rules else { return false };
    let (None | Some([]), Some(rollout)) = (rule.clauses.as_deref(), &rule.serve.rollout) else { return false };
    let slots = rollout.iter().map(|RolloutSlot { version_id, weight, .. }| (version_id, *weight));
    slots.eq(percentages.iter().map(|version| (&version.version_id, version.percentage)))
}

#[cfg(test)]
mod tests {
    use telnyx_ai_versions::{Clause, Serve};

    use super::*;

    fn rollout(slots: &[(&str, f64)]) -> CanaryRule {
        let slots: Vec<RolloutSlot> = slots.iter().map(|(id, weight)| RolloutSlot::new(*id, *weight)).collect();
        CanaryRule::new(Serve::new().with_rollout(slots))
    }

    fn found(deploy: &CanaryDeployConfig) -> Vec<(String, ViolationKind)> {
        let versions = BTreeSet::from(["a".to_owned(), "b".to_owned()]);
        let violations = canary_deploy(deploy, Some(&versions));
        violations.into_iter().map(|violation| (violation.pointer, violation.kind)).collect()
    }

    #[test]
    fn deploy_without_rules_is_valid() {
        assert_eq!(found(&CanaryDeployConfig::new()), []);
        let empty: [CanaryRule; 0] = [];
        assert_eq!(found(&CanaryDeployConfig::new().with_rules(empty)), []);
    }

    #[test]
    fn rule_serves_one_version_or_one_rollout() {
        let serve = |serve: Serve| found(&CanaryDeployConfig::new().with_rules([CanaryRule::new(serve)]));
        assert_eq!(serve(Serve::new().with_version_id("a")), []);
        assert_eq!(serve(Serve::new()), [("/rules/0/serve".to_owned(), ViolationKind::Combination)]);
        assert_eq!(
            serve(Serve::new().with_version_id("c")),
            [("/rules/0/serve/version_id".to_owned(), ViolationKind::UnknownReference)]
        );
    }

    #[test]
    fn shares_are_checked_in_both_forms() {
        let rules = CanaryDeployConfig::new().with_rules([rollout(&[("a", -1.0), ("a", 5.0), ("b", 96.0)])]);
        assert_eq!(
            found(&rules),
            [
                ("/rules/0/serve/rollout/0/weight".to_owned(), ViolationKind::OutOfRange),
                ("/rules/0/serve/rollout/1/version_id".to_owned(), ViolationKind::Duplicate),
                ("/rules/0/serve/rollout".to_owned(), ViolationKind::OutOfRange),
            ]
        );
        let versions = CanaryDeployConfig::new()
            .with_versions([VersionPercentage::new("a", 0.5), VersionPercentage::new("a", 99.5)]);
        assert_eq!(
            found(&versions),
            [
                ("/versions/0/percentage".to_owned(), ViolationKind::OutOfRange),
                ("/versions/1/percentage".to_owned(), ViolationKind::OutOfRange),
                ("/versions/1/version_id".to_owned(), ViolationKind::Duplicate),
                ("/versions".to_owned(), ViolationKind::OutOfRange),
            ]
        );
    }

    #[test]
    fn clauses_need_values_and_a_known_operator() {
        let values: [&str; 0] = [];
        let rule = rollout(&[("a", 5.0)]).with_clauses([Clause::is_in("tier", values)]);
        let deploy = CanaryDeployConfig::new().with_rules([rule]);
        assert_eq!(found(&deploy), [("/rules/0/match/0/values".to_owned(), ViolationKind::Length)]);
    }

    #[test]
    fn both_forms_must_agree() {
        let deploy = CanaryDeployConfig::new().with_rules([rollout(&[("a", 20.0)])]);
        assert_eq!(found(&deploy.clone().with_versions([VersionPercentage::new("a", 20.0)])), []);
        assert_eq!(
            found(&deploy.with_versions([VersionPercentage::new("a", 30.0)])),
            [("/versions".to_owned(), ViolationKind::Combination)]
        );
    }
}

//! A builder for canary deploys.

use std::collections::HashSet;

use telnyx_ai_core::{Error, ErrorKind};

use crate::{
    CanaryDeploy, CanaryDeployConfig, CanaryDeploysApi, CanaryRule, Clause, ClauseOperator, RolloutSlot, Serve,
    VersionPercentage,
};

/// Builds and validates the configuration of a canary deploy.
///
/// Conversations that no rule assigns to a version go to the main version. Rules are evaluated in the order in which
/// they are added.
///
/// ```
/// use telnyx_ai_versions::{Canary, Clause};
///
/// let config = Canary::new()
///     // Numbers of the team always get the beta version.
///     .serve_where([Clause::is_in("telnyx_end_user_target", ["+15550100", "+15550101"])], "beta")
///     // Of all other conversations, 10 percent get it.
///     .split([("beta", 10.0)])
///     .build()?;
/// assert_eq!(config.rules.map(|rules| rules.len()), Some(2));
///
/// let error = Canary::new().split([("beta", 60.0), ("gamma", 40.0)]).build().unwrap_err();
/// assert!(error.to_string().contains("sum up to 100"));
/// # Ok::<(), telnyx_ai_core::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[must_use = "it does nothing until `build` or `deploy`"]
pub struct Canary {
    rules: Vec<CanaryRule>,
    versions: Vec<VersionPercentage>,
}

impl Canary {
    /// Creates a configuration without rules.
    pub fn new() -> Self {
        Self::default()
    }

    /// Assigns conversations that match all clauses to a version.
    pub fn serve_where(self, clauses: impl IntoIterator<Item = Clause>, version_id: impl Into<String>) -> Self {
        self.rule(CanaryRule::new(Serve::new().with_version_id(version_id)).with_clauses(clauses))
    }

    /// Distributes conversations that match all clauses, by weight in percent.
    ///
    /// Each pair is a version and its weight. The remaining percentage goes to the main version.
    pub fn split_where(
        self,
        clauses: impl IntoIterator<Item = Clause>,
        weights: impl IntoIterator<Item = (impl Into<String>, f64)>,
    ) -> Self {
        self.rule(CanaryRule::new(rollout(weights)).with_clauses(clauses))
    }

    /// Distributes all other conversations, by weight in percent.
    ///
    /// Each pair is a version and its weight. The remaining percentage goes to the main version. Only the last rule can
    /// match all conversations.
    pub fn split(self, weights: impl IntoIterator<Item = (impl Into<String>, f64)>) -> Self {
        self.rule(CanaryRule::new(rollout(weights)))
    }

    /// Adds a rule.
    pub fn rule(mut self, rule: CanaryRule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Assigns a share of all traffic to a version, 1 to 99 percent.
    ///
    /// This is the older form of canary deploys. It cannot be combined with rules.
    pub fn percentage(mut self, version_id: impl Into<String>, percentage: f64) -> Self {
        self.versions.push(VersionPercentage::new(version_id, percentage));
        self
    }

    /// Validates and returns the configuration.
    ///
    /// # Errors
    /// A [`Request`](telnyx_ai_core::ErrorKind::Request) error in these cases:
    ///
    /// - The configuration is empty or uses both forms.
    /// - A version id is empty, or a version occurs twice in the same rule or among the percentages.
    /// - A percentage is not between 1 and 99, a weight is not above 0, or they sum up to 100 or more.
    /// - A rule serves no version, or both a version and a rollout, or one of its clauses has no value or an empty prefix.
    /// - A rule for all conversations serves a single version, which is a promotion, or has rules after it.
    pub fn build(self) -> Result<CanaryDeployConfig, Error> {
        let Self { rules, versions } = self;
        check(&rules, &versions).map_err(|problem| Error::new(ErrorKind::Request, problem))?;
        Ok(if versions.is_empty() {
            CanaryDeployConfig::new().with_rules(rules)
        } else {
            CanaryDeployConfig::new().with_versions(versions)
        })
    }

    /// Builds the configuration, and creates or replaces the canary deploy.
    ///
    /// # Errors
    /// Those of [`build`](Self::build), before anything is sent, and those of the calls.
    pub async fn deploy(self, deploys: &dyn CanaryDeploysApi, assistant_id: &str) -> Result<CanaryDeploy, Error> {
        let config = self.build()?;
        match deploys.retrieve(assistant_id).await {
            Ok(_) => deploys.update(assistant_id, config).await,
            Err(error) if error.is_not_found() => deploys.create(assistant_id, config).await,
            Err(error) => Err(error),
        }
    }
}

fn rollout(weights: impl IntoIterator<Item = (impl Into<String>, f64)>) -> Serve {
    let slots = weights.into_iter().map(|(version_id, weight)| RolloutSlot::new(version_id, weight));
    Serve::new().with_rollout(slots)
}

fn check(rules: &[CanaryRule], versions: &[VersionPercentage]) -> Result<(), String> {
    match (rules, versions) {
        ([], []) => Err("a canary deploy needs a rule or a percentage; add one".into()),
        ([], versions) => check_percentages(versions),
        (rules, []) => check_rules(rules),
        _ => Err("a canary deploy cannot have both rules and percentages; use rules".into()),
    }
}

fn check_percentages(versions: &[VersionPercentage]) -> Result<(), String> {
    for VersionPercentage { version_id, percentage, .. } in versions {
        if !(1.0..=99.0).contains(percentage) {
            return Err(format!("the percentage of version {version_id} is {percentage}; it must be between 1 and 99"));
        }
    }
    check_versions(versions.iter().map(|version| &*version.version_id))?;
    check_sum("percentages", versions.iter().map(|version| version.percentage))
}

fn check_rules(rules: &[CanaryRule]) -> Result<(), String> {
    for (n, rule) in (1..).zip(rules) {
        let clauses = rule.clauses.as_deref().unwrap_or_default();
        check_rule(rule, clauses).map_err(|why| format!("rule {n}: {why}"))?;
        if clauses.is_empty() && n < rules.len() {
            return Err(format!(
                "rule {n} matches all conversations, so later rules have no effect; move it to the end"
            ));
        }
    }
    Ok(())
}

fn check_rule(rule: &CanaryRule, clauses: &[Clause]) -> Result<(), String> {
    if let Some(clause) = clauses.iter().find(|clause| clause.values.is_empty()) {
        return Err(format!("the clause on {} has no value; add one", clause.attribute));
    }
    let is_prefix_of_all =
        |c: &&Clause| c.operator == ClauseOperator::StartsWith && c.values.iter().any(String::is_empty);
    if let Some(clause) = clauses.iter().find(is_prefix_of_all) {
        return Err(format!("the clause on {} has an empty prefix, which always matches; remove it", clause.attribute));
    }
    match (&rule.serve.version_id, &rule.serve.rollout) {
        (Some(version_id), None) if clauses.is_empty() => Err(format!(
            "it would send all conversations to version {version_id} and none to the main version; promote the version instead"
        )),
        (Some(version_id), None) => check_versions(std::iter::once(&**version_id)),
        (None, Some(slots)) => check_rollout(slots),
        (None, None) => Err("it serves neither a version nor a rollout; set one".into()),
        (Some(_), Some(_)) => Err("it serves both a version and a rollout; set one".into()),
    }
}

fn check_rollout(slots: &[RolloutSlot]) -> Result<(), String> {
    if slots.is_empty() {
        return Err("its rollout has no version; add one".into());
    }
    for RolloutSlot { version_id, weight, .. } in slots {
        if weight.is_nan() || *weight <= 0.0 {
            return Err(format!("the weight of version {version_id} is {weight}; it must be above 0"));
        }
    }
    check_versions(slots.iter().map(|slot| &*slot.version_id))?;
    check_sum("weights", slots.iter().map(|slot| slot.weight))
}

fn check_versions<'v>(version_ids: impl Iterator<Item = &'v str>) -> Result<(), String> {
    let mut seen = HashSet::new();
    for version_id in version_ids {
        if version_id.is_empty() {
            return Err("a version id is empty; give the id of the version".into());
        }
        if !seen.insert(version_id) {
            return Err(format!("version {version_id} occurs twice; give it one share"));
        }
    }
    Ok(())
}

fn check_sum(what: &str, shares: impl Iterator<Item = f64>) -> Result<(), String> {
    let sum: f64 = shares.sum();
    if sum < 100.0 {
        return Ok(());
    }
    Err(format!("the {what} sum up to {sum}; they must sum up to less than 100, the rest goes to the main version"))
}

#[cfg(test)]
mod checks {
    use telnyx_ai_core::Call;

    use super::*;

    /// An assistant with or without a canary deploy.
    struct Deployed(bool);

    fn deploy(started: &str) -> Call<CanaryDeploy> {
        Call::ok(CanaryDeploy::new("assistant-1", started, started))
    }

    impl CanaryDeploysApi for Deployed {
        fn retrieve(&self, _: &str) -> Call<CanaryDeploy> {
            if self.0 {
                deploy("before")
            } else {
                Call::err(Error::from_response(404, r#"{"errors": [{"title": "Resource not found"}]}"#))
            }
        }

        fn create(&self, _: &str, _: CanaryDeployConfig) -> Call<CanaryDeploy> {
            deploy("created")
        }

        fn update(&self, _: &str, _: CanaryDeployConfig) -> Call<CanaryDeploy> {
            deploy("updated")
        }
    }

    #[tokio::test]
    async fn deploy_creates_or_replaces_the_canary_deploy() -> Result<(), Error> {
        let canary = Canary::new().split([("v2", 10.0)]);
        for (there, done) in [(false, "created"), (true, "updated")] {
            let deploy = canary.clone().deploy(&Deployed(there), "assistant-1").await?;
            assert_eq!(deploy.updated_at.as_str(), done);
        }
        assert!(Canary::new().deploy(&Deployed(true), "assistant-1").await.is_err());
        Ok(())
    }

    fn build_error(canary: Canary) -> String {
        canary.build().expect_err("the configuration is invalid").to_string()
    }

    fn german_callers() -> [Clause; 1] {
        [Clause::starts_with("telnyx_end_user_target", ["+49"])]
    }

    #[test]
    fn rules_keep_their_order_and_percentages_have_no_rules() -> Result<(), Error> {
        let config = Canary::new()
            .serve_where(german_callers(), "v2")
            .split_where(german_callers(), [("v2", 0.5), ("v3", 99.0)])
            .split([("v3", 5.0)])
            .build()?;
        let rules = config.rules.unwrap_or_default();
        assert_eq!(rules[0].serve.version_id.as_deref(), Some("v2"));
        assert_eq!(rules[1].serve.rollout.as_ref().map(Vec::len), Some(2));
        assert_eq!(rules[2].clauses, None);
        assert_eq!(config.versions, None);

        let config = Canary::new().percentage("v2", 1.0).percentage("v3", 98.0).build()?;
        assert_eq!(config.rules, None);
        assert_eq!(config.versions.map(|v| v.len()), Some(2));
        Ok(())
    }

    #[test]
    fn invalid_configuration_is_an_error() {
        for (canary, why) in [
            (Canary::new(), "needs a rule or a percentage"),
            (Canary::new().percentage("v2", 1.0).split([("v2", 1.0)]), "cannot have both"),
            (Canary::new().percentage("v2", 0.5), "must be between 1 and 99"),
            (Canary::new().percentage("v2", 100.0), "must be between 1 and 99"),
            (Canary::new().percentage("v2", 50.0).percentage("v3", 50.0), "sum up to 100"),
            (Canary::new().percentage("v2", 5.0).percentage("v2", 5.0), "version v2 occurs twice"),
            (Canary::new().split([("v2", 5.0), ("v2", 5.0)]), "rule 1: version v2 occurs twice"),
            (Canary::new().split([("", 5.0)]), "rule 1: a version id is empty"),
            (Canary::new().serve_where(german_callers(), ""), "rule 1: a version id is empty"),
            (Canary::new().split([("v2", 0.0)]), "must be above 0"),
            (Canary::new().split([("v2", f64::NAN)]), "must be above 0"),
            (Canary::new().split([("v2", 99.0), ("v3", 1.0)]), "rule 1: the weights sum up to 100"),
            (Canary::new().split([] as [(&str, f64); 0]), "no version"),
            (Canary::new().serve_where([], "v2"), "promote the version instead"),
            (Canary::new().split([("v2", 5.0)]).serve_where(german_callers(), "v2"), "later rules have no effect"),
            (Canary::new().rule(CanaryRule::new(Serve::new())), "neither"),
            (Canary::new().rule(CanaryRule::new(rollout([("v2", 5.0)]).with_version_id("v2"))), "both"),
            (
                Canary::new().serve_where([Clause::is_in("channel", [] as [&str; 0])], "v2"),
                "the clause on channel has no value",
            ),
            (
                Canary::new().serve_where([Clause::starts_with("telnyx_end_user_target", ["+49", ""])], "v2"),
                "the clause on telnyx_end_user_target has an empty prefix",
            ),
        ] {
            let error = build_error(canary);
            assert!(error.contains(why), "{error}");
        }
    }
}

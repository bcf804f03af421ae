//! Canary deploys that leave the rest to the main version.

use telnyx_ai_core::Error;

use crate::{
    CanaryDeploy, CanaryDeployConfig, CanaryDeploysApi, CanaryRule, Clause, RolloutSlot, Serve, VersionPercentage,
};

/// Builds the configuration of a canary deploy, and checks it before anything is sent.
///
/// Whatever it builds leaves the rest of the traffic to the main version. Rules are tried in the
/// order they are added.
///
/// ```
/// use telnyx_ai_versions::{Canary, Clause};
///
/// let config = Canary::new()
///     // The team's own numbers always get the beta …
///     .serve_where([Clause::is_in("telnyx_end_user_target", ["+15550100", "+15550101"])], "beta")
///     // … and of everyone else one in ten; nine in ten stay on the main version.
///     .split([("beta", 10.0)])
///     .build()?;
/// assert_eq!(config.rules.map(|rules| rules.len()), Some(2));
///
/// let error = Canary::new().split([("beta", 60.0), ("gamma", 40.0)]).build().unwrap_err();
/// assert!(error.to_string().contains("under 100"));
/// # Ok::<(), telnyx_ai_core::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[must_use = "it does nothing until `build` or `deploy`"]
pub struct Canary {
    rules: Vec<CanaryRule>,
    versions: Vec<VersionPercentage>,
}

impl Canary {
    /// Nothing yet: all traffic would go to the main version.
    pub fn new() -> Self {
        Self::default()
    }

    /// Conversations that meet all clauses get this version.
    pub fn serve_where(self, clauses: impl IntoIterator<Item = Clause>, version_id: impl Into<String>) -> Self {
        self.rule(CanaryRule::new(Serve::new().with_version_id(version_id)).with_clauses(clauses))
    }

    /// Conversations that meet all clauses are spread over these versions by weight in percent; the
    /// rest of them gets the main version.
    pub fn split_where(
        self,
        clauses: impl IntoIterator<Item = Clause>,
        weights: impl IntoIterator<Item = (impl Into<String>, f64)>,
    ) -> Self {
        self.rule(CanaryRule::new(rollout(weights)).with_clauses(clauses))
    }

    /// All conversations that no rule above has caught are spread over these versions by weight in
    /// percent; the rest of them gets the main version. The last rule, if it is there.
    pub fn split(self, weights: impl IntoIterator<Item = (impl Into<String>, f64)>) -> Self {
        self.rule(CanaryRule::new(rollout(weights)))
    }

    /// Adds a rule as it is.
    pub fn rule(mut self, rule: CanaryRule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Gives a version a share of all traffic, 1 to 99 percent, in the older form of canary deploys,
    /// which knows no rules.
    pub fn percentage(mut self, version_id: impl Into<String>, percentage: f64) -> Self {
        self.versions.push(VersionPercentage::new(version_id, percentage));
        self
    }

    /// The configuration, checked.
    ///
    /// # Errors
    /// A request error that says what is wrong: nothing to deploy, or both forms at once; a percentage
    /// outside 1 to 99, a weight that is not above 0, or a sum that leaves nothing to the main version; a
    /// rule that serves no version, or both a version and a rollout; a clause without values; a rule for
    /// all conversations that serves a single version, which is a promotion, or that hides rules after it.
    pub fn build(self) -> Result<CanaryDeployConfig, Error> {
        let Self { rules, versions } = self;
        check(&rules, &versions).map_err(Error::invalid_request)?;
        Ok(if versions.is_empty() {
            CanaryDeployConfig::new().with_rules(rules)
        } else {
            CanaryDeployConfig::new().with_versions(versions)
        })
    }

    /// Builds the configuration and puts it in force: replaces the assistant's canary deploy, or starts
    /// one where it has none.
    ///
    /// # Errors
    /// What [`build`](Self::build) finds wrong, before anything is sent; otherwise what the calls
    /// themselves fail with.
    pub async fn deploy(self, deploys: &dyn CanaryDeploysApi, assistant_id: &str) -> Result<CanaryDeploy, Error> {
        let config = self.build()?;
        match deploys.retrieve(assistant_id).await {
            Ok(_) => deploys.update(assistant_id, config).await,
            Err(error) if error.status().is_some_and(|status| status == 404) => {
                deploys.create(assistant_id, config).await
            }
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
        ([], []) => Err("a canary deploy needs a rule or a percentage".into()),
        ([], versions) => check_percentages(versions),
        (rules, []) => check_rules(rules),
        _ => Err("a canary deploy has either rules or percentages, not both".into()),
    }
}

fn check_percentages(versions: &[VersionPercentage]) -> Result<(), String> {
    for VersionPercentage { version_id, percentage, .. } in versions {
        if !(1.0..=99.0).contains(percentage) {
            return Err(format!("the percentage of version {version_id} is {percentage}, not within 1 to 99"));
        }
    }
    leaves_a_rest("percentages", versions.iter().map(|version| version.percentage))
}

fn check_rules(rules: &[CanaryRule]) -> Result<(), String> {
    for (n, rule) in (1..).zip(rules) {
        let clauses = rule.clauses.as_deref().unwrap_or_default();
        check_rule(rule, clauses).map_err(|why| format!("rule {n}: {why}"))?;
        if clauses.is_empty() && n < rules.len() {
            return Err(format!("rule {n} matches all conversations, so no rule after it is ever tried"));
        }
    }
    Ok(())
}

fn check_rule(rule: &CanaryRule, clauses: &[Clause]) -> Result<(), String> {
    if let Some(clause) = clauses.iter().find(|clause| clause.values.is_empty()) {
        return Err(format!("the clause on {} has no value", clause.attribute));
    }
    match (&rule.serve.version_id, &rule.serve.rollout) {
        (Some(version_id), None) if clauses.is_empty() => Err(format!(
            "it would send all conversations to version {version_id} and none to the main version; promote the version instead"
        )),
        (Some(_), None) => Ok(()),
        (None, Some(slots)) => check_rollout(slots),
        (None, None) => Err("it serves neither a version nor a rollout".into()),
        (Some(_), Some(_)) => Err("it serves both a version and a rollout".into()),
    }
}

fn check_rollout(slots: &[RolloutSlot]) -> Result<(), String> {
    if slots.is_empty() {
        return Err("its rollout has no version".into());
    }
    for RolloutSlot { version_id, weight, .. } in slots {
        if weight.is_nan() || *weight <= 0.0 {
            return Err(format!("the weight of version {version_id} is {weight}, not above 0"));
        }
    }
    leaves_a_rest("weights", slots.iter().map(|slot| slot.weight))
}

fn leaves_a_rest(what: &str, shares: impl Iterator<Item = f64>) -> Result<(), String> {
    let sum: f64 = shares.sum();
    if sum < 100.0 {
        return Ok(());
    }
    Err(format!("the {what} sum up to {sum}; they have to stay under 100, the rest being the main version's"))
}

#[cfg(test)]
mod checks {
    use telnyx_ai_core::Call;

    use super::*;

    /// An assistant with a canary deploy, or without.
    struct Deployed(bool);

    fn deploy(started: &str) -> Call<CanaryDeploy> {
        Call::ok(CanaryDeploy::new("assistant-1", started, started))
    }

    impl CanaryDeploysApi for Deployed {
        fn retrieve(&self, _: &str) -> Call<CanaryDeploy> {
            if self.0 { deploy("before") } else { Call::err(Error::from_answer(404, "")) }
        }

        fn create(&self, _: &str, _: CanaryDeployConfig) -> Call<CanaryDeploy> {
            deploy("created")
        }

        fn update(&self, _: &str, _: CanaryDeployConfig) -> Call<CanaryDeploy> {
            deploy("updated")
        }
    }

    #[tokio::test]
    async fn a_deploy_is_started_or_replaced() -> Result<(), Error> {
        let canary = Canary::new().split([("v2", 10.0)]);
        for (there, done) in [(false, "created"), (true, "updated")] {
            let deploy = canary.clone().deploy(&Deployed(there), "assistant-1").await?;
            assert_eq!(deploy.updated_at.as_str(), done);
        }
        assert!(Canary::new().deploy(&Deployed(true), "assistant-1").await.is_err());
        Ok(())
    }

    fn refusal(canary: Canary) -> String {
        canary.build().expect_err("it is wrong").to_string()
    }

    fn someone() -> [Clause; 1] {
        [Clause::starts_with("telnyx_end_user_target", ["+49"])]
    }

    #[test]
    fn rules_keep_their_order_and_the_older_form_has_none() -> Result<(), Error> {
        let config = Canary::new()
            .serve_where(someone(), "v2")
            .split_where(someone(), [("v2", 0.5), ("v3", 99.0)])
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
    fn what_leaves_nothing_to_the_main_version_is_refused() {
        for (canary, why) in [
            (Canary::new(), "needs a rule or a percentage"),
            (Canary::new().percentage("v2", 1.0).split([("v2", 1.0)]), "not both"),
            (Canary::new().percentage("v2", 0.5), "not within 1 to 99"),
            (Canary::new().percentage("v2", 100.0), "not within 1 to 99"),
            (Canary::new().percentage("v2", 50.0).percentage("v3", 50.0), "sum up to 100"),
            (Canary::new().split([("v2", 0.0)]), "not above 0"),
            (Canary::new().split([("v2", f64::NAN)]), "not above 0"),
            (Canary::new().split([("v2", 99.0), ("v3", 1.0)]), "rule 1: the weights sum up to 100"),
            (Canary::new().split([] as [(&str, f64); 0]), "no version"),
            (Canary::new().serve_where([], "v2"), "promote the version instead"),
            (Canary::new().split([("v2", 5.0)]).serve_where(someone(), "v2"), "no rule after it"),
            (Canary::new().rule(CanaryRule::new(Serve::new())), "neither"),
            (Canary::new().rule(CanaryRule::new(rollout([("v2", 5.0)]).with_version_id("v2"))), "both"),
            (
                Canary::new().serve_where([Clause::is_in("channel", [] as [&str; 0])], "v2"),
                "the clause on channel has no value",
            ),
        ] {
            let refusal = refusal(canary);
            assert!(refusal.contains(why), "{refusal}");
        }
    }
}

//! `telnyx-ai show`

use std::collections::BTreeMap;
use std::fmt::Display;

use serde::Serialize;
use serde_json::json;
use telnyx_ai::prelude::*;
use telnyx_ai::versions::{CanaryDeploy, CanaryRule};

use crate::args::Global;
use crate::failure::Failure;
use crate::output::Output;
use crate::output::style::{BOLD, styled};
use crate::resources::{Address, Kind};
use crate::session::Session;
use crate::state::{Entry, RolloutState};

#[derive(Serialize)]
struct Version {
    version_id: String,
    name: Option<String>,
    created_at: Option<String>,
    main: bool,
    candidate: bool,
    /// The share of the conversations that it gets, in percent, except those that a rule with conditions assigns.
    share: Option<f64>,
}

#[derive(Serialize)]
struct Shown<'s> {
    address: Address,
    environment: &'s str,
    id: Option<&'s str>,
    /// Whether the resource exists in the account.
    exists: bool,
    file: Option<&'s str>,
    versions: Vec<Version>,
    canary_deploy: Option<CanaryDeploy>,
    rollout: Option<&'s RolloutState>,
    refers_to: Vec<Address>,
    referred_by: Vec<Address>,
}

pub(crate) async fn run(global: &Global, key: &str, output: &Output) -> Result<(), Failure> {
    let session = Session::open(global, output)?;
    let shown = Shown::read(&session, session.address(key, None)?).await?;
    output.document(&json!(shown));
    shown.print(output);
    Ok(())
}

impl<'s> Shown<'s> {
    async fn read(session: &'s Session<'_>, address: Address) -> Result<Self, Failure> {
        let graph = session.project.graph();
        let users = graph.iter().filter(|(_, targets)| targets.contains_key(&address));
        let resource = session.project.resources.get(&address);
        let entry = session.state().resources.get(&address);
        let mut shown = Self {
            environment: &session.environment.name,
            file: resource.map(|resource| resource.source.path()),
            id: entry.map(|entry| entry.id.as_str()),
            rollout: entry.and_then(|entry| entry.rollout.as_ref()),
            exists: false,
            versions: Vec::new(),
            canary_deploy: None,
            refers_to: graph.get(&address).into_iter().flat_map(|targets| targets.keys().cloned()).collect(),
            referred_by: users.map(|(other, _)| other.clone()).collect(),
            address,
        };
        let Some(entry) = entry else { return Ok(shown) };
        let Some(live) = shown.address.kind.get(session.telnyx()?, &entry.id).await? else { return Ok(shown) };
        shown.exists = true;
        if shown.address.kind == Kind::Assistants {
            shown.read_versions(session, entry, live.version_id).await?;
        }
        Ok(shown)
    }

    async fn read_versions(
        &mut self,
        session: &Session<'_>,
        entry: &Entry,
        main: Option<String>,
    ) -> Result<(), Failure> {
        self.canary_deploy = session.canary_deploy(&self.address).await?;
        let candidate = entry.candidate.as_ref().and_then(|candidate| candidate.version_id.as_ref());
        let versions = session.telnyx()?.versions().list(&entry.id).await?;
        let mut shares = shares(self.canary_deploy.as_ref());
        let rest = 100.0 - shares.values().sum::<f64>();
        if let Some(main) = &main {
            *shares.entry(main.clone()).or_default() += rest;
        }
        let versions = versions.into_iter().filter_map(|version| {
            let version_id = version.version_id?;
            Some(Version {
                main: main.as_ref() == Some(&version_id),
                candidate: candidate == Some(&version_id),
                share: shares.get(&version_id).copied(),
                name: version.version_name,
                created_at: version.version_created_at.map(|at| at.to_string()),
                version_id,
            })
        });
        self.versions = versions.collect();
        Ok(())
    }

    fn print(&self, output: &Output) {
        let line = |name: &str, value: &dyn Display| output.result(&format!("  {name:11}  {value}"));
        output.result(&styled(BOLD, format!("{} in {}", self.address, self.environment)));
        line("file", &self.file.unwrap_or("none"));
        match self.id {
            Some(id) if self.exists => line("id", &id),
            Some(id) => line("id", &format!("{id} (deleted elsewhere, or the API key belongs to another account)")),
            None => line("id", &"not applied yet"),
        }
        self.refers_to.iter().for_each(|address| line("refers to", address));
        self.referred_by.iter().for_each(|address| line("referred by", address));
        let rules: Vec<_> = rules(self.canary_deploy.as_ref()).filter_map(describe).collect();
        rules.iter().for_each(|rule| line("rule", rule));
        let rest = if rules.is_empty() { "" } else { " of the rest" };
        for version in &self.versions {
            let share = version.share.map(|share| format!("{share} %{rest}")).unwrap_or_default();
            let name = version.name.as_deref().unwrap_or_default();
            let roles = [("main", version.main), ("candidate", version.candidate)].into_iter().filter(|(_, is)| *is);
            let roles = roles.map(|(role, _)| role).collect::<Vec<_>>().join(", ");
            line("version", &format!("{}  {share:6}  {roles}  {name}", version.version_id));
        }
        if let Some(rollout) = self.rollout {
            let steps: Vec<_> = rollout.steps.iter().map(ToString::to_string).collect();
            line("rollout", &format!("of {} in steps of {} %", rollout.version_id, steps.join(", ")));
        }
    }
}

fn rules(deploy: Option<&CanaryDeploy>) -> impl Iterator<Item = &CanaryRule> {
    deploy.and_then(|deploy| deploy.rules.as_ref()).into_iter().flatten()
}

/// The shares of the rule for all conversations or, in the older form without rules, of all traffic, in percent by version.
fn shares(deploy: Option<&CanaryDeploy>) -> BTreeMap<String, f64> {
    let for_all = |rule: &&CanaryRule| rule.clauses.as_ref().is_none_or(Vec::is_empty);
    if let Some(rule) = rules(deploy).find(for_all) {
        return targets(rule).collect();
    }
    let without_rules = deploy.filter(|_| rules(deploy).next().is_none());
    let versions = without_rules.and_then(|deploy| deploy.versions.as_ref()).into_iter().flatten();
    versions.map(|version| (version.version_id.clone(), version.percentage)).collect()
}

/// The versions of a rule, and their shares in percent.
fn targets(rule: &CanaryRule) -> impl Iterator<Item = (String, f64)> {
    let whole = rule.serve.version_id.iter().map(|version_id| (version_id.clone(), 100.0));
    whole.chain(rule.serve.rollout.iter().flatten().map(|slot| (slot.version_id.clone(), slot.weight)))
}

/// A rule with conditions in one line.
fn describe(rule: &CanaryRule) -> Option<String> {
    let clauses = rule.clauses.as_ref().filter(|clauses| !clauses.is_empty())?;
    let clauses = clauses
        .iter()
        .map(|clause| format!("{} {} {}", clause.attribute, clause.operator.as_str(), clause.values.join(", ")));
    let targets = targets(rule).map(|(version_id, share)| format!("{share} % {version_id}"));
    Some(format!("{} gets {}", clauses.collect::<Vec<_>>().join(" and "), targets.collect::<Vec<_>>().join(", ")))
}

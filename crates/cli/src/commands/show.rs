//! `telnyx-ai show`

use std::collections::BTreeMap;

use serde_json::{Value, json};
use telnyx_ai::Telnyx;
use telnyx_ai::prelude::*;
use telnyx_ai::versions::CanaryDeploy;

use crate::args::Global;
use crate::failure::Failure;
use crate::output::Output;
use crate::output::style::{BOLD, styled};
use crate::references::dependencies;
use crate::resources::{Address, Kind};
use crate::session::Session;

/// A version of an assistant.
struct Version {
    id: String,
    name: Option<String>,
    created_at: Option<String>,
    roles: Vec<&'static str>,
    /// The share of all conversations that it gets, in percent.
    share: Option<f64>,
}

pub(crate) async fn run(global: &Global, key: &str, output: &Output) -> Result<(), Failure> {
    let session = Session::open(global, output)?;
    let address = session.address(key, None)?;
    let entry = session.state().resources.get(&address);
    let resource = session.project.resources.get(&address);
    let refers_to: Vec<Address> =
        resource.map(|resource| dependencies(&address, &resource.content).into_keys().collect()).unwrap_or_default();
    let mut referred_by: Vec<Address> = Vec::new();
    for (other, resource) in &session.project.resources {
        if dependencies(other, &resource.content).contains_key(&address) {
            referred_by.push(other.clone());
        }
    }
    let (mut versions, mut deploy, mut exists) = (Vec::new(), None, false);
    if let Some(entry) = entry {
        let telnyx = session.telnyx()?;
        exists = address.kind.get(&telnyx, &entry.id).await?.is_some();
        if address.kind == Kind::Assistants && exists {
            deploy = canary_deploy(&telnyx, &entry.id).await?;
            let main = address.kind.get(&telnyx, &entry.id).await?.and_then(|answer| answer.version_id);
            let candidate = entry.candidate.as_ref().and_then(|candidate| candidate.version_id.clone());
            versions = versions_of(&telnyx, &entry.id, main, candidate, deploy.as_ref()).await?;
        }
    }
    let file = resource.map(|resource| resource.source.path());
    output.document(&json!({
        "address": address,
        "environment": session.environment.name,
        "id": entry.map(|entry| &entry.id),
        "exists": exists,
        "file": file,
        "versions": versions.iter().map(document).collect::<Vec<_>>(),
        "canary_deploy": deploy,
        "rollout": entry.and_then(|entry| entry.rollout.as_ref()),
        "refers_to": refers_to,
        "referred_by": referred_by,
    }));
    output.result(&styled(BOLD, format!("{address} in {}", session.environment.name)));
    output.result(&format!("  file         {}", file.unwrap_or("none")));
    output.result(&format!(
        "  id           {}",
        match (entry, exists) {
            (Some(entry), true) => entry.id.clone(),
            (Some(entry), false) => format!("{} (deleted elsewhere)", entry.id),
            (None, _) => "not applied yet".to_owned(),
        }
    ));
    for (what, addresses) in [("refers to", refers_to), ("referred by", referred_by)] {
        for address in addresses {
            output.result(&format!("  {what:11}  {address}"));
        }
    }
    for version in &versions {
        let share = version.share.map(|share| format!("{share} %")).unwrap_or_default();
        let name = version.name.as_deref().unwrap_or_default();
        output.result(&format!("  version      {}  {share:6}  {}  {name}", version.id, version.roles.join(", ")));
    }
    if let Some(rollout) = entry.and_then(|entry| entry.rollout.as_ref()) {
        let steps: Vec<_> = rollout.steps.iter().map(ToString::to_string).collect();
        output.result(&format!("  rollout      of {} in steps of {} %", rollout.version_id, steps.join(", ")));
    }
    Ok(())
}

fn document(version: &Version) -> Value {
    json!({
        "version_id": version.id,
        "name": version.name,
        "created_at": version.created_at,
        "main": version.roles.contains(&"main"),
        "candidate": version.roles.contains(&"candidate"),
        "share": version.share,
    })
}

/// The canary deploy of an assistant, if it has one.
pub(crate) async fn canary_deploy(telnyx: &Telnyx, assistant_id: &str) -> Result<Option<CanaryDeploy>, Failure> {
    match telnyx.canary_deploys().retrieve(assistant_id).await {
        Ok(deploy) => Ok(Some(deploy)),
        Err(error) if error.status().is_some_and(|status| status == 404) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn versions_of(
    telnyx: &Telnyx,
    assistant_id: &str,
    main: Option<String>,
    candidate: Option<String>,
    deploy: Option<&CanaryDeploy>,
) -> Result<Vec<Version>, Failure> {
    let versions = telnyx.versions().list(assistant_id).await?;
    let mut shares = shares(deploy);
    let rest = 100.0 - shares.values().sum::<f64>();
    if let Some(main) = &main {
        *shares.entry(main.clone()).or_default() += rest;
    }
    let versions = versions.into_iter().filter_map(|version| {
        let id = version.version_id?;
        let mut roles = Vec::new();
        if main.as_ref() == Some(&id) {
            roles.push("main");
        }
        if candidate.as_ref() == Some(&id) {
            roles.push("candidate");
        }
        Some(Version {
            share: shares.get(&id).copied(),
            name: version.version_name,
            created_at: version.version_created_at.map(|at| at.to_string()),
            roles,
            id,
        })
    });
    Ok(versions.collect())
}

/// The shares of a rule for all conversations, in percent by version.
fn shares(deploy: Option<&CanaryDeploy>) -> BTreeMap<String, f64> {
    let rules = deploy.and_then(|deploy| deploy.rules.as_ref()).into_iter().flatten();
    let for_all = rules.filter(|rule| rule.clauses.as_ref().is_none_or(Vec::is_empty)).take(1);
    for_all
        .flat_map(|rule| rule.serve.rollout.iter().flatten())
        .map(|slot| (slot.version_id.clone(), slot.weight))
        .collect()
}

//! `telnyx-ai rollback`

use serde_json::{Value, json};
use telnyx_ai::prelude::*;
use telnyx_ai::versions::CanaryDeploy;

use crate::apply::Interrupt;
use crate::args::{Global, Rollback};
use crate::compare::{guarded, is_same};
use crate::failure::Failure;
use crate::output::Output;
use crate::resources::{Address, Kind, found};
use crate::session::Session;
use crate::state::{Entry, Snapshot};

pub(crate) async fn run(global: &Global, args: &Rollback, output: &Output) -> Result<(), Failure> {
    let (mut session, _lock) = Session::open_locked(global, output)?;
    let (address, assistant_id) = session.assistant(&args.key)?;
    let telnyx = session.telnyx()?.clone();
    let reads = async {
        if session.state().resources[&address].updating.is_some() {
            // If the last update was executed, its version is the one to leave.
            session.account(false).await?;
        }
        Ok((session.main_version(&address).await?, session.canary_deploy(&address).await?))
    };
    let (main, deploy) = super::until_ctrl_c(output, reads).await?;
    if let (Some(main), Some(entry)) = (&main, session.file.state.resources.get_mut(&address))
        && entry.candidate.as_ref().is_some_and(|candidate| candidate.version_id.as_ref() == Some(main))
    {
        // The rollout was interrupted before it stored the promotion.
        entry.promote_candidate(main);
        entry.rollout = None;
    }
    let entry = session.state().resources[&address].clone();
    if args.to.is_none() && (deploy.is_some() || entry.rollout.is_some()) {
        if session.environment.is_protected {
            session.confirm(&format!("Return all traffic of {address} to the main version?"), args.yes)?;
        }
        let _interrupt = Interrupt::watch(output).await;
        if let Some(deploy) = &deploy {
            found(telnyx.canary_deploys().delete(&assistant_id).await)?;
            // Another client may have made it, and its rules are nowhere else.
            output.message(&format!("The canary deploy that was deleted: {}", configuration(deploy)));
        }
        if let Some(entry) = session.file.state.resources.get_mut(&address) {
            entry.rollout = None;
        }
        session.file.save()?;
        output.result(&format!("All traffic of {address} goes to the main version again."));
        let deploy = deploy.as_ref().map(configuration);
        output.document(&json!({ "address": address, "result": "ended", "version_id": main, "canary_deploy": deploy }));
        return Ok(());
    }
    let version_id = match &args.to {
        Some(version_id) => version_id.clone(),
        None => super::until_ctrl_c(output, version_before(&session, &address, &entry, main)).await?,
    };
    if session.environment.is_protected {
        session.confirm(&format!("Promote version {version_id} of {address}?"), args.yes)?;
    }
    let _interrupt = Interrupt::watch(output).await;
    if found(telnyx.versions().promote(&assistant_id, &version_id).await)?.is_none() {
        return Err(Failure::new(format!(
            "{address} has no version {version_id}, and the API keeps at most ten versions; `telnyx-ai show {address}` lists them"
        )));
    }
    let last = promoted(&mut session, &address, &entry, &version_id).await?;
    if let Some(entry) = session.file.state.resources.get_mut(&address) {
        entry.rollout = None;
        entry.set_last(last);
    }
    session.file.save()?;
    output.result(&format!(
        "Version {version_id} of {address} is promoted. The files have not changed; `telnyx-ai plan` shows the difference."
    ));
    output.document(&json!({ "address": address, "result": "promoted", "version_id": version_id }));
    Ok(())
}

/// The version before the last change.
async fn version_before(
    session: &Session<'_>,
    address: &Address,
    entry: &Entry,
    main: Option<String>,
) -> Result<String, Failure> {
    let is_main = |snapshot: &Snapshot| snapshot.version_id == main;
    // The previous version is the main one already if the response to its promotion was lost.
    let is_known = [Some(&entry.last), entry.previous.as_ref()].into_iter().flatten().any(is_main);
    let before = if is_known { entry.previous.as_ref() } else { Some(&entry.last) };
    let Some(before) = before.and_then(|before| before.version_id.clone()) else {
        return Err(Failure::new(format!(
            "there is nothing to roll back: {address} has no rollout, and the version before the last change is unknown; pass a version with `--to` (`telnyx-ai show {address}` lists them)"
        )));
    };
    // A rollback may have left it.
    if is_main(&entry.last) && is_newer(session, entry, &before, main.as_deref()).await? {
        return Err(Failure::new(format!(
            "the version before the last change of {address}, {before}, is newer than the main version; pass the version to promote with `--to` (`telnyx-ai show {address}` lists them)"
        )));
    }
    Ok(before)
}

/// Whether a version was created after another one, as far as the API has both.
async fn is_newer(session: &Session<'_>, entry: &Entry, version: &str, other: Option<&str>) -> Result<bool, Failure> {
    let failed = |error| {
        Failure::new(format!(
            "{error}; pass the version to promote with `--to`; before the last change, it was {version}"
        ))
    };
    let versions = session.telnyx()?.versions().list(&entry.id).await.map_err(failed)?;
    let created =
        |id: &str| versions.iter().find(|it| it.version_id.as_deref() == Some(id))?.version_created_at.as_ref();
    Ok(created(version).zip(other.and_then(created)).is_some_and(|(version, other)| version > other))
}

/// The request that creates a canary deploy again.
fn configuration(deploy: &CanaryDeploy) -> Value {
    match &deploy.rules {
        Some(rules) if !rules.is_empty() => json!({ "rules": rules }),
        _ => json!({ "versions": deploy.versions }),
    }
}

async fn promoted(
    session: &mut Session<'_>,
    address: &Address,
    entry: &Entry,
    version_id: &str,
) -> Result<Snapshot, Failure> {
    // The state has the content of the files for the last versions only.
    let known = [Some(&entry.last), entry.previous.as_ref(), entry.candidate.as_ref()];
    if let Some(snapshot) =
        known.into_iter().flatten().find(|snapshot| snapshot.version_id.as_deref() == Some(version_id))
    {
        return Ok(snapshot.clone());
    }
    let Some(answer) = Kind::Assistants.get(session.telnyx()?, &entry.id).await? else {
        return Err(Failure::deleted(address));
    };
    let account = session.account(false).await?;
    let live = account.resolved(answer, &session.state().tool_ids(&entry.id));
    let guarded = guarded(&session.state().secret_names, &[&entry.last.applied], &live.content);
    let (version_id, before) = (Some(version_id.to_owned()), Some(&entry.last));
    let snapshot = session.state().snapshot(Kind::Assistants, version_id, Value::Null, &live.content, before, &guarded);
    let applied = set_by_clients(&snapshot.answer, &entry.last);
    Ok(Snapshot { applied, secrets: entry.last.secrets.clone(), ..snapshot })
}

/// The fields of a version without those that the API fills in, so that `plan` shows the fields that the files do not have.
fn set_by_clients(version: &Value, last: &Snapshot) -> Value {
    let kind = Kind::Assistants;
    let plain = |content: &Value| kind.without_provisioned(kind.without_defaults(content), Some(&last.answer));
    let mut content = plain(version);
    remove_filled_in(&mut content, &last.applied, &plain(&last.answer));
    content
}

/// Removes the fields, at any depth, that the API has filled in with the same values in the last version.
fn remove_filled_in(content: &mut Value, applied: &Value, answer: &Value) {
    let Some(fields) = content.as_object_mut() else { return };
    fields.retain(|name, value| match (applied.get(name), answer.get(name)) {
        (None, Some(answer)) => !is_same(answer, value),
        (Some(applied), Some(answer)) => {
            remove_filled_in(value, applied, answer);
            true
        }
        (_, None) => true,
    });
}

//! The versions of an assistant.

use serde_json::{Map, Value};

use super::{Context, Error, Result, assistants, error::Violation, stored_versions, violations::none_of};
use crate::{
    assumptions::MCP_SERVERS_ARE_INCLUDED,
    json::{self, text},
    store::{Kind, Order},
};

/// All versions of an assistant, newest first.
pub(crate) fn list(cx: &Context<'_>, assistant_id: &str) -> Result<Vec<Value>> {
    assistants::check(cx, assistant_id)?;
    let stored = cx.tx.list(Kind::Version, assistant_id, Order::NewestFirst)?;
    stored.into_iter().map(|version| assistants::view(cx, version)).collect()
}

/// A version in the form of the API.
pub(crate) fn get(
    cx: &Context<'_>,
    assistant_id: &str,
    version_id: &str,
    include_mcp_servers: Option<bool>,
) -> Result<Value> {
    let mut answer = assistants::view(cx, existing(cx, assistant_id, version_id)?)?;
    if !include_mcp_servers.unwrap_or(MCP_SERVERS_ARE_INCLUDED) {
        json::remove(&mut answer, &["mcp_servers"]);
    }
    Ok(answer)
}

/// Changes a version in place. The main version cannot be changed here.
pub(crate) fn update(
    cx: &Context<'_>,
    assistant_id: &str,
    version_id: &str,
    body: Map<String, Value>,
) -> Result<Value> {
    let version = existing_other_version(cx, assistant_id, version_id, "changed here; update the assistant instead")?;
    let version = assistants::updated(cx, &version, body)?;
    cx.tx.replace(Kind::Version, version_id, &version)?;
    assistants::view(cx, version)
}

/// Deletes a version other than the main one.
///
/// A canary deploy that names it serves the main version instead.
pub(crate) fn delete(cx: &Context<'_>, assistant_id: &str, version_id: &str) -> Result<()> {
    existing_other_version(cx, assistant_id, version_id, "deleted; promote another one first")?;
    cx.tx.delete(Kind::Version, version_id)?;
    Ok(())
}

/// Fails if a version breaks a rule.
///
/// A change of a shared tool is checked only for versions that serve conversations, so others can break a rule.
pub(crate) fn check(cx: &Context<'_>, version: &Value) -> Result<()> {
    let in_version = |violation: Violation| {
        let (id, assistant_id) = (text(version, "version_id"), text(version, "id"));
        let message = format!("Version '{id}' of assistant '{assistant_id}' cannot be used: {violation}");
        Violation::new(violation.kind, "", message)
    };
    none_of(assistants::violations(cx, version, version)?.into_iter().map(in_version).collect())
}

/// Promotes a version to the main version and deletes the canary deploy.
pub(crate) fn promote(cx: &Context<'_>, assistant_id: &str, version_id: &str) -> Result<Value> {
    let version = existing(cx, assistant_id, version_id)?;
    check(cx, &version)?;
    stored_versions::make_main(cx, &version)?;
    cx.tx.delete(Kind::CanaryDeploy, assistant_id)?;
    assistants::view(cx, version)
}

fn existing(cx: &Context<'_>, assistant_id: &str, version_id: &str) -> Result<Value> {
    assistants::check(cx, assistant_id)?;
    stored_versions::find(cx, assistant_id, version_id)?.ok_or_else(|| Error::not_found("version", version_id))
}

fn existing_other_version(
    cx: &Context<'_>,
    assistant_id: &str,
    version_id: &str,
    action: &'static str,
) -> Result<Value> {
    let version = existing(cx, assistant_id, version_id)?;
    if assistants::get(cx, assistant_id)?["version_id"] == version_id {
        return Err(Error::MainVersion { version_id: version_id.to_owned(), action });
    }
    Ok(version)
}

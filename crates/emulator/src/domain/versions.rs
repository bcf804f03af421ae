//! The versions of an assistant.

use serde_json::{Map, Value};

use super::{Outcome, Problem, Work, assistants, canary_deploys, kind};
use crate::{assumptions::MCP_SERVERS_ARE_INCLUDED, store::Order};

/// All versions of an assistant, newest first.
pub(crate) fn list(work: &Work<'_>, assistant_id: &str) -> Outcome<Vec<Value>> {
    assistants::get(work, assistant_id)?;
    let stored = work.tx.list(kind::VERSION, assistant_id, Order::NewestFirst)?;
    stored.iter().map(|version| assistants::view(work, version)).collect()
}

/// One version as it is answered.
pub(crate) fn get(
    work: &Work<'_>,
    assistant_id: &str,
    version_id: &str,
    include_mcp_servers: Option<bool>,
) -> Outcome<Value> {
    let mut answer = assistants::view(work, &existing(work, assistant_id, version_id)?)?;
    if !include_mcp_servers.unwrap_or(MCP_SERVERS_ARE_INCLUDED)
        && let Some(answer) = answer.as_object_mut()
    {
        answer.remove("mcp_servers");
    }
    Ok(answer)
}

/// One version as it is stored, where the assistant has it.
pub(crate) fn find(work: &Work<'_>, assistant_id: &str, version_id: &str) -> Outcome<Option<Value>> {
    Ok(work.tx.get(kind::VERSION, version_id)?.filter(|version| version["id"] == assistant_id))
}

/// Changes a version in place; the main one can not be changed here.
pub(crate) fn update(
    work: &Work<'_>,
    assistant_id: &str,
    version_id: &str,
    body: Map<String, Value>,
) -> Outcome<Value> {
    let version = not_main(work, assistant_id, version_id, "changed here; update the assistant instead")?;
    let version = assistants::updated(work, &version, body)?;
    work.tx.replace(kind::VERSION, version_id, &version)?;
    assistants::view(work, &version)
}

/// Removes a version, which can not be the main one. A canary deploy that names it serves the main one in its place.
pub(crate) fn delete(work: &Work<'_>, assistant_id: &str, version_id: &str) -> Outcome<()> {
    not_main(work, assistant_id, version_id, "deleted; promote another one first")?;
    work.tx.delete(kind::VERSION, version_id)?;
    Ok(())
}

/// Makes a version the main one and ends the canary deploy.
pub(crate) fn promote(work: &Work<'_>, assistant_id: &str, version_id: &str) -> Outcome<Value> {
    let version = existing(work, assistant_id, version_id)?;
    assistants::make_main(work, &version)?;
    canary_deploys::end(work, assistant_id)?;
    assistants::view(work, &version)
}

fn existing(work: &Work<'_>, assistant_id: &str, version_id: &str) -> Outcome<Value> {
    assistants::get(work, assistant_id)?;
    find(work, assistant_id, version_id)?.ok_or_else(|| Problem::not_found("version", version_id))
}

fn not_main(work: &Work<'_>, assistant_id: &str, version_id: &str, cannot: &str) -> Outcome<Value> {
    let version = existing(work, assistant_id, version_id)?;
    if assistants::get(work, assistant_id)?["version_id"] == version_id {
        return Err(Problem::bad_request(format!("Version '{version_id}' is the main one and can not be {cannot}.")));
    }
    Ok(version)
}

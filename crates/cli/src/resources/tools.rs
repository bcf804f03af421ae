//! Shared tools: `/ai/tools`.

use serde_json::{Map, Value, json};
use telnyx_ai::assistants::{CreateSharedTool, ListTools, SharedTool, UpdateSharedTool};
use telnyx_ai::prelude::*;
use telnyx_ai::{Error, Telnyx};

use super::{Answer, Kind, content, fields, typed};

pub(super) const SET_BY_API: &[&str] = &["id", "created_at", "tool_definition"];

/// Milliseconds that a tool may take where nothing else is set.
const DEFAULT_TIMEOUT_MS: u32 = 5_000;

pub(super) fn cleared(field: &str) -> Value {
    if field == "timeout_ms" { DEFAULT_TIMEOUT_MS.into() } else { Value::Null }
}

pub(super) async fn list(telnyx: &Telnyx) -> Result<Vec<Answer>, Error> {
    let tools = telnyx.tools().list(ListTools::new()).page_size(100).try_collect().await?;
    Ok(tools.into_iter().map(answer).collect())
}

pub(super) async fn get(telnyx: &Telnyx, id: &str) -> Result<Answer, Error> {
    telnyx.tools().retrieve(id).await.map(answer)
}

pub(super) async fn create(telnyx: &Telnyx, body: &Value, namespace: &str, name: &str) -> Result<Answer, Error> {
    let request: CreateSharedTool = typed(body)?;
    telnyx.tools().create(request).idempotency_key_from(namespace, name).await.map(answer)
}

pub(super) async fn update(telnyx: &Telnyx, id: &str, change: &Map<String, Value>) -> Result<Answer, Error> {
    let request: UpdateSharedTool = typed(&Value::Object(change.clone()))?;
    telnyx.tools().update(id, request).await.map(answer)
}

pub(super) async fn delete(telnyx: &Telnyx, id: &str) -> Result<(), Error> {
    telnyx.tools().delete(id).await
}

/// The API answers the definition under another name than it takes it.
fn answer(tool: SharedTool) -> Answer {
    let mut fields = fields(&tool);
    let definition = fields.get("tool_definition").cloned().unwrap_or_else(|| json!({}));
    fields.insert(tool.tool_type.as_str().to_owned(), definition);
    Answer {
        id: tool.id,
        version_id: None,
        created_at: tool.created_at.map(|at| at.to_string()).unwrap_or_default(),
        content: content(Kind::Tools, fields),
    }
}

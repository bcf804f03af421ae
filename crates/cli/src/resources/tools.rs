//! Shared tools: `/ai/tools`.

use serde_json::{Value, json};
use telnyx_ai::assistants::SharedTool;

use super::{Kind, Live, content, fields};

pub(super) const SET_BY_API: &[&str] = &["id", "created_at", "tool_definition"];

/// The default time limit of a tool, in milliseconds.
const DEFAULT_TIMEOUT_MS: u32 = 5_000;

pub(super) fn cleared(field: &str) -> Value {
    if field == "timeout_ms" { DEFAULT_TIMEOUT_MS.into() } else { Value::Null }
}

/// Responses contain the definition under another name than requests.
pub(super) fn answer(tool: SharedTool) -> Live {
    let mut fields = fields(&tool);
    let definition = fields.get("tool_definition").cloned().unwrap_or_else(|| json!({}));
    fields.insert(tool.tool_type.as_str().to_owned(), definition);
    Live {
        kind: Kind::Tools,
        id: tool.id,
        version_id: None,
        created_at: tool.created_at.map(|at| at.to_string()).unwrap_or_default(),
        content: content(Kind::Tools, fields),
    }
}

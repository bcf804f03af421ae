//! Checks the API's rules, which the emulator shares.

use serde_json::Value;
use telnyx_ai_rules::SharedTool;

use super::Problem;
use crate::output::Severity;
use crate::project::{Pointer, Project};
use crate::references::{each_text, map_texts, unescape};
use crate::resources::{Address, Kind, is_reference};

pub(super) fn check(project: &Project, kind: Kind, content: &Value) -> Vec<Problem> {
    let content = map_texts(content, &mut |_, text| unescape(text).into());
    let mut tools = telnyx_ai_rules::SharedTools::new();
    for (address, resource) in project.resources.iter().filter(|(address, _)| address.kind == Kind::Tools) {
        tools.insert(Address::reference(address), shared_tool(&resource.content));
    }
    // A tool of another project may exist in the account; its type is unknown.
    each_text(&content, &mut |at, id| {
        if kind == Kind::Assistants && is_reference(kind, at) {
            tools.entry(id.to_owned()).or_default();
        }
    });
    kind.violations(&content, &tools)
        .into_iter()
        .map(|violation| Problem {
            severity: Severity::Error,
            at: Pointer::parse(&violation.pointer),
            is_name: false,
            message: violation.message.trim_end_matches('.').to_owned(),
            help: None,
        })
        .collect()
}

fn shared_tool(content: &Value) -> SharedTool {
    let tool_type = content["type"].as_str().unwrap_or_default();
    let tool = SharedTool::new(tool_type);
    match content[tool_type]["name"].as_str() {
        Some(name) => tool.with_name(name),
        None => tool,
    }
}

//! Tools.

use telnyx_ai_assistants::{CreateSharedTool, SharedToolType};
use telnyx_ai_types::{JsonObject, Targets, Tool, ToolMessage, Transfer, UpdateDynamicVariables};

use crate::{
    shared_tools::SharedTool,
    violation::{At, Violation, ViolationKind, collect},
};

/// The prefix of system variables.
const RESERVED_PREFIX: &str = "telnyx_";

/// The maximum length of the extension of a transfer target, in characters.
const EXTENSION_MAX_LENGTH: usize = 64;

/// Checks a shared tool: its definition and the rules of an assistant's tools.
///
/// ```
/// use telnyx_ai_assistants::{CreateSharedTool, SharedToolType};
///
/// let violations = telnyx_ai_rules::shared_tool(&CreateSharedTool::new("Look up", SharedToolType::Webhook));
/// assert_eq!(violations[0].pointer, "/webhook");
/// ```
#[must_use]
pub fn shared_tool(tool: &CreateSharedTool) -> Vec<Violation> {
    collect(|at| {
        let is_missing = match tool.tool_type {
            SharedToolType::ClientSideTool => tool.client_side_tool.is_none(),
            SharedToolType::Function => tool.function.is_none(),
            SharedToolType::Handoff => tool.handoff.is_none(),
            SharedToolType::Invite => tool.invite.is_none(),
            SharedToolType::Pay => tool.pay.is_none(),
            SharedToolType::Retrieval => tool.retrieval.is_none(),
            SharedToolType::UpdateDynamicVariables => tool.update_dynamic_variables.is_none(),
            SharedToolType::Webhook => tool.webhook.is_none(),
            _ => false,
        };
        if is_missing {
            let kind = tool.tool_type.as_str();
            let message = format!("A tool of type {kind} must have the field {kind}.");
            at.field(kind).add(ViolationKind::Missing, message);
        }
        if tool.timeout_ms == Some(0) {
            at.field("timeout_ms").add(ViolationKind::OutOfRange, "timeout_ms is 0; it must be at least 1.");
        }
        if let Some(tool) = as_inline(tool) {
            inline(at, &tool);
        }
    })
}

/// A shared tool in the form of an inline one, if it has the fields of its type.
fn as_inline(tool: &CreateSharedTool) -> Option<Tool> {
    JsonObject::of(tool).ok()?.read().ok()
}

/// The rules for an inline tool of an assistant.
pub(crate) fn inline(at: &At<'_>, tool: &Tool) {
    match tool {
        Tool::Unknown(tool) => at.tag(tool, "type"),
        Tool::Webhook(tool) => messages(&at.field("webhook").field("messages"), tool.webhook.messages.as_deref()),
        Tool::UpdateDynamicVariables(tool) => {
            update_dynamic_variables(&at.field("update_dynamic_variables"), &tool.update_dynamic_variables);
        }
        Tool::Transfer(tool) => transfer(&at.field("transfer"), &tool.transfer),
        _ => {}
    }
}

/// The sentences that an assistant says while a tool or remote agent runs.
pub(crate) fn messages(at: &At<'_>, messages: Option<&[ToolMessage]>) {
    for (n, message) in messages.into_iter().flatten().enumerate() {
        if let ToolMessage::Unknown(message) = message {
            at.item(n).tag(message, "type");
        }
    }
}

/// The name by which a model calls a tool, for the types that have names.
pub(crate) fn function_name(tool: &Tool) -> Option<&str> {
    match tool {
        Tool::Function(tool) => Some(&tool.function.name),
        Tool::Webhook(tool) => Some(&tool.webhook.name),
        Tool::ClientSideTool(tool) => Some(&tool.client_side_tool.name),
        Tool::UpdateDynamicVariables(tool) => Some(&tool.update_dynamic_variables.name),
        _ => None,
    }
}

/// The name by which a model calls a shared tool, for the types that have names.
pub(crate) fn shared_function_name(tool: &SharedTool) -> Option<&str> {
    tool.name.as_deref().filter(|_| NAMED.contains(&tool.tool_type.as_str()))
}

/// The types of which each tool has a name for the model.
const NAMED: [&str; 4] = ["function", "webhook", "client_side_tool", "update_dynamic_variables"];

/// Whether an assistant may have several tools of a type. Unknown types are not limited.
pub(crate) fn may_repeat(tool_type: &str) -> bool {
    !SINGLE.contains(&tool_type)
}

/// The types of which an assistant can have at most one.
const SINGLE: [&str; 12] = [
    "retrieval", "handoff", "hangup", "transfer", "invite", "refer", "send_dtmf", "send_message", "skip_turn", "pay",
    "update_dynamic_variables", "vision",
];

fn update_dynamic_variables(at: &At<'_>, definition: &UpdateDynamicVariables) {
    let name = &definition.name;
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
        let message = format!("'{name}' is not a tool name; a name can contain letters, digits, '_' and '-'.");
        at.field("name").add(ViolationKind::Format, message);
    }
    if definition.updatable_variables.is_empty() {
        at.field("updatable_variables")
            .add(ViolationKind::Length, "updatable_variables is empty; it must have at least one variable.");
    }
    for (n, variable) in definition.updatable_variables.iter().enumerate() {
        let name = &variable.name;
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        if name.is_empty() || !name.bytes().all(is_allowed) || name.starts_with(RESERVED_PREFIX) {
            let message = format!(
                "'{name}' is not a name for a variable; a name has letters, digits, '.', '_' and '-', and does not start \
                 with '{RESERVED_PREFIX}'."
            );
            at.field("updatable_variables").item(n).field("name").add(ViolationKind::Format, message);
        }
    }
}

fn transfer(at: &At<'_>, transfer: &Transfer) {
    let Targets::List(targets) = &transfer.targets else { return };
    for (n, target) in targets.iter().enumerate() {
        let extension = target.extension.as_deref().unwrap_or_default();
        let is_tone = |c: char| matches!(c, '0'..='9' | 'A'..='D' | 'w' | 'W' | '*' | '#');
        if extension.chars().count() > EXTENSION_MAX_LENGTH || !extension.chars().all(is_tone) {
            let message = format!(
                "'{extension}' is not an extension; it has at most {EXTENSION_MAX_LENGTH} of the characters 0-9, A-D, w, W, \
                 * and #."
            );
            at.field("targets").item(n).field("extension").add(ViolationKind::Format, message);
        }
    }
    let accepts = transfer.warm_transfer_acceptance.as_ref().and_then(|acceptance| acceptance.enabled) == Some(true);
    let has_instructions = transfer.warm_transfer_instructions.as_deref().is_some_and(|text| !text.is_empty());
    let has_messages = targets.iter().all(|target| target.message.as_deref().is_some_and(|text| !text.is_empty()));
    if accepts && !has_instructions && !has_messages {
        let message =
            "Acceptance of warm transfers requires warm_transfer_instructions, or a message for every target.";
        at.field("warm_transfer_acceptance").add(ViolationKind::Combination, message);
    }
}

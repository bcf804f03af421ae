//! What an assistant's configuration may be.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{
    Checks, Code, Outcome, Problem, Work,
    expressions::Expression,
    flows::{self, NodeKind},
    tags, tools,
};
use crate::json::items;

/// Tool types of which one assistant has one at most.
const SINGLE: [&str; 11] = [
    "retrieval",
    "handoff",
    "hangup",
    "transfer",
    "invite",
    "refer",
    "send_dtmf",
    "send_message",
    "skip_turn",
    "pay",
    "update_dynamic_variables",
];

/// Turns down a configuration that breaks a rule. Shared tools that it had `before` may have been deleted since: it goes
/// on without them, and they are not in the way of a change.
pub(crate) fn check(work: &Work<'_>, before: &Value, assistant: &Value) -> Outcome<()> {
    let mut checks = Checks::new();
    checks.length(assistant, "/version_name", 0, 50);
    checks.range(assistant, "/dynamic_variables_webhook_timeout_ms", 1.0, 10_000.0);
    checks.range(assistant, "/interruption_settings/interrupt_prediction_threshold", 0.0, 1.0);
    checks.range(assistant, "/telephony_settings/noise_suppression_config/attenuation_limit", 0.0, 100.0);
    checks.range(assistant, "/telephony_settings/noise_suppression_config/enhancement_level", 0.0, 1.0);
    speech(&mut checks, assistant, "");
    for (n, tag) in items(&assistant["tags"]).iter().enumerate() {
        tags::check(&mut checks, tag, &format!("/tags/{n}"));
    }
    let before = tools::shared_ids(before);
    check_tools(work, &mut checks, &before, assistant)?;
    if !assistant["conversation_flow"].is_null() {
        check_flow(work, &mut checks, &before, &assistant["conversation_flow"])?;
    }
    if tools::has_pay(work, assistant)? && assistant["telephony_settings"]["disable_dtmf"] != true {
        checks.fail(
            Code::UNPROCESSABLE,
            "/telephony_settings/disable_dtmf",
            "An assistant with a pay tool needs disable_dtmf to be true.",
        );
    }
    checks.finish()?;
    only_single(work, assistant)
}

/// Voice and transcription, of the assistant or of a node.
fn speech(checks: &mut Checks, body: &Value, at: &str) {
    checks.range(body, &format!("{at}/voice_settings/voice_speed"), 0.25, 2.0);
    let settings = format!("{at}/transcription/settings");
    checks.range(body, &format!("{settings}/eot_threshold"), 0.5, 0.9);
    checks.range(body, &format!("{settings}/eager_eot_threshold"), 0.3, 0.9);
    checks.range(body, &format!("{settings}/eot_timeout_ms"), 500.0, 10_000.0);
    checks.range(body, &format!("{settings}/max_endpoint_delay_ms"), 500.0, 3_000.0);
    checks.range(body, &format!("{settings}/end_of_turn_confidence_threshold"), 0.0, 1.0);
    for (less, more) in [("eager_eot_threshold", "eot_threshold"), ("min_turn_silence", "max_turn_silence")] {
        let number = |name: &str| body.pointer(&format!("{settings}/{name}")).and_then(Value::as_f64);
        if let (Some(small), Some(large)) = (number(less), number(more))
            && small > large
        {
            checks.fail(Code::RANGE, format!("{settings}/{less}"), format!("{less} is greater than {more}."));
        }
    }
}

fn check_tools(work: &Work<'_>, checks: &mut Checks, before: &HashSet<&str>, assistant: &Value) -> Outcome<()> {
    for (n, tool_id) in items(&assistant["tool_ids"]).iter().enumerate() {
        known_tool(work, checks, before, tool_id, &format!("/tool_ids/{n}"))?;
    }
    let mut names = HashSet::new();
    for (n, tool) in items(&assistant["tools"]).iter().enumerate() {
        check_tool(checks, tool, &format!("/tools/{n}"));
        if let Some(name) = tools::function_name(tool)
            && !names.insert(name)
        {
            let pointer = format!("/tools/{n}/{}/name", tools::type_of(tool));
            checks.fail(Code::UNPROCESSABLE, pointer, format!("Another tool is named '{name}' already."));
        }
    }
    Ok(())
}

/// The rules for one tool's definition, shared or not.
pub(crate) fn check_tool(checks: &mut Checks, tool: &Value, at: &str) {
    if tool["type"] != "update_dynamic_variables" {
        return;
    }
    let (definition, at) = (&tool["update_dynamic_variables"], format!("{at}/update_dynamic_variables"));
    let name = definition["name"].as_str().unwrap_or_default();
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) {
        checks.fail(Code::UNPROCESSABLE, format!("{at}/name"), "A name has letters, digits, '_' and '-' only.");
    }
    if items(&definition["updatable_variables"]).is_empty() {
        checks.fail(Code::LENGTH, format!("{at}/updatable_variables"), "At least one variable is needed.");
    }
    for (n, variable) in items(&definition["updatable_variables"]).iter().enumerate() {
        let name = variable["name"].as_str().unwrap_or_default();
        let good = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
        if name.is_empty() || !good || name.starts_with("telnyx_") {
            checks.fail(
                Code::UNPROCESSABLE,
                format!("{at}/updatable_variables/{n}/name"),
                "A variable's name has letters, digits, '.', '_' and '-', and does not start with 'telnyx_'.",
            );
        }
    }
}

fn check_flow(work: &Work<'_>, checks: &mut Checks, before: &HashSet<&str>, flow: &Value) -> Outcome<()> {
    let at = "/conversation_flow";
    let mut nodes = HashMap::new();
    for (n, node) in items(&flow["nodes"]).iter().enumerate() {
        let at = format!("{at}/nodes/{n}");
        let id = node["id"].as_str().unwrap_or_default();
        if nodes.insert(id, node).is_some() {
            checks.fail(Code::UNPROCESSABLE, format!("{at}/id"), format!("Another node has the id '{id}' already."));
        }
        if !node["model"].is_null() && !node["external_llm"].is_null() {
            checks.fail(Code::UNPROCESSABLE, format!("{at}/model"), "A node has model or external_llm, not both.");
        }
        node_speech(checks, node, &at);
        if !node["shared_tool_id"].is_null() {
            known_tool(work, checks, before, &node["shared_tool_id"], &format!("{at}/shared_tool_id"))?;
        }
        for (m, tool_id) in items(&node["shared_tool_ids"]).iter().enumerate() {
            known_tool(work, checks, before, tool_id, &format!("{at}/shared_tool_ids/{m}"))?;
        }
    }

    let no_node = |checks: &mut Checks, at: String, id: &Value| {
        if !id.as_str().is_some_and(|id| nodes.contains_key(id)) {
            checks.fail(Code::UNPROCESSABLE, at, format!("There is no node {id}."));
        }
    };
    no_node(checks, format!("{at}/start_node_id"), &flow["start_node_id"]);
    let mut ids = HashSet::new();
    // For each node its first outgoing edge, and how many of them are taken by default.
    let mut outgoing: HashMap<&str, (usize, usize)> = HashMap::new();
    for (n, edge) in items(&flow["edges"]).iter().enumerate() {
        let at = format!("{at}/edges/{n}");
        let id = edge["id"].as_str().unwrap_or_default();
        if !ids.insert(id) {
            checks.fail(Code::UNPROCESSABLE, format!("{at}/id"), format!("Another edge has the id '{id}' already."));
        }
        no_node(checks, format!("{at}/start_node_id"), &edge["start_node_id"]);
        if edge["target"]["type"] == "node" {
            no_node(checks, format!("{at}/target/node_id"), &edge["target"]["node_id"]);
        }
        let condition = &edge["condition"];
        if condition["type"] == "expression"
            && let Err(unreadable) = Expression::read(&condition["expression"])
        {
            let at = format!("{at}/condition/expression{}", unreadable.pointer);
            checks.fail(Code::UNPROCESSABLE, at, unreadable.detail);
        }
        let defaults = &mut outgoing.entry(edge["start_node_id"].as_str().unwrap_or_default()).or_insert((n, 0)).1;
        *defaults += usize::from(condition["type"] == "default");
    }
    for (id, (first, defaults)) in outgoing {
        let Some(node) = nodes.get(id) else { continue };
        if flows::kind_of(node) != NodeKind::Prompt && defaults != 1 {
            checks.fail(
                Code::UNPROCESSABLE,
                format!("{at}/edges/{first}/condition"),
                format!("Node '{id}' speaks or runs a tool, so exactly one edge from it must be the default."),
            );
        }
    }
    Ok(())
}

/// The speech rules for a node, whose pointers start elsewhere.
fn node_speech(checks: &mut Checks, node: &Value, at: &str) {
    let mut own = Checks::new();
    speech(&mut own, node, "");
    checks.take(own, at);
}

fn known_tool(work: &Work<'_>, checks: &mut Checks, before: &HashSet<&str>, tool_id: &Value, at: &str) -> Outcome<()> {
    let id = tool_id.as_str().unwrap_or_default();
    if !before.contains(id) && tools::find(work, id)?.is_none() {
        checks.fail(Code::UNPROCESSABLE, at, format!("There is no shared tool '{id}'."));
    }
    Ok(())
}

/// All tool types but a few appear once at most, among inline and shared tools together.
fn only_single(work: &Work<'_>, assistant: &Value) -> Outcome<()> {
    let all = tools::of_assistant(work, assistant)?;
    let mut seen = HashSet::new();
    for tool in &all {
        let kind = tools::type_of(tool);
        if SINGLE.contains(&kind) && !seen.insert(kind) {
            return Err(Problem::bad_request(format!("An assistant can have one {kind} tool only.")));
        }
    }
    Ok(())
}

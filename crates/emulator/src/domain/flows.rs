//! Conversation flows: their nodes and edges.

use serde_json::Value;

use crate::{
    json::{items, text},
    phrases::{has_phrase, quoted, words},
};

/// The flow of an assistant in the form of the API, with its shared tools.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flow<'a>(&'a Value);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NodeKind {
    /// The model replies.
    Prompt,
    /// The assistant sends a fixed message.
    Speak,
    /// A tool is called.
    Tool,
}

impl<'a> Flow<'a> {
    /// The flow of an assistant, if it has one.
    pub(crate) fn of(assistant: &'a Value) -> Option<Self> {
        let flow = &assistant["conversation_flow"];
        flow["nodes"].as_array().is_some_and(|nodes| !nodes.is_empty()).then_some(Self(flow))
    }

    pub(crate) fn start(self) -> &'a str {
        text(self.0, "start_node_id")
    }

    pub(crate) fn node(self, id: &str) -> Option<&'a Value> {
        self.0["nodes"].as_array()?.iter().find(|node| node["id"] == id)
    }

    /// The edges of a node, in order. The default edge comes last.
    ///
    /// Edges with a target of an unknown type are left out.
    pub(crate) fn edges_from(self, id: &str) -> Vec<&'a Value> {
        let edges = items(&self.0["edges"]);
        let has_known_target = |edge: &&Value| matches!(edge["target"]["type"].as_str(), Some("node" | "assistant"));
        let edges = edges.iter().filter(|edge| edge["start_node_id"] == id).filter(has_known_target);
        let mut edges: Vec<&Value> = edges.collect();
        edges.sort_by_key(|edge| edge["condition"]["type"] == "default");
        edges
    }

    pub(crate) fn default_edge(self, id: &str) -> Option<&'a Value> {
        self.edges_from(id).pop().filter(|edge| edge["condition"]["type"] == "default")
    }
}

/// The kind of a node. `type` is optional.
pub(crate) fn kind_of(node: &Value) -> NodeKind {
    match node["type"].as_str() {
        Some("speak") => NodeKind::Speak,
        Some("tool") => NodeKind::Tool,
        Some(_) => NodeKind::Prompt,
        None if !node["instructions"].is_null() => NodeKind::Prompt,
        None if !node["message"].is_null() => NodeKind::Speak,
        None if !node["shared_tool_id"].is_null() => NodeKind::Tool,
        None => NodeKind::Prompt,
    }
}

/// The instructions at a prompt node.
pub(crate) fn instructions(assistant: &str, node: &Value) -> String {
    let own = text(node, "instructions");
    if node["instructions_mode"] == "append" && !assistant.is_empty() {
        format!("{assistant}\n\n{own}")
    } else {
        own.to_owned()
    }
}

/// The tools at a prompt node.
pub(crate) fn tools(assistant: &[Value], node: &Value) -> Vec<Value> {
    if node["shared_tool_ids"].is_null() {
        return assistant.to_vec();
    }
    let mut all = if node["tools_mode"] == "append" { assistant.to_vec() } else { Vec::new() };
    all.extend(tools_in(&node["tools"]));
    all
}

/// The shared tools of a node of any kind.
pub(crate) fn all_tools(node: &Value) -> Vec<Value> {
    [&node["tool"], &node["tools"]].into_iter().flat_map(tools_in).collect()
}

pub(crate) fn tool(node: &Value) -> Option<Value> {
    tools_in(&node["tool"]).into_iter().next()
}

/// The tools in a list, which may contain lists.
fn tools_in(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.iter().flat_map(tools_in).collect(),
        Value::Object(_) => vec![value.clone()],
        _ => Vec::new(),
    }
}

/// Common words, which do not count in a condition.
const INSIGNIFICANT: [&str; 40] = [
    "about", "after", "agent", "also", "answer", "answers", "any", "asks", "assistant", "been", "caller", "client",
    "customer", "does", "from", "have", "into", "like", "mention", "mentions", "needs", "other", "person", "said",
    "says", "some", "speak", "someone", "something", "tells", "that", "their", "them", "they", "user", "wants", "when",
    "wishes", "with", "would",
];

/// Whether a message meets a condition in natural language.
///
/// It must have one of the quoted phrases or, if nothing is quoted, one of the words of at least 4 letters, ignoring a
/// final `s`.
pub(crate) fn meets_condition(condition: &str, message: &str) -> bool {
    let said = words(message);
    let phrases = quoted(condition).1;
    if !phrases.is_empty() {
        return phrases.iter().any(|phrase| has_phrase(&said, &words(phrase)));
    }
    let stem = |word: &str| word.strip_suffix('s').unwrap_or(word).to_owned();
    let said: Vec<String> = said.iter().map(|word| stem(word)).collect();
    words(condition)
        .iter()
        .filter(|word| word.chars().count() >= 4 && !INSIGNIFICANT.contains(&word.as_str()))
        .any(|word| said.contains(&stem(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_message_meet_conditions() {
        assert!(meets_condition("The user asks about billing or invoices.", "I never got my INVOICE!"));
        assert!(!meets_condition("The user asks about billing or invoices.", "The user asks"));
        assert!(meets_condition("Says \"good bye\" or \"stop\"", "please stop"));
        assert!(!meets_condition("Says \"good bye\"", "a good, long bye"));
    }
}

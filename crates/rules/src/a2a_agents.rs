//! Remote agents.

use std::collections::BTreeMap;

use telnyx_ai_types::A2aAgent;

use crate::{
    public_urls, tools,
    violation::{At, ViolationKind},
};

/// The maximum length of the URL of an agent, in bytes.
const URL_MAX_BYTES: usize = 2_048;

pub(crate) fn check(at: &At<'_>, agents: &[A2aAgent]) {
    let mut names = BTreeMap::new();
    for (n, agent) in agents.iter().enumerate() {
        let at = at.item(n);
        public_urls::check(&at.field("url"), &agent.url, ["https", "http"]);
        if agent.url.len() > URL_MAX_BYTES {
            at.field("url").add(ViolationKind::Length, "The URL has more than 2,048 bytes.");
        }
        let tool_name: String =
            agent.name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
        if let Some(other) = names.insert(tool_name, &agent.name) {
            let message =
                format!("'{}' and '{other}' differ only in punctuation; agents need different names.", agent.name);
            at.field("name").add(ViolationKind::Duplicate, message);
        }
        tools::messages(&at.field("messages"), agent.messages.as_deref());
        for (m, header) in agent.headers.iter().flatten().enumerate() {
            let at = at.field("headers").item(m);
            if !is_header_name(&header.name) {
                let message = format!(
                    "'{}' is not a header name; a name has letters, digits, '-', '_' and placeholders of variables.",
                    header.name
                );
                at.field("name").add(ViolationKind::Format, message);
            }
            let value = header.value.expose();
            let reason = if value.chars().any(char::is_control) {
                "control characters are not allowed in a header"
            } else if value.contains("encryption_secret_ref") {
                "encrypted variables are not resolved in the headers of agents"
            } else {
                continue;
            };
            at.field("value").add(ViolationKind::Format, format!("This value cannot be sent: {reason}."));
        }
    }
}

/// Whether a text is a header name, which can have placeholders such as `{{tenant}}`.
fn is_header_name(name: &str) -> bool {
    let is_literal = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let mut parts = name.split("{{");
    let is_variable =
        |name: &str| !name.is_empty() && !name.contains(|c: char| c.is_control() || matches!(c, '{' | '}'));
    let is_placeholder = |part: &str| {
        part.split_once("}}").is_some_and(|(variable, literal)| is_variable(variable) && is_literal(literal))
    };
    !name.is_empty() && parts.next().is_some_and(is_literal) && parts.all(is_placeholder)
}

//! Remote agents.

use std::collections::BTreeMap;

use telnyx_ai_types::A2aAgent;

use crate::{
    public_urls, tools,
    violation::{At, ViolationKind},
};

/// The maximum length of the URL of an agent, in bytes.
const URL_MAX_BYTES: usize = 2_048;

pub(crate) fn check(at: &mut At<'_>, agents: &[A2aAgent]) {
    let mut names = BTreeMap::new();
    for (n, agent) in agents.iter().enumerate() {
        let mut at = at.item(n);
        public_urls::check(&mut at.field("url"), &agent.url, ["https", "http"]);
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
        tools::messages(&mut at.field("messages"), agent.messages.as_deref());
        for (m, header) in agent.headers.iter().flatten().enumerate() {
            let value = header.value.expose();
            let reason = if value.chars().any(char::is_control) {
                "control characters are not allowed in a header"
            } else if value.contains("encryption_secret_ref") {
                "encrypted variables are not resolved in the headers of agents"
            } else {
                continue;
            };
            at.field("headers")
                .item(m)
                .field("value")
                .add(ViolationKind::Format, format!("This value cannot be sent: {reason}."));
        }
    }
}

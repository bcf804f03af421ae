//! The rules of the API. They know the store and JSON, and nothing of HTTP.

pub(crate) mod assistant_rules;
pub(crate) mod assistants;
pub(crate) mod call_scripts;
pub(crate) mod canary_deploys;
pub(crate) mod chat;
pub(crate) mod check;
pub(crate) mod connections;
pub(crate) mod contents;
pub(crate) mod conversations;
pub(crate) mod dialogues;
pub(crate) mod dispatch;
pub(crate) mod expressions;
pub(crate) mod filters;
pub(crate) mod flows;
pub(crate) mod imports;
pub(crate) mod initialization;
pub(crate) mod instructions;
pub(crate) mod integrations;
pub(crate) mod mcp_servers;
pub(crate) mod problem;
pub(crate) mod scheduled_events;
pub(crate) mod scripts;
pub(crate) mod sms;
pub(crate) mod tags;
pub(crate) mod test_runs;
pub(crate) mod test_suites;
pub(crate) mod tests;
pub(crate) mod tool_tests;
pub(crate) mod tools;
pub(crate) mod variables;
pub(crate) mod versions;
pub(crate) mod webhook_calls;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use crate::{assumptions::Assumptions, clock, ids::Ids, store::Tx};

pub(crate) use check::Checks;
pub(crate) use problem::{Code, Problem};

/// What rules answer.
pub(crate) type Outcome<T> = Result<T, Problem>;

/// The kinds of documents in the store.
pub(crate) mod kind {
    /// An assistant: a copy of its main version. No parent.
    pub(crate) const ASSISTANT: &str = "assistant";
    /// A version of an assistant, whole. Parent: the assistant.
    pub(crate) const VERSION: &str = "version";
    /// The canary deploy of an assistant. Id and parent: the assistant's id.
    pub(crate) const CANARY_DEPLOY: &str = "canary_deploy";
    /// A scheduled event. Parent: the assistant.
    pub(crate) const SCHEDULED_EVENT: &str = "scheduled_event";
    /// A shared tool. No parent.
    pub(crate) const TOOL: &str = "tool";
    /// A conversation. No parent.
    pub(crate) const CONVERSATION: &str = "conversation";
    /// A message. Parent: the conversation.
    pub(crate) const MESSAGE: &str = "message";
    /// What an assistant's webhook gave for a conversation. Id and parent: the conversation's id.
    pub(crate) const VARIABLES: &str = "variables";
    /// What is not answered of a conversation: see [`dialogues`](super::dialogues). Id and parent: the conversation's.
    pub(crate) const DIALOGUE: &str = "dialogue";
    /// An event that is to be sent to a webhook. Parent: the conversation. On the agenda with the conversation's id.
    pub(crate) const WEBHOOK: &str = "webhook";
    /// The insights of a conversation. Parent: the conversation.
    pub(crate) const INSIGHTS: &str = "insights";
    /// A test. No parent.
    pub(crate) const TEST: &str = "test";
    /// A run of a test. Parent: the test.
    pub(crate) const TEST_RUN: &str = "test_run";
    /// A connection to an integration. No parent.
    pub(crate) const CONNECTION: &str = "connection";
    /// An MCP server. No parent.
    pub(crate) const MCP_SERVER: &str = "mcp_server";
    /// How the calls to a number end. Id: the number.
    pub(crate) const CALL_SCRIPT: &str = "call_script";
    /// Rules for chats and verdicts: one document.
    pub(crate) const SCRIPTS: &str = "scripts";
    /// How the time goes: one document.
    pub(crate) const CLOCK: &str = "clock";
    /// The mark of something that is put into a store once.
    pub(crate) const SEEDED: &str = "seeded";
}

/// What a rule works with: the open transaction, the time, and the switches.
#[derive(Debug)]
pub(crate) struct Work<'a> {
    pub(crate) tx: &'a Tx<'a>,
    pub(crate) now: Timestamp,
    pub(crate) ids: &'a Ids,
    pub(crate) assumptions: &'a Assumptions,
}

impl Work<'_> {
    /// The present moment as the API writes it.
    pub(crate) fn now_text(&self) -> String {
        clock::text(self.now)
    }

    /// A fresh UUID.
    pub(crate) fn new_id(&self) -> String {
        self.ids.next()
    }
}

/// Reads an ISO 8601 date or time; without an offset it is in UTC, and a date is its first moment.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    if !text.starts_with(|c: char| c.is_ascii_digit()) || text.len() < "2026-01-01".len() {
        return None;
    }
    let civil: DateTime = text.parse().ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

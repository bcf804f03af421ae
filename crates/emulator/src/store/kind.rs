//! The kinds of documents.

use rusqlite::types::{ToSql, ToSqlOutput};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// An assistant: a copy of its main version. No parent.
    Assistant,
    /// A deleted assistant that can be restored. No parent. Its children are kept.
    DeletedAssistant,
    /// A complete version of an assistant. Parent: the assistant.
    Version,
    /// The canary deploy of an assistant. Id and parent: the assistant's id.
    CanaryDeploy,
    /// A scheduled event. Parent: the assistant.
    ScheduledEvent,
    /// A shared tool. No parent.
    Tool,
    /// A conversation. No parent.
    Conversation,
    /// A message. Parent: the conversation.
    Message,
    /// The dynamic variables of a conversation, whose id is the id and parent.
    Variables,
    /// The hidden state of a conversation, whose id is the id and parent.
    ConversationState,
    /// An event that must be delivered to the webhook. Parent: the conversation.
    Webhook,
    /// The results of insights. Parent: the conversation.
    Insights,
    /// The insight run of a conversation, whose id is the id and parent.
    InsightRun,
    /// An insight. No parent.
    Insight,
    /// A group of insights. No parent.
    InsightGroup,
    /// A number that can send WhatsApp messages. Id: the number.
    Number,
    /// A test. No parent.
    Test,
    /// A run of a test. Parent: the test.
    TestRun,
    /// A connection to an integration. No parent.
    Connection,
    /// An MCP server. No parent.
    McpServer,
    /// The scripted outcomes of the calls to a number. Id: the number.
    CallScript,
    /// The script rules. One document.
    Scripts,
    /// The state of the clock. One document.
    Clock,
    /// Marks data that is loaded only once.
    Seeded,
}

impl Kind {
    /// The names in the database and in exports, in the order of the kinds.
    const NAMES: [(Self, &str); 24] = [
        (Self::Assistant, "assistant"),
        (Self::DeletedAssistant, "deleted_assistant"),
        (Self::Version, "version"),
        (Self::CanaryDeploy, "canary_deploy"),
        (Self::ScheduledEvent, "scheduled_event"),
        (Self::Tool, "tool"),
        (Self::Conversation, "conversation"),
        (Self::Message, "message"),
        (Self::Variables, "variables"),
        (Self::ConversationState, "dialogue"),
        (Self::Webhook, "webhook"),
        (Self::Insights, "insights"),
        (Self::InsightRun, "insight_run"),
        (Self::Insight, "insight"),
        (Self::InsightGroup, "insight_group"),
        (Self::Number, "number"),
        (Self::Test, "test"),
        (Self::TestRun, "test_run"),
        (Self::Connection, "connection"),
        (Self::McpServer, "mcp_server"),
        (Self::CallScript, "call_script"),
        (Self::Scripts, "scripts"),
        (Self::Clock, "clock"),
        (Self::Seeded, "seeded"),
    ];

    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Self::NAMES.into_iter().map(|(kind, _)| kind)
    }

    /// The name in the database and in exports.
    pub(crate) const fn as_str(self) -> &'static str {
        Self::NAMES[self as usize].1
    }

    /// The name in messages.
    pub(crate) fn noun(self) -> String {
        if self == Self::McpServer { "MCP server".to_owned() } else { self.as_str().replace('_', " ") }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::all().find(|kind| kind.as_str() == name)
    }
}

impl ToSql for Kind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.as_str().to_sql()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_name() {
        for (kind, name) in Kind::NAMES {
            assert_eq!((kind.as_str(), Kind::parse(name)), (name, Some(kind)));
        }
    }
}

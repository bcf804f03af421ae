//! The kinds of documents.

use rusqlite::types::{ToSql, ToSqlOutput};

/// Defines the kinds with their names in the database and in exports.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal,)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum Kind {
            $($(#[$doc])* $kind,)*
        }

        const NAMES: &[(Kind, &str)] = &[$((Kind::$kind, $name),)*];
    };
}

kinds! {
    /// An assistant: a copy of its main version. No parent.
    Assistant = "assistant",
    /// A deleted assistant that can be restored. No parent. Its children are kept.
    DeletedAssistant = "deleted_assistant",
    /// A complete version of an assistant. Parent: the assistant.
    Version = "version",
    /// The canary deploy of an assistant. Id and parent: the assistant's id.
    CanaryDeploy = "canary_deploy",
    /// A scheduled event. Parent: the assistant.
    ScheduledEvent = "scheduled_event",
    /// A shared tool. No parent.
    Tool = "tool",
    /// A conversation. No parent.
    Conversation = "conversation",
    /// A message. Parent: the conversation.
    Message = "message",
    /// The dynamic variables of a conversation, whose id is the id and parent.
    Variables = "variables",
    /// The hidden state of a conversation, whose id is the id and parent.
    ConversationState = "dialogue",
    /// An event that must be delivered to the webhook. Parent: the conversation.
    Webhook = "webhook",
    /// The results of insights. Parent: the conversation.
    Insights = "insights",
    /// The insight run of a conversation, whose id is the id and parent.
    InsightRun = "insight_run",
    /// An insight. No parent.
    Insight = "insight",
    /// A group of insights. No parent.
    InsightGroup = "insight_group",
    /// A number that can send WhatsApp messages. Id: the number.
    Number = "number",
    /// A test. No parent.
    Test = "test",
    /// A run of a test. Parent: the test.
    TestRun = "test_run",
    /// A connection to an integration. No parent.
    Connection = "connection",
    /// An MCP server. No parent.
    McpServer = "mcp_server",
    /// The scripted outcomes of the calls to a number. Id: the number.
    CallScript = "call_script",
    /// The script rules. One document.
    Scripts = "scripts",
    /// The state of the clock. One document.
    Clock = "clock",
    /// Marks data that is loaded only once.
    Seeded = "seeded",
}

impl Kind {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(kind, _)| *kind)
    }

    /// The name in the database and in exports.
    pub(crate) fn as_str(self) -> &'static str {
        NAMES[self as usize].1
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

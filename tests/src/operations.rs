//! The types of all operations: what their bodies are read into.

use serde::Serialize;
use serde_json::Value;
use telnyx_ai::assistants::types::{Assistant, CreateAssistant, UpdateAssistant, UpdateVersion};
use telnyx_ai::assistants::{
    AddMessage, AddTag, AssistantDeleted, ChatReply, ChatRequest, Conversation, ConversationInsightsList,
    CreateConversation, CreateScheduledEvent, CreateSharedTool, EnhanceInstructions, ImportAssistants, Message,
    ScheduledEvent, SendSms, SharedTool, SmsSent, TagList, TestTool, ToolTestResult, UpdateConversation,
    UpdateSharedTool,
};
use telnyx_ai::decode::{self, DecodeError};
use telnyx_ai::integrations::{Connection, Integration};
use telnyx_ai::json::FromJson;
use telnyx_ai::mcp::{CreateMcpServer, McpServer, UpdateMcpServer};
use telnyx_ai::testing::{CreateTest, Test, TestRun, TriggerTestRun, UpdateTest};
use telnyx_ai::versions::{CanaryDeploy, CanaryDeployConfig};
use telnyx_ai::{Extra, Object, Page, unknown_paths};

/// An operation with the types of its JSON bodies.
#[derive(Debug, Clone, Copy)]
pub struct Typed {
    /// Its name in the contract, like `POST /ai/assistants`.
    pub name: &'static str,
    /// Reads and writes the request's body, where it has one.
    pub request: Option<Trip>,
    /// Reads and writes the answer's body, where it has one in JSON.
    pub response: Option<Trip>,
}

/// Reads a JSON text into a type and writes it back.
pub type Trip = fn(&str) -> Result<RoundTrip, DecodeError>;

/// What became of a JSON text on its way through a type.
#[derive(Debug, Clone, PartialEq)]
pub struct RoundTrip {
    /// What was written back.
    pub written: Value,
    /// The paths of what was kept but not understood.
    pub unknown: Vec<String>,
}

/// An answer that wraps a value.
#[derive(Debug, Clone, PartialEq, Object)]
struct Data<T> {
    data: T,
    extra: Extra,
}

/// The answer of `GET` and `PUT` of a conversation: the contract does not promise its `data`.
#[derive(Debug, Clone, PartialEq, Object)]
struct MaybeConversation {
    data: Option<Conversation>,
    extra: Extra,
}

/// All operations.
pub const OPERATIONS: &[Typed] = &[
    operation("GET /ai/assistants", None, json::<Data<Vec<Assistant>>>()),
    operation("POST /ai/assistants", json::<CreateAssistant>(), json::<Assistant>()),
    operation("POST /ai/assistants/import", json::<ImportAssistants>(), json::<Data<Vec<Assistant>>>()),
    operation("GET /ai/assistants/{assistant_id}", None, json::<Assistant>()),
    operation("POST /ai/assistants/{assistant_id}", json::<UpdateAssistant>(), json::<Assistant>()),
    operation("DELETE /ai/assistants/{assistant_id}", None, json::<AssistantDeleted>()),
    operation("POST /ai/assistants/{assistant_id}/clone", None, json::<Assistant>()),
    operation("GET /ai/assistants/{assistant_id}/texml", None, None),
    operation("POST /ai/assistants/{assistant_id}/chat", json::<ChatRequest>(), json::<ChatReply>()),
    operation("POST /ai/assistants/{assistant_id}/chat/sms", json::<SendSms>(), json::<SmsSent>()),
    operation("POST /ai/assistants/{assistant_id}/instructions/enhance", json::<EnhanceInstructions>(), None),
    // Tags.
    operation("GET /ai/assistants/tags", None, json::<TagList>()),
    operation("POST /ai/assistants/{assistant_id}/tags", json::<AddTag>(), json::<TagList>()),
    operation("DELETE /ai/assistants/{assistant_id}/tags/{tag}", None, json::<TagList>()),
    // Tools of an assistant.
    operation(
        "POST /ai/assistants/{assistant_id}/tools/{tool_id}/test",
        json::<TestTool>(),
        json::<Data<ToolTestResult>>(),
    ),
    operation("PUT /ai/assistants/{assistant_id}/tools/{tool_id}", None, json::<Value>()),
    operation("DELETE /ai/assistants/{assistant_id}/tools/{tool_id}", None, json::<Value>()),
    // Shared tools.
    operation("GET /ai/tools", None, json::<Page<SharedTool>>()),
    operation("POST /ai/tools", json::<CreateSharedTool>(), json::<SharedTool>()),
    operation("GET /ai/tools/{tool_id}", None, json::<SharedTool>()),
    operation("PATCH /ai/tools/{tool_id}", json::<UpdateSharedTool>(), json::<SharedTool>()),
    operation("DELETE /ai/tools/{tool_id}", None, json::<Value>()),
    // Scheduled events.
    operation("GET /ai/assistants/{assistant_id}/scheduled_events", None, json::<Page<ScheduledEvent>>()),
    operation(
        "POST /ai/assistants/{assistant_id}/scheduled_events",
        json::<CreateScheduledEvent>(),
        json::<ScheduledEvent>(),
    ),
    operation("GET /ai/assistants/{assistant_id}/scheduled_events/{event_id}", None, json::<ScheduledEvent>()),
    operation("DELETE /ai/assistants/{assistant_id}/scheduled_events/{event_id}", None, None),
    // Conversations.
    operation("GET /ai/conversations", None, json::<Data<Vec<Conversation>>>()),
    operation("POST /ai/conversations", json::<CreateConversation>(), json::<Conversation>()),
    operation("GET /ai/conversations/{conversation_id}", None, json::<MaybeConversation>()),
    operation("PUT /ai/conversations/{conversation_id}", json::<UpdateConversation>(), json::<MaybeConversation>()),
    operation("DELETE /ai/conversations/{conversation_id}", None, None),
    operation("GET /ai/conversations/{conversation_id}/messages", None, json::<Page<Message>>()),
    operation("POST /ai/conversations/{conversation_id}/message", json::<AddMessage>(), None),
    operation(
        "GET /ai/conversations/{conversation_id}/conversations-insights",
        None,
        json::<ConversationInsightsList>(),
    ),
    // Tests, suites and runs.
    operation("GET /ai/assistants/tests", None, json::<Page<Test>>()),
    operation("POST /ai/assistants/tests", json::<CreateTest>(), json::<Test>()),
    operation("GET /ai/assistants/tests/{test_id}", None, json::<Test>()),
    operation("PUT /ai/assistants/tests/{test_id}", json::<UpdateTest>(), json::<Test>()),
    operation("DELETE /ai/assistants/tests/{test_id}", None, None),
    operation("GET /ai/assistants/tests/test-suites", None, json::<Data<Vec<String>>>()),
    operation("GET /ai/assistants/tests/test-suites/{suite_name}/runs", None, json::<Page<TestRun>>()),
    operation(
        "POST /ai/assistants/tests/test-suites/{suite_name}/runs",
        json::<TriggerTestRun>(),
        json::<Vec<TestRun>>(),
    ),
    operation("GET /ai/assistants/tests/{test_id}/runs", None, json::<Page<TestRun>>()),
    operation("POST /ai/assistants/tests/{test_id}/runs", json::<TriggerTestRun>(), json::<TestRun>()),
    operation("GET /ai/assistants/tests/{test_id}/runs/{run_id}", None, json::<TestRun>()),
    // Versions.
    operation("GET /ai/assistants/{assistant_id}/versions", None, json::<Data<Vec<Assistant>>>()),
    operation("GET /ai/assistants/{assistant_id}/versions/{version_id}", None, json::<Assistant>()),
    operation("POST /ai/assistants/{assistant_id}/versions/{version_id}", json::<UpdateVersion>(), json::<Assistant>()),
    operation("DELETE /ai/assistants/{assistant_id}/versions/{version_id}", None, None),
    operation("POST /ai/assistants/{assistant_id}/versions/{version_id}/promote", None, json::<Assistant>()),
    // Canary deploys.
    operation("GET /ai/assistants/{assistant_id}/canary-deploys", None, json::<CanaryDeploy>()),
    operation(
        "POST /ai/assistants/{assistant_id}/canary-deploys",
        json::<CanaryDeployConfig>(),
        json::<CanaryDeploy>(),
    ),
    operation("PUT /ai/assistants/{assistant_id}/canary-deploys", json::<CanaryDeployConfig>(), json::<CanaryDeploy>()),
    operation("DELETE /ai/assistants/{assistant_id}/canary-deploys", None, None),
    // Integrations and connections.
    operation("GET /ai/integrations", None, json::<Data<Vec<Integration>>>()),
    operation("GET /ai/integrations/{integration_id}", None, json::<Integration>()),
    operation("GET /ai/integrations/connections", None, json::<Data<Vec<Connection>>>()),
    operation("GET /ai/integrations/connections/{user_connection_id}", None, json::<Data<Connection>>()),
    operation("DELETE /ai/integrations/connections/{user_connection_id}", None, None),
    // MCP servers.
    operation("GET /ai/mcp_servers", None, json::<Vec<McpServer>>()),
    operation("POST /ai/mcp_servers", json::<CreateMcpServer>(), json::<McpServer>()),
    operation("GET /ai/mcp_servers/{mcp_server_id}", None, json::<McpServer>()),
    operation("PUT /ai/mcp_servers/{mcp_server_id}", json::<UpdateMcpServer>(), json::<McpServer>()),
    operation("DELETE /ai/mcp_servers/{mcp_server_id}", None, None),
];

impl Typed {
    /// The operation of that name, where some crate has it.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|operation| operation.name == name)
    }
}

const fn operation(name: &'static str, request: Option<Trip>, response: Option<Trip>) -> Typed {
    Typed { name, request, response }
}

const fn json<T: FromJson + Serialize>() -> Option<Trip> {
    Some(round_trip::<T>)
}

/// Reads `text` into a `T` and writes that back.
///
/// # Errors
/// Where the text is no `T`.
///
/// # Panics
/// Where a `T` that was read can not be written.
pub fn round_trip<T: FromJson + Serialize>(text: &str) -> Result<RoundTrip, DecodeError> {
    let value: T = decode::from_slice(text.as_bytes())?;
    let written = serde_json::to_value(&value).expect("what was read can be written");
    Ok(RoundTrip { written, unknown: unknown_paths(&value) })
}

/// Where two JSON values differ, each with what it is in both; `28` and `28.0` are the same number.
#[must_use]
pub fn differences(read: &Value, written: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("$", Some(read), Some(written), &mut found);
    found
}

fn compare(path: &str, read: Option<&Value>, written: Option<&Value>, found: &mut Vec<String>) {
    match (read, written) {
        (read, written) if read == written => {}
        (Some(Value::Object(read)), Some(Value::Object(written))) => {
            let added = written.keys().filter(|name| !read.contains_key(*name));
            for name in read.keys().chain(added) {
                compare(&format!("{path}.{name}"), read.get(name), written.get(name), found);
            }
        }
        (Some(Value::Array(read)), Some(Value::Array(written))) => {
            for n in 0..read.len().max(written.len()) {
                compare(&format!("{path}[{n}]"), read.get(n), written.get(n), found);
            }
        }
        (Some(Value::Number(read)), Some(Value::Number(written))) if read.as_f64() == written.as_f64() => {}
        (read, written) => {
            let show = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
            found.push(format!("{path}: {} became {}", show(read), show(written)));
        }
    }
}

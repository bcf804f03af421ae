//! The types of the bodies of all operations.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use telnyx_ai::assistants::types;
use telnyx_ai::decode::{self, DecodeError};
use telnyx_ai::{Page, assistants, integrations, mcp, testing, unknown_paths, versions};
use telnyx_ai_core::{Extra, Object};

/// An operation with the types of its JSON bodies.
#[derive(Debug, Clone, Copy)]
pub struct Typed {
    /// The name in the contract, such as `POST /ai/assistants`.
    pub name: &'static str,
    /// The round trip of the request body, if any.
    pub request: Option<Trip>,
    /// The round trip of the JSON response body, if any.
    pub response: Option<Trip>,
}

/// Deserializes JSON into a type and serializes it again.
pub type Trip = fn(&str) -> Result<RoundTrip, DecodeError>;

/// The result of a round trip.
#[derive(Debug, Clone, PartialEq)]
pub struct RoundTrip {
    /// The serialized value.
    pub written: Value,
    /// The paths of unknown fields and values.
    pub unknown: Vec<String>,
}

/// A response that wraps a value.
#[derive(Debug, Clone, PartialEq, Object)]
struct Data<T> {
    data: T,
    extra: Extra,
}

/// A response whose value is optional in the contract.
#[derive(Debug, Clone, PartialEq, Object)]
struct MaybeData<T> {
    data: Option<T>,
    extra: Extra,
}

/// All operations.
#[rustfmt::skip]
pub const OPERATIONS: &[Typed] = &[
    // begin operations: written by `cargo run -p xtask -- tables`
    operation("GET /ai/assistants", None, json::<Data<Vec<types::Assistant>>>()),
    operation("POST /ai/assistants", json::<types::CreateAssistant>(), json::<types::Assistant>()),
    operation("GET /ai/assistants/deleted", None, json::<Page<types::DeletedAssistant>>()),
    operation("POST /ai/assistants/import", json::<assistants::ImportAssistants>(), json::<Data<Vec<types::Assistant>>>()),
    operation("GET /ai/assistants/tags", None, json::<assistants::TagList>()),
    operation("GET /ai/assistants/tests", None, json::<Page<testing::Test>>()),
    operation("POST /ai/assistants/tests", json::<testing::CreateTest>(), json::<testing::Test>()),
    operation("GET /ai/assistants/tests/test-suites", None, json::<Data<Vec<String>>>()),
    operation("GET /ai/assistants/tests/test-suites/{suite_name}/runs", None, json::<Page<testing::TestRun>>()),
    operation("POST /ai/assistants/tests/test-suites/{suite_name}/runs", json::<testing::TriggerTestRun>(), json::<Vec<testing::TestRun>>()),
    operation("DELETE /ai/assistants/tests/{test_id}", None, None),
    operation("GET /ai/assistants/tests/{test_id}", None, json::<testing::Test>()),
    operation("PUT /ai/assistants/tests/{test_id}", json::<testing::UpdateTest>(), json::<testing::Test>()),
    operation("GET /ai/assistants/tests/{test_id}/runs", None, json::<Page<testing::TestRun>>()),
    operation("POST /ai/assistants/tests/{test_id}/runs", json::<testing::TriggerTestRun>(), json::<testing::TestRun>()),
    operation("GET /ai/assistants/tests/{test_id}/runs/{run_id}", None, json::<testing::TestRun>()),
    operation("DELETE /ai/assistants/{assistant_id}", None, json::<assistants::AssistantDeleted>()),
    operation("GET /ai/assistants/{assistant_id}", None, json::<types::Assistant>()),
    operation("POST /ai/assistants/{assistant_id}", json::<types::UpdateAssistant>(), json::<types::Assistant>()),
    operation("DELETE /ai/assistants/{assistant_id}/canary-deploys", None, None),
    operation("GET /ai/assistants/{assistant_id}/canary-deploys", None, json::<versions::CanaryDeploy>()),
    operation("POST /ai/assistants/{assistant_id}/canary-deploys", json::<versions::CanaryDeployConfig>(), json::<versions::CanaryDeploy>()),
    operation("PUT /ai/assistants/{assistant_id}/canary-deploys", json::<versions::CanaryDeployConfig>(), json::<versions::CanaryDeploy>()),
    operation("POST /ai/assistants/{assistant_id}/chat", json::<assistants::ChatRequest>(), json::<assistants::ChatReply>()),
    operation("POST /ai/assistants/{assistant_id}/chat/sms", json::<assistants::SendSms>(), json::<assistants::SmsSent>()),
    operation("POST /ai/assistants/{assistant_id}/chat/whatsapp", json::<assistants::SendWhatsapp>(), json::<assistants::WhatsappSent>()),
    operation("POST /ai/assistants/{assistant_id}/clone", None, json::<types::Assistant>()),
    operation("GET /ai/assistants/{assistant_id}/deleted", None, json::<types::DeletedAssistant>()),
    operation("POST /ai/assistants/{assistant_id}/instructions/enhance", json::<assistants::EnhanceInstructions>(), None),
    operation("POST /ai/assistants/{assistant_id}/restore", None, json::<types::Assistant>()),
    operation("GET /ai/assistants/{assistant_id}/scheduled_events", None, json::<Page<assistants::ScheduledEvent>>()),
    operation("POST /ai/assistants/{assistant_id}/scheduled_events", json::<assistants::CreateScheduledEvent>(), json::<assistants::ScheduledEvent>()),
    operation("DELETE /ai/assistants/{assistant_id}/scheduled_events/{event_id}", None, None),
    operation("GET /ai/assistants/{assistant_id}/scheduled_events/{event_id}", None, json::<assistants::ScheduledEvent>()),
    operation("POST /ai/assistants/{assistant_id}/tags", json::<assistants::AddTag>(), json::<assistants::TagList>()),
    operation("DELETE /ai/assistants/{assistant_id}/tags/{tag}", None, json::<assistants::TagList>()),
    operation("GET /ai/assistants/{assistant_id}/texml", None, None),
    operation("DELETE /ai/assistants/{assistant_id}/tools/{tool_id}", None, json::<Value>()),
    operation("PUT /ai/assistants/{assistant_id}/tools/{tool_id}", None, json::<Value>()),
    operation("POST /ai/assistants/{assistant_id}/tools/{tool_id}/test", json::<assistants::TestTool>(), json::<Data<assistants::ToolTestResult>>()),
    operation("GET /ai/assistants/{assistant_id}/versions", None, json::<Data<Vec<types::Assistant>>>()),
    operation("DELETE /ai/assistants/{assistant_id}/versions/{version_id}", None, None),
    operation("GET /ai/assistants/{assistant_id}/versions/{version_id}", None, json::<types::Assistant>()),
    operation("POST /ai/assistants/{assistant_id}/versions/{version_id}", json::<types::UpdateVersion>(), json::<types::Assistant>()),
    operation("POST /ai/assistants/{assistant_id}/versions/{version_id}/promote", None, json::<types::Assistant>()),
    operation("GET /ai/conversations", None, json::<Data<Vec<assistants::Conversation>>>()),
    operation("POST /ai/conversations", json::<assistants::CreateConversation>(), json::<assistants::Conversation>()),
    operation("GET /ai/conversations/conversation-insights/aggregates", None, json::<Data<Vec<assistants::InsightAggregate>>>()),
    operation("GET /ai/conversations/insight-groups", None, json::<Page<assistants::InsightGroup>>()),
    operation("POST /ai/conversations/insight-groups", json::<assistants::CreateInsightGroup>(), json::<Data<assistants::InsightGroup>>()),
    operation("DELETE /ai/conversations/insight-groups/{group_id}", None, None),
    operation("GET /ai/conversations/insight-groups/{group_id}", None, json::<Data<assistants::InsightGroup>>()),
    operation("PUT /ai/conversations/insight-groups/{group_id}", json::<assistants::UpdateInsightGroup>(), json::<Data<assistants::InsightGroup>>()),
    operation("POST /ai/conversations/insight-groups/{group_id}/insights/{insight_id}/assign", None, None),
    operation("DELETE /ai/conversations/insight-groups/{group_id}/insights/{insight_id}/unassign", None, None),
    operation("GET /ai/conversations/insights", None, json::<Page<assistants::Insight>>()),
    operation("POST /ai/conversations/insights", json::<assistants::CreateInsight>(), json::<Data<assistants::Insight>>()),
    operation("DELETE /ai/conversations/insights/{insight_id}", None, None),
    operation("GET /ai/conversations/insights/{insight_id}", None, json::<Data<assistants::Insight>>()),
    operation("PUT /ai/conversations/insights/{insight_id}", json::<assistants::UpdateInsight>(), json::<Data<assistants::Insight>>()),
    operation("DELETE /ai/conversations/{conversation_id}", None, None),
    operation("GET /ai/conversations/{conversation_id}", None, json::<MaybeData<assistants::Conversation>>()),
    operation("PUT /ai/conversations/{conversation_id}", json::<assistants::UpdateConversation>(), json::<MaybeData<assistants::Conversation>>()),
    operation("GET /ai/conversations/{conversation_id}/conversations-insights", None, json::<assistants::ConversationInsightsList>()),
    operation("POST /ai/conversations/{conversation_id}/message", json::<assistants::AddMessage>(), None),
    operation("GET /ai/conversations/{conversation_id}/messages", None, json::<Page<assistants::Message>>()),
    operation("GET /ai/integrations", None, json::<Data<Vec<integrations::Integration>>>()),
    operation("GET /ai/integrations/connections", None, json::<Data<Vec<integrations::Connection>>>()),
    operation("DELETE /ai/integrations/connections/{user_connection_id}", None, None),
    operation("GET /ai/integrations/connections/{user_connection_id}", None, json::<Data<integrations::Connection>>()),
    operation("GET /ai/integrations/{integration_id}", None, json::<integrations::Integration>()),
    operation("GET /ai/mcp_servers", None, json::<Vec<mcp::McpServer>>()),
    operation("POST /ai/mcp_servers", json::<mcp::CreateMcpServer>(), json::<mcp::McpServer>()),
    operation("DELETE /ai/mcp_servers/{mcp_server_id}", None, None),
    operation("GET /ai/mcp_servers/{mcp_server_id}", None, json::<mcp::McpServer>()),
    operation("PUT /ai/mcp_servers/{mcp_server_id}", json::<mcp::UpdateMcpServer>(), json::<mcp::McpServer>()),
    operation("GET /ai/tools", None, json::<Page<assistants::SharedTool>>()),
    operation("POST /ai/tools", json::<assistants::CreateSharedTool>(), json::<assistants::SharedTool>()),
    operation("DELETE /ai/tools/{tool_id}", None, None),
    operation("GET /ai/tools/{tool_id}", None, json::<assistants::SharedTool>()),
    operation("PATCH /ai/tools/{tool_id}", json::<assistants::UpdateSharedTool>(), json::<assistants::SharedTool>()),
    // end operations
];

impl Typed {
    /// The operation with this name, if a crate has it.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|operation| operation.name == name)
    }
}

const fn operation(name: &'static str, request: Option<Trip>, response: Option<Trip>) -> Typed {
    Typed { name, request, response }
}

const fn json<T: DeserializeOwned + Serialize>() -> Option<Trip> {
    Some(round_trip::<T>)
}

/// Deserializes `text` into a `T` and serializes it again.
///
/// # Errors
/// If the text does not deserialize.
///
/// # Panics
/// If the value does not serialize.
pub fn round_trip<T: DeserializeOwned + Serialize>(text: &str) -> Result<RoundTrip, DecodeError> {
    let value: T = decode::from_slice(text.as_bytes())?;
    let written = serde_json::to_value(&value).expect("the value serializes");
    Ok(RoundTrip { written, unknown: unknown_paths(&value) })
}

/// Lists the differences of two JSON values. `28` and `28.0` are equal.
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

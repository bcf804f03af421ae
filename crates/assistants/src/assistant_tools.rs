//! `/ai/assistants/{assistant_id}/tools`

use http::Method;
use telnyx_ai_core::{Call, Client, Extra, JsonObject, Object};

/// The shared tools of one assistant: `/ai/assistants/{assistant_id}/tools`.
///
/// [`ToolsApi`](crate::ToolsApi) creates and manages the tools themselves.
///
/// ```
/// use telnyx_ai_assistants::prelude::*;
/// use telnyx_ai_assistants::{AssistantTools, TestTool};
/// # use telnyx_ai_assistants::{Assistants, CreateAssistant, CreateSharedTool, SharedToolType, Tools};
/// # use telnyx_ai_core::JsonObject;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
/// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
/// # let assistant = Assistants::new(client.clone()).create(CreateAssistant::new("a", "b")).await?;
/// # let assistant_id = &assistant.id;
/// # let handoff = JsonObject::from([("ai_assistants", serde_json::json!([]))]);
/// # let request = CreateSharedTool::new("Handoff", SharedToolType::Handoff).with_handoff(handoff);
/// # let tool = Tools::new(client.clone()).create(request).await?;
/// # let tool_id = &tool.id;
/// let tools = AssistantTools::new(client);
/// tools.add(assistant_id, tool_id).await?;
/// tools.remove(assistant_id, tool_id).await?;
/// # Ok(())
/// # }
/// ```
#[auto_impl::auto_impl(&, Box, Arc)]
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait AssistantToolsApi: Send + Sync {
    /// Calls a webhook tool once, as the assistant would, and returns the result: `POST
    /// /ai/assistants/{assistant_id}/tools/{tool_id}/test`.
    ///
    /// A failed webhook is not an error; see [`ToolTestResult::success`]. Fails with 404 if the assistant or the tool
    /// does not exist.
    fn test(&self, assistant_id: &str, tool_id: &str, request: TestTool) -> Call<ToolTestResult> {
        let _ = (assistant_id, tool_id, request);
        Call::unsupported("AssistantToolsApi::test")
    }

    /// Attaches a shared tool to the assistant: `PUT /ai/assistants/{assistant_id}/tools/{tool_id}`.
    ///
    /// Fails with 404 if the assistant or the tool does not exist.
    fn add(&self, assistant_id: &str, tool_id: &str) -> Call<()> {
        let _ = (assistant_id, tool_id);
        Call::unsupported("AssistantToolsApi::add")
    }

    /// Detaches a shared tool from the assistant: `DELETE /ai/assistants/{assistant_id}/tools/{tool_id}`.
    ///
    /// The tool itself is kept. Fails with 404 if the assistant or the tool does not exist.
    fn remove(&self, assistant_id: &str, tool_id: &str) -> Call<()> {
        let _ = (assistant_id, tool_id);
        Call::unsupported("AssistantToolsApi::remove")
    }
}

/// [`AssistantToolsApi`] over HTTP. Cloning is cheap.
///
/// ```
/// use telnyx_ai_core::{Client, Error};
/// use telnyx_ai_assistants::{AssistantTools, prelude::*};
///
/// async fn equip(client: Client) -> Result<(), Error> {
///     AssistantTools::new(client).add("assistant-1", "tool-1").await
/// }
/// ```
#[derive(Debug, Clone)]
pub struct AssistantTools(Client);

impl AssistantTools {
    /// Creates a handle to the tools of assistants of the client's account.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

const TOOL: &str = "/ai/assistants/{assistant_id}/tools/{tool_id}";

impl AssistantToolsApi for AssistantTools {
    fn test(&self, assistant_id: &str, tool_id: &str, request: TestTool) -> Call<ToolTestResult> {
        self.0
            .call(Method::POST, "/ai/assistants/{assistant_id}/tools/{tool_id}/test", &[assistant_id, tool_id])
            .body(&request)
            .data()
    }

    fn add(&self, assistant_id: &str, tool_id: &str) -> Call<()> {
        self.0.call(Method::PUT, TOOL, &[assistant_id, tool_id]).empty()
    }

    fn remove(&self, assistant_id: &str, tool_id: &str) -> Call<()> {
        self.0.call(Method::DELETE, TOOL, &[assistant_id, tool_id]).empty()
    }
}

/// The body of [`AssistantToolsApi::test`]: the input of the webhook.
///
/// ```
/// use telnyx_ai_assistants::TestTool;
/// use telnyx_ai_core::JsonObject;
///
/// let trial = TestTool::new()
///     .with_arguments(JsonObject::from([("order_id", "17".into())]))
///     .with_dynamic_variables(JsonObject::from([("customer", "Ada".into())]));
/// # assert!(trial.arguments.is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TestTool {
    /// The arguments, which the model would otherwise choose.
    pub arguments: Option<JsonObject>,
    /// The values of dynamic variables.
    pub dynamic_variables: Option<JsonObject>,
    /// Additional fields to send.
    pub extra: Extra,
}

/// The result of testing a webhook tool.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ToolTestResult {
    /// Whether the webhook responded successfully.
    pub success: bool,
    /// The HTTP status of the response.
    pub status_code: u32,
    /// The content type of the response.
    pub content_type: String,
    /// The body of the response, as text.
    pub response: String,
    /// The request that was sent to the webhook.
    pub request: JsonObject,
    /// Unknown fields, as received.
    pub extra: Extra,
}

//! `/ai/tools`

mod http;
mod model;
mod request;

pub use http::Tools;
pub use model::*;
pub use request::*;

use telnyx_ai_core::{Call, Pager};

/// The shared tools of an account: `/ai/tools`.
///
/// Attach a tool to an assistant with [`AssistantToolsApi::add`](crate::AssistantToolsApi::add), or with its id in
/// `tool_ids`.
///
/// ```
/// use telnyx_ai_assistants::prelude::*;
/// use telnyx_ai_assistants::types::{HttpMethod, Webhook};
/// use telnyx_ai_assistants::{CreateSharedTool, ListTools, SharedToolType, Tools, UpdateSharedTool};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
/// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
/// let tools = Tools::new(client);
/// let webhook = Webhook::new("order_status", "Looks up an order.", "https://shop.example.com/orders/{id}")
///     .with_method(HttpMethod::Get);
/// let request = CreateSharedTool::from_tool("Order status", webhook)?;
/// let tool = tools.create(request).await?;
///
/// let change = UpdateSharedTool::new().with_timeout_ms(2500);
/// let tool = tools.update(&tool.id, change).await?;
/// assert_eq!(tool.timeout_ms, Some(2500));
///
/// let filter = ListTools::new().with_tool_type(SharedToolType::Webhook);
/// assert_eq!(tools.list(filter).try_collect().await?.len(), 1);
/// tools.delete(&tool.id).await?;
/// # Ok(())
/// # }
/// ```
#[auto_impl::auto_impl(&, Box, Arc)]
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait ToolsApi: Send + Sync {
    /// Lists the shared tools that match `filter`, page by page: `GET /ai/tools`.
    fn list(&self, filter: ListTools) -> Pager<SharedTool> {
        let _ = filter;
        Pager::unsupported("ToolsApi::list")
    }

    /// Creates a shared tool: `POST /ai/tools`.
    ///
    /// Sent with an idempotency key. Fails with 400 or 422 if the definition for the type is missing or invalid.
    fn create(&self, request: CreateSharedTool) -> Call<SharedTool> {
        let _ = request;
        Call::unsupported("ToolsApi::create")
    }

    /// Retrieves a shared tool: `GET /ai/tools/{tool_id}`.
    ///
    /// Fails with 404 if the tool does not exist.
    fn retrieve(&self, tool_id: &str) -> Call<SharedTool> {
        let _ = tool_id;
        Call::unsupported("ToolsApi::retrieve")
    }

    /// Changes the fields that are set and returns the whole tool: `PATCH /ai/tools/{tool_id}`.
    ///
    /// Fails with 404 if the tool does not exist.
    fn update(&self, tool_id: &str, request: UpdateSharedTool) -> Call<SharedTool> {
        let _ = (tool_id, request);
        Call::unsupported("ToolsApi::update")
    }

    /// Deletes a shared tool permanently: `DELETE /ai/tools/{tool_id}`.
    ///
    /// Fails with 404 if the tool does not exist.
    fn delete(&self, tool_id: &str) -> Call<()> {
        let _ = tool_id;
        Call::unsupported("ToolsApi::delete")
    }
}

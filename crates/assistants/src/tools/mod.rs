//! `/ai/tools`

mod http;
mod model;
mod request;

pub use http::Tools;
pub use model::*;
pub use request::*;

use telnyx_ai_core::{Call, Pager};

/// The tools that assistants of an account share: `/ai/tools`.
///
/// An assistant is given one by [`AssistantToolsApi::add`](crate::AssistantToolsApi::add), or by its id in
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
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait ToolsApi: Send + Sync {
    /// Lists the shared tools that `filter` lets through, page by page: `GET /ai/tools`.
    fn list(&self, filter: ListTools) -> Pager<SharedTool> {
        let _ = filter;
        Pager::unsupported("ToolsApi::list")
    }

    /// Creates a shared tool: `POST /ai/tools`.
    ///
    /// Sent under an idempotency key. 400 or 422 when the definition for its type is missing or wrong.
    fn create(&self, request: CreateSharedTool) -> Call<SharedTool> {
        let _ = request;
        Call::unsupported("ToolsApi::create")
    }

    /// One shared tool: `GET /ai/tools/{tool_id}`. 404 when there is none of that id.
    fn retrieve(&self, tool_id: &str) -> Call<SharedTool> {
        let _ = tool_id;
        Call::unsupported("ToolsApi::retrieve")
    }

    /// Changes the fields that are set and answers the whole tool: `PATCH /ai/tools/{tool_id}`. 404 when
    /// there is none of that id.
    fn update(&self, tool_id: &str, request: UpdateSharedTool) -> Call<SharedTool> {
        let _ = (tool_id, request);
        Call::unsupported("ToolsApi::update")
    }

    /// Deletes a shared tool for good: `DELETE /ai/tools/{tool_id}`. 404 when there is none of that id.
    fn delete(&self, tool_id: &str) -> Call<()> {
        let _ = tool_id;
        Call::unsupported("ToolsApi::delete")
    }
}

use http::Method;
use telnyx_ai_core::{Call, Client, Pager};

use super::{CreateSharedTool, ListTools, SharedTool, ToolsApi, UpdateSharedTool};

/// [`ToolsApi`] over HTTP. Cloning is cheap.
///
/// ```
/// use telnyx_ai_core::{Client, Error};
/// use telnyx_ai_assistants::{SharedTool, Tools, prelude::*};
///
/// async fn find(client: Client) -> Result<SharedTool, Error> {
///     Tools::new(client).retrieve("tool-1").await
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Tools(Client);

impl Tools {
    /// Creates a handle to the shared tools of the client's account.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

const TOOLS: &str = "/ai/tools";
const TOOL: &str = "/ai/tools/{tool_id}";

impl ToolsApi for Tools {
    fn list(&self, filter: ListTools) -> Pager<SharedTool> {
        Pager::numbered(self.0.call(Method::GET, TOOLS, &[]).query_from(&filter))
    }

    fn create(&self, request: CreateSharedTool) -> Call<SharedTool> {
        self.0.call(Method::POST, TOOLS, &[]).body(&request).idempotent().json()
    }

    fn retrieve(&self, tool_id: &str) -> Call<SharedTool> {
        self.0.call(Method::GET, TOOL, &[tool_id]).json()
    }

    fn update(&self, tool_id: &str, request: UpdateSharedTool) -> Call<SharedTool> {
        self.0.call(Method::PATCH, TOOL, &[tool_id]).body(&request).json()
    }

    fn delete(&self, tool_id: &str) -> Call<()> {
        self.0.call(Method::DELETE, TOOL, &[tool_id]).empty()
    }
}

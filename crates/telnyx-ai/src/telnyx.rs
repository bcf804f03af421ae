use telnyx_ai_core::{Client, Error};

/// The API. It has one method per resource, which returns a handle.
///
/// Handles share the [`Client`] and are cheap to create and to clone.
///
/// ```
/// use telnyx_ai::{Client, Telnyx, prelude::*};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = telnyx_ai_emulator::Emulator::in_process()?;
/// let client = Client::builder().api_key("KEY").transport(emulator).build()?;
/// let telnyx = Telnyx::new(client);
/// assert!(telnyx.assistants().list().await?.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Telnyx(Client);

impl Telnyx {
    /// Creates a handle to the API that uses `client`.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }

    /// Creates a handle to the API from environment variables.
    ///
    /// `TELNYX_API_KEY` is the API key and `TELNYX_BASE_URL` the base URL. Default: `https://api.telnyx.com/v2`.
    ///
    /// # Errors
    /// Those of [`ClientBuilder::build`](telnyx_ai_core::ClientBuilder::build).
    pub fn from_env() -> Result<Self, Error> {
        Client::from_env().map(Self)
    }

    /// Returns the client.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.0
    }
}

/// Assistants, chat, tools, conversations and insights.
#[cfg(feature = "assistants")]
impl Telnyx {
    /// Assistants, chat, SMS and WhatsApp: `/ai/assistants`.
    #[must_use]
    pub fn assistants(&self) -> telnyx_ai_assistants::Assistants {
        telnyx_ai_assistants::Assistants::new(self.0.clone())
    }

    /// Scheduled calls and messages: `/ai/assistants/{assistant_id}/scheduled_events`.
    #[must_use]
    pub fn scheduled_events(&self) -> telnyx_ai_assistants::ScheduledEvents {
        telnyx_ai_assistants::ScheduledEvents::new(self.0.clone())
    }

    /// Shared tools of an assistant: `/ai/assistants/{assistant_id}/tools`.
    #[must_use]
    pub fn assistant_tools(&self) -> telnyx_ai_assistants::AssistantTools {
        telnyx_ai_assistants::AssistantTools::new(self.0.clone())
    }

    /// Shared tools: `/ai/tools`.
    #[must_use]
    pub fn tools(&self) -> telnyx_ai_assistants::Tools {
        telnyx_ai_assistants::Tools::new(self.0.clone())
    }

    /// Tags: `/ai/assistants/tags` and `/ai/assistants/{assistant_id}/tags`.
    #[must_use]
    pub fn tags(&self) -> telnyx_ai_assistants::Tags {
        telnyx_ai_assistants::Tags::new(self.0.clone())
    }

    /// Improved instructions: `/ai/assistants/{assistant_id}/instructions`.
    #[must_use]
    pub fn instructions(&self) -> telnyx_ai_assistants::Instructions {
        telnyx_ai_assistants::Instructions::new(self.0.clone())
    }

    /// Conversations and their messages: `/ai/conversations`.
    #[must_use]
    pub fn conversations(&self) -> telnyx_ai_assistants::Conversations {
        telnyx_ai_assistants::Conversations::new(self.0.clone())
    }

    /// Insights: `/ai/conversations/insights`.
    #[must_use]
    pub fn insights(&self) -> telnyx_ai_assistants::Insights {
        telnyx_ai_assistants::Insights::new(self.0.clone())
    }

    /// Insight groups: `/ai/conversations/insight-groups`.
    #[must_use]
    pub fn insight_groups(&self) -> telnyx_ai_assistants::InsightGroups {
        telnyx_ai_assistants::InsightGroups::new(self.0.clone())
    }
}

/// Tests of assistants.
#[cfg(feature = "testing")]
impl Telnyx {
    /// Tests: `/ai/assistants/tests`.
    #[must_use]
    pub fn tests(&self) -> telnyx_ai_testing::Tests {
        telnyx_ai_testing::Tests::new(self.0.clone())
    }

    /// Test suites: `/ai/assistants/tests/test-suites`.
    #[must_use]
    pub fn test_suites(&self) -> telnyx_ai_testing::TestSuites {
        telnyx_ai_testing::TestSuites::new(self.0.clone())
    }

    /// Runs of tests: `/ai/assistants/tests/{test_id}/runs`.
    #[must_use]
    pub fn test_runs(&self) -> telnyx_ai_testing::TestRuns {
        telnyx_ai_testing::TestRuns::new(self.0.clone())
    }
}

/// Versions and canary deploys.
#[cfg(feature = "versions")]
impl Telnyx {
    /// Versions: `/ai/assistants/{assistant_id}/versions`.
    #[must_use]
    pub fn versions(&self) -> telnyx_ai_versions::Versions {
        telnyx_ai_versions::Versions::new(self.0.clone())
    }

    /// Canary deploys: `/ai/assistants/{assistant_id}/canary-deploys`.
    #[must_use]
    pub fn canary_deploys(&self) -> telnyx_ai_versions::CanaryDeploys {
        telnyx_ai_versions::CanaryDeploys::new(self.0.clone())
    }
}

/// Integrations and connections.
#[cfg(feature = "integrations")]
impl Telnyx {
    /// Integrations: `/ai/integrations`.
    #[must_use]
    pub fn integrations(&self) -> telnyx_ai_integrations::Integrations {
        telnyx_ai_integrations::Integrations::new(self.0.clone())
    }

    /// Connections: `/ai/integrations/connections`.
    #[must_use]
    pub fn connections(&self) -> telnyx_ai_integrations::Connections {
        telnyx_ai_integrations::Connections::new(self.0.clone())
    }
}

/// MCP servers.
#[cfg(feature = "mcp")]
impl Telnyx {
    /// MCP servers: `/ai/mcp_servers`.
    #[must_use]
    pub fn mcp_servers(&self) -> telnyx_ai_mcp::McpServers {
        telnyx_ai_mcp::McpServers::new(self.0.clone())
    }
}

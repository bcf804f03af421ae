//! `/ai/integrations`

use http::Method;
use telnyx_ai_core::{Call, Client, Extra, Object, OpenEnum, UnknownValue};

/// The catalog of integrations: `/ai/integrations`.
///
/// ```
/// use telnyx_ai_integrations::prelude::*;
/// use telnyx_ai_integrations::Integrations;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
/// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
/// let integrations = Integrations::new(client);
/// for integration in integrations.list().await? {
///     let same = integrations.retrieve(&integration.id).await?;
///     assert_eq!(same.name, integration.name);
/// }
/// # Ok(())
/// # }
/// ```
#[auto_impl::auto_impl(&, Box, Arc)]
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait IntegrationsApi: Send + Sync {
    /// Lists all integrations, without pages: `GET /ai/integrations`.
    fn list(&self) -> Call<Vec<Integration>> {
        Call::unsupported("IntegrationsApi::list")
    }

    /// Retrieves an integration: `GET /ai/integrations/{integration_id}`.
    ///
    /// Fails with 404 if the integration does not exist.
    fn retrieve(&self, integration_id: &str) -> Call<Integration> {
        let _ = integration_id;
        Call::unsupported("IntegrationsApi::retrieve")
    }
}

/// [`IntegrationsApi`] over HTTP. Cloning is cheap.
///
/// ```
/// use telnyx_ai_core::{Client, Error};
/// use telnyx_ai_integrations::{Integration, Integrations, prelude::*};
///
/// async fn find(client: Client) -> Result<Integration, Error> {
///     Integrations::new(client).retrieve("integration-1").await
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Integrations(Client);

impl Integrations {
    /// Creates a handle to the integrations of the client's account.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

impl IntegrationsApi for Integrations {
    fn list(&self) -> Call<Vec<Integration>> {
        self.0.call(Method::GET, "/ai/integrations", &[]).data()
    }

    fn retrieve(&self, integration_id: &str) -> Call<Integration> {
        self.0.call(Method::GET, "/ai/integrations/{integration_id}", &[integration_id]).json()
    }
}

/// A third-party service that assistants can use.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Integration {
    /// The id, which the configuration of an assistant refers to.
    pub id: String,
    /// The technical name.
    pub name: String,
    /// The display name.
    pub display_name: String,
    /// A description of the service.
    pub description: String,
    /// The URL of the logo.
    pub logo_url: String,
    /// The names of its tools.
    pub available_tools: Vec<String>,
    /// Whether the account is connected.
    pub status: IntegrationStatus,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// Whether an account is connected to an integration.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum IntegrationStatus {
    /// The account has a connection.
    Connected,
    /// The account has no connection.
    Disconnected,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

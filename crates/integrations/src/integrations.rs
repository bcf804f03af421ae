//! `/ai/integrations`

use http::Method;
use telnyx_ai_core::{Call, Client, Extra, Object, OpenEnum, UnknownValue};

/// The catalogue of integrations: `/ai/integrations`.
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
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait IntegrationsApi: Send + Sync {
    /// All integrations that can be connected: `GET /ai/integrations`. Not paged.
    fn list(&self) -> Call<Vec<Integration>> {
        Call::unsupported("IntegrationsApi::list")
    }

    /// One integration of the catalogue: `GET /ai/integrations/{integration_id}`. 404 when there is
    /// none of that id.
    fn retrieve(&self, integration_id: &str) -> Call<Integration> {
        let _ = integration_id;
        Call::unsupported("IntegrationsApi::retrieve")
    }
}

/// [`IntegrationsApi`] over HTTP. Cheap to clone.
///
/// ```
/// use telnyx_ai_core::{Client, Error};
/// use telnyx_ai_integrations::{Integration, Integrations, prelude::*};
///
/// async fn look_up(client: Client) -> Result<Integration, Error> {
///     Integrations::new(client).retrieve("integration-1").await
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Integrations(Client);

impl Integrations {
    /// The catalogue as the account of `client` sees it.
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

/// A third-party service that assistants can work with.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Integration {
    /// The id by which an assistant's configuration refers to it.
    pub id: String,
    /// Its technical name.
    pub name: String,
    /// Its name for people.
    pub display_name: String,
    /// What it is good for.
    pub description: String,
    /// The address of its logo.
    pub logo_url: String,
    /// The names of the tools that it brings.
    pub available_tools: Vec<String>,
    /// Whether your account is connected to it.
    pub status: IntegrationStatus,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Whether an account is connected to an integration.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum IntegrationStatus {
    /// There is a connection.
    Connected,
    /// There is none.
    Disconnected,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

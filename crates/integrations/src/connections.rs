//! `/ai/integrations/connections`

use http::Method;
use telnyx_ai_core::{Call, Client, Extra, Object};

/// The account's connections to integrations: `/ai/integrations/connections`.
///
/// Create connections in the Telnyx portal. This API lists and deletes them.
///
/// ```
/// use telnyx_ai_integrations::prelude::*;
/// use telnyx_ai_integrations::Connections;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
/// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
/// let connections = Connections::new(client);
/// for connection in connections.list().await? {
///     println!("{} allows {:?}", connection.integration_id, connection.allowed_tools);
/// }
/// # Ok(())
/// # }
/// ```
#[auto_impl::auto_impl(&, Box, Arc)]
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait ConnectionsApi: Send + Sync {
    /// Lists all connections of the account, without pages: `GET /ai/integrations/connections`.
    fn list(&self) -> Call<Vec<Connection>> {
        Call::unsupported("ConnectionsApi::list")
    }

    /// Retrieves a connection: `GET /ai/integrations/connections/{user_connection_id}`.
    ///
    /// Fails with 404 if the connection does not exist.
    fn retrieve(&self, user_connection_id: &str) -> Call<Connection> {
        let _ = user_connection_id;
        Call::unsupported("ConnectionsApi::retrieve")
    }

    /// Deletes a connection: `DELETE /ai/integrations/connections/{user_connection_id}`.
    ///
    /// Fails with 404 if the connection does not exist.
    fn delete(&self, user_connection_id: &str) -> Call<()> {
        let _ = user_connection_id;
        Call::unsupported("ConnectionsApi::delete")
    }
}

/// [`ConnectionsApi`] over HTTP. Cloning is cheap.
///
/// ```
/// use telnyx_ai_core::{Client, Error};
/// use telnyx_ai_integrations::{Connections, prelude::*};
///
/// async fn disconnect(client: Client) -> Result<(), Error> {
///     Connections::new(client).delete("connection-1").await
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Connections(Client);

impl Connections {
    /// Creates a handle to the connections of the client's account.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

const CONNECTION: &str = "/ai/integrations/connections/{user_connection_id}";

impl ConnectionsApi for Connections {
    fn list(&self) -> Call<Vec<Connection>> {
        self.0.call(Method::GET, "/ai/integrations/connections", &[]).data()
    }

    fn retrieve(&self, user_connection_id: &str) -> Call<Connection> {
        self.0.call(Method::GET, CONNECTION, &[user_connection_id]).data()
    }

    fn delete(&self, user_connection_id: &str) -> Call<()> {
        self.0.call(Method::DELETE, CONNECTION, &[user_connection_id]).empty()
    }
}

/// A connection between an account and an integration.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Connection {
    /// The id of the connection.
    pub id: String,
    /// The id of the integration.
    pub integration_id: String,
    /// The names of the allowed tools.
    pub allowed_tools: Vec<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

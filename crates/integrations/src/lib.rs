//! Integrations of the Telnyx AI API: the catalogue of third-party services and your account's
//! connections to them.
//!
//! A connection is made in the Telnyx portal. An assistant is given an integration by its
//! `integration_id`, not by the id of the connection.
//!
//! ```
//! use telnyx_ai_integrations::prelude::*;
//! use telnyx_ai_integrations::{IntegrationStatus, Integrations};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = telnyx_ai_emulator::Emulator::start().await?;
//! # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
//! let integrations = Integrations::new(client);
//! for integration in integrations.list().await? {
//!     if integration.status == IntegrationStatus::Connected {
//!         println!("{} offers {:?}", integration.display_name, integration.available_tools);
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//! - `mock`: `MockIntegrationsApi` and `MockConnectionsApi` for unit tests.

mod connections;
mod integrations;

pub use connections::*;
pub use integrations::*;

/// The traits of this crate, to bring their methods into scope with one `use`.
pub mod prelude {
    pub use crate::{ConnectionsApi, IntegrationsApi};
}

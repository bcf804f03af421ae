#![doc = include_str!("../README.md")]
//!
//! ## API areas
//!
//! | trait | handle | endpoints |
//! | --- | --- | --- |
//! | [`IntegrationsApi`] | [`Integrations`] | `/ai/integrations` |
//! | [`ConnectionsApi`] | [`Connections`] | `/ai/integrations/connections` |

#![cfg_attr(docsrs, feature(doc_cfg))]

mod connections;
mod integrations;

pub use connections::{Connection, Connections, ConnectionsApi};
pub use integrations::{Integration, IntegrationRequired, IntegrationStatus, Integrations, IntegrationsApi};

/// The crate that implements the mocks, in the version that they require.
#[cfg(feature = "mock")]
#[doc(no_inline)]
pub use mockall;
#[cfg(feature = "mock")]
pub use {connections::MockConnectionsApi, integrations::MockIntegrationsApi};

/// The traits of this crate, to import their methods with one `use`.
pub mod prelude {
    pub use crate::{ConnectionsApi, IntegrationsApi};
}

#![doc = include_str!("../README.md")]
//!
//! ## What is here
//!
//! | trait | handle | what it speaks to |
//! | --- | --- | --- |
//! | [`IntegrationsApi`] | [`Integrations`] | `/ai/integrations` |
//! | [`ConnectionsApi`] | [`Connections`] | `/ai/integrations/connections` |

#![cfg_attr(docsrs, feature(doc_cfg))]

mod connections;
mod integrations;

pub use connections::*;
pub use integrations::*;

/// The traits of this crate, to bring their methods into scope with one `use`.
pub mod prelude {
    pub use crate::{ConnectionsApi, IntegrationsApi};
}

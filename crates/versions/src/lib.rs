#![doc = include_str!("../README.md")]
//!
//! ## What is here
//!
//! | trait | handle | what it speaks to |
//! | --- | --- | --- |
//! | [`VersionsApi`] | [`Versions`] | `/ai/assistants/{assistant_id}/versions` |
//! | [`CanaryDeploysApi`] | [`CanaryDeploys`] | `/ai/assistants/{assistant_id}/canary-deploys` |
//!
//! [`Canary`] builds a canary deploy and puts it in force. [`types`] has what a version is made of.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod canary;
mod canary_deploys;
mod versions;

pub use canary::*;
pub use canary_deploys::*;
pub use versions::*;

/// The types of an assistant's configuration, which a version is.
pub use telnyx_ai_types as types;
pub use telnyx_ai_types::{Assistant, UpdateVersion};

/// The traits of this crate, to bring their methods into scope with one `use`.
pub mod prelude {
    pub use crate::{CanaryDeploysApi, VersionsApi};
}

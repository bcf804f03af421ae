#![doc = include_str!("../README.md")]
//!
//! ## API areas
//!
//! | trait | handle | endpoints |
//! | --- | --- | --- |
//! | [`VersionsApi`] | [`Versions`] | `/ai/assistants/{assistant_id}/versions` |
//! | [`CanaryDeploysApi`] | [`CanaryDeploys`] | `/ai/assistants/{assistant_id}/canary-deploys` |
//!
//! [`Canary`] builds and deploys a canary deploy. [`Rollout`] raises the share of a version step by step. [`types`] has
//! the types of a version's configuration.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod canary;
mod canary_deploys;
mod rollout;
mod versions;

pub use canary::*;
pub use canary_deploys::{
    CanaryDeploy, CanaryDeployConfig, CanaryDeploys, CanaryDeploysApi, CanaryRule, Clause, ClauseOperator, RolloutSlot,
    Serve, VersionPercentage,
};
pub use rollout::*;
pub use versions::{RetrieveVersion, Versions, VersionsApi};

/// The crate that implements the mocks, in the version that they require.
#[cfg(feature = "mock")]
#[doc(no_inline)]
pub use mockall;
#[cfg(feature = "mock")]
pub use {canary_deploys::MockCanaryDeploysApi, versions::MockVersionsApi};

/// The types of an assistant's configuration, which each version has.
#[doc(inline)]
pub use telnyx_ai_types as types;
pub use telnyx_ai_types::{Assistant, UpdateVersion};

/// The traits of this crate, to import their methods with one `use`.
pub mod prelude {
    pub use crate::{CanaryDeploysApi, VersionsApi};
}

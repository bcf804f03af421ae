#![doc = include_str!("../README.md")]
//!
//! ## Functions
//!
//! | function | checks the body of |
//! | --- | --- |
//! | [`assistant`] | `POST /ai/assistants` and the updates of assistants and versions |
//! | [`version_name`] | the updates of assistants and versions: the field `version_name` |
//! | [`shared_tool`] | `POST /ai/tools` |
//! | [`tag`] | `POST /ai/assistants/{assistant_id}/tags` |
//! | [`canary_deploy`] | `POST` and `PUT /ai/assistants/{assistant_id}/canary-deploys` |
//! | [`scheduled_event`] | `POST /ai/assistants/{assistant_id}/scheduled_events` |
//! | [`test`](fn@test) | `POST /ai/assistants/tests` |
//! | [`import`] | `POST /ai/assistants/import` |
//!
//! For an update, pass the resource as it will be after the update to the function for its creation.

mod a2a_agents;
mod assistants;
mod canary_deploys;
mod delegation;
pub mod expressions;
mod flows;
mod imports;
mod public_urls;
mod scheduled_events;
mod shared_tools;
mod speech;
mod tags;
mod tests;
mod tools;
mod violation;

pub use assistants::{assistant, version_name};
pub use canary_deploys::canary_deploy;
pub use imports::import;
pub use scheduled_events::scheduled_event;
pub use shared_tools::{SharedTool, SharedTools};
pub use tags::{TAG_MAX_LENGTH, tag};
pub use tests::test;
pub use tools::shared_tool;
pub use violation::{Violation, ViolationKind};

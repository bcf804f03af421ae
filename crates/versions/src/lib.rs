//! Versions of an assistant in the Telnyx AI API, and canary deploys that send part of the traffic to
//! one of them.
//!
//! An update of an assistant makes a version; the main version is what callers get. A version is
//! tried out by tests or by a canary deploy, and then promoted.
//!
//! ```
//! use telnyx_ai_versions::prelude::*;
//! use telnyx_ai_versions::{Canary, CanaryDeploys, Versions};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = telnyx_ai_emulator::Emulator::start().await?;
//! # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
//! # let assistant: telnyx_ai_types::Assistant = client
//! #     .call(http::Method::POST, "/ai/assistants", &[])
//! #     .body(&telnyx_ai_types::CreateAssistant::new("Shop", "Help."))
//! #     .json()
//! #     .await?;
//! # let update = telnyx_ai_types::UpdateAssistant::default()
//! #     .with_greeting("Hi")
//! #     .with_promote_to_main(false);
//! # let beta: telnyx_ai_types::Assistant = client
//! #     .call(http::Method::POST, "/ai/assistants/{assistant_id}", &[&assistant.id])
//! #     .body(&update)
//! #     .json()
//! #     .await?;
//! # let beta = &beta.version_id.ok_or("no version")?;
//! # let assistant_id = &assistant.id;
//! let (versions, deploys) = (Versions::new(client.clone()), CanaryDeploys::new(client));
//! for version in versions.list(assistant_id).await? {
//!     println!("{:?}: {:?}", version.version_id, version.version_name);
//! }
//!
//! // One caller in ten talks to the new version …
//! Canary::new().split([(beta, 10.0)]).deploy(&deploys, assistant_id).await?;
//! // … and once it has proved itself, everyone does.
//! versions.promote(assistant_id, beta).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//! - `mock`: `MockVersionsApi` and `MockCanaryDeploysApi` for unit tests. [`Canary::deploy`] works on
//!   them as on the real handle.

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

//! `/ai/assistants/{assistant_id}/canary-deploys`

mod http;
mod model;

pub use http::CanaryDeploys;
pub use model::*;

use telnyx_ai_core::Call;

/// Canary deploys: `/ai/assistants/{assistant_id}/canary-deploys`.
///
/// A canary deploy distributes the traffic of an assistant over its versions. An assistant has at most one.
/// [`Canary`](crate::Canary) builds and checks the configuration, and creates or replaces the deploy.
///
/// ```
/// use telnyx_ai_versions::prelude::*;
/// use telnyx_ai_versions::{CanaryDeployConfig, CanaryDeploys, CanaryRule, RolloutSlot, Serve};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
/// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
/// # let assistant: telnyx_ai_types::Assistant = client
/// #     .call(http::Method::POST, "/ai/assistants", &[])
/// #     .body(&telnyx_ai_types::CreateAssistant::new("Shop", "Help."))
/// #     .json()
/// #     .await?;
/// # let update = telnyx_ai_types::UpdateAssistant::new()
/// #     .with_greeting("Hi")
/// #     .with_promote_to_main(false);
/// # let beta: telnyx_ai_types::Assistant = client
/// #     .call(http::Method::POST, "/ai/assistants/{assistant_id}", &[&assistant.id])
/// #     .body(&update)
/// #     .json()
/// #     .await?;
/// # let beta = &beta.version_id.ok_or("no version")?;
/// # let assistant_id = &assistant.id;
/// let deploys = CanaryDeploys::new(client);
/// let serve = Serve::new().with_rollout([RolloutSlot::new(beta, 10.0)]);
/// let config = CanaryDeployConfig::new().with_rules([CanaryRule::new(serve)]);
/// deploys.create(assistant_id, config).await?;
///
/// let deploy = deploys.retrieve(assistant_id).await?;
/// assert_eq!(deploy.rules.map(|rules| rules.len()), Some(1));
/// deploys.delete(assistant_id).await?;
/// # Ok(())
/// # }
/// ```
#[auto_impl::auto_impl(&, Box, Arc)]
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait CanaryDeploysApi: Send + Sync {
    /// Retrieves the canary deploy of an assistant: `GET /ai/assistants/{assistant_id}/canary-deploys`.
    ///
    /// Fails with 404 if the assistant has no canary deploy.
    fn retrieve(&self, assistant_id: &str) -> Call<CanaryDeploy> {
        let _ = assistant_id;
        Call::unsupported("CanaryDeploysApi::retrieve")
    }

    /// Creates a canary deploy: `POST /ai/assistants/{assistant_id}/canary-deploys`.
    ///
    /// Sent with an idempotency key. Fails with 404 if the assistant does not exist, with 409 if it already has a canary
    /// deploy, and with 422 for a configuration that breaks a rule, such as an unknown version.
    fn create(&self, assistant_id: &str, request: CanaryDeployConfig) -> Call<CanaryDeploy> {
        let _ = (assistant_id, request);
        Call::unsupported("CanaryDeploysApi::create")
    }

    /// Replaces the configuration of a canary deploy: `PUT /ai/assistants/{assistant_id}/canary-deploys`.
    ///
    /// Fails with 404 if the assistant has no canary deploy.
    fn update(&self, assistant_id: &str, request: CanaryDeployConfig) -> Call<CanaryDeploy> {
        let _ = (assistant_id, request);
        Call::unsupported("CanaryDeploysApi::update")
    }

    /// Deletes a canary deploy: `DELETE /ai/assistants/{assistant_id}/canary-deploys`.
    ///
    /// All traffic goes to the main version. Fails with 404 if the assistant has no canary deploy.
    fn delete(&self, assistant_id: &str) -> Call<()> {
        let _ = assistant_id;
        Call::unsupported("CanaryDeploysApi::delete")
    }
}

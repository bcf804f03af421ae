use http::Method;
use telnyx_ai_core::{Call, Client};

use super::{CanaryDeploy, CanaryDeployConfig, CanaryDeploysApi};

/// [`CanaryDeploysApi`] over HTTP. Cloning is cheap.
///
/// ```
/// use telnyx_ai_core::{Client, Error};
/// use telnyx_ai_versions::{CanaryDeploys, prelude::*};
///
/// async fn roll_back(client: Client) -> Result<(), Error> {
///     CanaryDeploys::new(client).delete("assistant-1").await
/// }
/// ```
#[derive(Debug, Clone)]
pub struct CanaryDeploys(Client);

impl CanaryDeploys {
    /// Creates a handle to the canary deploys of the client's account.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

const CANARY_DEPLOYS: &str = "/ai/assistants/{assistant_id}/canary-deploys";

impl CanaryDeploysApi for CanaryDeploys {
    fn retrieve(&self, assistant_id: &str) -> Call<CanaryDeploy> {
        self.0.call(Method::GET, CANARY_DEPLOYS, &[assistant_id]).json()
    }

    fn create(&self, assistant_id: &str, request: CanaryDeployConfig) -> Call<CanaryDeploy> {
        self.0.call(Method::POST, CANARY_DEPLOYS, &[assistant_id]).body(&request).idempotent().json()
    }

    fn update(&self, assistant_id: &str, request: CanaryDeployConfig) -> Call<CanaryDeploy> {
        self.0.call(Method::PUT, CANARY_DEPLOYS, &[assistant_id]).body(&request).json()
    }

    fn delete(&self, assistant_id: &str) -> Call<()> {
        self.0.call(Method::DELETE, CANARY_DEPLOYS, &[assistant_id]).empty()
    }
}

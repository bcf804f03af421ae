//! `/ai/assistants/{assistant_id}/versions`

use http::Method;
use telnyx_ai_core::{Call, Client, Extra, Object};
use telnyx_ai_types::{Assistant, UpdateVersion};

/// The versions of an assistant: `/ai/assistants/{assistant_id}/versions`.
///
/// A version is the state of an assistant after an update. Its `version_id` identifies it. An assistant has at most 10
/// versions. Beyond that, an update erases the oldest ones, except the main version and those of the canary deploy.
///
/// ```
/// use telnyx_ai_versions::prelude::*;
/// use telnyx_ai_versions::{UpdateVersion, Versions};
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
/// let versions = Versions::new(client);
/// let change = UpdateVersion::new().with_greeting("Good morning!");
/// let version = versions.update(assistant_id, beta, change).await?;
/// assert_eq!(version.greeting.as_deref(), Some("Good morning!"));
///
/// let promoted = versions.promote(assistant_id, beta).await?;
/// assert_eq!(promoted.version_id.as_ref(), Some(beta));
/// # Ok(())
/// # }
/// ```
#[auto_impl::auto_impl(&, Box, Arc)]
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait VersionsApi: Send + Sync {
    /// Lists all versions of an assistant, the newest first, without pages: `GET
    /// /ai/assistants/{assistant_id}/versions`.
    ///
    /// Fails with 404 if the assistant does not exist.
    fn list(&self, assistant_id: &str) -> Call<Vec<Assistant>> {
        let _ = assistant_id;
        Call::unsupported("VersionsApi::list")
    }

    /// Retrieves a version: `GET /ai/assistants/{assistant_id}/versions/{version_id}`.
    ///
    /// Fails with 404 if the assistant or the version does not exist.
    fn retrieve(&self, assistant_id: &str, version_id: &str) -> Call<Assistant> {
        self.retrieve_with(assistant_id, version_id, RetrieveVersion::new())
    }

    /// Retrieves a version with options: `GET /ai/assistants/{assistant_id}/versions/{version_id}`.
    ///
    /// Fails as [`retrieve`](Self::retrieve) does.
    fn retrieve_with(&self, assistant_id: &str, version_id: &str, options: RetrieveVersion) -> Call<Assistant> {
        let _ = (assistant_id, version_id, options);
        Call::unsupported("VersionsApi::retrieve_with")
    }

    /// Changes the fields that are set and returns the whole version: `POST
    /// /ai/assistants/{assistant_id}/versions/{version_id}`.
    ///
    /// Fails with 404 if the assistant or the version does not exist, and with 400 for the main version; update the
    /// assistant instead.
    fn update(&self, assistant_id: &str, version_id: &str, request: UpdateVersion) -> Call<Assistant> {
        let _ = (assistant_id, version_id, request);
        Call::unsupported("VersionsApi::update")
    }

    /// Deletes a version: `DELETE /ai/assistants/{assistant_id}/versions/{version_id}`.
    ///
    /// Fails with 404 if the assistant or the version does not exist, and with 400 for the main version, which cannot be
    /// deleted.
    fn delete(&self, assistant_id: &str, version_id: &str) -> Call<()> {
        let _ = (assistant_id, version_id);
        Call::unsupported("VersionsApi::delete")
    }

    /// Makes a version the main version and returns it: `POST
    /// /ai/assistants/{assistant_id}/versions/{version_id}/promote`.
    ///
    /// This deletes the canary deploy of the assistant, if any: all traffic goes to the new main version. Fails with
    /// 404 if the assistant or the version does not exist.
    fn promote(&self, assistant_id: &str, version_id: &str) -> Call<Assistant> {
        let _ = (assistant_id, version_id);
        Call::unsupported("VersionsApi::promote")
    }
}

/// [`VersionsApi`] over HTTP. Cloning is cheap.
///
/// ```
/// use telnyx_ai_core::{Client, Error};
/// use telnyx_ai_versions::{Assistant, Versions, prelude::*};
///
/// async fn promote(client: Client) -> Result<Assistant, Error> {
///     Versions::new(client).promote("assistant-1", "version-2").await
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Versions(Client);

impl Versions {
    /// Creates a handle to the versions of assistants of the client's account.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

const VERSION: &str = "/ai/assistants/{assistant_id}/versions/{version_id}";

impl VersionsApi for Versions {
    fn list(&self, assistant_id: &str) -> Call<Vec<Assistant>> {
        self.0.call(Method::GET, "/ai/assistants/{assistant_id}/versions", &[assistant_id]).data()
    }

    fn retrieve_with(&self, assistant_id: &str, version_id: &str, options: RetrieveVersion) -> Call<Assistant> {
        self.0.call(Method::GET, VERSION, &[assistant_id, version_id]).query_from(&options).json()
    }

    fn update(&self, assistant_id: &str, version_id: &str, request: UpdateVersion) -> Call<Assistant> {
        self.0.call(Method::POST, VERSION, &[assistant_id, version_id]).body(&request).json()
    }

    fn delete(&self, assistant_id: &str, version_id: &str) -> Call<()> {
        self.0.call(Method::DELETE, VERSION, &[assistant_id, version_id]).empty()
    }

    fn promote(&self, assistant_id: &str, version_id: &str) -> Call<Assistant> {
        self.0
            .call(
                Method::POST,
                "/ai/assistants/{assistant_id}/versions/{version_id}/promote",
                &[assistant_id, version_id],
            )
            .json()
    }
}

/// The options of [`VersionsApi::retrieve_with`].
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct RetrieveVersion {
    /// Whether the response contains the MCP servers of the version.
    pub include_mcp_servers: Option<bool>,
    /// Additional query parameters to send.
    pub extra: Extra,
}

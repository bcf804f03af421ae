//! `/ai/assistants/tags` and `/ai/assistants/{assistant_id}/tags`

use http::Method;
use telnyx_ai_core::{Call, Client, Extra, Object};

/// Tags: `/ai/assistants/tags` and `/ai/assistants/{assistant_id}/tags`.
///
/// ```
/// use telnyx_ai_assistants::prelude::*;
/// use telnyx_ai_assistants::{AddTag, Tags};
/// # use telnyx_ai_assistants::{Assistants, CreateAssistant};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
/// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
/// # let assistant = Assistants::new(client.clone()).create(CreateAssistant::new("a", "b")).await?;
/// # let assistant_id = &assistant.id;
/// let tags = Tags::new(client);
/// let added = tags.add(assistant_id, AddTag::new("beta")).await?;
/// assert_eq!(added.tags, ["beta"]);
/// let removed = tags.remove(assistant_id, "beta").await?;
/// assert!(removed.tags.is_empty());
/// # Ok(())
/// # }
/// ```
#[auto_impl::auto_impl(&, Box, Arc)]
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait TagsApi: Send + Sync {
    /// Lists the tags of all assistants of the account, without pages: `GET /ai/assistants/tags`.
    fn list(&self) -> Call<TagList> {
        Call::unsupported("TagsApi::list")
    }

    /// Adds a tag to an assistant and returns all of its tags: `POST /ai/assistants/{assistant_id}/tags`.
    ///
    /// Fails with 404 if the assistant does not exist, and with 400 or 422 if the tag contains an invalid character,
    /// such as a colon.
    fn add(&self, assistant_id: &str, request: AddTag) -> Call<TagList> {
        let _ = (assistant_id, request);
        Call::unsupported("TagsApi::add")
    }

    /// Removes a tag from an assistant and returns the remaining tags: `DELETE
    /// /ai/assistants/{assistant_id}/tags/{tag}`.
    ///
    /// Fails with 404 if the assistant does not exist.
    fn remove(&self, assistant_id: &str, tag: &str) -> Call<TagList> {
        let _ = (assistant_id, tag);
        Call::unsupported("TagsApi::remove")
    }
}

/// [`TagsApi`] over HTTP. Cloning is cheap.
///
/// ```
/// use telnyx_ai_core::{Client, Error};
/// use telnyx_ai_assistants::{Tags, prelude::*};
///
/// async fn all(client: Client) -> Result<Vec<String>, Error> {
///     Ok(Tags::new(client).list().await?.tags)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Tags(Client);

impl Tags {
    /// Creates a handle to the tags of the client's account.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

impl TagsApi for Tags {
    fn list(&self) -> Call<TagList> {
        self.0.call(Method::GET, "/ai/assistants/tags", &[]).json()
    }

    fn add(&self, assistant_id: &str, request: AddTag) -> Call<TagList> {
        self.0.call(Method::POST, "/ai/assistants/{assistant_id}/tags", &[assistant_id]).body(&request).json()
    }

    fn remove(&self, assistant_id: &str, tag: &str) -> Call<TagList> {
        self.0.call(Method::DELETE, "/ai/assistants/{assistant_id}/tags/{tag}", &[assistant_id, tag]).json()
    }
}

/// The body of [`TagsApi::add`].
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct AddTag {
    /// The tag to add: letters, digits, spaces, `_`, `.` and `-`.
    pub tag: String,
    /// Additional fields to send.
    pub extra: Extra,
}

/// The tags of the account or of an assistant.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TagList {
    /// The tags.
    pub tags: Vec<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

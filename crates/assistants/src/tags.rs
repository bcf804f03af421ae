//! `/ai/assistants/tags` and `/ai/assistants/{assistant_id}/tags`

use http::Method;
use telnyx_ai_core::{Call, Client, Extra, Object};

/// The tags of assistants: `/ai/assistants/tags` and `/ai/assistants/{assistant_id}/tags`.
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
/// let now = tags.add(assistant_id, AddTag::new("beta")).await?;
/// assert_eq!(now.tags, ["beta"]);
/// let now = tags.remove(assistant_id, "beta").await?;
/// assert!(now.tags.is_empty());
/// # Ok(())
/// # }
/// ```
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait TagsApi: Send + Sync {
    /// Every tag that some assistant of the account has: `GET /ai/assistants/tags`. Not paged.
    fn list(&self) -> Call<TagList> {
        Call::unsupported("TagsApi::list")
    }

    /// Tags an assistant and answers all tags that it now has:
    /// `POST /ai/assistants/{assistant_id}/tags`. 404 when there is no such assistant; 400 or 422 when
    /// the tag holds characters that a tag may not, such as a colon.
    fn add(&self, assistant_id: &str, request: AddTag) -> Call<TagList> {
        let _ = (assistant_id, request);
        Call::unsupported("TagsApi::add")
    }

    /// Takes a tag off an assistant and answers those that it still has:
    /// `DELETE /ai/assistants/{assistant_id}/tags/{tag}`. 404 when there is no such assistant.
    fn remove(&self, assistant_id: &str, tag: &str) -> Call<TagList> {
        let _ = (assistant_id, tag);
        Call::unsupported("TagsApi::remove")
    }
}

/// [`TagsApi`] over HTTP. Cheap to clone.
///
/// ```
/// use telnyx_ai_core::{Client, Error};
/// use telnyx_ai_assistants::{Tags, prelude::*};
///
/// async fn in_use(client: Client) -> Result<Vec<String>, Error> {
///     Ok(Tags::new(client).list().await?.tags)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Tags(Client);

impl Tags {
    /// The tags of the account that `client` speaks for.
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

/// The tag that [`TagsApi::add`] gives to an assistant.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct AddTag {
    /// The tag.
    pub tag: String,
    /// Further fields to send.
    pub extra: Extra,
}

/// Some tags: the account's, or one assistant's.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TagList {
    /// The tags.
    pub tags: Vec<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

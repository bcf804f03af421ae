//! `/ai/conversations`

mod add_message;
pub mod filter;
mod http;
mod message;
mod model;

pub use add_message::*;
pub use http::Conversations;
pub use message::*;
pub use model::*;

use telnyx_ai_core::{Call, Pager};

/// The conversations of an account: `/ai/conversations`.
///
/// ```
/// use telnyx_ai_assistants::prelude::*;
/// use telnyx_ai_assistants::{AddMessage, Conversations, CreateConversation, ListConversations, filter};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
/// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
/// let conversations = Conversations::new(client);
/// let request = CreateConversation::new().with_name("Ada").with_metadata([("plan", "gold")]);
/// let conversation = conversations.create(request).await?;
///
/// let message = AddMessage::new("user").with_content("Hello!");
/// conversations.add_message(&conversation.id, message).await?;
/// let messages = conversations.messages(&conversation.id).try_collect().await?;
/// assert_eq!(messages.len(), 1);
///
/// let named = ListConversations::new().with_name(filter::eq("Ada")).with_limit(10);
/// assert_eq!(conversations.list(named).await?.len(), 1);
/// # Ok(())
/// # }
/// ```
#[auto_impl::auto_impl(&, Box, Arc)]
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait ConversationsApi: Send + Sync {
    /// Lists the conversations that match `filter`: `GET /ai/conversations`.
    ///
    /// The list has no pages; see [`ListConversations::limit`].
    fn list(&self, filter: ListConversations) -> Call<Vec<Conversation>> {
        let _ = filter;
        Call::unsupported("ConversationsApi::list")
    }

    /// Creates a conversation: `POST /ai/conversations`.
    ///
    /// Sent with an idempotency key.
    fn create(&self, request: CreateConversation) -> Call<Conversation> {
        let _ = request;
        Call::unsupported("ConversationsApi::create")
    }

    /// Retrieves a conversation: `GET /ai/conversations/{conversation_id}`.
    ///
    /// Fails with 404 if the conversation does not exist.
    fn retrieve(&self, conversation_id: &str) -> Call<Conversation> {
        let _ = conversation_id;
        Call::unsupported("ConversationsApi::retrieve")
    }

    /// Changes the metadata of a conversation: `PUT /ai/conversations/{conversation_id}`.
    ///
    /// Fails with 404 if the conversation does not exist.
    fn update(&self, conversation_id: &str, request: UpdateConversation) -> Call<Conversation> {
        let _ = (conversation_id, request);
        Call::unsupported("ConversationsApi::update")
    }

    /// Deletes a conversation: `DELETE /ai/conversations/{conversation_id}`.
    ///
    /// Fails with 404 if the conversation does not exist.
    fn delete(&self, conversation_id: &str) -> Call<()> {
        let _ = conversation_id;
        Call::unsupported("ConversationsApi::delete")
    }

    /// Lists the messages of a conversation, including tool calls, page by page: `GET
    /// /ai/conversations/{conversation_id}/messages`.
    ///
    /// Do not rely on their order; sort them by [`Message::sent_at`]. Fails with 404 if the conversation does not
    /// exist.
    fn messages(&self, conversation_id: &str) -> Pager<Message> {
        let _ = conversation_id;
        Pager::unsupported("ConversationsApi::messages")
    }

    /// Adds a message to a conversation without a reply of an assistant: `POST
    /// /ai/conversations/{conversation_id}/message`.
    ///
    /// Sent with an idempotency key. Fails with 404 if the conversation does not exist.
    fn add_message(&self, conversation_id: &str, request: AddMessage) -> Call<()> {
        let _ = (conversation_id, request);
        Call::unsupported("ConversationsApi::add_message")
    }

    /// Retrieves the results of the insights for a conversation: `GET
    /// /ai/conversations/{conversation_id}/conversations-insights`.
    ///
    /// Fails with 404 if the conversation does not exist.
    fn insights(&self, conversation_id: &str) -> Call<ConversationInsightsList> {
        let _ = conversation_id;
        Call::unsupported("ConversationsApi::insights")
    }
}

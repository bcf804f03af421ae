use http::Method;
use telnyx_ai_core::{Call, Client, Pager};

use super::{
    AddMessage, Conversation, ConversationInsightsList, ConversationsApi, CreateConversation, ListConversations,
    Message, UpdateConversation,
};

/// [`ConversationsApi`] over HTTP. Cloning is cheap.
///
/// ```
/// use telnyx_ai_core::{Client, Error};
/// use telnyx_ai_assistants::{Conversations, Message, prelude::*};
///
/// async fn transcript(client: Client) -> Result<Vec<Message>, Error> {
///     Conversations::new(client).messages("conversation-1").try_collect().await
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Conversations(Client);

impl Conversations {
    /// Creates a handle to the conversations of the client's account.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

const CONVERSATIONS: &str = "/ai/conversations";
const CONVERSATION: &str = "/ai/conversations/{conversation_id}";

impl ConversationsApi for Conversations {
    fn list(&self, filter: ListConversations) -> Call<Vec<Conversation>> {
        self.0.call(Method::GET, CONVERSATIONS, &[]).query_from(&filter).data()
    }

    fn create(&self, request: CreateConversation) -> Call<Conversation> {
        self.0.call(Method::POST, CONVERSATIONS, &[]).body(&request).idempotent().json()
    }

    fn retrieve(&self, conversation_id: &str) -> Call<Conversation> {
        self.0.call(Method::GET, CONVERSATION, &[conversation_id]).data()
    }

    fn update(&self, conversation_id: &str, request: UpdateConversation) -> Call<Conversation> {
        self.0.call(Method::PUT, CONVERSATION, &[conversation_id]).body(&request).data()
    }

    fn delete(&self, conversation_id: &str) -> Call<()> {
        self.0.call(Method::DELETE, CONVERSATION, &[conversation_id]).empty()
    }

    fn messages(&self, conversation_id: &str) -> Pager<Message> {
        Pager::numbered(self.0.call(Method::GET, "/ai/conversations/{conversation_id}/messages", &[conversation_id]))
    }

    fn add_message(&self, conversation_id: &str, request: AddMessage) -> Call<()> {
        self.0
            .call(Method::POST, "/ai/conversations/{conversation_id}/message", &[conversation_id])
            .body(&request)
            .idempotent()
            .empty()
    }

    fn insights(&self, conversation_id: &str) -> Call<ConversationInsightsList> {
        self.0
            .call(Method::GET, "/ai/conversations/{conversation_id}/conversations-insights", &[conversation_id])
            .json()
    }
}

//! `/ai/assistants`

mod http;
mod model;

pub use http::Assistants;
pub use model::*;

use telnyx_ai_core::{Call, Pager};
use telnyx_ai_types::{Assistant, CreateAssistant, DeletedAssistant, UpdateAssistant};

use crate::{ChatReply, ChatRequest, ChatStream, SendSms, SendWhatsapp, SmsSent, WhatsappSent};

/// The assistants of an account: `/ai/assistants`.
///
/// ```
/// use telnyx_ai_assistants::prelude::*;
/// use telnyx_ai_assistants::{Assistants, CreateAssistant, UpdateAssistant};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
/// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
/// let assistants = Assistants::new(client);
/// let request = CreateAssistant::new("Support", "Help politely.").with_greeting("Hello!");
/// let support = assistants.create(request).await?;
///
/// let change = UpdateAssistant::new().with_greeting("Good morning!");
/// let support = assistants.update(&support.id, change).await?;
/// assert_eq!(support.greeting.as_deref(), Some("Good morning!"));
///
/// assert_eq!(assistants.list().await?.len(), 1);
/// assert!(assistants.delete(&support.id).await?.deleted);
/// # Ok(())
/// # }
/// ```
#[auto_impl::auto_impl(&, Box, Arc)]
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait AssistantsApi: Send + Sync {
    /// Lists all assistants of the account, without filters or pages: `GET /ai/assistants`.
    fn list(&self) -> Call<Vec<Assistant>> {
        Call::unsupported("AssistantsApi::list")
    }

    /// Creates an assistant: `POST /ai/assistants`.
    ///
    /// The API also creates a messaging profile and a TeXML application if the enabled features need them. Sent with an
    /// idempotency key. Fails with 422 if the model is not available or settings contradict each other, and with 400
    /// (code 10015) if there are two [tools](telnyx_ai_types::Tool) of a type that allows only one.
    fn create(&self, request: CreateAssistant) -> Call<Assistant> {
        let _ = request;
        Call::unsupported("AssistantsApi::create")
    }

    /// Retrieves an assistant: `GET /ai/assistants/{assistant_id}`.
    ///
    /// Fails with 404 if the assistant does not exist.
    fn retrieve(&self, assistant_id: &str) -> Call<Assistant> {
        self.retrieve_with(assistant_id, RetrieveAssistant::new())
    }

    /// Retrieves an assistant for a given call: `GET /ai/assistants/{assistant_id}`.
    ///
    /// If the options request it, the API fetches the dynamic variables of the call from the assistant's webhook. Fails
    /// as [`retrieve`](Self::retrieve) does.
    fn retrieve_with(&self, assistant_id: &str, options: RetrieveAssistant) -> Call<Assistant> {
        let _ = (assistant_id, options);
        Call::unsupported("AssistantsApi::retrieve_with")
    }

    /// Changes the fields that are set and returns the whole assistant: `POST /ai/assistants/{assistant_id}`.
    ///
    /// This creates a new version, which becomes the main version unless `promote_to_main` is false. Beyond 10 versions,
    /// the API erases the oldest ones. Fails with 404 if the assistant does not exist, and as [`create`](Self::create)
    /// does.
    fn update(&self, assistant_id: &str, request: UpdateAssistant) -> Call<Assistant> {
        let _ = (assistant_id, request);
        Call::unsupported("AssistantsApi::update")
    }

    /// Deletes an assistant, which can be restored for 30 days: `DELETE /ai/assistants/{assistant_id}`.
    ///
    /// [`restore`](Self::restore) restores it. After 30 days the API erases it with all its versions. Fails with 404 if
    /// the assistant does not exist, and with 400 while another assistant refers to it (in a handoff tool or a flow).
    fn delete(&self, assistant_id: &str) -> Call<AssistantDeleted> {
        self.delete_with(assistant_id, DeleteAssistant::new())
    }

    /// Deletes an assistant with options, for example permanently: `DELETE /ai/assistants/{assistant_id}`.
    ///
    /// Fails as [`delete`](Self::delete) does.
    ///
    /// ```
    /// use telnyx_ai_assistants::prelude::*;
    /// use telnyx_ai_assistants::{Assistants, DeleteAssistant};
    /// use telnyx_ai_core::Error;
    ///
    /// async fn erase(assistants: &Assistants, assistant_id: &str) -> Result<(), Error> {
    ///     let erase = DeleteAssistant::new().with_hard_delete(true);
    ///     assistants.delete_with(assistant_id, erase).await?;
    ///     Ok(())
    /// }
    /// ```
    fn delete_with(&self, assistant_id: &str, options: DeleteAssistant) -> Call<AssistantDeleted> {
        let _ = (assistant_id, options);
        Call::unsupported("AssistantsApi::delete_with")
    }

    /// Lists the deleted assistants that can still be restored, page by page: `GET /ai/assistants/deleted`.
    ///
    /// ```
    /// use telnyx_ai_assistants::prelude::*;
    /// use telnyx_ai_assistants::{Assistants, CreateAssistant};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
    /// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
    /// # let assistants = Assistants::new(client);
    /// # let support = assistants.create(CreateAssistant::new("Support", "Help politely.")).await?;
    /// assistants.delete(&support.id).await?;
    ///
    /// let deleted = assistants.list_deleted().try_collect().await?;
    /// println!("{} is erased at {}", deleted[0].name, deleted[0].permanently_deleted_at);
    /// let restored = assistants.restore(&deleted[0].id).await?;
    /// assert_eq!(restored.name, "Support");
    /// # Ok(())
    /// # }
    /// ```
    fn list_deleted(&self) -> Pager<DeletedAssistant> {
        Pager::unsupported("AssistantsApi::list_deleted")
    }

    /// Retrieves a deleted assistant: `GET /ai/assistants/{assistant_id}/deleted`.
    ///
    /// Fails with 404 if no deleted assistant has that id.
    fn retrieve_deleted(&self, assistant_id: &str) -> Call<DeletedAssistant> {
        let _ = assistant_id;
        Call::unsupported("AssistantsApi::retrieve_deleted")
    }

    /// Restores a deleted assistant: `POST /ai/assistants/{assistant_id}/restore`.
    ///
    /// Its versions and its TeXML application are restored. Numbers and connections that were released in the meantime
    /// are not. Fails with 404 if no deleted assistant has that id.
    fn restore(&self, assistant_id: &str) -> Call<Assistant> {
        let _ = assistant_id;
        Call::unsupported("AssistantsApi::restore")
    }

    /// Copies an assistant, without its telephony and messaging settings: `POST /ai/assistants/{assistant_id}/clone`.
    ///
    /// Sent with an idempotency key. Fails with 404 if the assistant does not exist.
    fn clone_assistant(&self, assistant_id: &str) -> Call<Assistant> {
        let _ = assistant_id;
        Call::unsupported("AssistantsApi::clone_assistant")
    }

    /// Imports assistants from another provider: `POST /ai/assistants/import`.
    ///
    /// Returns the imported assistants. An assistant that was imported before is overwritten. Sent with an idempotency
    /// key.
    fn import(&self, request: ImportAssistants) -> Call<Vec<Assistant>> {
        let _ = request;
        Call::unsupported("AssistantsApi::import")
    }

    /// Retrieves the TeXML document that connects a call to the assistant: `GET /ai/assistants/{assistant_id}/texml`.
    ///
    /// Fails with 404 if the assistant does not exist.
    fn texml(&self, assistant_id: &str) -> Call<String> {
        let _ = assistant_id;
        Call::unsupported("AssistantsApi::texml")
    }

    /// Sends a message to the assistant and returns its reply: `POST /ai/assistants/{assistant_id}/chat`.
    ///
    /// Fails with 404 if the assistant or the conversation does not exist, and with 400 while `ai_disabled` is set in
    /// the metadata of the conversation. The operation takes no idempotency key, so the client does not resend a
    /// message after a lost reply.
    fn chat(&self, assistant_id: &str, request: ChatRequest) -> Call<ChatReply> {
        let _ = (assistant_id, request);
        Call::unsupported("AssistantsApi::chat")
    }

    /// Sends a message to the assistant and streams its reply: `POST /ai/assistants/{assistant_id}/chat`, with `stream`
    /// set.
    ///
    /// Fails as [`chat`](Self::chat) does.
    ///
    /// ```
    /// use telnyx_ai_assistants::prelude::*;
    /// use telnyx_ai_assistants::{Assistants, ChatEvent, ChatRequest};
    /// # use telnyx_ai_assistants::{Conversations, CreateAssistant, CreateConversation};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
    /// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
    /// # let support = Assistants::new(client.clone()).create(CreateAssistant::new("a", "b")).await?;
    /// # let talk = Conversations::new(client.clone()).create(CreateConversation::new()).await?;
    /// let assistants = Assistants::new(client);
    /// let mut reply = assistants.chat_stream(&support.id, ChatRequest::new(&talk.id, "Hello!")).await?;
    /// while let Some(event) = reply.try_next().await? {
    ///     if let ChatEvent::Delta(piece) = event {
    ///         print!("{}", piece.content);
    ///     }
    /// }
    ///
    /// // Or wait for the complete reply:
    /// let reply = assistants.chat_stream(&support.id, ChatRequest::new(&talk.id, "Thanks!")).await?;
    /// println!("{}", reply.collect_reply().await?.content);
    /// # Ok(())
    /// # }
    /// ```
    fn chat_stream(&self, assistant_id: &str, request: ChatRequest) -> Call<ChatStream> {
        let _ = (assistant_id, request);
        Call::unsupported("AssistantsApi::chat_stream")
    }

    /// Sends a text message on behalf of the assistant: `POST /ai/assistants/{assistant_id}/chat/sms`.
    ///
    /// Without a `text`, the API sends the assistant's greeting in a new conversation, else a message that the assistant
    /// writes. Sent with an idempotency key. Fails with 404 if the assistant does not exist, and
    /// with 400 or 422 if it has no messaging profile.
    fn send_sms(&self, assistant_id: &str, request: SendSms) -> Call<SmsSent> {
        let _ = (assistant_id, request);
        Call::unsupported("AssistantsApi::send_sms")
    }

    /// Starts a WhatsApp conversation with a template: `POST /ai/assistants/{assistant_id}/chat/whatsapp`.
    ///
    /// The assistant chooses one of its approved templates and fills it with values from `content`. Replies of the
    /// customer belong to the new conversation. The assistant must have a tool of the type `whatsapp_template`, data
    /// retention enabled and PII redaction disabled. Sent with an idempotency key. Fails with 404 if the assistant does
    /// not exist, and with 400 or 422 if the sender's messaging profile belongs to another assistant.
    ///
    /// The published schema does not describe that tool. Deserialize it from JSON:
    ///
    /// ```
    /// use telnyx_ai_assistants::types::Tool;
    ///
    /// let template: Tool = serde_json::from_value(serde_json::json!({"type": "whatsapp_template"}))?;
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    fn send_whatsapp(&self, assistant_id: &str, request: SendWhatsapp) -> Call<WhatsappSent> {
        let _ = (assistant_id, request);
        Call::unsupported("AssistantsApi::send_whatsapp")
    }
}

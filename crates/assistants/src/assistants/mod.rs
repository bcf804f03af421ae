//! `/ai/assistants`

mod http;
mod model;

pub use http::Assistants;
pub use model::*;

use telnyx_ai_core::Call;
use telnyx_ai_types::{Assistant, CreateAssistant, UpdateAssistant};

use crate::{ChatReply, ChatRequest, ChatStream, SendSms, SmsSent};

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
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait AssistantsApi: Send + Sync {
    /// All assistants of the account: `GET /ai/assistants`. Neither filtered nor paged.
    fn list(&self) -> Call<Vec<Assistant>> {
        Call::unsupported("AssistantsApi::list")
    }

    /// Creates an assistant: `POST /ai/assistants`.
    ///
    /// With it come a messaging profile and a TeXML application, as its features ask for. Sent under an
    /// idempotency key. 422 when its model is not on offer or its settings contradict each other; 400 (code 10015)
    /// when it would have two [tools](telnyx_ai_types::Tool) of a kind that allows one.
    fn create(&self, request: CreateAssistant) -> Call<Assistant> {
        let _ = request;
        Call::unsupported("AssistantsApi::create")
    }

    /// One assistant: `GET /ai/assistants/{assistant_id}`. 404 when there is none of that id.
    fn retrieve(&self, assistant_id: &str) -> Call<Assistant> {
        self.retrieve_with(assistant_id, RetrieveAssistant::new())
    }

    /// One assistant as it would be for a certain call, its dynamic variables fetched from its webhook;
    /// otherwise as [`retrieve`](Self::retrieve).
    fn retrieve_with(&self, assistant_id: &str, options: RetrieveAssistant) -> Call<Assistant> {
        let _ = (assistant_id, options);
        Call::unsupported("AssistantsApi::retrieve_with")
    }

    /// Changes the fields that are set and answers the whole assistant:
    /// `POST /ai/assistants/{assistant_id}`.
    ///
    /// This makes a new version, which becomes the main one unless `promote_to_main` is false. 404 when
    /// there is no such assistant; 400 and 422 as for [`create`](Self::create).
    fn update(&self, assistant_id: &str, request: UpdateAssistant) -> Call<Assistant> {
        let _ = (assistant_id, request);
        Call::unsupported("AssistantsApi::update")
    }

    /// Deletes an assistant with all its versions: `DELETE /ai/assistants/{assistant_id}`.
    ///
    /// The TeXML application that came with it stays. 404 when there is no such assistant.
    fn delete(&self, assistant_id: &str) -> Call<AssistantDeleted> {
        let _ = assistant_id;
        Call::unsupported("AssistantsApi::delete")
    }

    /// Makes a copy, without what belongs to telephony and messaging:
    /// `POST /ai/assistants/{assistant_id}/clone`.
    ///
    /// Sent under an idempotency key. 404 when there is no such assistant.
    fn clone_assistant(&self, assistant_id: &str) -> Call<Assistant> {
        let _ = assistant_id;
        Call::unsupported("AssistantsApi::clone_assistant")
    }

    /// Brings assistants over from another provider: `POST /ai/assistants/import`.
    ///
    /// Answers those that were imported. One that was imported before is overwritten by what the provider
    /// has now. Sent under an idempotency key.
    fn import(&self, request: ImportAssistants) -> Call<Vec<Assistant>> {
        let _ = request;
        Call::unsupported("AssistantsApi::import")
    }

    /// The TeXML document that connects a call to the assistant:
    /// `GET /ai/assistants/{assistant_id}/texml`. 404 when there is no such assistant.
    fn texml(&self, assistant_id: &str) -> Call<String> {
        let _ = assistant_id;
        Call::unsupported("AssistantsApi::texml")
    }

    /// Says something to the assistant and answers its whole reply:
    /// `POST /ai/assistants/{assistant_id}/chat`.
    ///
    /// 404 when the assistant or the conversation does not exist; 400 while the conversation's metadata
    /// have `ai_disabled` set. There is no idempotency key for it: a message whose reply was lost is not
    /// sent again on its own.
    fn chat(&self, assistant_id: &str, request: ChatRequest) -> Call<ChatReply> {
        let _ = (assistant_id, request);
        Call::unsupported("AssistantsApi::chat")
    }

    /// Says something to the assistant and follows its reply while it is made:
    /// `POST /ai/assistants/{assistant_id}/chat` with `stream` set. Fails as [`chat`](Self::chat) does.
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
    /// // Or all of it at once:
    /// let reply = assistants.chat_stream(&support.id, ChatRequest::new(&talk.id, "Thanks!")).await?;
    /// println!("{}", reply.collect_reply().await?.content);
    /// # Ok(())
    /// # }
    /// ```
    fn chat_stream(&self, assistant_id: &str, request: ChatRequest) -> Call<ChatStream> {
        let _ = (assistant_id, request);
        Call::unsupported("AssistantsApi::chat_stream")
    }

    /// Sends a text message on the assistant's behalf: `POST /ai/assistants/{assistant_id}/chat/sms`.
    ///
    /// The text is the request's; without one it is the assistant's greeting at the start of a
    /// conversation, and later what the assistant makes up. Sent under an idempotency key. 404 when there
    /// is no such assistant; 400 or 422 when it has no messaging profile.
    fn send_sms(&self, assistant_id: &str, request: SendSms) -> Call<SmsSent> {
        let _ = (assistant_id, request);
        Call::unsupported("AssistantsApi::send_sms")
    }
}

use http::Method;
use telnyx_ai_core::{Call, Client, Pager};
use telnyx_ai_types::{Assistant, CreateAssistant, DeletedAssistant, UpdateAssistant};

use super::{AssistantDeleted, AssistantsApi, DeleteAssistant, ImportAssistants, RetrieveAssistant};
use crate::{ChatReply, ChatRequest, ChatStream, SendSms, SendWhatsapp, SmsSent, WhatsappSent};

/// [`AssistantsApi`] over HTTP. Cloning is cheap.
///
/// ```
/// use telnyx_ai_core::{Client, Error};
/// use telnyx_ai_assistants::{Assistant, Assistants, prelude::*};
///
/// async fn find(client: Client) -> Result<Option<Assistant>, Error> {
///     let all = Assistants::new(client).list().await?;
///     Ok(all.into_iter().find(|assistant| assistant.name == "Support"))
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Assistants(Client);

impl Assistants {
    /// Creates a handle to the assistants of the client's account.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

const ASSISTANTS: &str = "/ai/assistants";
const ASSISTANT: &str = "/ai/assistants/{assistant_id}";
const CHAT: &str = "/ai/assistants/{assistant_id}/chat";

impl AssistantsApi for Assistants {
    fn list(&self) -> Call<Vec<Assistant>> {
        self.0.call(Method::GET, ASSISTANTS, &[]).data()
    }

    fn create(&self, request: CreateAssistant) -> Call<Assistant> {
        self.0.call(Method::POST, ASSISTANTS, &[]).body(&request).idempotent().json()
    }

    fn retrieve_with(&self, assistant_id: &str, options: RetrieveAssistant) -> Call<Assistant> {
        self.0.call(Method::GET, ASSISTANT, &[assistant_id]).query_from(&options).json()
    }

    fn update(&self, assistant_id: &str, request: UpdateAssistant) -> Call<Assistant> {
        self.0.call(Method::POST, ASSISTANT, &[assistant_id]).body(&request).json()
    }

    fn delete_with(&self, assistant_id: &str, options: DeleteAssistant) -> Call<AssistantDeleted> {
        self.0.call(Method::DELETE, ASSISTANT, &[assistant_id]).query_from(&options).json()
    }

    fn list_deleted(&self) -> Pager<DeletedAssistant> {
        Pager::numbered(self.0.call(Method::GET, "/ai/assistants/deleted", &[]))
    }

    fn retrieve_deleted(&self, assistant_id: &str) -> Call<DeletedAssistant> {
        self.0.call(Method::GET, "/ai/assistants/{assistant_id}/deleted", &[assistant_id]).json()
    }

    fn restore(&self, assistant_id: &str) -> Call<Assistant> {
        self.0.call(Method::POST, "/ai/assistants/{assistant_id}/restore", &[assistant_id]).json()
    }

    fn clone_assistant(&self, assistant_id: &str) -> Call<Assistant> {
        self.0.call(Method::POST, "/ai/assistants/{assistant_id}/clone", &[assistant_id]).idempotent().json()
    }

    fn import(&self, request: ImportAssistants) -> Call<Vec<Assistant>> {
        self.0.call(Method::POST, "/ai/assistants/import", &[]).body(&request).idempotent().data()
    }

    fn texml(&self, assistant_id: &str) -> Call<String> {
        self.0
            .call(Method::GET, "/ai/assistants/{assistant_id}/texml", &[assistant_id])
            .accept("application/xml")
            .text()
    }

    fn chat(&self, assistant_id: &str, mut request: ChatRequest) -> Call<ChatReply> {
        request.stream = None;
        self.0.call(Method::POST, CHAT, &[assistant_id]).body(&request).json()
    }

    fn chat_stream(&self, assistant_id: &str, mut request: ChatRequest) -> Call<ChatStream> {
        request.stream = Some(true);
        self.0.call(Method::POST, CHAT, &[assistant_id]).body(&request).accept("text/event-stream").stream()
    }

    fn send_sms(&self, assistant_id: &str, request: SendSms) -> Call<SmsSent> {
        self.0
            .call(Method::POST, "/ai/assistants/{assistant_id}/chat/sms", &[assistant_id])
            .body(&request)
            .idempotent()
            .json()
    }

    fn send_whatsapp(&self, assistant_id: &str, request: SendWhatsapp) -> Call<WhatsappSent> {
        self.0
            .call(Method::POST, "/ai/assistants/{assistant_id}/chat/whatsapp", &[assistant_id])
            .body(&request)
            .idempotent()
            .json()
    }
}

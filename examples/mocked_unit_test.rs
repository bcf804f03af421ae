//! How to unit-test your own code: let it take the traits of the SDK, and give it mocks.
//!
//! ```sh
//! cargo run --example mocked_unit_test     # the code over HTTP, then over mocks
//! cargo test --example mocked_unit_test    # its unit tests, at the end of this file
//! ```
//!
//! The mocks (`MockAssistantsApi` and so on) are there with the feature `mock`, which belongs among the
//! dev-dependencies: `telnyx-ai = { version = "…", features = ["mock"] }`.
//!
//! Calls: `POST /ai/conversations`, `POST /ai/assistants/{assistant_id}/chat`,
//! `GET /ai/conversations/{conversation_id}/messages`.

use std::process::ExitCode;

use telnyx_ai::Error;
use telnyx_ai::assistants::types::CreateAssistant;
use telnyx_ai::assistants::{ChatEvent, ChatRequest, CreateConversation};
use telnyx_ai::prelude::*;
use telnyx_ai_examples::{Example, Outcome, Stage, note, or_none};

/// Code of your own. It knows the traits only, so it can not tell HTTP from a mock.
struct Helpdesk<'a> {
    assistants: &'a dyn AssistantsApi,
    conversations: &'a dyn ConversationsApi,
    assistant_id: &'a str,
}

impl Helpdesk<'_> {
    /// Opens a conversation for a customer; gives its id.
    async fn open(&self, customer: &str) -> Result<String, Error> {
        let request = CreateConversation::new().with_metadata([("customer", customer)]);
        Ok(self.conversations.create(request).await?.id)
    }

    /// The assistant's answer, or an excuse while the service is overloaded.
    async fn ask(&self, conversation_id: &str, question: &str) -> Result<String, Error> {
        match self.assistants.chat(self.assistant_id, ChatRequest::new(conversation_id, question)).await {
            Ok(reply) => Ok(reply.content),
            Err(error) if error.is_retryable() => Ok("We are busy at the moment. Please try again later.".into()),
            Err(error) => Err(error),
        }
    }

    /// The assistant's answer up to its first full stop; the rest is not waited for.
    async fn first_sentence(&self, conversation_id: &str, question: &str) -> Result<String, Error> {
        let request = ChatRequest::new(conversation_id, question);
        let mut reply = self.assistants.chat_stream(self.assistant_id, request).await?;
        while let Some(ChatEvent::Delta(_)) = reply.try_next().await? {
            if let Some((sentence, _)) = reply.text().split_once('.') {
                return Ok(format!("{sentence}."));
            }
        }
        Ok(reply.text().to_owned())
    }

    /// What was said, a line for each message.
    async fn transcript(&self, conversation_id: &str) -> Result<Vec<String>, Error> {
        let mut messages = self.conversations.messages(conversation_id).page_size(100);
        let mut lines = Vec::new();
        while let Some(message) = messages.try_next().await? {
            lines.push(format!("{}: {}", message.role, or_none(message.text.value())));
        }
        Ok(lines)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("How to unit-test your own code with mocks.").run(helpdesk).await
}

async fn helpdesk(stage: &Stage) -> Outcome {
    let (assistants, conversations) = (stage.telnyx.assistants(), stage.telnyx.conversations());
    let assistant = assistants.create(CreateAssistant::new("Helpdesk", "Help.")).await?;

    stage.step("The code over HTTP");
    let desk = Helpdesk { assistants: &assistants, conversations: &conversations, assistant_id: &assistant.id };
    let talk = desk.open("Ada").await?;
    note!("{}", desk.ask(&talk, "Where is my order?").await?);
    note!("{}", desk.first_sentence(&talk, "And my bill?").await?);
    note!("{:?}", desk.transcript(&talk).await?);

    stage.step("The same code over mocks: no server, and any answer you like");
    let (assistants, conversations) = (mocks::overloaded(), mocks::conversations());
    let desk = Helpdesk { assistants: &assistants, conversations: &conversations, assistant_id: "assistant-1" };
    let talk = desk.open("Ada").await?;
    note!("{}", desk.ask(&talk, "Where is my order?").await?);
    note!("{:?}", desk.transcript(&talk).await?);
    Ok(())
}

/// Mocks for the example and the tests.
mod mocks {
    use telnyx_ai::assistants::{Conversation, Message, MockAssistantsApi, MockConversationsApi, Role};
    use telnyx_ai::{Call, Error, Pager};

    const NOW: &str = "2026-01-01T09:00:00Z";

    /// Conversations that are all called `talk-1` and have two messages.
    pub(super) fn conversations() -> MockConversationsApi {
        let mut conversations = MockConversationsApi::new();
        conversations
            .expect_create()
            .returning(|request| Conversation::new("talk-1", NOW, NOW, request.metadata.unwrap_or_default()).into());
        conversations.expect_messages().returning(|_| {
            Pager::from_items([
                Message::new(Role::User).with_text("Where is my order?"),
                Message::new(Role::Assistant).with_text("On its way."),
            ])
        });
        conversations
    }

    /// An API that is overloaded.
    pub(super) fn overloaded() -> MockAssistantsApi {
        let mut assistants = MockAssistantsApi::new();
        assistants.expect_chat().returning(|_, _| Call::err(Error::from_response(503, "overloaded")));
        assistants
    }
}

#[cfg(test)]
mod tests {
    use telnyx_ai::assistants::{ChatDelta, ChatDone, ChatReply, ChatStream, MockAssistantsApi, MockConversationsApi};
    use telnyx_ai::{Call, ErrorKind};

    use super::*;

    fn desk<'a>(assistants: &'a MockAssistantsApi, conversations: &'a MockConversationsApi) -> Helpdesk<'a> {
        Helpdesk { assistants, conversations, assistant_id: "assistant-1" }
    }

    #[tokio::test]
    async fn asks_the_assistant_in_the_conversation() -> Result<(), Error> {
        let mut assistants = MockAssistantsApi::new();
        assistants
            .expect_chat()
            .withf(|id, request| id == "assistant-1" && request.conversation_id == "talk-1" && request.content == "Hi")
            .once()
            .returning(|_, _| ChatReply::new("Hello!").into());
        assert_eq!(desk(&assistants, &mocks::conversations()).ask("talk-1", "Hi").await?, "Hello!");
        Ok(())
    }

    #[tokio::test]
    async fn apologizes_while_the_service_is_overloaded() -> Result<(), Error> {
        let answer = desk(&mocks::overloaded(), &mocks::conversations()).ask("talk-1", "Hi").await?;
        assert!(answer.starts_with("We are busy"));
        Ok(())
    }

    #[tokio::test]
    async fn passes_on_what_is_the_callers_fault() {
        let mut assistants = MockAssistantsApi::new();
        assistants.expect_chat().returning(|_, _| {
            let body = r#"{"errors": [{"code": "10015", "title": "Bad request"}]}"#;
            Call::err(Error::from_response(400, body))
        });
        let error = desk(&assistants, &mocks::conversations()).ask("talk-1", "Hi").await.expect_err("a 400");
        assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some("10015")));
    }

    #[tokio::test]
    async fn stops_reading_after_the_first_sentence() -> Result<(), Error> {
        let mut assistants = MockAssistantsApi::new();
        assistants.expect_chat_stream().returning(|_, _| {
            Call::ok(ChatStream::from_events([
                ChatDelta::new("It is on ").into(),
                ChatDelta::new("its way. Any").into(),
                ChatDelta::new("thing else?").into(),
                ChatDone::new("It is on its way. Anything else?").into(),
            ]))
        });
        let sentence = desk(&assistants, &mocks::conversations()).first_sentence("talk-1", "Where is it?").await?;
        assert_eq!(sentence, "It is on its way.");
        Ok(())
    }

    #[tokio::test]
    async fn writes_down_the_whole_list() -> Result<(), Error> {
        let lines = desk(&MockAssistantsApi::new(), &mocks::conversations()).transcript("talk-1").await?;
        assert_eq!(lines, ["user: Where is my order?", "assistant: On its way."]);
        Ok(())
    }

    #[tokio::test]
    async fn notes_who_the_customer_is() -> Result<(), Error> {
        let mut conversations = MockConversationsApi::new();
        conversations
            .expect_create()
            .withf(|request| {
                request
                    .metadata
                    .iter()
                    .flatten()
                    .any(|(name, value)| name == "customer" && value.as_str() == Some("Ada"))
            })
            .returning(|_| telnyx_ai::assistants::Conversation::new("talk-2", "", "", [("", "")]).into());
        assert_eq!(desk(&MockAssistantsApi::new(), &conversations).open("Ada").await?, "talk-2");
        Ok(())
    }
}

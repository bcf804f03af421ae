//! Unit-test your own code with mocks of the traits.
//!
//! The tests at the end of the file run with `cargo test --example unit_test`. On the real API, the chats cost money.
//!
//! ```sh
//! cargo run --example unit_test
//! ```
//!
//! Dependencies:
//!
//! ```toml
//! [dependencies]
//! telnyx-ai = "0.1"
//! telnyx-ai-emulator = { version = "0.1", default-features = false }
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//!
//! [dev-dependencies]
//! telnyx-ai = { version = "0.1", features = ["mock"] }
//! ```

use telnyx_ai::assistants::{ChatEvent, ChatRequest, CreateAssistant, CreateConversation};
use telnyx_ai::{Client, Error, Telnyx, prelude::*};
use telnyx_ai_emulator::Emulator;

/// Your code. It takes the traits, so it works with the API and with mocks.
struct Helpdesk<'a> {
    assistants: &'a dyn AssistantsApi,
    conversations: &'a dyn ConversationsApi,
    assistant_id: &'a str,
}

impl Helpdesk<'_> {
    /// Opens a ticket, once for each number.
    async fn open(&self, ticket: &str) -> Result<String, Error> {
        let request = CreateConversation::new().with_metadata([("ticket", ticket)]);
        Ok(self.conversations.create(request).idempotency_key_from("helpdesk", ticket).await?.id)
    }

    /// Returns the assistant's reply, or an apology while the service is overloaded.
    async fn ask(&self, conversation_id: &str, question: &str) -> Result<String, Error> {
        match self.assistants.chat(self.assistant_id, ChatRequest::new(conversation_id, question)).await {
            Ok(reply) => Ok(reply.content),
            Err(error) if error.is_retryable() => Ok("We are busy. Please try again later.".into()),
            Err(error) => Err(error),
        }
    }

    /// Returns the first sentence of the assistant's reply, without waiting for the rest.
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

    /// Returns the roles of all messages.
    async fn roles(&self, conversation_id: &str) -> Result<Vec<String>, Error> {
        let messages = self.conversations.messages(conversation_id).page_size(100).try_collect().await?;
        Ok(messages.into_iter().map(|message| message.role.to_string()).collect())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With TELNYX_API_KEY, call the real API. Otherwise, call an emulator in this process.
    let telnyx = if std::env::var_os("TELNYX_API_KEY").is_some() {
        Telnyx::from_env()?
    } else {
        Telnyx::new(Client::builder().api_key("any").transport(Emulator::in_process()?).build()?)
    };
    let (assistants, conversations) = (telnyx.assistants(), telnyx.conversations());
    let assistant = assistants.create(CreateAssistant::new("Helpdesk", "Help.")).await?;

    let desk = Helpdesk { assistants: &assistants, conversations: &conversations, assistant_id: &assistant.id };
    let conversation = desk.open("17").await?;
    println!("{}", desk.ask(&conversation, "Where is my order?").await?);
    println!("{}", desk.first_sentence(&conversation, "And my bill?").await?);
    println!("{:?}", desk.roles(&conversation).await?);

    assistants.delete(&assistant.id).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use telnyx_ai::assistants::{
        ChatDelta, ChatDone, ChatReply, ChatStream, Conversation, Message, MockAssistantsApi, MockConversationsApi,
        Role,
    };
    use telnyx_ai::{Call, ErrorKind, Pager};

    use super::*;

    fn desk<'a>(assistants: &'a MockAssistantsApi, conversations: &'a MockConversationsApi) -> Helpdesk<'a> {
        Helpdesk { assistants, conversations, assistant_id: "assistant-1" }
    }

    #[tokio::test]
    async fn question_goes_to_the_conversation() -> Result<(), Error> {
        let mut assistants = MockAssistantsApi::new();
        assistants
            .expect_chat()
            .withf(|id, request| id == "assistant-1" && request.conversation_id == "talk-1" && request.content == "Hi")
            .once()
            .returning(|_, _| ChatReply::new("Hello!").into());
        assert_eq!(desk(&assistants, &MockConversationsApi::new()).ask("talk-1", "Hi").await?, "Hello!");
        Ok(())
    }

    #[tokio::test]
    async fn ticket_is_opened_with_an_idempotency_key() -> Result<(), Error> {
        let mut conversations = MockConversationsApi::new();
        conversations.expect_create().returning(|_| {
            // `from_fn` receives the options of the call.
            Call::from_fn(|options| {
                assert!(options.idempotency_key().is_some());
                Ok(Conversation::new("talk-1", "2026-01-01T09:00:00Z", "2026-01-01T09:00:00Z", [("ticket", "17")]))
            })
        });
        assert_eq!(desk(&MockAssistantsApi::new(), &conversations).open("17").await?, "talk-1");
        Ok(())
    }

    #[tokio::test]
    async fn overload_is_an_apology() -> Result<(), Error> {
        let mut assistants = MockAssistantsApi::new();
        assistants.expect_chat().returning(|_, _| Call::err(Error::from_response(503, "overloaded")));
        let reply = desk(&assistants, &MockConversationsApi::new()).ask("talk-1", "Hi").await?;
        assert!(reply.starts_with("We are busy"));
        Ok(())
    }

    #[tokio::test]
    async fn other_errors_are_returned() {
        let mut assistants = MockAssistantsApi::new();
        assistants.expect_chat().returning(|_, _| {
            Call::err(Error::from_response(400, r#"{"errors": [{"code": "10015", "title": "Bad request"}]}"#))
        });
        let error = desk(&assistants, &MockConversationsApi::new()).ask("talk-1", "Hi").await.expect_err("a 400");
        assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some("10015")));
    }

    #[tokio::test]
    async fn first_sentence_ends_the_stream() -> Result<(), Error> {
        let mut assistants = MockAssistantsApi::new();
        assistants.expect_chat_stream().returning(|_, _| {
            Call::ok(ChatStream::from_events([
                ChatDelta::new("It is on ").into(),
                ChatDelta::new("its way. Any").into(),
                ChatDone::new("It is on its way. Anything else?").into(),
            ]))
        });
        let conversations = MockConversationsApi::new();
        let sentence = desk(&assistants, &conversations).first_sentence("talk-1", "Where is it?").await?;
        assert_eq!(sentence, "It is on its way.");
        Ok(())
    }

    #[tokio::test]
    async fn list_that_breaks_off_is_an_error() {
        let mut conversations = MockConversationsApi::new();
        conversations.expect_messages().returning(|_| {
            Pager::from_items_then_err([Message::new(Role::User)], Error::new(ErrorKind::Connect, "refused"))
        });
        let error = desk(&MockAssistantsApi::new(), &conversations).roles("talk-1").await.expect_err("the list fails");
        assert_eq!(error.kind(), ErrorKind::Connect);
    }
}

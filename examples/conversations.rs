//! Conversations: open, find, write into, read and delete them.
//!
//! ```sh
//! cargo run --example conversations              # add `-- --live` for the real API
//! ```
//!
//! Calls: `GET` and `POST /ai/conversations`; `GET`, `PUT` and `DELETE /ai/conversations/{conversation_id}`,
//! `POST …/message`, `GET …/messages`, `GET …/conversations-insights`.

use std::process::ExitCode;

use telnyx_ai::assistants::{
    AddMessage, CreateConversation, ListConversations, Role, ToolCall, ToolCallFunction, UpdateConversation, filter,
};
use telnyx_ai::prelude::*;
use telnyx_ai_examples::{Example, Outcome, Stage, note, or_none};

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("Conversations: open, find, write into, read and delete them.").or_live().run(conversations).await
}

async fn conversations(stage: &Stage) -> Outcome {
    let conversations = stage.telnyx.conversations();

    stage.step("Open one");
    let request = CreateConversation::new().with_name("Ada's order").with_metadata([("plan", "gold")]);
    let talk = conversations.create(request).await?;
    stage.cleanup.at_the_end(&talk.id, conversations.delete(&talk.id));
    note!("{} since {}", talk.id, talk.created_at);

    stage.step("Write what was said elsewhere into it, a tool call and its answer included");
    let call = ToolCall::new("call-1", ToolCallFunction::new("order_status", r#"{"order_id": "17"}"#));
    for message in [
        AddMessage::new(Role::User).with_content("Where is my order?").with_name("Ada"),
        AddMessage::new(Role::Assistant).with_tool_calls([call]),
        AddMessage::new(Role::Tool).with_content("on its way").with_tool_call_id("call-1"),
        AddMessage::new(Role::Assistant).with_content("It is on its way.").with_metadata([("reviewed", true)]),
    ] {
        conversations.add_message(&talk.id, message).await?;
    }

    stage.step("Read it; go by the time that a message was sent, not by the order of the list");
    let mut messages = conversations.messages(&talk.id).page_size(100).try_collect().await?;
    messages.sort_by_key(|message| message.sent_at.as_ref().map(ToString::to_string));
    for message in messages {
        let calls: Vec<_> = message.tool_calls.iter().flatten().map(|call| &call.function.name).collect();
        note!("{}: {} {calls:?}", message.role, or_none(message.text.value()));
    }

    stage.step("Note something of it");
    let change = UpdateConversation::new().with_metadata([("plan", "gold"), ("rating", "5")]);
    note!("{:?}", conversations.update(&talk.id, change).await?.metadata);

    stage.step("Find it: by its name, or by metadata of your own");
    let named = ListConversations::new().with_name(filter::ilike("ada%")).with_order("created_at.desc").with_limit(5);
    note!("{} by name", conversations.list(named).await?.len());
    let gold = conversations.list(ListConversations::new()).query("metadata->plan", &filter::eq("gold"));
    note!("{} by plan", gold.await?.len());

    stage.step("Read it again, and what was drawn from it");
    note!("last message at {}", conversations.retrieve(&talk.id).await?.last_message_at);
    for insights in conversations.insights(&talk.id).await?.data {
        note!("{}: {:?}", insights.status, insights.conversation_insights);
    }

    stage.step("Delete it");
    conversations.delete(&talk.id).await?;
    Ok(())
}

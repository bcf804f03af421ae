//! Record a conversation, find it by its metadata, and read its messages.
//!
//! This is free of charge on the real API. The example deletes the conversation that it creates.
//!
//! ```sh
//! cargo run --example conversations
//! ```
//!
//! Dependencies:
//!
//! ```toml
//! [dependencies]
//! telnyx-ai = "0.1"
//! telnyx-ai-emulator = { version = "0.1", default-features = false }
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//! ```

use telnyx_ai::assistants::{
    AddMessage, CreateConversation, ListConversations, Role, ToolCall, ToolCallFunction, UpdateConversation, filter,
};
use telnyx_ai::{Client, Telnyx, prelude::*};
use telnyx_ai_emulator::Emulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With TELNYX_API_KEY, call the real API. Otherwise, call an emulator in this process.
    let telnyx = if std::env::var_os("TELNYX_API_KEY").is_some() {
        Telnyx::from_env()?
    } else {
        Telnyx::new(Client::builder().api_key("any").transport(Emulator::in_process()?).build()?)
    };
    let conversations = telnyx.conversations();
    let request = CreateConversation::new().with_name("Ada's order").with_metadata([("plan", "gold")]);
    let conversation = conversations.create(request).await?;

    // Add messages that were exchanged elsewhere, including a tool call and its result.
    let call = ToolCall::new("call-1", ToolCallFunction::new("order_status", r#"{"order_id": "17"}"#));
    for message in [
        AddMessage::new(Role::User).with_content("Where is my order?").with_name("Ada"),
        AddMessage::new(Role::Assistant).with_tool_calls([call]),
        AddMessage::new(Role::Tool).with_content("on its way").with_tool_call_id("call-1"),
        AddMessage::new(Role::Assistant).with_content("It is on its way."),
    ] {
        conversations.add_message(&conversation.id, message).await?;
    }

    // The API does not guarantee an order, so sort the messages by time.
    let mut messages = conversations.messages(&conversation.id).page_size(100).try_collect().await?;
    messages.sort_by(|a, b| a.sent_at.cmp(&b.sent_at));
    for message in messages {
        println!("{}: {}", message.role, message.text.into_value().unwrap_or_default());
    }

    let change = UpdateConversation::new().with_metadata([("plan", "gold"), ("rating", "5")]);
    let conversation = conversations.update(&conversation.id, change).await?;
    println!("metadata: {:?}", conversation.metadata);

    // Find conversations by name or by metadata. `filter` has the operators.
    let by_name = ListConversations::new().with_name(filter::ilike("ada%")).with_order("created_at.desc").with_limit(5);
    println!("{} by name", conversations.list(by_name).await?.len());
    let by_plan = conversations.list(ListConversations::new()).query("metadata->plan", &filter::eq("gold"));
    println!("{} by plan", by_plan.await?.len());

    println!("last message at {}", conversations.retrieve(&conversation.id).await?.last_message_at);
    conversations.delete(&conversation.id).await?;
    Ok(())
}

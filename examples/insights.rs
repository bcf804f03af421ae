//! Rate conversations with insights, and count the ratings.
//!
//! On the real API, the chat and the insights cost money. The example deletes what it creates.
//!
//! ```sh
//! cargo run --example insights
//! ```
//!
//! Dependencies:
//!
//! ```toml
//! [dependencies]
//! telnyx-ai = "0.1"
//! telnyx-ai-emulator = { version = "0.1", default-features = false }
//! serde_json = "1"
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//! ```

use std::time::Duration;

use serde_json::{Value, json};
use telnyx_ai::assistants::types::InsightSettings;
use telnyx_ai::assistants::{
    ChatRequest, CreateAssistant, CreateConversation, CreateInsight, CreateInsightGroup, InsightAggregates,
    UpdateInsight, UpdateInsightGroup, filter,
};
use telnyx_ai::{Client, Telnyx, prelude::*};
use telnyx_ai_emulator::Emulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With TELNYX_API_KEY, call the real API. Otherwise, call an emulator in this process.
    let (telnyx, emulator) = if std::env::var_os("TELNYX_API_KEY").is_some() {
        (Telnyx::from_env()?, None)
    } else {
        let emulator = Emulator::in_process()?;
        (Telnyx::new(Client::builder().api_key("any").transport(emulator.clone()).build()?), Some(emulator))
    };
    let (insights, groups) = (telnyx.insights(), telnyx.insight_groups());
    let (assistants, conversations) = (telnyx.assistants(), telnyx.conversations());

    // An insight is a question about a conversation. With a schema, its result is JSON.
    let summary = insights.create(CreateInsight::new("Summary", "Summarize the conversation in one sentence.")).await?;
    let schema = json!({"type": "object", "properties": {"score": {"type": "integer"}}, "required": ["score"]});
    let request = CreateInsight::new("Satisfaction", "Rate how satisfied the user is.").with_json_schema(schema);
    let satisfaction = insights.create(request).await?;
    let change = UpdateInsight::new().with_instructions("Rate how satisfied the user is, from 1 to 5.");
    insights.update(&satisfaction.id, change).await?;
    println!("{}", insights.retrieve(&satisfaction.id).await?.instructions);
    println!("{} insights", insights.list().try_collect().await?.len());

    // Assistants use groups of insights.
    let group = groups.create(CreateInsightGroup::new("Quality")).await?;
    groups.update(&group.id, UpdateInsightGroup::new().with_description("How well we help.")).await?;
    groups.assign(&group.id, &summary.id).await?;
    groups.assign(&group.id, &satisfaction.id).await?;
    let members = groups.retrieve(&group.id).await?.insights.unwrap_or_default();
    println!("{} insights in one of {} groups", members.len(), groups.list().try_collect().await?.len());

    let request = CreateAssistant::new("Support", "You help politely.")
        .with_insight_settings(InsightSettings::new().with_insight_group_id(&group.id));
    let support = assistants.create(request).await?;
    let request = CreateConversation::new().with_metadata([("assistant_id", support.id.as_str())]);
    let conversation = conversations.create(request).await?;
    let message = ChatRequest::new(&conversation.id, "Thank you, that was quick!");
    assistants.chat(&support.id, message).await?;

    // The results are generated when the conversation has had no message for 30 minutes. Only the emulator's clock can be moved.
    if let Some(emulator) = &emulator {
        emulator.clock().advance(Duration::from_secs(24 * 60 * 60)).await;
    }

    // The results of one conversation.
    for run in conversations.insights(&conversation.id).await?.data {
        for insight in run.conversation_insights {
            println!("{}: {}", insight.insight_id, insight.result);
        }
    }

    // The number of conversations for each score.
    let scores = InsightAggregates::new()
        .with_insight_id(&satisfaction.id)
        .with_assistant_id(filter::eq(&support.id))
        .with_group_by(["score"]);
    for row in insights.aggregates(scores).await? {
        println!("score {}: {} conversations", row.extra.get("score").unwrap_or(&Value::Null), row.record_count);
    }

    groups.unassign(&group.id, &summary.id).await?;
    groups.delete(&group.id).await?;
    insights.delete(&summary.id).await?;
    insights.delete(&satisfaction.id).await?;
    conversations.delete(&conversation.id).await?;
    assistants.delete(&support.id).await?;
    Ok(())
}

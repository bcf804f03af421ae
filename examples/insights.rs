//! Insights: define them, group them, read and count their results.
//!
//! ```sh
//! cargo run --example insights
//! ```
//!
//! Calls: `GET` and `POST /ai/conversations/insights`; `GET`, `PUT` and `DELETE …/{insight_id}`; the same of
//! `/ai/conversations/insight-groups`, `POST …/insights/{insight_id}/assign`, `DELETE …/insights/{insight_id}/unassign`;
//! `GET /ai/conversations/conversation-insights/aggregates`.

use std::process::ExitCode;

use serde_json::json;
use telnyx_ai::assistants::types::{CreateAssistant, InsightSettings};
use telnyx_ai::assistants::{
    ChatRequest, CreateConversation, CreateInsight, CreateInsightGroup, InsightAggregates, UpdateInsight,
    UpdateInsightGroup, filter,
};
use telnyx_ai::prelude::*;
use telnyx_ai_examples::{Example, Outcome, Stage, note, or_none};

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("Insights: define them, group them, read and count their results.").run(insights).await
}

async fn insights(stage: &Stage) -> Outcome {
    let (insights, groups) = (stage.telnyx.insights(), stage.telnyx.insight_groups());
    let (assistants, conversations) = (stage.telnyx.assistants(), stage.telnyx.conversations());

    stage.step("Define two insights, one of them with a schema");
    let summary = insights.create(CreateInsight::new("Summary", "Summarize the conversation in one sentence.")).await?;
    let schema = json!({"type": "object", "properties": {"score": {"type": "integer"}}, "required": ["score"]});
    let request = CreateInsight::new("Satisfaction", "Rate how satisfied the user is.").with_json_schema(schema);
    let satisfaction = insights.create(request).await?;

    stage.step("Change one, and read it");
    let change = UpdateInsight::new().with_instructions("Rate how satisfied the user is, from 1 to 5.");
    insights.update(&satisfaction.id, change).await?;
    note!("{}", insights.retrieve(&satisfaction.id).await?.instructions);
    note!("{} insights in all", insights.list().try_collect().await?.len());

    stage.step("Put both into a group");
    let group = groups.create(CreateInsightGroup::new("Quality")).await?;
    groups.update(&group.id, UpdateInsightGroup::new().with_description("How well we help.")).await?;
    for insight in [&summary, &satisfaction] {
        groups.assign(&group.id, &insight.id).await?;
    }
    let members = groups.retrieve(&group.id).await?.insights.unwrap_or_default();
    note!("{} insights in {} of {} groups", members.len(), group.name, groups.list().try_collect().await?.len());

    stage.step("Have them run for an assistant");
    let settings = InsightSettings::new().with_insight_group_id(&group.id);
    let request = CreateAssistant::new("Support", "You help politely.").with_insight_settings(settings);
    let support = assistants.create(request).await?;
    let request = CreateConversation::new().with_metadata([("assistant_id", support.id.as_str())]);
    let talk = conversations.create(request).await?;
    assistants.chat(&support.id, ChatRequest::new(&talk.id, "Thank you, that was quick!")).await?;

    stage.step("Read the results of one conversation");
    for run in conversations.insights(&talk.id).await?.data {
        for insight in run.conversation_insights {
            note!("{}: {}", insight.insight_id, insight.result);
        }
    }

    stage.step("Count the results of many");
    let scores = InsightAggregates::new()
        .with_insight_id(&satisfaction.id)
        .with_assistant_id(filter::eq(&support.id))
        .with_group_by(["score"]);
    for row in insights.aggregates(scores).await? {
        note!("{}: {} conversations", or_none(row.extra.get("score")), row.record_count);
    }

    stage.step("Take one out of the group, and delete all");
    groups.unassign(&group.id, &summary.id).await?;
    groups.delete(&group.id).await?;
    for insight in [&summary, &satisfaction] {
        insights.delete(&insight.id).await?;
    }
    Ok(())
}

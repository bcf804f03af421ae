//! The signals of live conversations.

use futures_util::{StreamExt, TryStreamExt, stream};
use telnyx_ai::assistants::{Conversation, ListConversations, Message, Role, filter};
use telnyx_ai::prelude::*;
use telnyx_ai::{Error, Telnyx, Timestamp};

use crate::commands::test::messages_of;
use crate::failure::Failure;
use crate::output::Output;
use crate::project::{Gate, InsightCondition};
use crate::resources::found;
use crate::session::CONCURRENCY;

/// The maximum number of conversations that are checked, the latest ones.
const MOST: u32 = 200;

/// Fails if an insight of the conditions does not exist.
pub(super) async fn check_insights(telnyx: &Telnyx, gate: &Gate) -> Result<(), Failure> {
    for InsightCondition { insight, .. } in &gate.insights {
        if found(telnyx.insights().retrieve(insight).await)?.is_none() {
            return Err(Failure::new(format!(
                "the insight {insight} of `rollout.insights` does not exist; correct its id in telnyx-ai.yaml. Nothing was sent"
            )));
        }
    }
    Ok(())
}

/// The problem of the conversations of a version since a time.
pub(super) async fn check(
    telnyx: &Telnyx,
    version_id: &str,
    since: &Timestamp,
    gate: &Gate,
    output: &Output,
) -> Result<Option<String>, Error> {
    if gate.max_error_percent.is_none() && gate.insights.is_empty() {
        return Ok(None);
    }
    let mut filter = ListConversations::new();
    filter.assistant_version_id = Some(filter::eq(version_id));
    filter.created_at = Some(filter::gte(since));
    filter.order = Some("created_at.desc".to_owned());
    filter.limit = Some(MOST);
    let conversations = telnyx.conversations().list(filter).await?;
    if conversations.is_empty() {
        return Ok(None);
    }
    if let Some(most) = gate.max_error_percent {
        let ends = each(&conversations, |conversation| ended_in_error(telnyx, conversation)).await?;
        let failed = ends.into_iter().filter(|is_error| *is_error).count();
        let percent = share(failed, conversations.len());
        if percent > most {
            return Ok(Some(format!(
                "{failed} of {} conversations of the candidate ended in an error ({percent:.1} percent; {most} are allowed)",
                conversations.len()
            )));
        }
    }
    for condition in &gate.insights {
        let results =
            each(&conversations, |conversation| async move { breaks(telnyx, &conversation.id, condition).await })
                .await?;
        let results: Vec<bool> = results.into_iter().flatten().collect();
        let InsightCondition { insight, must_not_contain, max_percent } = condition;
        if results.is_empty() {
            output.warning(&format!(
                "the insight {insight} has no result for the {} conversations of the candidate yet, so it is not checked",
                conversations.len()
            ));
            continue;
        }
        let broken = results.iter().filter(|breaks| **breaks).count();
        let percent = share(broken, results.len());
        if percent > *max_percent {
            return Ok(Some(format!(
                "{broken} of {} results of the insight {insight} contain \"{must_not_contain}\" ({percent:.1} percent; {max_percent} are allowed)",
                results.len()
            )));
        }
    }
    Ok(None)
}

#[expect(clippy::cast_precision_loss, reason = "there are at most 200")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 * 100.0 / whole as f64
}

async fn each<'c, T, F: Future<Output = Result<T, Error>>>(
    conversations: &'c [Conversation],
    check: impl Fn(&'c Conversation) -> F,
) -> Result<Vec<T>, Error> {
    stream::iter(conversations.iter().map(check)).buffered(CONCURRENCY).try_collect().await
}

/// Whether the last message lacks a reply of the assistant. The API has no status of conversations.
async fn ended_in_error(telnyx: &Telnyx, conversation: &Conversation) -> Result<bool, Error> {
    // A person answers in place of the assistant.
    let disabled = conversation.metadata.get("ai_disabled");
    if disabled.is_some_and(|it| *it == true || it.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true"))) {
        return Ok(false);
    }
    Ok(owes_reply(&messages_of(telnyx, &conversation.id).await?))
}

/// The tools whose result needs no reply of the assistant.
const LAST_TOOLS: [&str; 5] = ["hangup", "transfer", "refer", "handoff", "skip_turn"];

fn owes_reply(messages: &[Message]) -> bool {
    match messages.last().map(|message| &message.role) {
        Some(Role::User) => true,
        Some(Role::Tool) => {
            // Results do not have the name of their tool; the calls before them do.
            let calls = messages.iter().rev().find_map(|message| message.tool_calls.as_ref());
            !calls.into_iter().flatten().any(|call| LAST_TOOLS.contains(&call.function.name.as_str()))
        }
        _ => false,
    }
}

/// Whether a result of the insight breaks the condition. `None` if the conversation has no result.
async fn breaks(telnyx: &Telnyx, conversation_id: &str, condition: &InsightCondition) -> Result<Option<bool>, Error> {
    let evaluations = telnyx.conversations().insights(conversation_id).await?.data;
    let results = evaluations.iter().flat_map(|evaluation| &evaluation.conversation_insights);
    let of_insight = results.filter(|result| result.insight_id == condition.insight);
    let breaks = of_insight.map(|result| {
        let text = result.result.as_str().map_or_else(|| result.result.to_string(), str::to_owned);
        text.contains(&condition.must_not_contain)
    });
    Ok(breaks.reduce(|one, other| one || other))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reply_follows_users_and_most_tools() {
        let call = |name: &str| json!({"role": "assistant", "tool_calls": [{"id": "1", "type": "function", "function": {"name": name, "arguments": "{}"}}]});
        let (user, assistant) = (json!({"role": "user", "text": "Hi"}), json!({"role": "assistant", "text": "Hello"}));
        let result = json!({"role": "tool", "text": "{}"});
        for (messages, expected) in [
            (vec![], false),
            (vec![user.clone()], true),
            (vec![user.clone(), assistant.clone()], false),
            (vec![user.clone(), call("look_up"), result.clone()], true),
            (vec![user.clone(), call("look_up"), result.clone(), assistant], false),
            (vec![user.clone(), call("hangup"), result.clone()], false),
            (vec![user, call("skip_turn"), result], false),
        ] {
            let typed: Vec<Message> = serde_json::from_value(json!(messages)).expect("messages");
            assert_eq!(owes_reply(&typed), expected, "{messages:?}");
        }
    }
}

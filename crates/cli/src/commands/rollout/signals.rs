//! The signals of live conversations.

use futures_util::{StreamExt, TryStreamExt, stream};
use telnyx_ai::assistants::{Conversation, ListConversations, Message, Role, filter};
use telnyx_ai::prelude::*;
use telnyx_ai::{Error, Telnyx, Timestamp};

use crate::project::{Gate, InsightCondition};
use crate::session::CONCURRENCY;

/// The maximum number of conversations that are checked, the latest ones.
const MOST: u32 = 200;

/// The problem of the conversations of a version since a time.
pub(super) async fn check(
    telnyx: &Telnyx,
    version_id: &str,
    since: &Timestamp,
    gate: &Gate,
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
        let failed = count(&conversations, |conversation| ended_in_error(telnyx, conversation)).await?;
        let percent = share(failed, conversations.len());
        if percent > most {
            return Ok(Some(format!(
                "{failed} of {} conversations of the candidate ended in an error ({percent:.1} percent; {most} are allowed)",
                conversations.len()
            )));
        }
    }
    for condition in &gate.insights {
        let broken =
            count(&conversations, |conversation| async move { breaks(telnyx, &conversation.id, condition).await })
                .await?;
        let percent = share(broken, conversations.len());
        if percent > condition.max_percent {
            return Ok(Some(format!(
                "the insight {} of {broken} of {} conversations contains \"{}\" ({percent:.1} percent; {} are allowed)",
                condition.insight,
                conversations.len(),
                condition.must_not_contain,
                condition.max_percent
            )));
        }
    }
    Ok(None)
}

#[expect(clippy::cast_precision_loss, reason = "there are at most 200")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 * 100.0 / whole as f64
}

async fn count<'c, F: Future<Output = Result<bool, Error>>>(
    conversations: &'c [Conversation],
    is_counted: impl Fn(&'c Conversation) -> F,
) -> Result<usize, Error> {
    let results: Vec<bool> =
        stream::iter(conversations.iter().map(is_counted)).buffered(CONCURRENCY).try_collect().await?;
    Ok(results.into_iter().filter(|is_counted| *is_counted).count())
}

/// Whether the assistant owes a reply to the last message. The API has no status of conversations.
async fn ended_in_error(telnyx: &Telnyx, conversation: &Conversation) -> Result<bool, Error> {
    // A person answers in place of the assistant.
    let disabled = conversation.metadata.get("ai_disabled");
    if disabled.is_some_and(|it| *it == true || it.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true"))) {
        return Ok(false);
    }
    let mut messages = telnyx.conversations().messages(&conversation.id).page_size(100).try_collect().await?;
    messages.sort_by(|a, b| (&a.sent_at, &a.created_at).cmp(&(&b.sent_at, &b.created_at)));
    Ok(owes_reply(&messages))
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

async fn breaks(telnyx: &Telnyx, conversation_id: &str, condition: &InsightCondition) -> Result<bool, Error> {
    let evaluations = telnyx.conversations().insights(conversation_id).await?.data;
    let mut results = evaluations.iter().flat_map(|evaluation| &evaluation.conversation_insights);
    Ok(results.any(|result| {
        let text = result.result.as_str().map_or_else(|| result.result.to_string(), str::to_owned);
        result.insight_id == condition.insight && text.contains(&condition.must_not_contain)
    }))
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

//! The signals of live conversations.

use futures_util::{StreamExt, TryStreamExt, stream};
use telnyx_ai::assistants::{Conversation, ListConversations, Role, filter};
use telnyx_ai::prelude::*;
use telnyx_ai::{Error, Telnyx, Timestamp};

use crate::project::{Gate, InsightCondition};
use crate::session::CONCURRENCY;

/// The most conversations that are looked at, the latest ones.
const MOST: u32 = 200;

/// What is wrong with the conversations that a version had since a time.
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
        let failed =
            count(&conversations, |conversation| async move { ended_in_error(telnyx, &conversation.id).await }).await?;
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

/// Whether the last message has no reply: the API has no status of conversations.
async fn ended_in_error(telnyx: &Telnyx, conversation_id: &str) -> Result<bool, Error> {
    let mut messages = telnyx.conversations().messages(conversation_id).page_size(100).try_collect().await?;
    messages.sort_by(|a, b| (&a.sent_at, &a.created_at).cmp(&(&b.sent_at, &b.created_at)));
    Ok(messages.last().is_some_and(|message| message.role == Role::User))
}

async fn breaks(telnyx: &Telnyx, conversation_id: &str, condition: &InsightCondition) -> Result<bool, Error> {
    let evaluations = telnyx.conversations().insights(conversation_id).await?.data;
    let mut results = evaluations.iter().flat_map(|evaluation| &evaluation.conversation_insights);
    Ok(results.any(|result| {
        let text = result.result.as_str().map_or_else(|| result.result.to_string(), str::to_owned);
        result.insight_id == condition.insight && text.contains(&condition.must_not_contain)
    }))
}

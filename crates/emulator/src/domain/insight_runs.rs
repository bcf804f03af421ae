//! Insight runs: their schedule, their conversations and their events.
//!
//! Insights run when a conversation has ended. A chat that is not ended explicitly counts as ended when it has been idle.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    Context, Error, Result, call_events, conversations, insight_groups, insight_results, insights, jobs::Job,
    webhook_events,
};
use crate::{
    assumptions::IDLE_CHAT_MINUTES,
    json::{as_text, items, text},
    store::{Kind, StoredJob},
    time,
};

/// A stored planned or finished run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StoredRun {
    /// The group of the assistant that served the conversation.
    group_id: Option<String>,
    /// The group of a run that has begun. If the run is interrupted, it is repeated with this group.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<Value>,
    /// The id of the document with the results.
    results_id: Option<String>,
    /// The payload of the end event; `None` if the conversation has not ended.
    ended: Option<Map<String, Value>>,
}

#[derive(Debug)]
pub(crate) struct DueRun {
    job: StoredJob,
    group: Option<Value>,
    /// Each insight with its schema.
    pub(crate) insights: Vec<(Value, Option<Value>)>,
    pub(crate) conversation: Value,
    pub(crate) transcript: Vec<Value>,
}

/// Plans the insights of an ended conversation.
///
/// The event for its analysis is sent even if there are no insights.
pub(crate) fn plan_at_end(
    cx: &Context<'_>,
    conversation_id: &str,
    assistant: &Value,
    ended: Map<String, Value>,
) -> Result<()> {
    plan(cx, conversation_id, assistant, Some(ended), Duration::ZERO).map(|_| ())
}

/// Plans the insights of an open conversation for when it counts as idle.
pub(crate) fn plan_when_idle(cx: &Context<'_>, conversation_id: &str, assistant: &Value) -> Result<()> {
    let minutes = assistant["messaging_settings"]["conversation_inactivity_minutes"].as_f64();
    let idle = Duration::try_from_secs_f64(minutes.unwrap_or(IDLE_CHAT_MINUTES) * 60.0).unwrap_or(Duration::MAX);
    plan(cx, conversation_id, assistant, None, idle).map(|_| ())
}

/// Plans the insights of a conversation that is over without an end event.
///
/// An example is the conversation of a test. Returns the id of the results, if there will be any.
pub(crate) fn plan_now(cx: &Context<'_>, conversation_id: &str, assistant: &Value) -> Result<Option<String>> {
    match stored(cx, conversation_id)? {
        Some(run) if run.ended.is_some() => Ok(run.results_id),
        _ => plan(cx, conversation_id, assistant, None, Duration::ZERO),
    }
}

fn plan(
    cx: &Context<'_>,
    conversation_id: &str,
    assistant: &Value,
    ended: Option<Map<String, Value>>,
    wait: Duration,
) -> Result<Option<String>> {
    let group_id = assistant["insight_settings"]["insight_group_id"].as_str().map(str::to_owned);
    let has_insights = group_of(cx, group_id.as_deref())?.is_some_and(|group| !items(&group["insights"]).is_empty());
    let run = stored(cx, conversation_id)?;
    let job = Job::Insights { conversation_id: conversation_id.to_owned() };
    if !has_insights && ended.is_none() {
        let Some(mut run) = run.filter(|run| run.ended.is_none()) else { return Ok(None) };
        if insight_results::is_running(cx, run.results_id.as_deref())? {
            // The job of a planned run completes its results.
            run.group_id = None;
            cx.tx.put(Kind::InsightRun, conversation_id, conversation_id, &json!(run))?;
        } else {
            // A run that an earlier message has planned would come before the conversation is idle.
            job.remove_others(cx)?;
        }
        return Ok(None);
    }
    let mut run = run.unwrap_or_default();
    run.group_id = group_id.filter(|_| has_insights);
    run.group = None;
    run.ended = ended.or(run.ended);
    if has_insights && wait.is_zero() {
        run.results_id = Some(insight_results::set(cx, conversation_id, run.results_id.as_deref(), "pending", &[])?);
    }
    cx.tx.put(Kind::InsightRun, conversation_id, conversation_id, &json!(run))?;
    job.remove_others(cx)?;
    job.add(cx, time::after(cx.now, wait))?;
    Ok(run.results_id)
}

/// The next run that is due. Marks its results as in progress.
///
/// Runs that cannot be read are removed, so that they do not block the queue.
pub(crate) fn next_due(cx: &Context<'_>) -> Result<Option<DueRun>> {
    while let Some(job) = cx.due_job(Kind::InsightRun)? {
        match cx.tx.savepoint(|| begin(cx, &job)) {
            Ok(Some(run)) => return Ok(Some(run)),
            // The conversation was deleted.
            Ok(None) => {}
            Err(error @ Error::Store(_)) => return Err(error),
            Err(error) => tracing::error!(%error, id = job.id, "the job of an insight run was removed"),
        }
        cx.tx.remove_job(&job)?;
    }
    Ok(None)
}

/// The group of a run, if it still exists.
fn group_of(cx: &Context<'_>, group_id: Option<&str>) -> Result<Option<Value>> {
    group_id.map_or(Ok(None), |id| insight_groups::find(cx, id))
}

/// Marks the results of a run as in progress.
///
/// Returns `None` if there is no such run or conversation.
fn begin(cx: &Context<'_>, job: &StoredJob) -> Result<Option<DueRun>> {
    let conversation = cx.tx.get(Kind::Conversation, &job.id)?;
    let (Some(mut run), Some(conversation)) = (stored(cx, &job.id)?, conversation) else { return Ok(None) };
    if run.group.is_none() {
        run.group = group_of(cx, run.group_id.as_deref())?;
    }
    let transcript = conversations::messages(cx, &job.id)?;
    let insights = run.group.iter().flat_map(|group| items(&group["insights"]));
    let insights = insights.map(|insight| Ok((insight.clone(), insights::schema_of(insight)?)));
    let insights = insights.collect::<Result<Vec<_>>>()?;
    if !insights.is_empty() {
        run.results_id = Some(insight_results::set(cx, &job.id, run.results_id.as_deref(), "in_progress", &[])?);
        cx.tx.replace(Kind::InsightRun, &job.id, &json!(run))?;
    }
    Ok(Some(DueRun { job: job.clone(), group: run.group, insights, conversation, transcript }))
}

/// Stores the results of a run, one per analysis, and adds the jobs for its events. A failed insight has no result.
pub(crate) fn finish(cx: &Context<'_>, due: &DueRun, results: Vec<std::result::Result<Value, String>>) -> Result<()> {
    cx.tx.remove_job(&due.job)?;
    let conversation_id = &due.job.id;
    let (Some(mut run), true) = (stored(cx, conversation_id)?, cx.tx.has(Kind::Conversation, conversation_id)?) else {
        return Ok(());
    };
    let status = if results.iter().all(std::result::Result::is_ok) { "completed" } else { "failed" };
    let analyzed = due.insights.iter().map(|(insight, _)| insight).zip(results);
    let found: Vec<Found<'_>> = analyzed.filter_map(|(insight, result)| Some((insight, result.ok()?))).collect();
    // The group of a planned run may have been deleted.
    if !due.insights.is_empty() || insight_results::is_running(cx, run.results_id.as_deref())? {
        // In responses, a result is a string, which may contain JSON.
        let stored = found.iter().map(|(insight, result)| result_of(insight, as_text(result).into()));
        let stored: Vec<Value> = stored.collect();
        run.group = None;
        run.results_id = Some(insight_results::set(cx, conversation_id, run.results_id.as_deref(), status, &stored)?);
        cx.tx.replace(Kind::InsightRun, conversation_id, &json!(run))?;
    }
    if !found.is_empty()
        && let Some(group) = &due.group
    {
        add_result_events(cx, conversation_id, group, &found, run.ended.is_some())?;
    }
    if let Some(payload) = run.ended {
        let insights = if due.insights.is_empty() {
            json!([])
        } else {
            json!([{ "status": status, "conversation_insights": results_of(&found) }])
        };
        call_events::analyzed(cx, conversation_id, payload, insights)?;
    }
    Ok(())
}

/// An insight and its result: a string or an object.
type Found<'a> = (&'a Value, Value);

fn result_of(insight: &Value, result: Value) -> Value {
    json!({ "insight_id": insight["id"], "result": result })
}

/// The results in the form of events.
fn results_of<'a>(found: impl IntoIterator<Item = &'a Found<'a>>) -> Vec<Value> {
    found.into_iter().map(|(insight, result)| result_of(insight, result.clone())).collect()
}

/// Adds the jobs for the events with the results.
///
/// The events go to the account's webhook if the conversation has ended, and to the webhooks of the group and of the
/// insights.
fn add_result_events(
    cx: &Context<'_>,
    conversation_id: &str,
    group: &Value,
    found: &[Found<'_>],
    has_ended: bool,
) -> Result<()> {
    let conversation = conversations::get(cx, conversation_id)?;
    if has_ended {
        call_events::insights_generated(cx, &conversation, &group["id"], results_of(found))?;
    }
    let result_event = |results: Vec<Value>| {
        json!({
            "event_type": "conversation_insight_result",
            "record_type": "event",
            "occurred_at": cx.now_text(),
            "payload": {
                "conversation_id": conversation_id,
                "insight_group_id": group["id"],
                "metadata": conversation["metadata"],
                "results": results,
            },
        })
    };
    let mut by_url: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (insight, result) in found {
        if let Some(url) = url_of(insight) {
            by_url.entry(url).or_default().push(result_of(insight, result.clone()));
        }
    }
    for (url, results) in by_url {
        webhook_events::add_addressed_event(cx, conversation_id, url, result_event(results))?;
    }
    let Some(url) = url_of(group) else { return Ok(()) };
    webhook_events::add_addressed_event(cx, conversation_id, url, result_event(results_of(found)))?;
    let named = found.iter().map(
        |(insight, result)| json!({ "insight_id": insight["id"], "insight_name": insight["name"], "result": result }),
    );
    let completed = json!({
        "event_type": "conversation.insights.completed",
        "conversation_id": conversation_id,
        "insight_group_id": group["id"],
        "insight_group_name": group["name"],
        "insights": named.collect::<Vec<_>>(),
    });
    webhook_events::add_addressed_event(cx, conversation_id, url, completed)
}

fn url_of(resource: &Value) -> Option<&str> {
    Some(text(resource, "webhook")).filter(|url| !url.is_empty())
}

fn stored(cx: &Context<'_>, conversation_id: &str) -> Result<Option<StoredRun>> {
    cx.read(Kind::InsightRun, conversation_id)
}

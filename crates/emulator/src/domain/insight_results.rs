//! The results of insights, and the counts of their values.

use serde_json::{Map, Value, json};

use super::{
    Context, Result,
    filters::{Columns, Query},
};
use crate::{
    json::{items, text},
    store::{Kind, Order},
};

/// The filters and fields of a count.
#[derive(Debug, Default)]
pub(crate) struct Aggregation<'a> {
    /// A condition, such as `eq.assistant-1`.
    pub(crate) assistant_id: Option<&'a str>,
    /// Conditions, such as `gte.2026-01-01`.
    pub(crate) created_at: Vec<&'a str>,
    pub(crate) group_by: Vec<&'a str>,
    pub(crate) show: Vec<&'a str>,
}

/// The fields that records can be filtered by.
const COLUMNS: Columns = Columns { names: &["created_at", "metadata"], times: &["created_at"] };

/// The prefix of fields in the conversation's metadata.
const METADATA: &str = "metadata.";

/// Stores or replaces the results of a conversation. Returns their id.
pub(crate) fn set(
    cx: &Context<'_>,
    conversation_id: &str,
    id: Option<&str>,
    status: &str,
    results: &[Value],
) -> Result<String> {
    let before = match id {
        Some(id) => cx.tx.get(Kind::Insights, id)?,
        None => None,
    };
    let id = before.as_ref().map_or_else(|| cx.new_id(), |before| text(before, "id").to_owned());
    let body = json!({
        "id": id,
        "created_at": before.map_or_else(|| cx.now_text().into(), |before| before["created_at"].clone()),
        "status": status,
        "conversation_insights": results,
    });
    cx.tx.put(Kind::Insights, &id, conversation_id, &body)?;
    Ok(id)
}

/// Whether results are stored that a run still has to complete.
pub(crate) fn is_running(cx: &Context<'_>, id: Option<&str>) -> Result<bool> {
    let results = id.map_or(Ok(None), |id| cx.tx.get(Kind::Insights, id))?;
    Ok(results.is_some_and(|results| matches!(text(&results, "status"), "pending" | "in_progress")))
}

/// Counts records by the values of fields.
///
/// A row has the requested fields and `record_count`. Rows are in the order in which their values first occurred.
pub(crate) fn aggregate(records: Vec<Value>, aggregation: &Aggregation<'_>) -> Result<Vec<Value>> {
    let conditions = aggregation.assistant_id.map(|condition| ("metadata->assistant_id", condition));
    let times = aggregation.created_at.iter().map(|condition| ("created_at", *condition));
    let query = Query::parse(times.chain(conditions), COLUMNS)?;
    let mut fields: Vec<&str> = aggregation.group_by.clone();
    fields.extend(aggregation.show.iter().filter(|field| !aggregation.group_by.contains(field)));

    let mut rows: Vec<(Map<String, Value>, u64)> = Vec::new();
    for record in query.apply(records) {
        let values = fields.iter().map(|field| ((*field).to_owned(), value_of(&record, field))).collect();
        match rows.iter_mut().find(|(row, _)| *row == values) {
            Some((_, count)) => *count += 1,
            None => rows.push((values, 1)),
        }
    }
    Ok(rows
        .into_iter()
        .map(|(mut row, count)| {
            row.insert("record_count".to_owned(), count.into());
            row.into()
        })
        .collect())
}

/// The results with the metadata of their conversations, oldest first.
pub(crate) fn records(cx: &Context<'_>, insight_id: Option<&str>) -> Result<Vec<Value>> {
    let mut records = Vec::new();
    for conversation in cx.tx.list(Kind::Conversation, "", Order::OldestFirst)? {
        for results in cx.tx.list(Kind::Insights, text(&conversation, "id"), Order::OldestFirst)? {
            for found in items(&results["conversation_insights"]) {
                if insight_id.is_none_or(|id| found["insight_id"] == id) {
                    let result = text(found, "result");
                    records.push(json!({
                        "created_at": results["created_at"],
                        "metadata": conversation["metadata"],
                        "result": serde_json::from_str(result).unwrap_or_else(|_| Value::from(result)),
                    }));
                }
            }
        }
    }
    Ok(records)
}

/// A field of a result or of the conversation's metadata.
///
/// `result` is the complete result if it has no such field.
fn value_of(record: &Value, field: &str) -> Value {
    if let Some(name) = field.strip_prefix(METADATA) {
        return record["metadata"][name].clone();
    }
    let result = &record["result"];
    match result.get(field) {
        Some(value) => value.clone(),
        None if field == "result" => result.clone(),
        None => Value::Null,
    }
}

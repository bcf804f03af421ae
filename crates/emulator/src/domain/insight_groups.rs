//! Groups of insights that run together.
//!
//! A group is stored with the ids of its insights, and returned with the insights themselves.

use serde_json::{Map, Value, json};

use super::{Context, Error, Result, merge};
use crate::{
    json::{self, items, text},
    store::{Kind, Order},
};

/// The fields that the service sets itself. They are ignored in requests.
const READ_ONLY: [&str; 4] = ["id", "created_at", "insights", "insight_ids"];

/// All groups, newest first.
pub(crate) fn list(cx: &Context<'_>) -> Result<Vec<Value>> {
    cx.tx.list(Kind::InsightGroup, "", Order::NewestFirst)?.into_iter().map(|group| view(cx, group)).collect()
}

pub(crate) fn get(cx: &Context<'_>, group_id: &str) -> Result<Value> {
    view(cx, cx.get(Kind::InsightGroup, group_id)?)
}

pub(crate) fn find(cx: &Context<'_>, group_id: &str) -> Result<Option<Value>> {
    cx.tx.get(Kind::InsightGroup, group_id)?.map(|group| view(cx, group)).transpose()
}

pub(crate) fn create(cx: &Context<'_>, body: Map<String, Value>) -> Result<Value> {
    let id = cx.new_id();
    let mut group = json!({ "id": id, "created_at": cx.now_text(), "insight_ids": [] });
    merge(&mut group, body, &READ_ONLY);
    cx.tx.insert(Kind::InsightGroup, &id, "", &group)?;
    view(cx, group)
}

/// Changes the fields of a group that are in the body.
pub(crate) fn update(cx: &Context<'_>, group_id: &str, body: Map<String, Value>) -> Result<Value> {
    let mut group = cx.get(Kind::InsightGroup, group_id)?;
    merge(&mut group, body, &READ_ONLY);
    cx.tx.replace(Kind::InsightGroup, group_id, &group)?;
    view(cx, group)
}

/// Deletes a group. Its insights are kept.
pub(crate) fn delete(cx: &Context<'_>, group_id: &str) -> Result<()> {
    cx.delete(Kind::InsightGroup, group_id)
}

/// Adds an insight to a group. Does nothing if the group already has it.
pub(crate) fn assign(cx: &Context<'_>, group_id: &str, insight_id: &str) -> Result<()> {
    let mut group = cx.get(Kind::InsightGroup, group_id)?;
    cx.check(Kind::Insight, insight_id)?;
    let mut ids = items(&group["insight_ids"]).to_vec();
    if !ids.iter().any(|id| id == insight_id) {
        ids.push(insight_id.into());
        group["insight_ids"] = ids.into();
        cx.tx.replace(Kind::InsightGroup, group_id, &group)?;
    }
    Ok(())
}

/// Removes an insight from a group. Fails if the group does not have it.
pub(crate) fn unassign(cx: &Context<'_>, group_id: &str, insight_id: &str) -> Result<()> {
    let mut group = cx.get(Kind::InsightGroup, group_id)?;
    if !remove(&mut group, insight_id) {
        return Err(Error::not_found("assigned insight", insight_id));
    }
    Ok(cx.tx.replace(Kind::InsightGroup, group_id, &group)?)
}

/// Removes an insight from all groups.
pub(crate) fn forget(cx: &Context<'_>, insight_id: &str) -> Result<()> {
    for mut group in cx.tx.list(Kind::InsightGroup, "", Order::OldestFirst)? {
        if remove(&mut group, insight_id) {
            cx.tx.replace(Kind::InsightGroup, text(&group, "id"), &group)?;
        }
    }
    Ok(())
}

/// Removes an insight from a stored group. Returns whether the group had it.
fn remove(group: &mut Value, insight_id: &str) -> bool {
    let Some(ids) = group["insight_ids"].as_array_mut() else { return false };
    let before = ids.len();
    ids.retain(|id| id != insight_id);
    ids.len() < before
}

/// A stored group in the form of the API.
fn view(cx: &Context<'_>, mut group: Value) -> Result<Value> {
    let mut insights = Vec::new();
    for id in items(&group["insight_ids"]) {
        insights.extend(cx.tx.get(Kind::Insight, id.as_str().unwrap_or_default())?);
    }
    group["insights"] = insights.into();
    json::remove(&mut group, &["insight_ids"]);
    Ok(group)
}

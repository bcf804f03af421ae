use telnyx_ai_core::{Extra, Object, Timestamp};

use crate::Insight;

/// A group of insights that run together.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct InsightGroup {
    /// The id of the group.
    pub id: String,
    /// The time of creation.
    pub created_at: Timestamp,
    /// The name of the group.
    pub name: String,
    /// A description of the group.
    pub description: Option<String>,
    /// The insights of the group.
    pub insights: Option<Vec<Insight>>,
    /// The URL that receives the results of the whole group.
    pub webhook: Option<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The body of [`InsightGroupsApi::create`](super::InsightGroupsApi::create).
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct CreateInsightGroup {
    /// The name of the group.
    pub name: String,
    /// A description of the group.
    pub description: Option<String>,
    /// The URL that receives the results of the whole group.
    pub webhook: Option<String>,
    /// Additional fields to send.
    pub extra: Extra,
}

/// The body of [`InsightGroupsApi::update`](super::InsightGroupsApi::update). Absent fields are not changed.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct UpdateInsightGroup {
    /// The name of the group.
    pub name: Option<String>,
    /// A description of the group.
    pub description: Option<String>,
    /// The URL that receives the results of the whole group.
    pub webhook: Option<String>,
    /// Additional fields to send.
    pub extra: Extra,
}

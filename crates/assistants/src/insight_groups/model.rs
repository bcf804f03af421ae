use telnyx_ai_core::{Extra, Object, Timestamp};

use crate::Insight;

/// A group of insights that run together.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct InsightGroup {
    /// Id of the group.
    pub id: String,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Name of the group.
    pub name: String,
    /// A description of the group.
    pub description: Option<String>,
    /// The insights of the group.
    pub insights: Option<Vec<Insight>>,
    /// URL that receives the results of the whole group.
    pub webhook: Option<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The body of [`InsightGroupsApi::create`](super::InsightGroupsApi::create).
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct CreateInsightGroup {
    /// Name of the group.
    pub name: String,
    /// A description of the group.
    pub description: Option<String>,
    /// URL that receives the results of the whole group.
    pub webhook: Option<String>,
    /// Additional fields to send.
    pub extra: Extra,
}

/// The body of [`InsightGroupsApi::update`](super::InsightGroupsApi::update). Absent fields are not changed.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct UpdateInsightGroup {
    /// Name of the group.
    pub name: Option<String>,
    /// A description of the group.
    pub description: Option<String>,
    /// URL that receives the results of the whole group.
    pub webhook: Option<String>,
    /// Additional fields to send.
    pub extra: Extra,
}

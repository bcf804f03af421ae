use serde_json::Value;
use telnyx_ai_core::{Extra, Object, OpenEnum, Timestamp, UnknownValue};

/// An analysis of a conversation that runs when it ends.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Insight {
    /// The id of the insight.
    pub id: String,
    /// The time of creation.
    pub created_at: Timestamp,
    /// Instructions for the model that analyzes the conversation.
    pub instructions: String,
    /// The name of the insight.
    pub name: Option<String>,
    /// The author of the insight: you or Telnyx.
    pub insight_type: Option<InsightType>,
    /// The JSON Schema of the results: an object, or its JSON text. Without it, results are free text.
    pub json_schema: Option<Value>,
    /// The URL that receives the results.
    pub webhook: Option<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The author of an [`Insight`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum InsightType {
    /// A user of the account.
    Custom,
    /// Telnyx.
    Default,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// The body of [`InsightsApi::create`](super::InsightsApi::create).
///
/// ```
/// use serde_json::json;
/// use telnyx_ai_assistants::CreateInsight;
///
/// let schema = json!({"type": "object", "properties": {"score": {"type": "integer"}}, "required": ["score"]});
/// let request = CreateInsight::new("Satisfaction", "Rate how satisfied the user is, from 1 to 5.")
///     .with_json_schema(schema)
///     .with_webhook("https://example.com/insights");
/// assert_eq!(request.name, "Satisfaction");
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct CreateInsight {
    /// The name of the insight.
    pub name: String,
    /// Instructions for the model that analyzes the conversation.
    pub instructions: String,
    /// The JSON Schema of the results: an object, or its JSON text. Default: results are free text.
    pub json_schema: Option<Value>,
    /// The URL that receives the results.
    pub webhook: Option<String>,
    /// Additional fields to send.
    pub extra: Extra,
}

/// The body of [`InsightsApi::update`](super::InsightsApi::update). Absent fields are not changed.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct UpdateInsight {
    /// The name of the insight.
    pub name: Option<String>,
    /// Instructions for the model that analyzes the conversation.
    pub instructions: Option<String>,
    /// The JSON Schema of the results: an object, or its JSON text.
    pub json_schema: Option<Value>,
    /// The URL that receives the results.
    pub webhook: Option<String>,
    /// Additional fields to send.
    pub extra: Extra,
}

/// The filter and grouping of [`InsightsApi::aggregates`](super::InsightsApi::aggregates).
///
/// Conditions have the same form as in [`ListConversations`](crate::ListConversations): an operator and a value, from
/// [`filter`](crate::filter). Fields are those of the results (`score`), or of the metadata of the conversation with
/// the prefix `metadata.` (`metadata.assistant_id`).
///
/// ```
/// use telnyx_ai_assistants::{InsightAggregates, filter};
///
/// let filter = InsightAggregates::new()
///     .with_insight_id("insight-1")
///     .with_assistant_id(filter::eq("assistant-1"))
///     .with_created_at(filter::gte("2026-01-01"))
///     .with_group_by(["score", "metadata.assistant_version_id"]);
/// assert_eq!(filter.assistant_id.as_deref(), Some("eq.assistant-1"));
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct InsightAggregates {
    /// The id of the insight whose results are counted. Default: all insights.
    pub insight_id: Option<String>,
    /// A condition on the assistant of the conversation.
    #[wire("metadata[assistant_id]")]
    pub assistant_id: Option<String>,
    /// A condition on the time of the result, such as `gte.2026-01-01`.
    pub created_at: Option<String>,
    /// The fields to group by.
    pub group_by: Option<Vec<String>>,
    /// The fields to add to each row.
    pub show: Option<Vec<String>>,
    /// Additional query parameters to send.
    pub extra: Extra,
}

/// One row of [`InsightsApi::aggregates`](super::InsightsApi::aggregates): a combination of values and its count.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct InsightAggregate {
    /// The number of results with these values.
    pub record_count: u32,
    /// The values, by the names of the requested fields.
    #[wire(open)]
    pub extra: Extra,
}

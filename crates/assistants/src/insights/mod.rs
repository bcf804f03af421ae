//! `/ai/conversations/insights` and `/ai/conversations/conversation-insights`

mod http;
mod model;

pub use http::Insights;
pub use model::*;

use telnyx_ai_core::{Call, Pager};

/// The insights of an account: `/ai/conversations/insights`.
///
/// An insight is an analysis of a conversation that runs when it ends. It runs for an assistant if the assistant's
/// [`insight_settings`](telnyx_ai_types::InsightSettings) name its [group](crate::InsightGroupsApi).
/// [`ConversationsApi::insights`](crate::ConversationsApi::insights) returns the results for one conversation,
/// [`aggregates`](Self::aggregates) counts the results of many.
///
/// ```
/// use telnyx_ai_assistants::prelude::*;
/// use telnyx_ai_assistants::{CreateInsight, Insights, UpdateInsight};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
/// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
/// let insights = Insights::new(client);
/// let request = CreateInsight::new("Summary", "Summarize the conversation in one sentence.");
/// let summary = insights.create(request).await?;
///
/// let change = UpdateInsight::new().with_webhook("https://example.com/summaries");
/// let summary = insights.update(&summary.id, change).await?;
/// assert_eq!(summary.webhook.as_deref(), Some("https://example.com/summaries"));
///
/// insights.delete(&summary.id).await?;
/// # Ok(())
/// # }
/// ```
#[auto_impl::auto_impl(&, Box, Arc)]
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait InsightsApi: Send + Sync {
    /// Lists the insights of the account, page by page: `GET /ai/conversations/insights`.
    fn list(&self) -> Pager<Insight> {
        Pager::unsupported("InsightsApi::list")
    }

    /// Creates an insight: `POST /ai/conversations/insights`.
    ///
    /// Sent with an idempotency key. Fails with 400 (code 10015) if the JSON Schema is invalid.
    fn create(&self, request: CreateInsight) -> Call<Insight> {
        let _ = request;
        Call::unsupported("InsightsApi::create")
    }

    /// Retrieves an insight: `GET /ai/conversations/insights/{insight_id}`.
    ///
    /// Fails with 404 if the insight does not exist.
    fn retrieve(&self, insight_id: &str) -> Call<Insight> {
        let _ = insight_id;
        Call::unsupported("InsightsApi::retrieve")
    }

    /// Changes the fields that are set and returns the whole insight: `PUT /ai/conversations/insights/{insight_id}`.
    ///
    /// Fails with 404 if the insight does not exist, and as [`create`](Self::create) does.
    fn update(&self, insight_id: &str, request: UpdateInsight) -> Call<Insight> {
        let _ = (insight_id, request);
        Call::unsupported("InsightsApi::update")
    }

    /// Deletes an insight permanently: `DELETE /ai/conversations/insights/{insight_id}`.
    ///
    /// Fails with 404 if the insight does not exist.
    fn delete(&self, insight_id: &str) -> Call<()> {
        let _ = insight_id;
        Call::unsupported("InsightsApi::delete")
    }

    /// Counts the results of insights by their values: `GET /ai/conversations/conversation-insights/aggregates`.
    ///
    /// ```
    /// use telnyx_ai_assistants::prelude::*;
    /// use telnyx_ai_assistants::{InsightAggregates, Insights};
    /// use telnyx_ai_core::Error;
    ///
    /// async fn print_scores(insights: &Insights, insight_id: &str) -> Result<(), Error> {
    ///     let filter = InsightAggregates::new().with_insight_id(insight_id).with_group_by(["score"]);
    ///     for row in insights.aggregates(filter).await? {
    ///         println!("{:?}: {}", row.extra.get("score"), row.record_count);
    ///     }
    ///     Ok(())
    /// }
    /// ```
    fn aggregates(&self, filter: InsightAggregates) -> Call<Vec<InsightAggregate>> {
        let _ = filter;
        Call::unsupported("InsightsApi::aggregates")
    }
}

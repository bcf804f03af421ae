use http::Method;
use telnyx_ai_core::{Call, Client, Pager};

use super::{CreateInsight, Insight, InsightAggregate, InsightAggregates, InsightsApi, UpdateInsight};

/// [`InsightsApi`] over HTTP. Cloning is cheap.
///
/// ```
/// use telnyx_ai_core::{Client, Error};
/// use telnyx_ai_assistants::{Insight, Insights, prelude::*};
///
/// async fn all(client: Client) -> Result<Vec<Insight>, Error> {
///     Insights::new(client).list().try_collect().await
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Insights(Client);

impl Insights {
    /// Creates a handle to the insights of the client's account.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

const INSIGHTS: &str = "/ai/conversations/insights";
const INSIGHT: &str = "/ai/conversations/insights/{insight_id}";

impl InsightsApi for Insights {
    fn list(&self) -> Pager<Insight> {
        Pager::numbered(self.0.call(Method::GET, INSIGHTS, &[]))
    }

    fn create(&self, request: CreateInsight) -> Call<Insight> {
        self.0.call(Method::POST, INSIGHTS, &[]).body(&request).idempotent().data()
    }

    fn retrieve(&self, insight_id: &str) -> Call<Insight> {
        self.0.call(Method::GET, INSIGHT, &[insight_id]).data()
    }

    fn update(&self, insight_id: &str, request: UpdateInsight) -> Call<Insight> {
        self.0.call(Method::PUT, INSIGHT, &[insight_id]).body(&request).data()
    }

    fn delete(&self, insight_id: &str) -> Call<()> {
        self.0.call(Method::DELETE, INSIGHT, &[insight_id]).empty()
    }

    fn aggregates(&self, filter: InsightAggregates) -> Call<Vec<InsightAggregate>> {
        self.0.call(Method::GET, "/ai/conversations/conversation-insights/aggregates", &[]).query_from(&filter).data()
    }
}

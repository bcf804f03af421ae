//! `/ai/conversations/insight-groups`

mod http;
mod model;

pub use http::InsightGroups;
pub use model::*;

use telnyx_ai_core::{Call, Pager};

/// Groups of insights: `/ai/conversations/insight-groups`.
///
/// The insights of a group run together for every assistant that has the group in its
/// [`insight_settings`](telnyx_ai_types::InsightSettings).
///
/// ```
/// use telnyx_ai_assistants::prelude::*;
/// use telnyx_ai_assistants::types::InsightSettings;
/// use telnyx_ai_assistants::{CreateAssistant, CreateInsight, CreateInsightGroup, InsightGroups, Insights};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
/// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
/// let (groups, insights) = (InsightGroups::new(client.clone()), Insights::new(client));
/// let group = groups.create(CreateInsightGroup::new("Quality")).await?;
/// let mood = insights.create(CreateInsight::new("Mood", "Name the user's mood in one word.")).await?;
/// groups.assign(&group.id, &mood.id).await?;
///
/// let group = groups.retrieve(&group.id).await?;
/// assert_eq!(group.insights.as_ref().map(Vec::len), Some(1));
///
/// let settings = InsightSettings::new().with_insight_group_id(&group.id);
/// let assistant = CreateAssistant::new("Support", "Help politely.").with_insight_settings(settings);
/// # let _ = assistant;
/// # Ok(())
/// # }
/// ```
#[auto_impl::auto_impl(&, Box, Arc)]
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait InsightGroupsApi: Send + Sync {
    /// Lists the insight groups of the account, page by page: `GET /ai/conversations/insight-groups`.
    fn list(&self) -> Pager<InsightGroup> {
        Pager::unsupported("InsightGroupsApi::list")
    }

    /// Creates an insight group: `POST /ai/conversations/insight-groups`.
    ///
    /// Sent with an idempotency key.
    fn create(&self, request: CreateInsightGroup) -> Call<InsightGroup> {
        let _ = request;
        Call::unsupported("InsightGroupsApi::create")
    }

    /// Retrieves a group with its insights: `GET /ai/conversations/insight-groups/{group_id}`.
    ///
    /// Fails with 404 if the group does not exist.
    fn retrieve(&self, group_id: &str) -> Call<InsightGroup> {
        let _ = group_id;
        Call::unsupported("InsightGroupsApi::retrieve")
    }

    /// Changes the fields that are set and returns the whole group:
    /// `PUT /ai/conversations/insight-groups/{group_id}`.
    ///
    /// Fails with 404 if the group does not exist.
    fn update(&self, group_id: &str, request: UpdateInsightGroup) -> Call<InsightGroup> {
        let _ = (group_id, request);
        Call::unsupported("InsightGroupsApi::update")
    }

    /// Deletes a group permanently: `DELETE /ai/conversations/insight-groups/{group_id}`.
    ///
    /// Fails with 404 if the group does not exist.
    fn delete(&self, group_id: &str) -> Call<()> {
        let _ = group_id;
        Call::unsupported("InsightGroupsApi::delete")
    }

    /// Adds an insight to a group:
    /// `POST /ai/conversations/insight-groups/{group_id}/insights/{insight_id}/assign`.
    ///
    /// Fails with 404 if the group or the insight does not exist.
    fn assign(&self, group_id: &str, insight_id: &str) -> Call<()> {
        let _ = (group_id, insight_id);
        Call::unsupported("InsightGroupsApi::assign")
    }

    /// Removes an insight from a group:
    /// `DELETE /ai/conversations/insight-groups/{group_id}/insights/{insight_id}/unassign`.
    ///
    /// The insight itself is kept. Fails with 404 if the group or the insight does not exist.
    fn unassign(&self, group_id: &str, insight_id: &str) -> Call<()> {
        let _ = (group_id, insight_id);
        Call::unsupported("InsightGroupsApi::unassign")
    }
}

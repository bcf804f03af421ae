use http::Method;
use telnyx_ai_core::{Call, Client, Pager};

use super::{CreateInsightGroup, InsightGroup, InsightGroupsApi, UpdateInsightGroup};

/// [`InsightGroupsApi`] over HTTP. Cloning is cheap.
///
/// ```
/// use telnyx_ai_core::{Client, Error};
/// use telnyx_ai_assistants::{InsightGroup, InsightGroups, prelude::*};
///
/// async fn all(client: Client) -> Result<Vec<InsightGroup>, Error> {
///     InsightGroups::new(client).list().try_collect().await
/// }
/// ```
#[derive(Debug, Clone)]
pub struct InsightGroups(Client);

impl InsightGroups {
    /// Creates a handle to the insight groups of the client's account.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

const GROUPS: &str = "/ai/conversations/insight-groups";
const GROUP: &str = "/ai/conversations/insight-groups/{group_id}";
const ASSIGN: &str = "/ai/conversations/insight-groups/{group_id}/insights/{insight_id}/assign";
const UNASSIGN: &str = "/ai/conversations/insight-groups/{group_id}/insights/{insight_id}/unassign";

impl InsightGroupsApi for InsightGroups {
    fn list(&self) -> Pager<InsightGroup> {
        Pager::numbered(self.0.call(Method::GET, GROUPS, &[]))
    }

    fn create(&self, request: CreateInsightGroup) -> Call<InsightGroup> {
        self.0.call(Method::POST, GROUPS, &[]).body(&request).idempotent().data()
    }

    fn retrieve(&self, group_id: &str) -> Call<InsightGroup> {
        self.0.call(Method::GET, GROUP, &[group_id]).data()
    }

    fn update(&self, group_id: &str, request: UpdateInsightGroup) -> Call<InsightGroup> {
        self.0.call(Method::PUT, GROUP, &[group_id]).body(&request).data()
    }

    fn delete(&self, group_id: &str) -> Call<()> {
        self.0.call(Method::DELETE, GROUP, &[group_id]).empty()
    }

    fn assign(&self, group_id: &str, insight_id: &str) -> Call<()> {
        self.0.call(Method::POST, ASSIGN, &[group_id, insight_id]).empty()
    }

    fn unassign(&self, group_id: &str, insight_id: &str) -> Call<()> {
        self.0.call(Method::DELETE, UNASSIGN, &[group_id, insight_id]).empty()
    }
}

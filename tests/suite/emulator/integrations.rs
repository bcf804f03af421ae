use telnyx_ai::prelude::*;

use super::Api;

#[tokio::test]
async fn integrations_are_listed_and_retrieved() {
    let api = Api::start().await;
    let all = api.telnyx.integrations().list().await.unwrap();
    assert!(!all.is_empty());
    let first = api.telnyx.integrations().retrieve(&all[0].id).await.unwrap();
    assert_eq!(first, all[0]);
    for connection in api.telnyx.connections().list().await.unwrap() {
        assert_eq!(api.telnyx.connections().retrieve(&connection.id).await.unwrap(), connection);
    }
}

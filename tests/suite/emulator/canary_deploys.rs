use telnyx_ai::assistants::{ChatRequest, CreateConversation, UpdateAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai::versions::{Canary, CanaryDeployConfig, Clause};

use super::{Api, api_error};

async fn version(api: &Api, assistant_id: &str, instructions: &str) -> String {
    let change = UpdateAssistant::new().with_instructions(instructions).with_promote_to_main(false);
    api.telnyx.assistants().update(assistant_id, change).await.unwrap().version_id.unwrap()
}

#[tokio::test]
async fn conversations_go_to_the_version_of_their_rule() {
    let api = Api::start().await;
    let main = api.assistant().await;
    let trial = version(&api, &main.id, "Speak like a pirate.").await;
    let config = Canary::new().serve_where([Clause::is_in("tier", ["gold"])], &trial).build().unwrap();
    api.telnyx.canary_deploys().create(&main.id, config).await.unwrap();

    for (tier, expected) in [("gold", "Speak like a pirate."), ("silver", "Help politely.")] {
        let request = CreateConversation::new().with_metadata([("tier", tier)]);
        let conversation = api.telnyx.conversations().create(request).await.unwrap();
        let request = ChatRequest::new(&conversation.id, "Hi!");
        let reply = api.telnyx.assistants().chat(&main.id, request).await.unwrap();
        assert!(reply.content.contains(expected), "{tier}: {}", reply.content);
    }
}

#[tokio::test]
async fn both_forms_are_accepted_and_returned() {
    let api = Api::start().await;
    let main = api.assistant().await;
    let trial = version(&api, &main.id, "Speak like a pirate.").await;
    let canaries = api.telnyx.canary_deploys();

    let older = Canary::new().percentage(&trial, 20.0).build().unwrap();
    let created = canaries.create(&main.id, older.clone()).await.unwrap();
    let rules = created.rules.as_ref().unwrap();
    assert_eq!(rules[0].serve.rollout.as_ref().unwrap()[0].weight, 20.0);
    assert_eq!(created.versions.as_ref().unwrap()[0].percentage, 20.0);
    let (status, ..) = api_error(canaries.create(&main.id, older).await);
    assert_eq!(status, 409, "a canary deploy exists");

    let newer = Canary::new().split([(&*trial, 5.0)]).build().unwrap();
    let changed = canaries.update(&main.id, newer).await.unwrap();
    assert_eq!(changed.versions.as_ref().unwrap()[0].percentage, 5.0);
    assert_eq!(canaries.retrieve(&main.id).await.unwrap(), changed);

    canaries.delete(&main.id).await.unwrap();
    let (status, ..) = api_error(canaries.retrieve(&main.id).await);
    assert_eq!(status, 404);
}

#[tokio::test]
async fn deploy_without_rules_sends_all_traffic_to_the_main_version() {
    let api = Api::start().await;
    let main = api.assistant().await;
    let deploy = api.telnyx.canary_deploys().create(&main.id, CanaryDeployConfig::new()).await.unwrap();
    assert_eq!(deploy.rules, Some(Vec::new()));
}

#[tokio::test]
async fn invalid_deploy_is_422() {
    let api = Api::start().await;
    let main = api.assistant().await;
    let canaries = api.telnyx.canary_deploys();
    let unknown = Canary::new().percentage("version-17", 20.0).build().unwrap();
    let (status, _, pointer) = api_error(canaries.create(&main.id, unknown).await);
    assert_eq!((status, pointer.as_deref()), (422, Some("/versions/0/version_id")));
}

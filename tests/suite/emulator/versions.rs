use telnyx_ai::assistants::UpdateAssistant;
use telnyx_ai::prelude::*;
use telnyx_ai::versions::{Canary, UpdateVersion};

use super::{Api, api_error};

#[tokio::test]
async fn every_change_creates_a_version() {
    let api = Api::start().await;
    let first = api.assistant().await;
    let mut made = vec![first.version_id.clone().unwrap()];
    for greeting in ["Hello!", "Good morning!"] {
        let change = UpdateAssistant::new().with_greeting(greeting).with_version_name(greeting);
        made.insert(0, api.telnyx.assistants().update(&first.id, change).await.unwrap().version_id.unwrap());
    }
    let versions = api.telnyx.versions().list(&first.id).await.unwrap();
    let ids: Vec<String> = versions.iter().map(|version| version.version_id.clone().unwrap()).collect();
    assert_eq!(ids, made);
    let greetings: Vec<_> = versions.iter().map(|version| version.greeting.as_deref()).collect();
    assert_eq!(greetings, [Some("Good morning!"), Some("Hello!"), None]);
    assert_eq!(versions[0].version_name.as_deref(), Some("Good morning!"));
    let oldest = api.telnyx.versions().retrieve(&first.id, &made[2]).await.unwrap();
    assert_eq!(oldest, versions[2]);
}

#[tokio::test]
async fn version_is_updated_and_promoted() {
    let api = Api::start().await;
    let (assistants, versions) = (api.telnyx.assistants(), api.telnyx.versions());
    let main = api.assistant().await;
    let change = UpdateAssistant::new().with_greeting("Hello!").with_promote_to_main(false);
    let trial = assistants.update(&main.id, change).await.unwrap();
    let trial_id = trial.version_id.clone().unwrap();
    assert_ne!(trial.version_id, main.version_id);
    assert_eq!(assistants.retrieve(&main.id).await.unwrap().greeting, None, "the main version is unchanged");

    let change = UpdateVersion::new().with_greeting("Good evening!");
    let changed = versions.update(&main.id, &trial_id, change).await.unwrap();
    assert_eq!(changed.version_id, trial.version_id);
    assert_eq!(versions.list(&main.id).await.unwrap().len(), 2);

    let canary = Canary::new().percentage(&trial_id, 10.0).build().unwrap();
    api.telnyx.canary_deploys().create(&main.id, canary).await.unwrap();
    versions.promote(&main.id, &trial_id).await.unwrap();
    assert_eq!(assistants.retrieve(&main.id).await.unwrap().greeting.as_deref(), Some("Good evening!"));
    let (status, ..) = api_error(api.telnyx.canary_deploys().retrieve(&main.id).await);
    assert_eq!(status, 404, "the promotion deletes the canary deploy");
}

#[tokio::test]
async fn main_version_cannot_be_changed_or_deleted() {
    let api = Api::start().await;
    let main = api.assistant().await;
    let versions = api.telnyx.versions();
    let version_id = main.version_id.clone().unwrap();
    let (status, ..) = api_error(versions.delete(&main.id, &version_id).await);
    assert_eq!(status, 400);
    let (status, ..) = api_error(versions.update(&main.id, &version_id, UpdateVersion::new().with_name("x")).await);
    assert_eq!(status, 400);

    api.telnyx.assistants().update(&main.id, UpdateAssistant::new().with_name("y")).await.unwrap();
    versions.delete(&main.id, &version_id).await.unwrap();
    let (status, ..) = api_error(versions.retrieve(&main.id, &version_id).await);
    assert_eq!(status, 404);
}

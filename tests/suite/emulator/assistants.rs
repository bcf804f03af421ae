use serde_json::json;
use telnyx_ai::assistants::types::{EnabledFeature, Hangup, ImportProvider, Tool};
use telnyx_ai::assistants::{AddTag, CreateAssistant, ImportAssistants, UpdateAssistant};
use telnyx_ai::prelude::*;

use super::{Api, api_error};

#[tokio::test]
async fn assistant_is_created_changed_and_deleted() {
    let api = Api::start().await;
    let assistants = api.telnyx.assistants();

    let request = CreateAssistant::new("Support", "Help politely.")
        .with_enabled_features([EnabledFeature::Telephony, EnabledFeature::Messaging])
        .with_tools([Hangup::new().into()]);
    let created = assistants.create(request).await.unwrap();
    assert!(created.id.starts_with("assistant-"));
    assert!(!created.model.is_empty(), "there is a default model");
    assert!(created.version_id.is_some());
    let telephony = created.telephony_settings.as_ref().unwrap();
    assert!(telephony.default_texml_app_id.is_some(), "a TeXML application is created");
    let messaging = created.messaging_settings.as_ref().unwrap();
    assert!(messaging.default_messaging_profile_id.is_some(), "a messaging profile is created");
    assert_eq!(assistants.retrieve(&created.id).await.unwrap(), created);

    let change = UpdateAssistant::new().with_greeting("Good morning!");
    let changed = assistants.update(&created.id, change).await.unwrap();
    assert_eq!(changed.greeting.as_deref(), Some("Good morning!"));
    assert_eq!(
        (&changed.instructions, &changed.tools),
        (&created.instructions, &created.tools),
        "the other fields are unchanged"
    );
    assert_ne!(changed.version_id, created.version_id, "each change creates a version");

    let texml = assistants.texml(&created.id).await.unwrap();
    assert!(texml.contains("<Response>") && texml.contains(&created.id), "{texml}");

    let copy = assistants.clone_assistant(&created.id).await.unwrap();
    assert_ne!(copy.id, created.id);
    assert_eq!((&copy.greeting, &copy.tools), (&changed.greeting, &changed.tools));
    let telephony = |assistant: &telnyx_ai::assistants::Assistant| {
        assistant.telephony_settings.as_ref().and_then(|settings| settings.default_texml_app_id.clone())
    };
    assert_ne!(telephony(&copy), telephony(&changed), "a copy has its own telephony settings");
    assert_eq!(assistants.list().await.unwrap().len(), 2);

    let deleted = assistants.delete(&created.id).await.unwrap();
    assert_eq!((deleted.id.as_str(), deleted.object.as_str(), deleted.deleted), (&*created.id, "assistant", true));
    let (status, code, _) = api_error(assistants.retrieve(&created.id).await);
    assert_eq!((status, code.as_str()), (404, "10005"));
    let left: Vec<String> = assistants.list().await.unwrap().into_iter().map(|assistant| assistant.id).collect();
    assert_eq!(left, [copy.id]);
}

/// A program reads an assistant, changes it and writes it back.
#[tokio::test]
async fn unknown_fields_survive_a_change() {
    let api = Api::start().await;
    let assistants = api.telnyx.assistants();
    let new_field = json!({"default": "sunny"});
    let new_tool = json!({"type": "crystal_ball", "crystal_ball": {"depth": 3}});
    let voice = json!({"voice": "Telnyx.KokoroTTS.af_heart", "timbre": {"warmth": 0.5}});
    let created = assistants
        .create(CreateAssistant::new("Support", "Help politely."))
        .extra_body("mood", new_field.clone())
        .extra_body("tools", json!([new_tool]))
        .extra_body("voice_settings", voice.clone())
        .await
        .unwrap();
    assert_eq!(created.extra.get("mood"), Some(&new_field));
    assert!(matches!(created.tools.as_deref(), Some([Tool::Unknown(tool)]) if tool.tag() == "crystal_ball"));

    let id = created.id.clone();
    assistants.update(&id, UpdateAssistant::new().with_name("Help desk")).await.unwrap();
    let read = assistants.retrieve(&id).await.unwrap();
    assistants.update(&id, UpdateAssistant::from(read).with_greeting("Hello!")).await.unwrap();

    let now = serde_json::to_value(assistants.retrieve(&id).await.unwrap()).unwrap();
    assert_eq!((&now["name"], &now["greeting"]), (&json!("Help desk"), &json!("Hello!")));
    assert_eq!(now["mood"], new_field);
    assert_eq!(
        (&now["tools"][0]["type"], &now["tools"][0]["crystal_ball"]),
        (&new_tool["type"], &new_tool["crystal_ball"])
    );
    assert_eq!(now["voice_settings"], voice);
}

#[tokio::test]
async fn repeated_import_overwrites() {
    let api = Api::start().await;
    let assistants = api.telnyx.assistants();
    let import = |ids: [&str; 2]| {
        assistants.import(ImportAssistants::new(ImportProvider::Vapi, "vapi_key").with_import_ids(ids))
    };
    let first = import(["one", "two"]).await.unwrap();
    assert_eq!(first.len(), 2);
    let metadata = first[0].import_metadata.as_ref().unwrap();
    assert_eq!(metadata.import_id.as_deref(), Some("one"));
    assert_eq!(metadata.import_provider, Some(ImportProvider::Vapi));

    let changed = UpdateAssistant::new().with_name("Changed here");
    assistants.update(&first[0].id, changed).await.unwrap();
    let second = import(["one", "three"]).await.unwrap();
    assert_eq!(second[0].id, first[0].id);
    assert_eq!(assistants.retrieve(&first[0].id).await.unwrap().name, first[0].name, "the name is the provider's");
    assert_eq!(assistants.list().await.unwrap().len(), 3);
}

#[tokio::test]
async fn tags_are_added_listed_and_removed() {
    let api = Api::start().await;
    let tags = api.telnyx.tags();
    let (one, two) = (api.assistant().await, api.assistant().await);
    tags.add(&one.id, AddTag::new("beta")).await.unwrap();
    assert_eq!(tags.add(&one.id, AddTag::new("vip desk")).await.unwrap().tags, ["beta", "vip desk"]);
    assert_eq!(tags.add(&two.id, AddTag::new("beta")).await.unwrap().tags, ["beta"]);
    let mut all = tags.list().await.unwrap().tags;
    all.sort_unstable();
    assert_eq!(all, ["beta", "vip desk"]);
    assert_eq!(tags.remove(&one.id, "vip desk").await.unwrap().tags, ["beta"]);
    assert_eq!(api.telnyx.assistants().retrieve(&one.id).await.unwrap().tags.unwrap(), ["beta"]);
    let (status, ..) = api_error(tags.add(&one.id, AddTag::new("a:b")).await);
    assert!(matches!(status, 400 | 422), "{status}");
}

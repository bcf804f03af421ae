use serde_json::json;
use telnyx_ai::assistants::types::{EnabledFeature, TelephonySettings, VoiceSettings};
use telnyx_ai::assistants::{Assistant, CreateAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai::testing::ListTests;
use telnyx_ai::{ClientBuilder, Telnyx};

use crate::peer::{ID, Peer, Tally};
use crate::texts;

/// The SDK with one of its transports.
#[derive(Clone)]
pub(crate) struct Sdk(Telnyx);

impl Sdk {
    pub(crate) fn new(client: ClientBuilder) -> Self {
        Self(Telnyx::new(client.api_key("KEY").build().expect("the settings are valid")))
    }
}

fn tally(assistant: &Assistant) -> Tally {
    Tally::of([&assistant.id, &assistant.name, &assistant.instructions])
}

impl Peer for Sdk {
    async fn get(&self) -> Tally {
        tally(&self.0.assistants().retrieve(ID).await.expect("an assistant"))
    }

    async fn create(&self) -> Tally {
        let request = CreateAssistant::new(texts::NAME, texts::INSTRUCTIONS)
            .with_model(texts::MODEL)
            .with_greeting(texts::GREETING)
            .with_tags(["live", "dental"])
            .with_enabled_features([EnabledFeature::Telephony, EnabledFeature::Messaging])
            .with_telephony_settings(TelephonySettings::new().with_time_limit_secs(1500))
            .with_voice_settings(VoiceSettings::new(texts::VOICE).with_voice_speed(1.1))
            .with_dynamic_variables(json!({"practice_name": "Harbor Dental"}).as_object().cloned().unwrap_or_default());
        tally(&self.0.assistants().create(request).await.expect("an assistant"))
    }

    async fn list(&self) -> Tally {
        self.0.assistants().list().await.expect("a list").iter().map(tally).collect()
    }

    async fn tests(&self, page_size: u32, prefetch: usize) -> Tally {
        let mut tests = self.0.tests().list(ListTests::new()).page_size(page_size).prefetch(prefetch);
        let mut sum = Tally::default();
        while let Some(test) = tests.try_next().await.expect("a page") {
            sum += Tally::of([&test.test_id, &test.name, test.instructions.as_deref().unwrap_or_default()]);
        }
        sum
    }
}

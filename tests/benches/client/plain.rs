//! The types of a program without an SDK, with only the fields that it needs.

use futures_util::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};

use crate::peer::Tally;
use crate::texts;

#[derive(Deserialize)]
pub(crate) struct Assistant {
    id: String,
    name: String,
    instructions: String,
}

impl Assistant {
    pub(crate) fn tally(&self) -> Tally {
        Tally::of([&self.id, &self.name, &self.instructions])
    }
}

#[derive(Deserialize)]
pub(crate) struct Assistants {
    data: Vec<Assistant>,
}

impl Assistants {
    pub(crate) fn tally(&self) -> Tally {
        self.data.iter().map(Assistant::tally).collect()
    }
}

/// All fields of a test.
#[derive(Deserialize)]
#[expect(dead_code, reason = "the fields are deserialized but not used")]
struct Test {
    test_id: String,
    name: String,
    telnyx_conversation_channel: String,
    rubric: Vec<RubricItem>,
    created_at: String,
    description: Option<String>,
    destination: Option<String>,
    instructions: Option<String>,
    max_duration_seconds: Option<u32>,
    test_suite: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "the fields are deserialized but not used")]
struct RubricItem {
    name: String,
    criteria: String,
}

#[derive(Deserialize)]
pub(crate) struct Page {
    data: Vec<Test>,
    meta: Meta,
}

#[derive(Deserialize)]
struct Meta {
    total_pages: u64,
}

impl Page {
    pub(crate) fn tally(&self) -> Tally {
        let texts =
            |test: &Test| Tally::of([&test.test_id, &test.name, test.instructions.as_deref().unwrap_or_default()]);
        self.data.iter().map(texts).collect()
    }
}

/// Reads all pages: first one page, then the others concurrently.
///
/// The first page has the number of pages.
pub(crate) async fn walk<F: Future<Output = Page>>(prefetch: usize, page: impl Fn(u64) -> F) -> Tally {
    let first = page(1).await;
    let mut rest = stream::iter(2..=first.meta.total_pages).map(page).buffered(prefetch.max(1));
    let mut sum = first.tally();
    while let Some(page) = rest.next().await {
        sum += page.tally();
    }
    sum
}

#[derive(Serialize)]
pub(crate) struct CreateAssistant {
    name: &'static str,
    instructions: &'static str,
    model: &'static str,
    greeting: &'static str,
    tags: [&'static str; 2],
    enabled_features: [&'static str; 2],
    telephony_settings: Telephony,
    voice_settings: Voice,
    dynamic_variables: Variables,
}

#[derive(Serialize)]
struct Telephony {
    time_limit_secs: u32,
}

#[derive(Serialize)]
struct Voice {
    voice: &'static str,
    voice_speed: f64,
}

#[derive(Serialize)]
struct Variables {
    practice_name: &'static str,
}

pub(crate) const CREATE: CreateAssistant = CreateAssistant {
    name: texts::NAME,
    instructions: texts::INSTRUCTIONS,
    model: texts::MODEL,
    greeting: texts::GREETING,
    tags: ["live", "dental"],
    enabled_features: ["telephony", "messaging"],
    telephony_settings: Telephony { time_limit_secs: 1500 },
    voice_settings: Voice { voice: texts::VOICE, voice_speed: 1.1 },
    dynamic_variables: Variables { practice_name: "Harbor Dental" },
};

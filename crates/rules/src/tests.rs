//! Tests of assistants.

use telnyx_ai_testing::{CreateTest, TestChannel};

use crate::violation::{Violation, ViolationKind, collect};

const CHANNELS: [&str; 4] = ["phone_call", "sms_chat", "web_call", "web_chat"];

/// Checks a test: lengths of texts, duration, channel and rubric.
///
/// ```
/// use telnyx_ai_testing::{CreateTest, RubricItem};
///
/// let rubric: [RubricItem; 0] = [];
/// let test = CreateTest::new("Greets", "assistant-1", "Say \"hello\".", rubric);
/// let violations = telnyx_ai_rules::test(&test);
/// assert_eq!(violations[0].pointer, "/rubric");
/// ```
#[must_use]
pub fn test(test: &CreateTest) -> Vec<Violation> {
    collect(|at| {
        at.field("name").length(Some(&test.name), 1..=255);
        at.field("description").length(test.description.as_deref(), 0..=1_000);
        at.field("destination").length(Some(&test.destination), 1..=usize::MAX);
        at.field("instructions").length(Some(&test.instructions), 1..=5_000);
        at.field("test_suite").length(test.test_suite.as_deref(), 0..=100);
        at.field("max_duration_seconds").range(test.max_duration_seconds, 1.0..=3_600.0);
        if let Some(TestChannel::Unknown(channel)) = &test.telnyx_conversation_channel {
            at.field("telnyx_conversation_channel").unknown_value(channel.as_str(), &CHANNELS);
        }
        if test.rubric.is_empty() {
            at.field("rubric").add(ViolationKind::Length, "rubric has no items; it must have at least one.");
        }
        for (n, item) in test.rubric.iter().enumerate() {
            for (field, _) in item.extra.iter() {
                let message = format!("A rubric item has no field '{field}'; its fields are name and criteria.");
                at.field("rubric").item(n).field(field).add(ViolationKind::Unexpected, message);
            }
        }
    })
}

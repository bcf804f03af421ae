//! Scheduled events.

use telnyx_ai_assistants::{CreateScheduledEvent, EventChannel, SipRegion};

use crate::violation::{Violation, ViolationKind, collect};

const CHANNELS: [&str; 2] = ["phone_call", "sms_chat"];
const REGIONS: [&str; 5] = ["US", "Europe", "Canada", "Australia", "Middle East"];

/// Checks a scheduled event: channel, region, targets, retries and text.
///
/// Up to 10 retries are allowed, with intervals of 60 to 86,400 s. A text message must have a text. The time of the
/// event is not compared with a clock.
///
/// ```
/// use telnyx_ai_assistants::CreateScheduledEvent;
///
/// let event = CreateScheduledEvent::phone_call("+15550001", "+15550100", "2030-01-01T09:00:00Z");
/// assert!(telnyx_ai_rules::scheduled_event(&event).is_empty());
/// let violations = telnyx_ai_rules::scheduled_event(&event.with_retry_interval_secs(10));
/// assert_eq!(violations[0].message, "retry_interval_secs is 10; it must be between 60 and 86400.");
/// ```
#[must_use]
pub fn scheduled_event(event: &CreateScheduledEvent) -> Vec<Violation> {
    collect(|at| {
        if let EventChannel::Unknown(channel) = &event.telnyx_conversation_channel {
            at.field("telnyx_conversation_channel").unknown_value(channel.as_str(), &CHANNELS);
        }
        at.field("telnyx_agent_target").length(Some(&event.telnyx_agent_target), 1..=usize::MAX);
        at.field("telnyx_end_user_target").length(Some(&event.telnyx_end_user_target), 1..=usize::MAX);
        at.field("max_retries_client_errors").range(event.max_retries_client_errors, 0.0..=10.0);
        at.field("retry_interval_secs").range(event.retry_interval_secs, 60.0..=86_400.0);
        if let Some(SipRegion::Unknown(region)) =
            event.call_settings.as_ref().and_then(|settings| settings.sip_region.as_ref())
        {
            at.field("call_settings").field("sip_region").unknown_value(region.as_str(), &REGIONS);
        }
        let has_text = event.text.as_deref().is_some_and(|text| !text.is_empty());
        if event.telnyx_conversation_channel == EventChannel::Sms && !has_text {
            at.field("text").add(ViolationKind::Missing, "A scheduled text message must have a text.");
        }
    })
}

//! Imports of assistants.

use telnyx_ai_assistants::ImportAssistants;
use telnyx_ai_types::ImportProvider;

use crate::violation::{Violation, collect};

const PROVIDERS: [&str; 3] = ["elevenlabs", "retell", "vapi"];

/// Checks an import: the provider must be known.
#[must_use]
pub fn import(import: &ImportAssistants) -> Vec<Violation> {
    collect(|at| {
        if let ImportProvider::Unknown(provider) = &import.provider {
            at.field("provider").unknown_value(provider.as_str(), &PROVIDERS);
        }
    })
}

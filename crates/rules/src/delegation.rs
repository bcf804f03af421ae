//! The delegation of tasks to a backend model.

use telnyx_ai_types::{DelegationMode, DelegationSettings};

use crate::violation::{At, ViolationKind};

pub(crate) fn check(at: &At<'_>, settings: &DelegationSettings) {
    let message = "A raw API key is not stored; use llm_api_key_ref with the identifier of an integration secret.";
    if settings.extra.get("api_key").is_some() {
        at.field("api_key").add(ViolationKind::Unexpected, message);
    }
    if settings.external_llm.as_ref().is_some_and(|llm| llm.extra.get("api_key").is_some()) {
        at.field("external_llm").field("api_key").add(ViolationKind::Unexpected, message);
    }
    let uses_telnyx = matches!(settings.mode, None | Some(DelegationMode::Telnyx));
    if settings.enabled != Some(false) && uses_telnyx && settings.model.is_none() && settings.external_llm.is_none() {
        let message = "Delegation with the mode telnyx needs a backend model: set model or external_llm.";
        at.field("model").add(ViolationKind::Missing, message);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::violation::collect;

    fn pointers(settings: Value) -> Vec<String> {
        let settings = serde_json::from_value(settings).expect("settings");
        collect(|at| super::check(at, &settings)).into_iter().map(|violation| violation.pointer).collect()
    }

    #[test]
    fn raw_api_keys_are_rejected() {
        let llm = json!({ "base_url": "https://llm.example", "model": "m", "api_key": "KEY" });
        assert_eq!(pointers(json!({ "model": "m", "api_key": "KEY" })), ["/api_key"]);
        assert_eq!(pointers(json!({ "external_llm": llm })), ["/external_llm/api_key"]);
        assert!(pointers(json!({ "model": "m", "llm_api_key_ref": "key" })).is_empty());
    }

    #[test]
    fn telnyx_delegation_needs_a_backend_model() {
        for settings in [json!({}), json!({ "enabled": true, "mode": "telnyx" })] {
            assert_eq!(pointers(settings), ["/model"]);
        }
        for settings in [json!({ "enabled": false }), json!({ "mode": "client" }), json!({ "model": "m" })] {
            assert!(pointers(settings).is_empty());
        }
    }
}

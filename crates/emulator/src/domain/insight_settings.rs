//! The model of an assistant's insights.

use serde_json::{Map, Value};

use super::{Result, ViolationKind, Violations};
use crate::assumptions::INSIGHT_MODELS;

/// Sets the model of `insight_settings` if the request does not: to the assistant's current model, or the default. Keeps a
/// `null`, which means the models of older assistants.
pub(crate) fn complete(assistant: &mut Map<String, Value>, before: &Value) {
    let Some(Value::Object(settings)) = assistant.get_mut("insight_settings") else { return };
    if settings.contains_key("model") {
        return;
    }
    let model = match before["insight_settings"].as_object() {
        Some(before) => before.get("model").cloned(),
        None => Some(INSIGHT_MODELS[0].into()),
    };
    settings.extend(model.map(|model| ("model".to_owned(), model)));
}

/// Checks that insights can run on the model.
pub(crate) fn check(assistant: &Value) -> Result<()> {
    let mut violations = Violations::new();
    if let Some(model) = assistant["insight_settings"]["model"].as_str()
        && !INSIGHT_MODELS.contains(&model)
    {
        let detail = format!("model is '{model}'; it must be one of {}.", INSIGHT_MODELS.join(", "));
        violations.add(ViolationKind::UnknownValue, "/insight_settings/model", detail);
    }
    violations.finish()
}

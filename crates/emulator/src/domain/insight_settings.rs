//! The model of an assistant's insights.

use serde_json::{Map, Value};

use super::{Context, Error, Result, ViolationKind, error::Violation};
use crate::{assumptions::INSIGHT_MODELS, json::text, store::Kind};

/// Sets the model of `insight_settings` if the request does not.
///
/// It is the assistant's current model, or the default. A `null` is kept, because it means the models of older assistants.
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
    match assistant["insight_settings"]["model"].as_str() {
        Some(model) if !INSIGHT_MODELS.contains(&model) => {
            let detail = format!("model is '{model}'; it must be one of {}.", INSIGHT_MODELS.join(", "));
            Err(Error::invalid(ViolationKind::UnknownValue, "/insight_settings/model", detail))
        }
        _ => Ok(()),
    }
}

/// The violation of a new insight group that does not exist.
pub(crate) fn unknown_group(cx: &Context<'_>, before: &Value, assistant: &Value) -> Result<Option<Violation>> {
    let id = text(&assistant["insight_settings"], "insight_group_id");
    if id.is_empty() || before["insight_settings"]["insight_group_id"] == id || cx.tx.has(Kind::InsightGroup, id)? {
        return Ok(None);
    }
    let message = format!("There is no insight group '{id}'.");
    Ok(Some(Violation::new(ViolationKind::UnknownReference, "/insight_settings/insight_group_id", message)))
}

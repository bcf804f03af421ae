//! Content without what the API fills in.

use serde_json::{Map, Value};

use super::shape::{Concrete, Shape};

/// The value without the fields that the API sets itself.
pub(crate) fn without_read_only(shape: &Shape, value: &Value) -> Value {
    match (shape.concrete(value), value) {
        (Concrete::List(item), Value::Array(items)) => {
            items.iter().map(|value| without_read_only(item, value)).collect()
        }
        (Concrete::Object(object, _), Value::Object(fields)) => {
            let fields = fields.iter().filter(|(name, _)| !object.get(name).is_some_and(|field| field.is_read_only));
            fields.map(|(name, value)| (name.clone(), without_read_only(object.shape(name), value))).collect()
        }
        // Tools of unknown types have the read-only fields of all tools.
        (Concrete::UnknownMember { members, .. }, Value::Object(fields)) => {
            let is_read_only = |name: &str| {
                members.iter().all(|(_, member)| {
                    matches!(member.concrete(value), Concrete::Object(object, _) if object.get(name).is_some_and(|field| field.is_read_only))
                })
            };
            let fields = fields.iter().filter(|(name, _)| !is_read_only(name));
            fields.map(|(name, value)| (name.clone(), value.clone())).collect()
        }
        _ => value.clone(),
    }
}

/// The value without optional fields that are `null`, have their documented default, or have only such fields.
pub(crate) fn without_defaults(shape: &Shape, value: &Value) -> Value {
    match (shape.concrete(value), value) {
        (Concrete::List(item), Value::Array(items)) => {
            items.iter().map(|value| without_defaults(item, value)).collect()
        }
        (Concrete::Object(object, _), Value::Object(fields)) => {
            let mut kept = Map::new();
            for (name, value) in fields {
                let Some(field) = object.get(name) else {
                    kept.insert(name.clone(), value.clone());
                    continue;
                };
                let inner = without_defaults(&field.shape, value);
                let became_empty =
                    inner.as_object().is_some_and(Map::is_empty) && !value.as_object().is_some_and(Map::is_empty);
                let is_default = field.default.as_ref().is_some_and(|default| crate::compare::is_same(default, value));
                // A field that may be null can mean something by it.
                let means_nothing = value.is_null() && !field.shape.admits(&Value::Null);
                if field.is_required || !(became_empty || is_default || means_nothing) {
                    kept.insert(name.clone(), inner);
                }
            }
            Value::Object(kept)
        }
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_of_the_api_are_removed() {
        let answer = json!({
            "tools": [
                {"type": "hangup", "shared": false, "hangup": {}},
                {"type": "zz_new", "shared": false, "zz": {"shared": true}},
            ],
            "conversation_flow": {"nodes": [
                {"type": "tool", "id": "t", "shared_tool_id": "x", "tool": [{"type": "hangup"}]},
                {"id": "p", "instructions": "i", "tools": [[{"type": "hangup"}]]},
            ]},
        });
        assert_eq!(
            without_read_only(Shape::named("CreateAssistant"), &answer),
            json!({
                "tools": [{"type": "hangup", "hangup": {}}, {"type": "zz_new", "zz": {"shared": true}}],
                "conversation_flow": {"nodes": [
                    {"type": "tool", "id": "t", "shared_tool_id": "x"},
                    {"id": "p", "instructions": "i"},
                ]},
            })
        );
    }

    #[test]
    fn defaults_are_removed() {
        let assistant = json!({
            "name": "a",
            "greeting": null,
            "post_conversation_settings": {"enabled": false},
            "dynamic_variables_webhook_timeout_ms": 1500.0,
            "voice_settings": {"voice": "v", "voice_speed": 1, "zz": null},
            "tools": [{"type": "hangup", "hangup": {}}],
        });
        assert_eq!(
            without_defaults(Shape::named("CreateAssistant"), &assistant),
            json!({
                "name": "a",
                "voice_settings": {"voice": "v", "zz": null},
                "tools": [{"type": "hangup", "hangup": {}}],
            })
        );
    }
}

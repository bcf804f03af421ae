//! Insights: analyses that run over conversations when they end.

use serde_json::{Map, Value, json};

use super::{Context, Error, Result, insight_groups, merge};
use crate::store::{Kind, Order};

/// The fields that the service sets itself. They are ignored in requests.
const READ_ONLY: [&str; 3] = ["id", "created_at", "insight_type"];

/// The types of JSON Schema.
const SCHEMA_TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// All insights, newest first.
pub(crate) fn list(cx: &Context<'_>) -> Result<Vec<Value>> {
    Ok(cx.tx.list(Kind::Insight, "", Order::NewestFirst)?)
}

pub(crate) fn get(cx: &Context<'_>, insight_id: &str) -> Result<Value> {
    cx.get(Kind::Insight, insight_id)
}

pub(crate) fn create(cx: &Context<'_>, body: Map<String, Value>) -> Result<Value> {
    let id = cx.new_id();
    let insight = json!({ "id": id, "created_at": cx.now_text(), "insight_type": "custom" });
    let insight = changed(insight, body)?;
    cx.tx.insert(Kind::Insight, &id, "", &insight)?;
    Ok(insight)
}

/// Changes the fields of an insight that are in the body.
pub(crate) fn update(cx: &Context<'_>, insight_id: &str, body: Map<String, Value>) -> Result<Value> {
    let insight = changed(get(cx, insight_id)?, body)?;
    cx.tx.replace(Kind::Insight, insight_id, &insight)?;
    Ok(insight)
}

/// Deletes an insight and removes it from its groups. Its results are kept.
pub(crate) fn delete(cx: &Context<'_>, insight_id: &str) -> Result<()> {
    cx.delete(Kind::Insight, insight_id)?;
    insight_groups::forget(cx, insight_id)
}

/// Merges the fields of a request into an insight. `null` does not change a field.
fn changed(mut insight: Value, body: Map<String, Value>) -> Result<Value> {
    merge(&mut insight, body, &READ_ONLY);
    schema_of(&insight)?;
    Ok(insight)
}

/// The JSON Schema of an insight, which may be stored as a string.
pub(crate) fn schema_of(insight: &Value) -> Result<Option<Value>> {
    let schema = match &insight["json_schema"] {
        Value::Null => return Ok(None),
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::String(text) => serde_json::from_str(text)
            .map_err(|error| Error::NotPossible(format!("The field json_schema is not JSON: {error}.")))?,
        schema => schema.clone(),
    };
    check_schema(&schema, "")
        .map_err(|problem| Error::NotPossible(format!("The JSON Schema is invalid: {problem}.")))?;
    Ok(Some(schema))
}

/// Checks the parts of a JSON Schema that define the form of a result.
fn check_schema(schema: &Value, at: &str) -> Result<(), String> {
    let place = if at.is_empty() { "its root" } else { at };
    let Some(fields) = schema.as_object() else { return Err(format!("{place} is not an object")) };
    let types = match fields.get("type") {
        None => &[][..],
        Some(Value::Array(types)) => types,
        Some(one) => std::slice::from_ref(one),
    };
    if let Some(unknown) = types.iter().find(|kind| !kind.as_str().is_some_and(|kind| SCHEMA_TYPES.contains(&kind))) {
        return Err(format!("{unknown} at {at}/type is not one of {}", SCHEMA_TYPES.join(", ")));
    }
    match fields.get("required") {
        None => {}
        Some(Value::Array(names)) if names.iter().all(Value::is_string) => {}
        Some(_) => return Err(format!("{at}/required is not a list of names")),
    }
    if fields.get("enum").is_some_and(|values| values.as_array().is_none_or(Vec::is_empty)) {
        return Err(format!("{at}/enum is not a list of values"));
    }
    match fields.get("properties") {
        None => {}
        Some(Value::Object(properties)) => {
            for (name, property) in properties {
                check_schema(property, &format!("{at}/properties/{name}"))?;
            }
        }
        Some(_) => return Err(format!("{at}/properties is not an object")),
    }
    match fields.get("items") {
        None => Ok(()),
        Some(items) => check_schema(items, &format!("{at}/items")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_schema_is_explained() {
        for (schema, problem) in [
            (json!([]), "its root is not an object"),
            (json!({ "type": "text" }), "\"text\" at /type is not one of"),
            (json!({ "properties": [] }), "/properties is not an object"),
            (json!({ "properties": { "a": { "type": 4 } } }), "4 at /properties/a/type"),
            (json!({ "required": "a" }), "/required is not a list of names"),
            (json!({ "items": { "enum": [] } }), "/items/enum is not a list of values"),
            (json!("{"), "is not JSON"),
        ] {
            let error = schema_of(&json!({ "json_schema": schema })).expect_err("an invalid schema").to_string();
            assert!(error.contains(problem), "{error}");
        }
    }

    #[test]
    fn schema_may_be_text() {
        let schema = json!({ "type": "object", "properties": { "score": { "type": ["integer", "null"] } } });
        for stored in [schema.clone(), schema.to_string().into()] {
            assert_eq!(schema_of(&json!({ "json_schema": stored })).expect("a schema"), Some(schema.clone()));
        }
        assert_eq!(schema_of(&json!({})).expect("no schema"), None);
    }
}

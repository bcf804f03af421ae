//! Finds the secrets in content.

use serde_json::Value;
use url::{Url, form_urlencoded};

use super::shape::{Concrete, Shape};
use crate::project::{Pointer, Step};
use crate::references::{Template, each_text};

/// The places of all secrets: texts of the SDK's secret type, and texts without a type whose names suggest a secret.
pub(crate) fn secrets(shape: &Shape, value: &Value) -> Vec<Pointer> {
    let mut found = Vec::new();
    typed(shape, value, &Pointer::default(), &mut found);
    found
}

/// The places of literal secrets, which are not references.
pub(crate) fn literal_secrets(shape: &Shape, content: &Value) -> Vec<Pointer> {
    let mut found = secrets(shape, content);
    found.retain(|at| {
        let text = at.look_up(content).and_then(Value::as_str).unwrap_or_default();
        !is_placeholder(text) && Template::parse(text).references().next().is_none()
    });
    found
}

/// The places of URLs that contain a literal secret.
pub(crate) fn secret_urls(content: &Value) -> Vec<Pointer> {
    let mut found = Vec::new();
    each_text(content, &mut |at, text| {
        if has_credentials(text) {
            found.push(at.clone());
        }
    });
    found
}

/// Whether a text is a URL with a literal password, user, or parameter whose name says that it is a secret.
pub(crate) fn has_credentials(text: &str) -> bool {
    let Some(url) = Url::parse(text).ok().filter(|url| url.has_host() && !text.contains(char::is_whitespace)) else {
        return false;
    };
    // The parser encodes braces.
    let is_literal =
        |value: &str| !value.is_empty() && !["{{", "%7B%7B", "${", "$%7B"].iter().any(|it| value.contains(it));
    let user = url.password().unwrap_or(url.username());
    // Some APIs return tokens as parameters of the fragment.
    let mut parameters = url.query_pairs().chain(form_urlencoded::parse(url.fragment().unwrap_or_default().as_bytes()));
    is_literal(user) || parameters.any(|(name, value)| is_secret_parameter(&name) && is_literal(&value))
}

/// Whether a parameter of a URL with this name usually has a secret. The tokens of pages have none.
fn is_secret_parameter(name: &str) -> bool {
    let plain = name.to_ascii_lowercase().replace(['-', '_'], "");
    let is_page = ["pagetoken", "nexttoken", "continuationtoken"].iter().any(|word| plain.ends_with(word));
    !is_page && (is_secret_name(name) || plain.ends_with("signature") || matches!(plain.as_str(), "key" | "sig"))
}

/// Whether a text in place of a secret is empty, or a `{{variable}}` that the API resolves.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || (text.starts_with("{{") && text.ends_with("}}"))
}

/// Whether the name of a secret's field, or of its header, says that it is one. Other headers can have any value.
pub(crate) fn has_secret_name(content: &Value, at: &Pointer) -> bool {
    at.name().is_some() && field_name(content, at).is_some_and(is_secret_name)
}

/// The name of the field that a value is in, or of the header whose value it is.
pub(crate) fn field_name<'c>(content: &'c Value, at: &'c Pointer) -> Option<&'c str> {
    let (last, parents) = at.0.split_last()?;
    let parent = Pointer(parents.to_vec());
    match last {
        Step::Field(name) if name == "value" => {
            parent.look_up(content).and_then(|parent| parent.get("name")?.as_str()).or(Some(name))
        }
        Step::Field(name) => Some(name),
        Step::Item(_) => parents.iter().rev().find_map(Step::name),
    }
}

fn typed(shape: &Shape, value: &Value, at: &Pointer, found: &mut Vec<Pointer>) {
    match (shape.concrete(value), value) {
        (Concrete::Plain(Shape::Text { is_secret: true }), Value::String(_)) => found.push(at.clone()),
        (Concrete::List(item), Value::Array(items)) => {
            for (n, value) in items.iter().enumerate() {
                typed(item, value, &at.item(n), found);
            }
        }
        (Concrete::Object(object, _), Value::Object(fields)) => {
            for (name, value) in fields {
                match object.get(name) {
                    Some(field) => typed(&field.shape, value, &at.field(name), found),
                    None => untyped(name, value, &at.field(name), found),
                }
            }
        }
        // Such as a map of headers in place of a list, or a tool of an unknown type.
        (_, Value::Object(_) | Value::Array(_)) => untyped(at.name().unwrap_or_default(), value, at, found),
        _ => {}
    }
}

/// Finds secrets by the names of fields.
fn untyped(name: &str, value: &Value, at: &Pointer, found: &mut Vec<Pointer>) {
    let is_headers = name.to_ascii_lowercase().ends_with("headers");
    match value {
        Value::String(_) if is_secret_name(name) => found.push(at.clone()),
        Value::Object(fields) if is_headers => {
            let texts = fields.iter().filter(|(_, value)| value.is_string());
            found.extend(texts.map(|(name, _)| at.field(name)));
        }
        Value::Array(items) if is_headers => {
            let texts = items.iter().enumerate().filter(|(_, item)| item["value"].is_string());
            found.extend(texts.map(|(n, _)| at.item(n).field("value")));
        }
        Value::Array(items) => {
            for (n, value) in items.iter().enumerate() {
                untyped("", value, &at.item(n), found);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                untyped(name, value, &at.field(name), found);
            }
        }
        _ => {}
    }
}

/// Whether a field with this name usually has a secret. The name of a stored secret (`api_key_ref`) is not one.
fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('-', "_");
    ["password", "passwd", "secret", "token", "api_key", "apikey", "access_key", "private_key", "authorization"]
        .iter()
        .any(|word| name.ends_with(word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(shape: &str, value: &Value) -> Vec<String> {
        secrets(Shape::named(shape), value).iter().map(Pointer::to_string).collect()
    }

    #[test]
    fn secrets_are_found_by_type_and_by_name() {
        let assistant = json!({
            "name": "a",
            "instructions": "b",
            "tools": [
                {"type": "webhook", "webhook": {"name": "x", "headers": [{"name": "Authorization", "value": "s"}]}},
                {"type": "transfer", "transfer": {"from": "+1", "targets": [{"to": "sip:x", "sip_auth_password": "s"}]}},
                {"type": "zz_new", "zz": {"api_key": "s", "headers": {"x": "s"}, "api_key_ref": "name"}},
            ],
            "a2a_agents": [{"name": "a", "url": "https://x", "headers": [{"name": "n", "value": "s"}]}],
            "dynamic_variables": {"password": "s", "name": "Ada", "schema": {"password": {"type": "string"}}},
        });
        assert_eq!(
            paths("CreateAssistant", &assistant),
            [
                "tools[0].webhook.headers[0].value",
                "tools[1].transfer.targets[0].sip_auth_password",
                "tools[2].zz.api_key",
                "tools[2].zz.headers.x",
                "a2a_agents[0].headers[0].value",
                "dynamic_variables.password",
            ]
        );
        let tool =
            json!({"display_name": "x", "type": "webhook", "webhook": {"headers": [{"name": "n", "value": "s"}]}});
        assert_eq!(paths("CreateSharedTool", &tool), ["webhook.headers[0].value"]);
    }
}

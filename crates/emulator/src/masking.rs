//! Keeps secrets out of what is shown.

use http::{HeaderMap, HeaderName, header};
use serde_json::Value;

const MASK: &str = "***";

/// Hides the secrets of a JSON value: texts under names such as `password` or `token`, and the values of headers. The
/// reference to a stored secret (`api_key_ref`) is none.
pub(crate) fn mask(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if name.eq_ignore_ascii_case("headers") || name.eq_ignore_ascii_case("custom_headers") {
                    mask_headers(value);
                } else if names_a_secret(name) {
                    mask_all(value);
                } else {
                    mask(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

/// Headers are a list of names and values, or a map.
fn mask_headers(headers: &mut Value) {
    match headers {
        Value::Array(items) => items.iter_mut().for_each(|item| match item.get_mut("value") {
            Some(value) => mask_all(value),
            None => mask_all(item),
        }),
        other => mask_all(other),
    }
}

fn mask_all(value: &mut Value) {
    match value {
        Value::String(text) => *text = MASK.to_owned(),
        Value::Array(items) => items.iter_mut().for_each(mask_all),
        Value::Object(fields) => fields.values_mut().for_each(mask_all),
        _ => {}
    }
}

fn names_a_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !name.ends_with("_ref")
        && ["password", "secret", "token", "authorization", "api_key", "apikey", "api-key", "cookie"]
            .iter()
            .any(|word| name.contains(word))
}

/// Headers as they may be shown, in the order they came.
pub(crate) fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            let text = String::from_utf8_lossy(value.as_bytes());
            (name.as_str().to_owned(), masked_header(name, &text))
        })
        .collect()
}

/// The scheme of an authorization is no secret.
fn masked_header(name: &HeaderName, text: &str) -> String {
    if *name == header::AUTHORIZATION {
        return match text.split_once(' ') {
            Some((scheme, _)) => format!("{scheme} {MASK}"),
            None => MASK.to_owned(),
        };
    }
    if names_a_secret(name.as_str()) { MASK.to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn hides_secrets_and_nothing_else() {
        let mut body = json!({
            "name": "a",
            "max_tokens": 5,
            "api_key_ref": "crm",
            "telephony": { "sip_password": "p" },
            "tools": [{ "webhook": { "headers": [{ "name": "X-Key", "value": "v" }], "url": "http://x" } }],
        });
        mask(&mut body);
        assert_eq!(
            body,
            json!({
                "name": "a",
                "max_tokens": 5,
                "api_key_ref": "crm",
                "telephony": { "sip_password": "***" },
                "tools": [{ "webhook": { "headers": [{ "name": "X-Key", "value": "***" }], "url": "http://x" } }],
            })
        );
        let mut map = HeaderMap::new();
        map.insert("authorization", http::HeaderValue::from_static("Bearer key"));
        map.insert("accept", http::HeaderValue::from_static("*/*"));
        let shown = headers(&map);
        assert_eq!(shown[0], ("authorization".to_owned(), "Bearer ***".to_owned()));
        assert_eq!(shown[1], ("accept".to_owned(), "*/*".to_owned()));
    }
}

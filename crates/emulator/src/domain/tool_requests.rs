//! Requests of webhook tools.
//!
//! They are built from the definition, the arguments and the variables.

use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::{
    Error, Result, ViolationKind,
    variables::{self, Unresolved, render_json},
};
use crate::{
    assumptions::{DEFAULT_TOOL_METHOD, DEFAULT_TOOL_TIMEOUT_MS},
    json::{as_text, items, pointer_to, text},
};

/// The characters that are not escaped in a path segment or a query.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Headers of the connection, which a tool cannot set.
const CONNECTION_HEADERS: [&str; 10] = [
    "connection", "content-length", "expect", "host", "keep-alive", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade",
];

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ToolRequest {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Value>,
    pub(crate) timeout: Duration,
    /// The headers of the tool that are not sent.
    pub(crate) ignored_headers: Vec<String>,
    /// Whether fields of the response are stored as variables.
    pub(crate) stores_fields: bool,
}

impl ToolRequest {
    /// The request in the form of a test report.
    pub(crate) fn to_json(&self) -> Value {
        let headers: Map<String, Value> =
            self.headers.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        json!({ "method": self.method, "url": self.url, "headers": headers, "body": self.body })
    }
}

/// Distributes the arguments to path, query and body, and fills in the variables.
pub(crate) fn call(
    tool: &Value,
    arguments: &Map<String, Value>,
    variables: &Map<String, Value>,
) -> Result<ToolRequest> {
    let webhook = &tool["webhook"];
    check_required(webhook, arguments)?;
    let declared = |place: &str, name: &str| webhook[place]["properties"].get(name).is_some();
    let is_preset = |name: &str| webhook["preset_body_fields"].get(name).is_some();
    let method = webhook["method"].as_str().unwrap_or(DEFAULT_TOOL_METHOD).to_ascii_uppercase();
    let has_body = method != "GET";

    // A fragment is not sent, so parameters after it would be lost.
    let url = rendered_url(text(webhook, "url"), variables);
    let mut url = url.split('#').next().unwrap_or_default().to_owned();
    let (mut query, mut body) = (Vec::new(), Map::new());
    for (name, value) in arguments {
        let placeholder = format!("{{{name}}}");
        if url.contains(&placeholder) {
            url = url.replace(&placeholder, &encoded(&as_text(value)));
        } else if declared("query_parameters", name) {
            query.push((name.clone(), value.clone()));
        } else if is_preset(name) || declared("path_parameters", name) {
            // The preset value replaces it, which is not sent without a body.
        } else if has_body {
            body.insert(name.clone(), value.clone());
        } else {
            query.push((name.clone(), value.clone()));
        }
    }
    if let Some(preset) = webhook["preset_query_params"].as_object() {
        query.retain(|(name, _)| !preset.contains_key(name));
        query.extend(preset.iter().map(|(name, value)| (name.clone(), render_json(value, variables))));
    }
    if let Some(preset) = webhook["preset_body_fields"].as_object() {
        body.extend(preset.iter().map(|(name, value)| (name.clone(), render_json(value, variables))));
    }
    for (name, value) in query {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(&format!("{}={}", encoded(&name), encoded(&as_text(&value))));
    }

    let body = (has_body && (!body.is_empty() || !webhook["body_parameters"].is_null())).then_some(Value::Object(body));
    let (headers, ignored_headers) = headers(webhook, body.is_some(), variables);
    let timeout = tool["timeout_ms"].as_f64().unwrap_or(f64::from(DEFAULT_TOOL_TIMEOUT_MS)).max(1.0);
    let timeout = Duration::from_millis(timeout as u64);
    let stores_fields = !items(&webhook["store_fields_as_variables"]).is_empty();
    Ok(ToolRequest { method, url, headers, body, timeout, ignored_headers, stores_fields })
}

fn check_required(webhook: &Value, arguments: &Map<String, Value>) -> Result<()> {
    for place in ["path_parameters", "query_parameters", "body_parameters"] {
        for name in items(&webhook[place]["required"]) {
            let name = name.as_str().unwrap_or_default();
            if !arguments.contains_key(name) {
                let detail = format!("The tool needs the argument '{name}' ({place}).");
                return Err(Error::invalid(ViolationKind::Missing, pointer_to("/arguments", name), detail));
            }
        }
    }
    Ok(())
}

/// The headers to send, and the names of the headers of the tool that are not sent.
fn headers(webhook: &Value, has_body: bool, variables: &Map<String, Value>) -> (Vec<(String, String)>, Vec<String>) {
    let mut headers = Vec::new();
    if has_body {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    if let Some(call_control_id) = variables.get("call_control_id") {
        headers.push(("x-telnyx-call-control-id".to_owned(), as_text(call_control_id)));
    }
    let mut ignored = Vec::new();
    for header in items(&webhook["headers"]) {
        let name = text(header, "name").to_ascii_lowercase();
        if CONNECTION_HEADERS.contains(&name.as_str()) {
            ignored.push(name);
            continue;
        }
        headers.retain(|(other, _)| *other != name);
        headers.push((name, rendered(&header["value"], variables)));
    }
    (headers, ignored)
}

fn rendered(template: &Value, variables: &Map<String, Value>) -> String {
    template.as_str().map(|text| variables::render(text, variables, Unresolved::Raw)).unwrap_or_default()
}

/// Fills in the variables of a URL. In the path and the query, their values are percent-encoded. Before that, they are not, so
/// that `{{base_url}}/orders` works. No value can contain a placeholder of an argument.
fn rendered_url(template: &str, variables: &Map<String, Value>) -> String {
    variables::render_with(template, variables, Unresolved::Raw, |url, value| {
        let after_scheme = url.split_once("://").map_or("", |(_, rest)| rest);
        if after_scheme.contains(['/', '?', '#']) {
            url.push_str(&encoded(value));
        } else {
            url.push_str(&value.replace('{', "%7B").replace('}', "%7D"));
        }
    })
}

/// Percent-encodes a text for a path or a query.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, KEPT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().cloned().expect("an object")
    }

    #[test]
    fn arguments_go_to_path_query_and_body() {
        let tool = json!({"type": "webhook", "timeout_ms": 200, "webhook": {
            "url": "http://x/{id}/{{tenant}}?a=1", "method": "put",
            "path_parameters": {"properties": {"id": {}}, "required": ["id"]},
            "query_parameters": {"properties": {"q": {}, "p": {}}},
            "body_parameters": {"properties": {"b": {}}},
            "preset_query_params": {"p": "{{tenant}}"},
            "preset_body_fields": {"b": "set", "deep": {"t": "{{tenant}}"}},
            "headers": [
                {"name": "X-Key", "value": "{{#integration_secret}}k{{/integration_secret}}"},
                {"name": "Content-Length", "value": "1"},
            ],
        }});
        let arguments = object(json!({"id": "a/b", "q": "x y", "p": 1, "b": "given", "other": true}));
        let call = call(&tool, &arguments, &object(json!({"tenant": "acme"}))).expect("a call");
        assert_eq!(call.method, "PUT");
        assert_eq!(call.url, "http://x/a%2Fb/acme?a=1&q=x%20y&p=acme");
        assert_eq!(call.body, Some(json!({"b": "set", "deep": {"t": "acme"}, "other": true})));
        assert_eq!(call.headers[1], ("x-key".into(), "emulated-secret-k".into()));
        assert_eq!((call.headers.len(), call.ignored_headers), (2, vec!["content-length".to_owned()]));
        assert_eq!(call.timeout, Duration::from_millis(200));
    }

    #[test]
    fn variables_are_encoded_in_the_path_and_the_query() {
        let variables = object(json!({
            "base": "http://x:1/api", "host": "x:1", "name": "a/b c?&#", "sneaky": "{id}", "n": 7,
        }));
        for (template, url) in [
            ("{{base}}/orders/{{name}}", "http://x:1/api/orders/a%2Fb%20c%3F%26%23"),
            ("http://{{host}}/orders?q={{name}}&n={{n}}", "http://x:1/orders?q=a%2Fb%20c%3F%26%23&n=7"),
            ("http://{{host}}?q={{name}}", "http://x:1?q=a%2Fb%20c%3F%26%23"),
            ("http://x/{id}/{{sneaky}}", "http://x/5/%7Bid%7D"),
            ("{{sneaky}}/{id}", "%7Bid%7D/5"),
            ("http://x/{{unknown}}/{id}", "http://x/{{unknown}}/5"),
        ] {
            let tool = json!({"type": "webhook", "webhook": {"url": template, "method": "GET",
                "path_parameters": {"properties": {"id": {}}}}});
            let call = call(&tool, &object(json!({"id": 5})), &variables).expect("a call");
            assert_eq!(call.url, url);
        }
    }

    #[test]
    fn preset_fields_replace_arguments_without_a_body() {
        let tool = json!({"type": "webhook", "webhook": {
            "url": "http://x/", "method": "GET",
            "query_parameters": {"properties": {"q": {}}}, "body_parameters": {"properties": {"b": {}, "c": {}}},
            "preset_body_fields": {"b": 99, "q": "set"},
        }});
        let call = call(&tool, &object(json!({"b": 5, "c": 6, "q": 7})), &Map::new()).expect("a call");
        assert_eq!((call.url.as_str(), call.body), ("http://x/?c=6&q=7", None));
    }
}

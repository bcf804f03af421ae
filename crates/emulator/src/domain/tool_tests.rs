//! Trying out the webhook tool of an assistant: what to call, and what to report.

use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::{
    Code, Outcome, Problem, Work, assistants, tools,
    variables::{self, Unresolved, as_text, render_json},
};
use crate::assumptions::{DEFAULT_TOOL_METHOD, DEFAULT_TOOL_TIMEOUT_MS};

/// What stays as it is in one segment of a path, and in a query.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The call that a tool makes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ToolCall {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Value>,
    pub(crate) timeout: Duration,
}

impl ToolCall {
    /// The call as a report shows it.
    pub(crate) fn shown(&self) -> Value {
        let headers: Map<String, Value> =
            self.headers.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        json!({ "method": self.method, "url": self.url, "headers": headers, "body": self.body })
    }
}

/// The call that a tool of an assistant makes with these arguments.
pub(crate) fn prepare(
    work: &Work<'_>,
    assistant_id: &str,
    tool_id: &str,
    body: &Map<String, Value>,
) -> Outcome<ToolCall> {
    let assistant = assistants::get(work, assistant_id)?;
    let tool = tools::of_assistant_by_id(work, &assistant, tool_id)?;
    if tool["type"] != "webhook" {
        let detail = format!("Only webhook tools can be tested; '{tool_id}' is a {} tool.", tools::type_of(&tool));
        return Err(Problem::bad_request(detail));
    }
    let given = body.get("dynamic_variables").unwrap_or(&Value::Null);
    let variables = variables::of_conversation(&assistant, &Value::Null, &Value::Null, given, work.now);
    let arguments = body.get("arguments").and_then(Value::as_object).cloned().unwrap_or_default();
    call(&tool, &arguments, &variables)
}

/// Sorts the arguments into path, query and body, and fills in the variables.
pub(crate) fn call(tool: &Value, arguments: &Map<String, Value>, variables: &Map<String, Value>) -> Outcome<ToolCall> {
    let webhook = &tool["webhook"];
    let render = |text: &str| variables::render(text, variables, Unresolved::Raw);
    let declared = |place: &str, name: &str| webhook[place]["properties"].get(name).is_some();
    let method = webhook["method"].as_str().unwrap_or(DEFAULT_TOOL_METHOD).to_ascii_uppercase();
    let has_body = method != "GET";

    for place in ["path_parameters", "query_parameters", "body_parameters"] {
        for name in webhook[place]["required"].as_array().map(Vec::as_slice).unwrap_or_default() {
            let name = name.as_str().unwrap_or_default();
            if !arguments.contains_key(name) {
                let detail = format!("The tool needs the argument '{name}' ({place}).");
                return Err(Problem::invalid(Code::MISSING, format!("/arguments/{name}"), detail));
            }
        }
    }

    let mut url = webhook["url"].as_str().map(render).unwrap_or_default();
    let (mut query, mut body) = (Vec::new(), Map::new());
    for (name, value) in arguments {
        let placeholder = format!("{{{name}}}");
        if url.contains(&placeholder) {
            url = url.replace(&placeholder, &encoded(&as_text(value)));
        } else if declared("query_parameters", name) || (!has_body && !declared("path_parameters", name)) {
            query.push((name.clone(), value.clone()));
        } else if has_body && !declared("path_parameters", name) {
            body.insert(name.clone(), value.clone());
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
    let mut headers = Vec::new();
    if body.is_some() {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    if let Some(call_control_id) = variables.get("call_control_id") {
        headers.push(("x-telnyx-call-control-id".to_owned(), as_text(call_control_id)));
    }
    for header in webhook["headers"].as_array().map(Vec::as_slice).unwrap_or_default() {
        let name = header["name"].as_str().unwrap_or_default().to_ascii_lowercase();
        headers.retain(|(other, _)| *other != name);
        headers.push((name, header["value"].as_str().map(render).unwrap_or_default()));
    }
    let timeout = tool["timeout_ms"].as_f64().unwrap_or(f64::from(DEFAULT_TOOL_TIMEOUT_MS)).max(1.0);
    Ok(ToolCall { method, url, headers, body, timeout: Duration::from_millis(timeout as u64) })
}

/// The report on a call.
pub(crate) fn report(call: &ToolCall, status: u16, content_type: &str, response: &str) -> Value {
    json!({
        "data": {
            "success": (200..300).contains(&status),
            "status_code": status,
            "content_type": content_type,
            "response": response,
            "request": call.shown(),
        },
    })
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, KEPT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().cloned().expect("an object")
    }

    #[test]
    fn puts_arguments_where_they_belong() {
        let tool = json!({"type": "webhook", "timeout_ms": 200, "webhook": {
            "url": "http://x/{id}/{{tenant}}?a=1", "method": "put",
            "path_parameters": {"properties": {"id": {}}, "required": ["id"]},
            "query_parameters": {"properties": {"q": {}, "p": {}}},
            "body_parameters": {"properties": {"b": {}}},
            "preset_query_params": {"p": "{{tenant}}"},
            "preset_body_fields": {"b": "set", "deep": {"t": "{{tenant}}"}},
            "headers": [{"name": "X-Key", "value": "{{#integration_secret}}k{{/integration_secret}}"}],
        }});
        let arguments = object(json!({"id": "a/b", "q": "x y", "p": 1, "b": "given", "other": true}));
        let call = call(&tool, &arguments, &object(json!({"tenant": "acme"}))).expect("a call");
        assert_eq!(call.method, "PUT");
        assert_eq!(call.url, "http://x/a%2Fb/acme?a=1&q=x%20y&p=acme");
        assert_eq!(call.body, Some(json!({"b": "set", "deep": {"t": "acme"}, "other": true})));
        assert_eq!(call.headers[1], ("x-key".into(), "emulated-secret-k".into()));
        assert_eq!(call.timeout, Duration::from_millis(200));
    }

    #[test]
    fn asks_for_required_arguments() {
        let tool = json!({"type": "webhook", "webhook": {
            "url": "http://x/{id}", "path_parameters": {"properties": {"id": {}}, "required": ["id"]},
        }});
        let problem = call(&tool, &Map::new(), &Map::new()).expect_err("a problem");
        assert_eq!(problem.issues[0].pointer.as_deref(), Some("/arguments/id"));
    }
}

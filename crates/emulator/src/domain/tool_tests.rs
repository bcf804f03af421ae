//! Tests of a webhook tool: the request and the report.

use serde_json::{Map, Value, json};

use super::{
    Context, Error, Result, assistant_tools, assistants,
    tool_requests::{self, ToolRequest},
    variables,
};
use crate::json::object;

/// Builds the request of an assistant's tool with these arguments.
pub(crate) fn prepare(cx: &Context<'_>, assistant_id: &str, tool_id: &str, body: &Value) -> Result<ToolRequest> {
    let assistant = assistants::get(cx, assistant_id)?;
    let tool = assistant_tools::of_assistant_by_id(cx, &assistant, tool_id)?;
    if tool["type"] != "webhook" {
        let detail =
            format!("Only webhook tools can be tested; '{tool_id}' is a {} tool.", assistant_tools::type_of(&tool));
        return Err(Error::NotPossible(detail));
    }
    let given = object(&body["dynamic_variables"]);
    let variables = variables::of_conversation(&assistant, &Map::new(), &Value::Null, &given, cx.now);
    tool_requests::call(&tool, &object(&body["arguments"]), &variables)
}

/// Builds the report on a request.
pub(crate) fn report(call: &ToolRequest, status: u16, content_type: &str, response: &str) -> Value {
    json!({
        "data": {
            "success": (200..300).contains(&status),
            "status_code": status,
            "content_type": content_type,
            "response": response,
            "request": call.to_json(),
        },
    })
}

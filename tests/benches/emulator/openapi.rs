//! The OpenAPI document that Prism serves.
//!
//! It has the operation that retrieves an assistant, with an example response.

use serde_json::{Value, json};

const PATH: &str = "/ai/assistants/{assistant_id}";

/// The contract with only this operation and all schemas.
pub(crate) fn with_example(example: &Value) -> Value {
    let mut document: Value =
        serde_json::from_str(include_str!("../../contract/wire.json")).expect("the contract is JSON");
    let mut read = document["paths"][PATH]["get"].take();
    read["responses"]["200"]["content"]["application/json"]["example"] = example.clone();
    document["paths"] = json!({ PATH: { "get": read } });
    document
}

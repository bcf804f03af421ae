//! Failures of the network and the server.
//!
//! The tests also cover dropped calls, oversized responses, redirects, random input and secrets.

mod cancellation;
mod cutting_proxy;
mod exactly_once;
mod fault_matrix;
mod faulty_server;
mod held_clock;
mod properties;
mod random;
mod random_failures;
mod secrets;
mod trust;

use faulty_server::Answer;
use serde_json::json;

/// A successful response for all calls of these tests.
///
/// It is an assistant and a reply at the same time.
fn good_answer() -> Answer {
    let body = json!({
        "id": "assistant-1",
        "name": "Support",
        "instructions": "Help politely.",
        "model": "some/model",
        "created_at": "2026-03-01T09:00:00Z",
        "content": "Hello!",
    });
    Answer::new(200, body.to_string())
}

/// An error body in the API's form.
fn error_body(code: &str, title: &str) -> String {
    json!({"errors": [{"code": code, "title": title}]}).to_string()
}

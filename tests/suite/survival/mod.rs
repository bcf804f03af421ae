//! What a client withstands: broken networks and servers, crashes between call and answer, calls that are dropped,
//! answers that are too long or lead elsewhere, bytes that nobody foresaw. And what it never gives away.

mod cancellation;
mod cutting_proxy;
mod fault_matrix;
mod held_clock;
mod nothing_twice;
mod properties;
mod random;
mod random_failures;
mod rough_server;
mod secrets;
mod trust;

use rough_server::Answer;
use serde_json::json;

/// An answer that is good for every call of these tests: an assistant, and a reply as well.
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

/// An error in the API's own form.
fn error_body(code: &str, title: &str) -> String {
    json!({"errors": [{"code": code, "title": title}]}).to_string()
}

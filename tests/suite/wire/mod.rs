//! The exact request and the response of each operation.

mod assistants;
mod canary_deploys;
mod connections;
mod conversations;
mod insight_groups;
mod insights;
mod instructions;
mod integrations;
mod mcp_servers;
mod scheduled_events;
mod tags;
mod test_runs;
mod test_suites;
mod tests;
mod tools;
mod versions;

use std::cell::Cell;
use std::path::Path;
use std::{fs, thread};

use serde_json::{Value, json};
use telnyx_ai::Telnyx;
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::contract::Contract;
use telnyx_ai_tests::server::{Recorded, RecordingServer};

/// An id with special characters of URLs, and its encoded form.
const SPECIAL_ID: &str = "a/b?c d";
const SPECIAL_ID_ENCODED: &str = "a%2Fb%3Fc%20d";

#[test]
fn every_operation_has_a_wire_test() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("suite/wire");
    let files = fs::read_dir(folder).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    let tests: String = files.collect();
    let operations = Contract::load().operations;
    // A test names its operation, and fails unless it checks the request.
    let missing: Vec<_> =
        operations.iter().filter(|operation| !tests.contains(&format!("{:?}", operation.name))).collect();
    assert!(missing.is_empty(), "these operations have no wire test: {missing:#?}");
}

/// An operation, with a server that has one response.
struct Wire {
    operation: &'static str,
    server: RecordingServer,
    telnyx: Telnyx,
    /// Whether the test has checked the request.
    saw: Cell<bool>,
}

impl Wire {
    /// Starts a server for an operation of the contract.
    async fn start(operation: &'static str, answer: Answer) -> Self {
        let server = RecordingServer::start([answer]).await;
        let telnyx = Telnyx::new(server.client());
        Self { operation, server, telnyx, saw: Cell::new(false) }
    }

    /// Starts a server with a JSON response.
    async fn with_json(operation: &'static str, answer: Value) -> Self {
        Self::start(operation, Answer::json(&answer)).await
    }

    /// Checks that there was one request of the operation, with this path, query and body.
    #[track_caller]
    fn assert_request(&self, path: &str, body: Option<Value>) -> Recorded {
        self.assert_request_accepting("application/json", path, body)
    }

    #[track_caller]
    fn assert_request_accepting(&self, accept: &str, path: &str, body: Option<Value>) -> Recorded {
        let contract = Contract::load();
        let operation = contract.operation(self.operation);
        let requests = self.server.requests();
        let [request] = requests.as_slice() else {
            panic!("the server has received {} requests", requests.len());
        };
        assert_eq!(request.method, operation.method());
        assert_eq!(request.target, format!("/v2{path}"));
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        assert!(is_of(operation.template(), path), "{path} is not a path of {}", self.operation);
        for (name, _) in query.split('&').filter_map(|parameter| parameter.split_once('=')) {
            let known = operation.query.iter().any(|known| encoded(known) == name);
            assert!(known, "the contract has no parameter {name} in {:?}", operation.query);
        }

        assert_eq!(request.header("authorization"), Some("Bearer KEY"));
        assert_eq!(request.header("accept"), Some(accept));
        let agent = request.header("user-agent").unwrap_or_default();
        assert!(agent.starts_with("telnyx-ai-rust/"), "{agent}");
        assert_eq!(request.header("content-type"), body.as_ref().map(|_| "application/json"));
        let key = request.header("idempotency-key");
        assert_eq!(key.is_some(), operation.idempotent, "the idempotency key is {key:?}");
        assert!(key.is_none_or(is_uuid_v4), "{key:?}");
        assert_eq!(request.json(), body);

        self.saw.set(true);
        request.clone()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        assert!(self.saw.get() || thread::panicking(), "a wire test must call `saw`: {}", self.operation);
    }
}

/// Whether a path matches the template.
fn is_of(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(path).all(|(step, sent)| *step == sent || step.starts_with('{') && !sent.is_empty())
}

/// The encoded name of a query parameter.
fn encoded(name: &str) -> String {
    name.replace('[', "%5B").replace(']', "%5D").replace("->", "-%3E")
}

fn is_uuid_v4(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups[2].starts_with('4')
        && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

/// An assistant in a response, with only the required fields.
fn assistant(id: &str) -> Value {
    json!({
        "id": id,
        "name": "Support",
        "instructions": "Help politely.",
        "model": "some/model",
        "created_at": "2026-03-01T09:00:00Z",
    })
}

/// A list with a single page.
fn page(item: &Value) -> Value {
    json!({
        "data": [item],
        "meta": {"page_number": 1, "page_size": 20, "total_pages": 1, "total_results": 1},
    })
}

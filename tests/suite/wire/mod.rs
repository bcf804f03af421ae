//! What each operation sends, byte for byte, and how it reads the answer: one test for each operation of the contract.

mod assistants;
mod canary_deploys;
mod connections;
mod conversations;
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

use std::collections::BTreeSet;
use std::sync::Mutex;

use serde_json::{Value, json};
use telnyx_ai::Telnyx;
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::contract::Contract;
use telnyx_ai_tests::server::{Recorded, RecordingServer};

/// An id with characters that mean something in a URL, and how it has to be sent.
const ODD: &str = "a/b?c d";
const ODD_SENT: &str = "a%2Fb%3Fc%20d";

/// The wire tests of all resources.
const TESTS: &[&[fn()]] = &[
    assistants::TESTS,
    canary_deploys::TESTS,
    connections::TESTS,
    conversations::TESTS,
    instructions::TESTS,
    integrations::TESTS,
    mcp_servers::TESTS,
    scheduled_events::TESTS,
    tags::TESTS,
    test_runs::TESTS,
    test_suites::TESTS,
    tests::TESTS,
    tools::TESTS,
    versions::TESTS,
];

/// The operations whose wire test has come to its end.
static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

#[test]
fn every_operation_has_a_wire_test() {
    TESTS.iter().copied().flatten().for_each(|test| test());
    let seen = SEEN.lock().unwrap();
    let all: BTreeSet<String> = Contract::load().operations.into_iter().map(|operation| operation.name).collect();
    println!("{} of {} operations have a wire test", all.intersection(&seen).count(), all.len());
    assert_eq!(*seen, all);
}

/// One operation, over real HTTP, to a server that gives one answer.
struct Wire {
    operation: &'static str,
    server: RecordingServer,
    telnyx: Telnyx,
}

impl Wire {
    /// A server for that operation of the contract.
    async fn answering(operation: &'static str, answer: Answer) -> Self {
        let server = RecordingServer::start([answer]).await;
        let telnyx = Telnyx::new(server.client());
        Self { operation, server, telnyx }
    }

    /// A server that answers with JSON.
    async fn with_json(operation: &'static str, answer: Value) -> Self {
        Self::answering(operation, Answer::json(&answer)).await
    }

    /// Checks that one request has come, that it is the operation's, and that it is for `path` (query included) with
    /// that body.
    #[track_caller]
    fn saw(&self, path: &str, body: Option<Value>) -> Recorded {
        self.saw_accepting("application/json", path, body)
    }

    #[track_caller]
    fn saw_accepting(&self, accept: &str, path: &str, body: Option<Value>) -> Recorded {
        let contract = Contract::load();
        let operation = contract.operation(self.operation);
        let requests = self.server.requests();
        let [request] = requests.as_slice() else {
            panic!("{} requests have come", requests.len());
        };
        assert_eq!(request.method, operation.method());
        assert_eq!(request.target, format!("/v2{path}"));
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        assert!(is_of(operation.template(), path), "{path} is no path of {}", self.operation);
        for (name, _) in query.split('&').filter_map(|parameter| parameter.split_once('=')) {
            let known = operation.query.iter().any(|known| sent(known) == name);
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

        SEEN.lock().unwrap().insert(self.operation.to_owned());
        request.clone()
    }
}

/// Whether a path is the template with something for each parameter.
fn is_of(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(path).all(|(step, sent)| *step == sent || step.starts_with('{') && !sent.is_empty())
}

/// The name of a parameter as it has to be sent.
fn sent(name: &str) -> String {
    name.replace('[', "%5B").replace(']', "%5D").replace("->", "-%3E")
}

fn is_uuid_v4(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups[2].starts_with('4')
        && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

/// An assistant as the API answers it, with no more than it must have.
fn assistant(id: &str) -> Value {
    json!({
        "id": id,
        "name": "Support",
        "instructions": "Help politely.",
        "model": "some/model",
        "created_at": "2026-03-01T09:00:00Z",
    })
}

/// The one page of a list.
fn page(item: &Value) -> Value {
    json!({
        "data": [item],
        "meta": {"page_number": 1, "page_size": 20, "total_pages": 1, "total_results": 1},
    })
}

//! Random requests: none is a server error, and the contents stay readable.

use axum::body::to_bytes;
use http::Response;
use serde_json::Value;
use telnyx_ai_emulator::{Builder, Emulator, InProcess};
use telnyx_ai_tests::contract::Contract;
use telnyx_ai_tests::random_requests::RandomRequests;
use tower::ServiceExt;

const SEEDS: u64 = 3;
const REQUESTS: usize = 1_000;

fn emulator() -> Builder {
    Emulator::builder().frozen_at("2026-03-02T00:00:00Z")
}

async fn json(response: Response<axum::body::Body>) -> Value {
    serde_json::from_slice(&to_bytes(response.into_body(), usize::MAX).await.unwrap()).unwrap_or_default()
}

/// Checks that the export of the state is a seed of the same state.
fn assert_readable(emulator: &InProcess) {
    let export = emulator.export().unwrap();
    let loaded = self::emulator().seed(export.clone()).in_process().unwrap_or_else(|error| panic!("{error}\n{export}"));
    assert_eq!(loaded.export().unwrap()["assistants"], export["assistants"]);
}

#[tokio::test]
async fn random_requests_cause_no_server_error() {
    let contract = Contract::load();
    for seed in 0..SEEDS {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut choose = |below| random.usize(0..below);
        let mut requests = RandomRequests::new(&contract, &mut choose);
        let emulator = emulator().in_process().unwrap();
        for n in 0..REQUESTS {
            let request = requests.next_request();
            let shown = format!("seed {seed}, request {n}: {request:?}");
            let response = emulator.clone().oneshot(request).await.unwrap();
            let status = response.status();
            let is_api = shown.contains("uri: /v2/");
            let body = json(response).await;
            assert!(!status.is_server_error(), "{shown}\n{body}");
            assert!(
                status.is_success() || !is_api || body["errors"][0]["code"].is_string(),
                "{shown}\n{status} {body}"
            );
            requests.learn(&body);
            if n % 100 == 99 {
                assert_readable(&emulator);
            }
        }
    }
}

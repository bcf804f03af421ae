//! The emulator answers every request without a server error, and its contents stay readable.
#![no_main]

use std::sync::LazyLock;

use http_body_util::BodyExt;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use telnyx_ai_emulator::Emulator;
use telnyx_ai_tests::contract::Contract;
use telnyx_ai_tests::random_requests::RandomRequests;
use tower::ServiceExt;

static CONTRACT: LazyLock<Contract> = LazyLock::new(Contract::load);

fuzz_target!(|data: &[u8]| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let new = || Emulator::builder().frozen_at("2026-03-02T00:00:00Z");
        let emulator = new().in_process().expect("an emulator");
        let left = std::cell::Cell::new(data);
        // Each choice takes one byte, or two if there are more than 256 possibilities.
        let mut choose = |below: usize| {
            let (taken, rest) = left.get().split_at(left.get().len().min(if below > 256 { 2 } else { 1 }));
            left.set(rest);
            taken.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)) % below
        };
        let mut requests = RandomRequests::new(&CONTRACT, &mut choose);
        while !left.get().is_empty() {
            let request = requests.next_request();
            let shown = format!("{request:?}");
            let response = emulator.clone().oneshot(request).await.expect("a response");
            let status = response.status();
            let body = response.into_body().collect().await.expect("a body").to_bytes();
            assert!(!status.is_server_error(), "{shown}\n{status} {}", String::from_utf8_lossy(&body));
            requests.learn(&serde_json::from_slice::<Value>(&body).unwrap_or_default());
        }
        let export = emulator.export().expect("an export");
        new().seed(export.clone()).in_process().unwrap_or_else(|error| panic!("{error}\n{export}"));
    });
});

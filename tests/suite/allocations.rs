//! The allocations of calls, compared with recorded amounts.
//!
//! A separate process measures them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;

use serde::Deserialize;

#[derive(Deserialize)]
struct Cost {
    allocations: usize,
    bytes: usize,
}

/// The recorded allocations and bytes.
///
/// They include the features `tracing` and `rate-limit` and the extensions of requests, without which calls allocate less: a
/// client with the built-in transport and without layers has none. The test tolerates 5 percent and one allocation more.
const MEASURED: [(&str, usize, usize); 11] = [
    ("decoding an assistant", 85, 7_233),
    ("get", 99, 10_107),
    ("get, without decoding", 14, 2_874),
    ("get with_response, without decoding", 14, 2_874),
    ("create", 112, 11_632),
    ("create, without JSON", 20, 4_171),
    ("attempt that is refused", 30, 3_011),
    ("decoding a listed item", 12, 1_284),
    ("listed item", 12, 1_313),
    ("page of a walk, without decoding", 21, 3_171),
    ("page of a walk with prefetch(4), without decoding", 23, 3_371),
];

/// If this fails, find the new allocations, or update the recorded amounts.
#[test]
fn calls_allocate_no_more_than_the_recorded_amounts() {
    let output = Command::new(env!("CARGO_BIN_EXE_allocations")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let costs: BTreeMap<String, Cost> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(costs.len(), MEASURED.len(), "each measurement has a bound: {:?}", costs.keys());

    let bound = |measured: usize| measured + measured / 20;
    let mut risen = String::new();
    for (name, allocations, bytes) in MEASURED {
        let now = &costs[name];
        if now.allocations > bound(allocations) + 1 || now.bytes > bound(bytes) {
            let (number, size) = (now.allocations, now.bytes);
            writeln!(risen, "{name}: {number} allocations of {size} bytes, were {allocations} of {bytes}").unwrap();
        }
    }
    assert!(risen.is_empty(), "the allocations of calls have increased:\n{risen}");
}

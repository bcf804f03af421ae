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
/// They include the features `tracing` and `rate-limit`, without which calls allocate less. The test tolerates 5
/// percent and one allocation more.
const MEASURED: [(&str, usize, usize); 11] = [
    ("decoding an assistant", 85, 7_233),
    ("get", 95, 9_863),
    ("get, without decoding", 10, 2_630),
    ("get with_response, without decoding", 10, 2_638),
    ("create", 108, 11_388),
    ("create, without JSON", 16, 3_927),
    ("attempt that is refused", 28, 2_783),
    ("decoding a listed item", 12, 1_284),
    ("listed item", 12, 1_313),
    ("page of a walk, without decoding", 17, 2_901),
    ("page of a walk with prefetch(4), without decoding", 19, 3_101),
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

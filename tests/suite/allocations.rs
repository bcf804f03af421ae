//! What calls allocate: counted exactly, in a process of its own, and held to what it was when it was last looked at.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;

use serde::Deserialize;

#[derive(Deserialize)]
struct Cost {
    allocations: usize,
    bytes: usize,
}

/// What was measured with the feature `tracing`, without which calls take less: allocations and bytes. A twentieth more,
/// and one allocation, is let pass.
const MEASURED: [(&str, usize, usize); 11] = [
    ("decoding an assistant", 89, 5_967),
    ("get", 97, 8_517),
    ("get, without decoding", 8, 2_550),
    ("get with_response, without decoding", 7, 1_046),
    ("create", 109, 9_674),
    ("create, without JSON", 13, 3_479),
    ("attempt that is refused", 26, 3_839),
    ("decoding a listed item", 13, 1_170),
    ("listed item", 13, 1_201),
    ("page of a walk, without decoding", 15, 3_089),
    ("page of a walk with prefetch(4), without decoding", 15, 3_089),
];

/// Where this fails, either find what allocates more than it did, or write down here what it costs now and why.
#[test]
fn calls_allocate_no_more_than_they_did() {
    let output = Command::new(env!("CARGO_BIN_EXE_allocations")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let costs: BTreeMap<String, Cost> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(costs.len(), MEASURED.len(), "each measurement has its bound: {:?}", costs.keys());

    let bound = |measured: usize| measured + measured / 20;
    let mut risen = String::new();
    for (name, allocations, bytes) in MEASURED {
        let now = &costs[name];
        if now.allocations > bound(allocations) + 1 || now.bytes > bound(bytes) {
            let (number, size) = (now.allocations, now.bytes);
            writeln!(risen, "{name}: {number} allocations of {size} bytes, were {allocations} of {bytes}").unwrap();
        }
    }
    assert!(risen.is_empty(), "what calls allocate has risen:\n{risen}");
}

/// The client's own part of a call is small beside what JSON takes.
#[test]
fn most_of_what_a_get_allocates_is_the_assistant() {
    let [(_, decoding, _), _, (_, own, _), ..] = MEASURED;
    assert!(own * 5 < decoding, "{own} allocations beside the {decoding} of the assistant");
}

//! What is JSON for serde_json is JSON for the reader of answers, and the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use telnyx_ai::decode;

fuzz_target!(|text: &[u8]| {
    match (serde_json::from_slice::<Value>(text), decode::from_slice::<Value>(text)) {
        (Ok(expected), Ok(read)) => assert_eq!(read, expected),
        // The last level that is let through is one deeper.
        (Err(error), read) => assert!(read.is_err() || error.to_string().starts_with("recursion limit")),
        (Ok(_), Err(error)) => panic!("{error}"),
    }
});

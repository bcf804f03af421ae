//! A body of any operation that deserializes can be serialized and deserialized again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use telnyx_ai_tests::operations::OPERATIONS;

fuzz_target!(|data: (u8, bool, &str)| {
    let (operation, request, text) = data;
    let typed = OPERATIONS[usize::from(operation) % OPERATIONS.len()];
    let Some(trip) = (if request { typed.request } else { typed.response }) else { return };
    match trip(text) {
        Ok(read) => drop(trip(&read.written.to_string()).expect("the serialized value deserializes")),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});

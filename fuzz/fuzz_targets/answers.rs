//! What can be read as the body of any operation is written as something that can be read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use telnyx_ai_tests::operations::OPERATIONS;

fuzz_target!(|data: (u8, bool, &str)| {
    let (operation, request, text) = data;
    let typed = OPERATIONS[usize::from(operation) % OPERATIONS.len()];
    let Some(trip) = (if request { typed.request } else { typed.response }) else { return };
    match trip(text) {
        Ok(read) => drop(trip(&read.written.to_string()).expect("what was written can be read")),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});

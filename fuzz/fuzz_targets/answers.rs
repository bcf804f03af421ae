//! What can be read as the body of any operation is written as something that reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use telnyx_ai_tests::operations::OPERATIONS;

fuzz_target!(|data: (u8, bool, &str)| {
    let (operation, request, text) = data;
    let typed = OPERATIONS[usize::from(operation) % OPERATIONS.len()];
    let Some(trip) = (if request { typed.request } else { typed.response }) else { return };
    match trip(text) {
        Ok(read) => {
            let again = trip(&read.written.to_string()).expect("what was written can be read");
            assert_eq!(again.written, read.written);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});

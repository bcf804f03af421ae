//! The error for any error body has a message of one line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use telnyx_ai::Error;

fuzz_target!(|data: (u16, Vec<u8>)| {
    let (status, body) = data;
    let error = Error::from_response(status, body.clone());
    assert_eq!(error.body().map(|kept| &kept[..]), Some(&body[..]));
    assert!(!error.to_string().contains(char::is_control), "{error}");
    let _ = (format!("{error:?}"), error.code(), error.is_retryable());
    for error in error.errors() {
        let _ = (error.to_string(), error.pointer(), error.url());
    }
});

//! The server receives an id unchanged, in one path segment, or nothing is sent.
#![no_main]

use http::Method;
use libfuzzer_sys::fuzz_target;
use percent_encoding::percent_decode_str;
use telnyx_ai::prelude::*;
use telnyx_ai::{ErrorKind, Telnyx};
use telnyx_ai_tests::scripted::{Answer, Scripted};

fuzz_target!(|text: &str| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async {
        let scripted = Scripted::new([Answer::text("application/json", "{}")]);
        let result = Telnyx::new(scripted.client()).assistants().retrieve(text).raw().await;
        match scripted.attempts().first() {
            Some(attempt) => {
                let sent =
                    attempt.url.strip_prefix("https://api.example/v2/ai/assistants/").expect("below the base URL");
                assert!(!sent.contains(['/', '?', '#', '\\']), "{sent}");
                assert_eq!(percent_decode_str(sent).collect::<Vec<u8>>(), text.as_bytes());
            }
            None => assert_eq!(result.expect_err("it was refused").kind(), ErrorKind::Request),
        }

        let scripted = Scripted::new([Answer::text("application/json", "{}")]);
        let result = scripted.client().request(Method::GET, format!("/{text}")).raw().await;
        match scripted.attempts().first() {
            Some(attempt) => {
                let sent = attempt.url.strip_prefix("https://api.example/v2/").expect("below the base URL");
                let path = sent.split('?').next().unwrap_or_default().to_lowercase().replace("%2e", ".");
                assert!(!path.split('/').any(|step| matches!(step, "." | "..")), "{sent}");
            }
            None => assert_eq!(result.expect_err("it was refused").kind(), ErrorKind::Request),
        }
    });
});

//! The wait that a server requests is limited to a minute.
#![no_main]

use std::time::Duration;

use http::{HeaderValue, Method};
use libfuzzer_sys::fuzz_target;
use telnyx_ai_tests::scripted::{Answer, Scripted};

fuzz_target!(|data: (&str, bool)| {
    let (text, millis) = data;
    if HeaderValue::from_str(text).is_err() {
        return;
    }
    let name = if millis { "retry-after-ms" } else { "retry-after" };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        let fine = Answer::text("application/json", "{}");
        let scripted = Scripted::new([Answer::status(503).with_header(name, text), fine]);
        let began = tokio::time::Instant::now();
        scripted.client().request(Method::GET, "/x").await.expect("the second attempt succeeds");
        assert!(began.elapsed() <= Duration::from_millis(60_001), "{:?}", began.elapsed());
    });
});

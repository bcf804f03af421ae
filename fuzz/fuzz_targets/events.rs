//! The result of reading a stream does not depend on its chunks.
#![no_main]

use std::fmt::Debug;

use http::Method;
use libfuzzer_sys::fuzz_target;
use telnyx_ai::assistants::ChatStream;
use telnyx_ai::{ByteStream, EventStream, TextStream};
use telnyx_ai_tests::scripted::{Piece, Scripted};

/// Reads a stream of these chunks to its end with `next`.
async fn read<S, E: Debug>(pieces: Vec<Piece>, next: impl AsyncFn(&mut S) -> Option<E>) -> Vec<String>
where
    S: From<ByteStream> + Send + 'static,
{
    let client = Scripted::streaming(pieces).client();
    let mut stream = client.request(Method::GET, "/stream").stream::<S>().await.expect("the stream starts");
    let mut all = Vec::new();
    while let Some(item) = next(&mut stream).await {
        all.push(format!("{item:?}"));
    }
    all
}

async fn text(pieces: Vec<Piece>) -> String {
    let client = Scripted::streaming(pieces).client();
    let stream = client.request(Method::GET, "/text").stream::<TextStream>().await.expect("the stream starts");
    stream.collect().await.expect("the stream is complete")
}

fuzz_target!(|data: (u8, Vec<u8>)| {
    let (size, bytes) = data;
    let whole = || vec![Piece::from(&bytes[..])];
    let cut = || bytes.chunks(usize::from(size) + 1).map(Piece::from).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async {
        let next = async |stream: &mut EventStream| stream.try_next().await.transpose();
        assert_eq!(read(whole(), next).await, read(cut(), next).await);
        let next = async |stream: &mut ChatStream| stream.try_next().await.transpose();
        assert_eq!(read(whole(), next).await, read(cut(), next).await);
        assert_eq!(text(whole()).await, String::from_utf8_lossy(&bytes));
        assert_eq!(text(cut()).await, String::from_utf8_lossy(&bytes));
    });
});

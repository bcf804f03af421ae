//! Makes a client of the environment alone and tells what came of it: its base URL, or the error. With `--default-transport` the
//! client has that, else one that opens no connections; with `--call` it makes a call on it and tells what came of that.

use std::error::Error as _;

use http::Method;
use telnyx_ai::{Client, Error};
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::scripted::Scripted;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let said = match std::env::args().nth(1).as_deref() {
        Some("--default-transport") => Client::builder().build().map(|client| client.base_url().to_owned()),
        Some("--call") => call().await,
        _ => {
            Client::builder().transport(Scripted::new::<Answer>([])).build().map(|client| client.base_url().to_owned())
        }
    };
    match said {
        Ok(said) => println!("{said}"),
        Err(error) => println!("{:?}: {error}", error.kind()),
    }
}

async fn call() -> Result<String, Error> {
    let called = Client::builder().build()?.request(Method::GET, "/ai/assistants").max_retries(0).await;
    // The source tells which transport it was.
    Ok(called.map_or_else(|error| format!("{:?} by {:?}", error.kind(), error.source()), |answer| answer.to_string()))
}

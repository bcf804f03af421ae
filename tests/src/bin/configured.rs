//! Builds a client from the environment and prints its base URL, or the error.
//!
//! `configured scripted|reqwest|hyper [--call]`: the transport, and whether to call an operation and print its response.

use http::Method;
use telnyx_ai::{Client, Error};
use telnyx_ai_hyper::HyperTransport;
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::scripted::Scripted;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    match run().await {
        Ok(output) => println!("{output}"),
        Err(error) => println!("{:?}: {error}", error.kind()),
    }
}

async fn run() -> Result<String, Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let client = match arguments[0].as_str() {
        "scripted" => Client::builder().transport(Scripted::new::<Answer>([])).build()?,
        "hyper" => Client::builder().transport(HyperTransport::new()?).build()?,
        _ => Client::from_env()?,
    };
    if arguments.len() == 1 {
        return Ok(client.base_url().to_owned());
    }
    // A call that cannot be repeated, with the default retries.
    let called = client.request(Method::POST, "/ai/assistants").max_retries(0);
    Ok(called.await?.to_string())
}

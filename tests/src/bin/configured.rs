//! Makes a client of the environment alone and tells what came of it: its base URL, or the error. With `--default-transport` the
//! client has that, else one that opens no connections.

use telnyx_ai::Client;
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::scripted::Scripted;

fn main() {
    let builder = match std::env::args().nth(1).as_deref() {
        Some("--default-transport") => Client::builder(),
        _ => Client::builder().transport(Scripted::new::<Answer>([])),
    };
    match builder.build() {
        Ok(client) => println!("{}", client.base_url()),
        Err(error) => println!("{:?}: {error}", error.kind()),
    }
}

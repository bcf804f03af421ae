//! Makes a client of the environment alone and tells what came of it: its base URL, or the error.

use telnyx_ai::Client;
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::scripted::Scripted;

fn main() {
    match Client::builder().transport(Scripted::new::<Answer>([])).build() {
        Ok(client) => println!("{}", client.base_url()),
        Err(error) => println!("{:?}: {error}", error.kind()),
    }
}

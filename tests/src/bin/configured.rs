//! Makes a client of the environment alone and tells what came of it: its base URL, or the error.

use telnyx_ai::Telnyx;

fn main() {
    match Telnyx::from_env() {
        Ok(telnyx) => println!("{}", telnyx.client().base_url()),
        Err(error) => println!("{:?}: {error}", error.kind()),
    }
}

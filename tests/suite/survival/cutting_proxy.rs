//! An emulator behind a proxy that cuts connections.
//!
//! It cuts them after the emulator has executed a request.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;
use telnyx_ai::Client;
use telnyx_ai_emulator::Emulator;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::faulty_server::read_request;
use super::held_clock::HeldClock;
use super::random::Random;

/// The percentage of connections that are cut.
const CUT: u64 = 30;
const SEED: u64 = 42;

/// Whether the response to an attempt of a create is cut off. The result does not depend on the order of the requests.
pub(super) fn is_cut(number: u64, attempt: u64) -> bool {
    Random(SEED ^ (number << 8) ^ attempt).percent(CUT)
}

/// The emulator and its proxy, in a separate thread and runtime. They end when this is dropped.
#[derive(Debug)]
pub(super) struct CuttingProxy {
    proxy: SocketAddr,
    emulator: SocketAddr,
    attempts: Arc<Mutex<HashMap<u64, u64>>>,
    _end: oneshot::Sender<()>,
}

impl CuttingProxy {
    pub(super) fn start() -> Self {
        let (end, ended) = oneshot::channel::<()>();
        let (ready, addrs) = std::sync::mpsc::channel();
        let attempts: Arc<Mutex<HashMap<u64, u64>>> = Arc::default();
        let counted = Arc::clone(&attempts);
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let emulator = Emulator::start().await.unwrap();
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                ready.send((listener.local_addr().unwrap(), emulator.addr())).unwrap();
                let passing = async {
                    while let Ok((stream, _)) = listener.accept().await {
                        tokio::spawn(pass(stream, emulator.addr(), Arc::clone(&counted)));
                    }
                };
                tokio::select! {
                    () = passing => {}
                    _ = ended => {}
                }
            });
        });
        let (proxy, emulator) = addrs.recv().expect("both have started");
        Self { proxy, emulator, attempts, _end: end }
    }

    /// Returns a client behind the proxy, whose clock is held during attempts.
    pub(super) fn client(&self) -> Client {
        let builder = Client::builder().api_key("KEY").base_url(format!("http://{}/v2", self.proxy));
        builder.layer(HeldClock::new(false)).build().unwrap()
    }

    /// Returns all assistants of the emulator, without the proxy.
    pub(super) async fn assistants(&self) -> Vec<Value> {
        let builder = Client::builder().api_key("KEY").base_url(format!("http://{}/v2", self.emulator));
        let client = builder.layer(HeldClock::new(false)).build().unwrap();
        client.request(http::Method::GET, "/ai/assistants").data().await.unwrap()
    }

    /// The number of attempts of each create.
    pub(super) fn attempts(&self) -> HashMap<u64, u64> {
        self.attempts.lock().unwrap().clone()
    }
}

/// Forwards a request, and sends the whole response or resets the connection.
async fn pass(mut client: TcpStream, emulator: SocketAddr, attempts: Arc<Mutex<HashMap<u64, u64>>>) {
    let Some(asked) = read_request(&mut client).await else { return };
    let name = serde_json::from_str::<Value>(&asked.body).unwrap()["name"].as_str().unwrap().to_owned();
    let number = name.parse().unwrap();
    let attempt = {
        let mut attempts = attempts.lock().unwrap();
        let attempt = attempts.entry(number).or_default();
        *attempt += 1;
        *attempt
    };

    let mut upstream = TcpStream::connect(emulator).await.unwrap();
    let request = format!("{}\r\nconnection: close\r\n\r\n{}", asked.head, asked.body);
    upstream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&answer));

    if is_cut(number, attempt) {
        client.set_zero_linger().unwrap();
    } else {
        // A client may close the connection at any time.
        let _ = client.write_all(&answer).await;
    }
}

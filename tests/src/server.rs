//! Test servers with HTTP on a loopback address.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use serde_json::Value;
use telnyx_ai::{Body, Client, ClientBuilder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::answer::Answer;

/// A recorded request.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The method.
    pub method: Method,
    /// The path and query, percent-encoded as received.
    pub target: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Recorded {
    /// The text of a header, if any.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON, if any.
    ///
    /// # Panics
    /// If the body is not JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        (!self.body.is_empty()).then(|| serde_json::from_slice(&self.body).expect("a JSON body"))
    }
}

/// A server that records requests and sends given responses. It ends when it is dropped.
#[derive(Debug)]
pub struct RecordingServer {
    addr: SocketAddr,
    script: Script,
    task: JoinHandle<()>,
}

type Script = Arc<Mutex<(VecDeque<Answer>, Vec<Recorded>)>>;

impl RecordingServer {
    /// Starts a server with these responses. The last one is repeated.
    ///
    /// # Panics
    /// If no port is free.
    pub async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let script: Script = Arc::new(Mutex::new((answers.into_iter().collect(), Vec::new())));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let router = Router::new().fallback(answer).with_state(Arc::clone(&script));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("a server") });
        Self { addr, script, task }
    }

    /// The base URL of the server.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/v2", self.addr)
    }

    /// Returns a builder of a client of this server.
    pub fn builder(&self) -> ClientBuilder {
        Client::builder().api_key("KEY").base_url(self.base_url())
    }

    /// Returns a client of this server.
    ///
    /// # Panics
    /// Never, because the settings are valid.
    #[must_use]
    pub fn client(&self) -> Client {
        self.builder().build().expect("the settings are valid")
    }

    /// Returns the recorded requests.
    ///
    /// # Panics
    /// If another thread has panicked with the lock.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.script.lock().expect("no thread panicked with the lock").1.clone()
    }
}

impl Drop for RecordingServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(script): State<Script>, request: Request<axum::body::Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("a whole body");
    let target = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let mut script = script.lock().expect("no thread panicked with the lock");
    script.1.push(Recorded { method: parts.method, target, headers: parts.headers, body });
    let answer = match script.0.len() {
        0 | 1 => script.0.front().cloned(),
        _ => script.0.pop_front(),
    };
    answer.unwrap_or_else(|| Answer::status(200)).into_response()
}

/// A server that reads a request, writes given bytes and closes the connection.
#[derive(Debug)]
pub struct BrokenServer {
    addr: SocketAddr,
    task: JoinHandle<()>,
}

impl BrokenServer {
    /// Starts a server that responds to each request with these bytes.
    ///
    /// # Panics
    /// If no port is free.
    pub async fn start(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let task = tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                read_request(&mut connection).await;
                // A client may close the connection at any time.
                let _ = connection.write_all(answer.as_bytes()).await;
                let _ = connection.shutdown().await;
            }
        });
        Self { addr, task }
    }

    /// Returns a builder of a client of this server.
    pub fn builder(&self) -> ClientBuilder {
        Client::builder().api_key("KEY").base_url(format!("http://{}/v2", self.addr))
    }
}

impl Drop for BrokenServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Reads the whole request, so that closing the connection is not a reset.
async fn read_request(connection: &mut TcpStream) {
    let mut read = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&read).to_ascii_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return;
            }
        }
        match connection.read(&mut chunk).await {
            Ok(0) | Err(_) => return,
            Ok(n) => read.extend_from_slice(&chunk[..n]),
        }
    }
}

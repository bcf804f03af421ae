//! The load: clients that repeat a request, each with its own connection.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Fallible;
use crate::program::{Program, cpu_time};

/// The number of turns of a conversation before a client starts another one.
const TURNS: usize = 10;

/// The number of clients, and the duration of each job.
pub(crate) struct Load {
    pub(crate) clients: usize,
    pub(crate) time: Duration,
}

/// The request that each client repeats.
#[derive(Debug, Clone)]
pub(crate) enum Job {
    /// A GET of this path.
    Read(String),
    /// A POST that creates an assistant, with an idempotency key.
    Create(Value),
    /// A chat message to this path, in conversations of ten turns. Creating the conversations does not count as
    /// latency.
    Chat(String),
}

#[derive(Debug, Default)]
pub(crate) struct Measured {
    /// The latencies, sorted.
    pub(crate) latencies: Vec<Duration>,
    pub(crate) time: Duration,
    /// The first error of each client, which then stops.
    pub(crate) errors: Vec<String>,
    /// The CPU time of the server, if the system provides it.
    pub(crate) server: Option<Duration>,
    /// The CPU time of all clients.
    pub(crate) clients: Option<Duration>,
}

impl Load {
    /// Runs the load against a server, after a warm-up of a tenth of the time.
    pub(crate) async fn put(&self, program: &Program, job: &Job) -> Fallible<Measured> {
        self.run(program, job, "warm", self.time / 10).await?;
        self.run(program, job, "run", self.time).await
    }

    async fn run(&self, program: &Program, job: &Job, name: &str, time: Duration) -> Fallible<Measured> {
        let mut connections = Vec::new();
        for _ in 0..self.clients {
            connections.push(Connection::open(program.addr).await?);
        }
        let cpu = || (program.cpu_time(), cpu_time(std::process::id()));
        let (before, began) = (cpu(), Instant::now());
        let mut clients = JoinSet::new();
        for (number, connection) in connections.into_iter().enumerate() {
            let keys = format!("{name}-{number}");
            clients.spawn(Client { connection, job: job.clone(), keys, until: began + time, turn: 0 }.work());
        }
        let mut measured = Measured::default();
        while let Some(client) = clients.join_next().await {
            let (latencies, error) = client?;
            measured.latencies.extend(latencies);
            measured.errors.extend(error);
        }
        measured.time = began.elapsed();
        let after = cpu();
        measured.server = after.0.zip(before.0).map(|(after, before)| after - before);
        measured.clients = after.1.zip(before.1).map(|(after, before)| after - before);
        measured.latencies.sort_unstable();
        Ok(measured)
    }
}

struct Client {
    connection: Connection,
    job: Job,
    keys: String,
    until: Instant,
    turn: usize,
}

impl Client {
    /// Repeats the request until the time is over or an error occurs. Returns the latencies.
    async fn work(mut self) -> (Vec<Duration>, Option<String>) {
        let mut latencies = Vec::new();
        let mut chat = Bytes::new();
        while Instant::now() < self.until {
            if matches!(self.job, Job::Chat(_)) && self.turn.is_multiple_of(TURNS) {
                match self.connection.ask("POST", "/v2/ai/conversations", Some(&json!({}))).await {
                    Ok(conversation) => {
                        let said = "Where is order 4711? I have been waiting for a week.";
                        chat = json!({ "content": said, "conversation_id": conversation["id"] }).to_string().into();
                    }
                    Err(error) => return (latencies, Some(error.to_string())),
                }
            }
            let request = match &self.job {
                Job::Read(path) => self.connection.request("GET", path, Bytes::new()),
                Job::Chat(path) => self.connection.request("POST", path, chat.clone()),
                Job::Create(body) => {
                    let mut request = self.connection.request("POST", "/v2/ai/assistants", body.to_string().into());
                    let key = format!("{}-{}", self.keys, self.turn).parse().expect("a header");
                    request.headers_mut().insert("idempotency-key", key);
                    request
                }
            };
            let began = Instant::now();
            if let Err(error) = self.connection.send(request).await {
                return (latencies, Some(error.to_string()));
            }
            latencies.push(began.elapsed());
            self.turn += 1;
        }
        (latencies, None)
    }
}

/// A keep-alive connection.
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

impl Connection {
    pub(crate) async fn open(addr: SocketAddr) -> Fallible<Self> {
        let stream = TcpStream::connect(addr).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // An error of the connection also fails its request.
        tokio::spawn(connection);
        Ok(Self { sender, host: addr.to_string() })
    }

    /// Sends a request that is not measured.
    pub(crate) async fn ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> Fallible<Value> {
        let request = self.request(method, path, body.map(Value::to_string).unwrap_or_default().into());
        Ok(serde_json::from_slice(&self.send(request).await?)?)
    }

    fn request(&self, method: &str, path: &str, body: Bytes) -> Request<Full<Bytes>> {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.host)
            .header(header::AUTHORIZATION, "Bearer any")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(body))
            .expect("a request")
    }

    /// Sends a request and reads its response, which must be successful.
    async fn send(&mut self, request: Request<Full<Bytes>>) -> Fallible<Bytes> {
        let path = request.uri().clone();
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        if !status.is_success() {
            return Err(format!("{path}: {status}: {}", String::from_utf8_lossy(&body)).into());
        }
        Ok(body)
    }
}

//! A TCP server that misbehaves on demand.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;

use telnyx_ai::{Client, ClientBuilder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{oneshot, watch};

use super::held_clock::HeldClock;

/// The reaction of the server to a request.
#[derive(Debug, Clone)]
pub(super) enum Act {
    /// Responds.
    Answer(Answer),
    /// Resets the connection before the response.
    ResetBefore,
    /// Resets the connection after the client has read half of the body.
    ResetDuring(Answer),
    /// Closes the connection gracefully in the middle of the body.
    HalfABody(Answer),
    /// Never responds.
    Silence,
    /// Stalls after the client has read half of the body.
    Stall(Answer),
    /// Sends some events and stalls.
    UnfinishedEvents,
}

/// A response that is sent unchanged.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn new(status: u16, body: impl Into<String>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    pub(super) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn into_bytes(self) -> Vec<u8> {
        let Self { status, headers, body } = self;
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = body.len();
        let head = format!("HTTP/1.1 {status} Scripted\r\ncontent-type: application/json\r\n{headers}");
        format!("{head}content-length: {length}\r\n\r\n{body}").into_bytes()
    }

    /// The head and half of the body.
    fn into_half(self) -> Vec<u8> {
        let half = self.body.len().div_ceil(2);
        let mut bytes = self.into_bytes();
        bytes.truncate(bytes.len() - half);
        bytes
    }
}

/// A received request.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) path: String,
    pub(super) head: String,
    pub(super) body: String,
}

impl Asked {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }
}

/// When the server starts to listen.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Opens {
    AtOnce,
    AfterOneRefusal,
    Never,
}

/// The server, in a separate thread and runtime with a real clock. It ends when it is dropped.
#[derive(Debug)]
pub(super) struct FaultyServer {
    addr: SocketAddr,
    clock: HeldClock,
    connections: watch::Receiver<usize>,
    _end: oneshot::Sender<()>,
}

impl FaultyServer {
    /// Starts a server that reacts to each request as `choose` decides.
    pub(super) fn start(choose: impl FnMut(&Asked) -> Act + Send + 'static) -> Self {
        Self::opening(Opens::AtOnce, choose)
    }

    /// Starts a server that refuses connections.
    pub(super) fn refusing() -> Self {
        Self::opening(Opens::Never, |_| Act::Silence)
    }

    /// Starts a server that refuses one connection.
    pub(super) fn refusing_once(choose: impl FnMut(&Asked) -> Act + Send + 'static) -> Self {
        Self::opening(Opens::AfterOneRefusal, choose)
    }

    fn opening(opens: Opens, choose: impl FnMut(&Asked) -> Act + Send + 'static) -> Self {
        let clock = HeldClock::new(opens == Opens::AfterOneRefusal);
        let (opened, connections) = watch::channel(0);
        let (end, ended) = oneshot::channel::<()>();
        let (bound, addr) = std::sync::mpsc::channel();
        let serving = {
            let clock = clock.clone();
            async move {
                // A port that is bound but not listened to refuses connections, and no other process can use it.
                let socket = TcpSocket::new_v4().unwrap();
                socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
                let addr = socket.local_addr().unwrap();
                let listener = match opens {
                    Opens::AtOnce => socket.listen(1024).unwrap(),
                    Opens::Never | Opens::AfterOneRefusal => {
                        bound.send(addr).unwrap();
                        clock.refused().await;
                        let listener = socket.listen(1024).unwrap();
                        clock.resume();
                        listener
                    }
                };
                // The address may already have been sent.
                let _ = bound.send(addr);
                let choose = Arc::new(std::sync::Mutex::new(choose));
                let opened = Arc::new(opened);
                while let Ok((stream, _)) = listener.accept().await {
                    let (clock, choose, opened) = (clock.clone(), Arc::clone(&choose), Arc::clone(&opened));
                    let _ = stream.set_nodelay(true);
                    opened.send_modify(|open| *open += 1);
                    tokio::spawn(async move {
                        serve(stream, &clock, |asked| choose.lock().unwrap()(asked)).await;
                        opened.send_modify(|open| *open -= 1);
                    });
                }
            }
        };
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                tokio::select! {
                    () = serving => {}
                    _ = ended => {}
                }
            });
        });
        let addr = addr.recv().expect("a free port");
        Self { addr, clock, connections, _end: end }
    }

    pub(super) fn base_url(&self) -> String {
        format!("http://{}/v2", self.addr)
    }

    /// Returns a builder of a client of this server, whose clock is held during attempts.
    pub(super) fn builder(&self) -> ClientBuilder {
        Client::builder().api_key("KEY").base_url(self.base_url()).layer(self.clock.clone())
    }

    /// The clock of its clients.
    pub(super) fn clock(&self) -> &HeldClock {
        &self.clock
    }

    /// The number of open connections.
    pub(super) fn connections(&self) -> watch::Receiver<usize> {
        self.connections.clone()
    }
}

/// Serves a connection until one side closes it.
async fn serve(mut stream: TcpStream, clock: &HeldClock, mut choose: impl FnMut(&Asked) -> Act) {
    while let Some(asked) = read_request(&mut stream).await {
        // A client may close the connection at any time.
        match choose(&asked) {
            Act::Answer(answer) => {
                if stream.write_all(&answer.into_bytes()).await.is_err() {
                    return;
                }
            }
            Act::ResetBefore => return reset(&stream),
            Act::ResetDuring(answer) => {
                let _ = stream.write_all(&answer.into_half()).await;
                clock.piece_read().await;
                return reset(&stream);
            }
            Act::HalfABody(answer) => {
                let _ = stream.write_all(&answer.into_half()).await;
                return;
            }
            Act::Silence => {
                clock.let_time_pass();
                return until_closed(&mut stream).await;
            }
            Act::Stall(answer) => {
                let _ = stream.write_all(&answer.into_half()).await;
                clock.piece_read().await;
                clock.let_time_pass();
                return until_closed(&mut stream).await;
            }
            Act::UnfinishedEvents => {
                let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
                let _ = stream.write_all(head.as_bytes()).await;
                for _ in 0..3 {
                    let _ = stream.write_all(b"event: delta\ndata: {\"content\": \"more \"}\n\n").await;
                    tokio::task::yield_now().await;
                }
                clock.let_time_pass();
                return until_closed(&mut stream).await;
            }
        }
    }
}

/// Makes closing the connection send a reset.
fn reset(stream: &TcpStream) {
    stream.set_zero_linger().unwrap();
}

async fn until_closed(stream: &mut TcpStream) {
    let mut nothing = [0; 64];
    while stream.read(&mut nothing).await.is_ok_and(|read| read > 0) {}
}

/// Reads a whole request, or `None` if the client closed the connection.
pub(super) async fn read_request(stream: &mut TcpStream) -> Option<Asked> {
    let mut read = Vec::new();
    loop {
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&read[..end]).into_owned();
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            let mut asked = Asked { path, head, body: String::new() };
            let length: usize = asked.header("content-length").map_or(0, |length| length.parse().unwrap());
            if read.len() >= end + 4 + length {
                asked.body = String::from_utf8_lossy(&read[end + 4..]).into_owned();
                return Some(asked);
            }
        }
        match stream.read_buf(&mut read).await {
            Ok(0) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

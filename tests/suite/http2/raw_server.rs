//! An HTTP/2 server that writes frames itself.
//!
//! Servers of libraries cannot send invalid frames on demand.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;

const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const ACK: u8 = 1;

/// The reaction of the server to the headers of a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Act {
    /// Responds with 200 and `{}`.
    Respond,
    /// Resets the stream with this error code.
    Reset(u32),
    /// Sends GOAWAY and closes the connection. The last stream is this or the previous one.
    GoAway { last_is_this: bool, reason: u32 },
}

/// The server. It ends when it is dropped.
pub(super) struct RawServer {
    addr: SocketAddr,
    script: Script,
    task: JoinHandle<()>,
}

/// The acts, one per stream, and the number of streams so far.
type Script = Arc<Mutex<(VecDeque<Act>, usize)>>;

impl RawServer {
    pub(super) async fn start(acts: impl IntoIterator<Item = Act>) -> Self {
        let script: Script = Arc::new(Mutex::new((acts.into_iter().collect(), 0)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let acts = Arc::clone(&script);
        let task = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                // A client may close the connection at any time.
                tokio::spawn(serve(connection, Arc::clone(&acts)));
            }
        });
        Self { addr, script, task }
    }

    pub(super) fn base_url(&self) -> String {
        format!("http://{}/v2", self.addr)
    }

    /// The number of requests.
    pub(super) fn streams(&self) -> usize {
        self.script.lock().unwrap().1
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut connection: TcpStream, script: Script) -> io::Result<()> {
    let mut preface = [0; 24];
    connection.read_exact(&mut preface).await?;
    write(&mut connection, SETTINGS, 0, 0, &[]).await?;
    loop {
        let mut head = [0; 9];
        connection.read_exact(&mut head).await?;
        let [a, b, c, kind, flags, stream @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        connection.read_exact(&mut payload).await?;
        match kind {
            SETTINGS if flags & ACK == 0 => write(&mut connection, SETTINGS, ACK, 0, &[]).await?,
            HEADERS => {
                let act = {
                    let mut script = script.lock().unwrap();
                    script.1 += 1;
                    script.0.pop_front().expect("an act for each stream")
                };
                execute(act, &mut connection, u32::from_be_bytes(stream)).await?;
            }
            _ => {}
        }
    }
}

async fn execute(act: Act, connection: &mut TcpStream, stream: u32) -> io::Result<()> {
    match act {
        Act::Respond => {
            // Entry 8 of HPACK's static table is `:status: 200`.
            write(connection, HEADERS, END_HEADERS, stream, &[0x88]).await?;
            write(connection, DATA, END_STREAM, stream, b"{}").await
        }
        Act::Reset(reason) => write(connection, RST_STREAM, 0, stream, &reason.to_be_bytes()).await,
        Act::GoAway { last_is_this, reason } => {
            let last = if last_is_this { stream } else { stream.saturating_sub(2) };
            let payload = [last.to_be_bytes(), reason.to_be_bytes()].concat();
            write(connection, GOAWAY, 0, 0, &payload).await?;
            connection.shutdown().await
        }
    }
}

async fn write(connection: &mut TcpStream, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> io::Result<()> {
    let length = u32::try_from(payload.len()).expect("a short frame").to_be_bytes();
    let frame = [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat();
    connection.write_all(&frame).await
}

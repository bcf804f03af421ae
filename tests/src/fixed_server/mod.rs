//! A server with fixed responses in a separate process.
//!
//! Its time and memory do not count as those of the client. The server is the same program, started again. Call
//! [`serve_if_asked`] at the start of `main`.

mod answers;
pub mod samples;

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};

use answers::Answers;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use crate::process;

/// The responses of the server.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Scene {
    /// The number of assistants in the list.
    pub assistants: usize,
    /// The number of tests in all pages.
    pub tests: usize,
    /// The latency of each response, in milliseconds.
    pub latency_ms: u64,
    /// Every n-th request is a 429 with a delay of 20 ms. 0 disables this.
    pub refuse_every: u64,
    /// The number of requests that must arrive before the server responds.
    pub gather: usize,
    /// The CPU core of the server.
    pub core: Option<usize>,
}

/// The argument that starts a program as the server.
const SERVE: &str = "--serve";

/// Runs the server if the program was started as one. Then it does not return.
///
/// # Errors
/// If no port is free.
pub fn serve_if_asked() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() != Some(SERVE) {
        return Ok(());
    }
    let scene = serde_json::from_str(&arguments.next().unwrap_or_default())?;
    // The parent holds the other end of the pipe, so the server ends with it.
    std::thread::spawn(|| {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    serve(&scene)
}

fn serve(scene: &Scene) -> io::Result<()> {
    process::allow_files(20_000);
    if let Some(core) = scene.core {
        process::stay_on(core);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        io::stdout().flush()?;
        let answers = Answers::new(scene);
        loop {
            let (connection, _) = listener.accept().await?;
            connection.set_nodelay(true)?;
            let answers = answers.clone();
            tokio::spawn(async move {
                let service = TowerToHyperService::new(tower::service_fn(move |request| {
                    let answers = answers.clone();
                    async move { answers.to(request).await }
                }));
                let mut server = auto::Builder::new(TokioExecutor::new());
                // All calls of an HTTP/2 client can share a connection.
                server.http2().max_concurrent_streams(None);
                // A client may close the connection at any time.
                let _ = server.serve_connection(TokioIo::new(connection), service).await;
            });
        }
    })
}

/// A handle to the server. The server ends when it is dropped.
#[derive(Debug)]
pub struct FixedServer {
    process: Child,
    addr: SocketAddr,
}

impl FixedServer {
    /// Starts the server.
    ///
    /// # Panics
    /// If the server does not start, for example because `main` does not call [`serve_if_asked`].
    #[must_use]
    pub fn start(scene: &Scene) -> Self {
        let mut process = Command::new(std::env::current_exe().expect("the program's own path"))
            .arg(SERVE)
            .arg(serde_json::to_string(scene).expect("a scene is JSON"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts again");
        let mut line = String::new();
        let output = process.stdout.take().expect("its output is piped");
        BufReader::new(output).read_line(&mut line).expect("the server prints its address");
        let addr = line.trim().parse().unwrap_or_else(|_| panic!("not the address of a server: {line:?}"));
        Self { process, addr }
    }

    /// The base URL of the server.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/v2", self.addr)
    }

    /// The number of requests since the last call of this method.
    ///
    /// # Panics
    /// If the server has ended.
    #[must_use]
    pub fn requests(&self) -> u64 {
        let mut connection = TcpStream::connect(self.addr).expect("the server accepts connections");
        let request = format!("GET {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", answers::COUNT, self.addr);
        connection.write_all(request.as_bytes()).expect("the server reads");
        let mut answer = String::new();
        connection.read_to_string(&mut answer).expect("the server responds");
        let count = answer.rsplit("\r\n").next().unwrap_or_default();
        count.parse().unwrap_or_else(|_| panic!("not a number of requests: {answer:?}"))
    }
}

impl Drop for FixedServer {
    fn drop(&mut self) {
        // The process may have exited.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

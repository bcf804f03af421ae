//! A server whose answers are made beforehand, in a process of its own, so that neither its time nor its memory counts
//! as the client's.
//!
//! A program that uses it begins its `main` with [`serve_if_asked`]: the server is the same program, started again.

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

/// What the server answers, and how.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Scene {
    /// How many assistants the list of them has.
    pub assistants: usize,
    /// How many tests there are in all pages.
    pub tests: usize,
    /// How long each answer takes, in milliseconds.
    pub latency_ms: u64,
    /// Refuses one of so many requests with 429 and a wait of 20 ms; 0 refuses none.
    pub refuse_every: u64,
    /// Answers no request until so many wait for their answers.
    pub gather: usize,
    /// The core of the machine to stay on.
    pub core: Option<usize>,
}

/// The argument that makes a program the server.
const SERVE: &str = "--serve";

/// Becomes the server, for good, where the program was started as one.
///
/// # Errors
/// Where it was, and no port of this machine is free.
pub fn serve_if_asked() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() != Some(SERVE) {
        return Ok(());
    }
    let scene = serde_json::from_str(&arguments.next().unwrap_or_default())?;
    // The parent holds the other end: when it is gone, however it ended, so is the server.
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
                // All calls of a client that speaks HTTP/2 may share a connection.
                server.http2().max_concurrent_streams(None);
                // A client that goes away is none of the server's business.
                let _ = server.serve_connection(TokioIo::new(connection), service).await;
            });
        }
    })
}

/// The server, seen from the program that started it. It ends when it is dropped.
#[derive(Debug)]
pub struct FixedServer {
    process: Child,
    addr: SocketAddr,
}

impl FixedServer {
    /// Starts the server.
    ///
    /// # Panics
    /// Where it does not start: `main` does not begin with [`serve_if_asked`], say.
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
        BufReader::new(output).read_line(&mut line).expect("the server says where it is");
        let addr = line.trim().parse().unwrap_or_else(|_| panic!("no address of a server: {line:?}"));
        Self { process, addr }
    }

    /// Where a client finds it.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/v2", self.addr)
    }

    /// How many requests came since this was asked last.
    ///
    /// # Panics
    /// Where the server is gone.
    #[must_use]
    pub fn requests(&self) -> u64 {
        let mut connection = TcpStream::connect(self.addr).expect("the server is there");
        let request = format!("GET {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", answers::COUNT, self.addr);
        connection.write_all(request.as_bytes()).expect("the server reads");
        let mut answer = String::new();
        connection.read_to_string(&mut answer).expect("the server answers");
        let count = answer.rsplit("\r\n").next().unwrap_or_default();
        count.parse().unwrap_or_else(|_| panic!("no count of requests: {answer:?}"))
    }
}

impl Drop for FixedServer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

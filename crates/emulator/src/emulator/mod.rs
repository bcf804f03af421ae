//! The public interface of the emulator.

mod builder;
mod in_process;
mod router;
mod start_error;

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use serde_json::Value;
use tokio::{sync::oneshot, task::JoinHandle};

use crate::{
    faults::Faults,
    request_log::LoggedRequest,
    scheduler::{calls::Calls, clock::Clock},
    scripts::Scripts,
    seed::SeedError,
};

pub use builder::Builder;
pub use in_process::InProcess;
pub use start_error::StartError;

/// The timeout for current requests when the emulator stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// A running emulator of the Telnyx AI Assistants API. It stops when it is dropped.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use telnyx_ai_assistants::{Assistants, prelude::*};
/// use telnyx_ai_core::Client;
/// use telnyx_ai_emulator::Emulator;
/// use telnyx_ai_types::CreateAssistant;
///
/// let client = Client::builder().api_key("any").transport(Emulator::in_process()?).build()?;
/// let assistants = Assistants::new(client);
/// let created = assistants.create(CreateAssistant::new("Support", "Help politely.")).await?;
/// assert_eq!(assistants.retrieve(&created.id).await?, created);
/// # Ok(())
/// # }
/// ```
///
/// With [`start`](Self::start), it listens on a port. Pass [`base_url`](Self::base_url) to the client.
#[derive(Debug)]
pub struct Emulator {
    addr: SocketAddr,
    base_url: String,
    api: InProcess,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
}

impl Emulator {
    /// Starts an emulator on a free port of 127.0.0.1.
    ///
    /// It is in memory and runs on a background task of the current tokio runtime.
    ///
    /// # Errors
    ///
    /// If no port can be bound.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Configures an emulator before it starts.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Creates an emulator in memory without a port.
    ///
    /// It is a tower service and therefore a transport for clients.
    ///
    /// Paths start with `/v2`, so a client keeps its default base URL.
    ///
    /// # Errors
    ///
    /// If the store cannot be created.
    pub fn in_process() -> Result<InProcess, StartError> {
        Self::builder().in_process()
    }

    /// The base URL for clients: `http://127.0.0.1:PORT/v2`.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The URL of the console, for a browser: `http://127.0.0.1:PORT/`.
    #[cfg(feature = "console")]
    #[must_use]
    pub fn console_url(&self) -> String {
        format!("http://{}/", reachable(self.addr))
    }

    /// The address that the emulator listens on.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The same API with the same contents, without a socket.
    #[must_use]
    pub fn router(&self) -> InProcess {
        self.api.clone()
    }

    /// The clock, which can be frozen and moved.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.api.clock()
    }

    /// The faults of the emulator.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.api.faults()
    }

    /// Scripts the calls of scheduled events.
    #[must_use]
    pub fn calls(&self) -> Calls {
        self.api.calls()
    }

    /// The latest requests that the emulator received or sent, oldest first.
    ///
    /// Limits: 10,000 requests and 32 MiB. Secrets are masked.
    #[must_use]
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.api.requests()
    }

    /// Clears the request log.
    pub fn clear_requests(&self) {
        self.api.clear_requests();
    }

    /// Replaces all rules for replies, verdicts and insights.
    ///
    /// # Errors
    ///
    /// If the store cannot be written.
    pub fn set_scripts(&self, scripts: Scripts) -> Result<(), io::Error> {
        self.api.set_scripts(scripts)
    }

    /// The public key of webhook signatures, in base64.
    #[must_use]
    pub fn webhook_public_key(&self) -> String {
        self.api.webhook_public_key()
    }

    /// Resets the emulator to its initial state.
    ///
    /// This includes contents, clock, faults and request log. Seeds are loaded again.
    ///
    /// # Errors
    ///
    /// If the store cannot be written. Nothing changes then.
    pub fn reset(&self) -> Result<(), SeedError> {
        self.api.reset()
    }

    /// All contents in the form of a [`Seed`](crate::Seed). Secrets are not masked.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub fn export(&self) -> Result<Value, io::Error> {
        self.api.export()
    }

    /// Stops the emulator.
    ///
    /// It accepts no more requests, and waits at most 10 s until the current ones are answered.
    ///
    /// # Errors
    ///
    /// If the server has failed.
    pub async fn stop(mut self) -> io::Result<()> {
        self.signal();
        match tokio::time::timeout(STOP_TIMEOUT, &mut self.server).await {
            Ok(ended) => ended.map_err(io::Error::other),
            Err(_) => {
                self.server.abort();
                Ok(())
            }
        }
    }

    /// Waits until the server fails.
    ///
    /// # Errors
    ///
    /// If the server has failed.
    pub async fn serve(&mut self) -> io::Result<()> {
        (&mut self.server).await.map_err(io::Error::other)
    }

    fn signal(&mut self) {
        if let Some(stop) = self.stop.take() {
            // An error means that the server has already stopped.
            let _ = stop.send(());
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.signal();
    }
}

/// The address for clients on this machine. The unspecified address, which means all addresses, is not one of them.
fn reachable(mut addr: SocketAddr) -> SocketAddr {
    match addr.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => addr.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => addr.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    addr
}

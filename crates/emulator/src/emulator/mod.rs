//! The emulator as its users see it.

mod builder;
mod in_process;
mod router;
mod start_error;

use std::{io, net::SocketAddr, time::Duration};

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
pub use in_process::{InProcess, InProcessFuture};
pub use start_error::StartError;

/// How long a stop waits for requests that are under way.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running Telnyx AI Assistants API of your own. It is gone when it is dropped.
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
/// [`start`](Self::start) gives it a port; hand [`base_url`](Self::base_url) to a client then.
#[derive(Debug)]
pub struct Emulator {
    addr: SocketAddr,
    base_url: String,
    api: InProcess,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
}

impl Emulator {
    /// Starts an emulator on a free port of 127.0.0.1 that keeps everything in memory. It serves on a background task
    /// of the present tokio runtime.
    ///
    /// # Errors
    ///
    /// When no port can be bound.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// An emulator to configure before it starts.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// An emulator in memory that has no port: a tower service, to be a client's transport. Its paths start with
    /// `/v2`, and the host is not looked at, so any base URL that ends with `/v2` will do.
    ///
    /// # Errors
    ///
    /// When the store can not be made.
    pub fn in_process() -> Result<InProcess, StartError> {
        Self::builder().in_process()
    }

    /// Where a client reaches it: `http://127.0.0.1:PORT/v2`.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Where people see what it holds and does, in a browser: `http://127.0.0.1:PORT/`.
    #[cfg(feature = "console")]
    #[must_use]
    pub fn console_url(&self) -> String {
        format!("http://{}/", self.addr)
    }

    /// The address it listens on.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The same API with the same contents, served without a socket.
    #[must_use]
    pub fn router(&self) -> InProcess {
        self.api.clone()
    }

    /// The clock, to be frozen and moved.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.api.clock()
    }

    /// What goes wrong between clients and the emulator.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.api.faults()
    }

    /// How the calls end that scheduled events place.
    #[must_use]
    pub fn calls(&self) -> Calls {
        self.api.calls()
    }

    /// The latest 10,000 requests to the API, and those that the emulator made itself, oldest first. Secrets are masked.
    #[must_use]
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.api.requests()
    }

    /// Forgets the requests there were.
    pub fn clear_requests(&self) {
        self.api.clear_requests();
    }

    /// Puts rules for what assistants say and how test runs are judged in place of all others.
    ///
    /// # Errors
    ///
    /// When the store can not be written.
    pub fn set_scripts(&self, scripts: Scripts) -> Result<(), io::Error> {
        self.api.set_scripts(scripts)
    }

    /// The key that webhooks are to be verified with, in base64.
    #[must_use]
    pub fn webhook_public_key(&self) -> String {
        self.api.webhook_public_key()
    }

    /// Makes everything as it was at the start: contents (with the seeds), clock, faults and request log.
    ///
    /// # Errors
    ///
    /// When the store can not be written; then nothing has changed.
    pub fn reset(&self) -> Result<(), SeedError> {
        self.api.reset()
    }

    /// All contents, as a [`Seed`](crate::Seed) takes them. Secrets are not masked.
    ///
    /// # Errors
    ///
    /// When the store can not be read.
    pub fn export(&self) -> Result<Value, io::Error> {
        self.api.export()
    }

    /// Stops: takes no more requests and waits until those under way are answered, for ten seconds at most.
    ///
    /// # Errors
    ///
    /// When the server had failed.
    pub async fn stop(mut self) -> io::Result<()> {
        self.signal();
        match tokio::time::timeout(PATIENCE, &mut self.server).await {
            Ok(ended) => ended.map_err(io::Error::other),
            Err(_) => {
                self.server.abort();
                Ok(())
            }
        }
    }

    /// Waits until the server ends, which it only does when it fails.
    ///
    /// # Errors
    ///
    /// When the server failed.
    pub async fn serve(&mut self) -> io::Result<()> {
        (&mut self.server).await.map_err(io::Error::other)
    }

    fn signal(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The receiver is only gone when the server has ended already.
            let _ = stop.send(());
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.signal();
    }
}

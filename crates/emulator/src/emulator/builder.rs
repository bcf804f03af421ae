//! Configures and starts an emulator.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};

use telnyx_ai_webhooks::Signer;
use tokio::{net::TcpListener, sync::oneshot};

use super::{Emulator, InProcess, StartError, reachable, router};
use crate::{
    access::Access,
    app::{App, InitialState},
    assumptions::Assumptions,
    dialogue::{Dialogue, Model},
    domain::Domain,
    faults::Faults,
    hooks::{AnsweringCallee, Callee, EchoResponder, Judge, PhraseJudge, Responder},
    http::server,
    ids::Ids,
    outbound::{HttpClient, Outbound, deliveries::Deliveries, llm::Llm},
    request_log::RequestLog,
    scheduler::{Scheduler, clock, runs::Runs},
    scripts::{ActiveScripts, Scripts},
    seed::{Seed, Seeds},
    store::{OpenError, Store},
    time::{self, ClockState, Time},
};

/// Configures an [`Emulator`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use serde_json::json;
/// use telnyx_ai_emulator::Emulator;
///
/// let emulator = Emulator::builder()
///     .seed(json!({"assistants": [{"id": "assistant-desk", "name": "Desk", "instructions": "Help."}]}))
///     .frozen_at("2030-01-01T09:00:00Z")
///     .start()
///     .await?;
/// assert!(emulator.clock().is_frozen());
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct Builder {
    listen: Option<SocketAddr>,
    db: Option<PathBuf>,
    api_key: Option<String>,
    responder: Option<Box<dyn Responder>>,
    judge: Option<Box<dyn Judge>>,
    callee: Option<Box<dyn Callee>>,
    assumptions: Assumptions,
    seeds: Vec<Seed>,
    frozen_at: Option<telnyx_ai_core::Timestamp>,
    allow_outbound: bool,
    scripts: Scripts,
    llm: Option<Llm>,
    allowed_hosts: Vec<String>,
    webhook_signer: Option<Signer>,
    webhook_url: Option<String>,
}

impl Builder {
    /// Sets the address to listen on. Default: a free port of 127.0.0.1.
    ///
    /// An address that is not loopback requires an [`api_key`](Self::api_key).
    #[must_use]
    pub fn listen(mut self, addr: impl Into<SocketAddr>) -> Self {
        self.listen = Some(addr.into());
        self
    }

    /// Stores the contents in this SQLite file. Default: in memory.
    ///
    /// The file is created if it does not exist.
    ///
    /// A crash loses no acknowledged changes. Only one emulator can open the file at a time.
    #[must_use]
    pub fn db(mut self, path: impl Into<PathBuf>) -> Self {
        self.db = Some(path.into());
        self
    }

    /// Accepts only this API key, also for `/_emulator/`.
    ///
    /// Default: any non-empty key, and none for `/_emulator/`. An empty key has the same effect as the default.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Allows requests for this host.
    ///
    /// An example is a service name in Docker Compose. Can be called several times.
    ///
    /// By default, only requests for `localhost`, loopback addresses and the address that the client connected to are allowed.
    /// Otherwise, a web page could reach the emulator by a host name that resolves to this machine.
    #[must_use]
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.allowed_hosts.push(host.into());
        self
    }

    /// Sets the responder that generates the replies of assistants.
    ///
    /// Default: [`EchoResponder`].
    #[must_use]
    pub fn responder(mut self, responder: impl Responder) -> Self {
        self.responder = Some(Box::new(responder));
        self
    }

    /// Sets the judge of test runs and insights. Default: [`PhraseJudge`].
    #[must_use]
    pub fn judge(mut self, judge: impl Judge) -> Self {
        self.judge = Some(Box::new(judge));
        self
    }

    /// Sets rules for replies, verdicts and insights. Default: none.
    ///
    /// Rules take precedence over model, responder and judge. Rules from a seed or `PUT /_emulator/scripts` replace them.
    #[must_use]
    pub fn scripts(mut self, scripts: Scripts) -> Self {
        self.scripts = scripts;
        self
    }

    /// Sets a model that replaces the responder and the judge. Default: none.
    #[must_use]
    pub fn llm(mut self, llm: Llm) -> Self {
        self.llm = Some(llm);
        self
    }

    /// Sets the signer of webhooks. Default: a signer with a new key.
    #[must_use]
    pub fn webhook_signer(mut self, signer: Signer) -> Self {
        self.webhook_signer = Some(signer);
        self
    }

    /// Sets the URL for conversation events. Default: none.
    ///
    /// An example of an event is `call.conversation.ended`.
    #[must_use]
    pub fn webhook_url(mut self, url: impl Into<String>) -> Self {
        self.webhook_url = Some(url.into());
        self
    }

    /// Sets the callee, which decides the outcome of scheduled calls.
    ///
    /// Default: [`AnsweringCallee`].
    #[must_use]
    pub fn callee(mut self, callee: impl Callee) -> Self {
        self.callee = Some(Box::new(callee));
        self
    }

    /// Adds initial contents.
    ///
    /// A seed is the path of a JSON or YAML file, or a JSON value. Several are loaded in order.
    ///
    /// Seeds are loaded into a [`db`](Self::db) once. If it has already been seeded, they are ignored, with a warning.
    #[must_use]
    pub fn seed(mut self, seed: impl Into<Seed>) -> Self {
        self.seeds.push(seed.into());
        self
    }

    /// Starts with a frozen clock and deterministic ids.
    ///
    /// `moment` is a time in ISO 8601. The same requests in the same order then get the same responses.
    ///
    /// Default: the system clock, or the clock as it was frozen or moved in the [`db`](Self::db).
    #[must_use]
    pub fn frozen_at(mut self, moment: impl Into<telnyx_ai_core::Timestamp>) -> Self {
        self.frozen_at = Some(moment.into());
        self
    }

    /// Allows requests to other machines.
    ///
    /// They go to webhooks, tools, MCP servers and external LLMs. Default: `false`, loopback only.
    #[must_use]
    pub fn allow_outbound(mut self, allow: bool) -> Self {
        self.allow_outbound = allow;
        self
    }

    /// Sets the behavior where the API's documentation leaves it open.
    #[must_use]
    pub fn assumptions(mut self, assumptions: Assumptions) -> Self {
        self.assumptions = assumptions;
        self
    }

    /// Starts a server on a background task of the current tokio runtime.
    ///
    /// # Errors
    ///
    /// If the address cannot be bound, the file cannot be opened, or a seed is invalid.
    pub async fn start(self) -> Result<Emulator, StartError> {
        let listen = self.listen.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, 0).into());
        if !listen.ip().is_loopback() && self.api_key.as_ref().is_none_or(|key| key.trim().is_empty()) {
            return Err(StartError::Unprotected { addr: listen });
        }
        // Bind first, so that no file is created if the address is in use.
        let bind = |source| StartError::Bind { addr: listen, source };
        let listener = TcpListener::bind(listen).await.map_err(bind)?;
        let addr = listener.local_addr().map_err(bind)?;
        let api = self.in_process()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let (app, router) = (api.app.clone(), api.router.clone());
        let server = tokio::spawn(async move {
            // An error means that the emulator was dropped without a stop.
            let stopped = async { _ = stopped.await };
            server::serve(listener, &app, router, stopped).await;
        });
        Ok(Emulator { addr, base_url: format!("http://{}/v2", reachable(addr)), api, stop: Some(stop), server })
    }

    /// Creates an emulator without a port; see [`Emulator::in_process`].
    ///
    /// # Errors
    ///
    /// If the file cannot be opened, or a seed is invalid.
    pub fn in_process(self) -> Result<InProcess, StartError> {
        let frozen_at = self.frozen_at.map(|moment| time::parse(moment.as_str()));
        let frozen_at = frozen_at.transpose().map_err(StartError::Clock)?;
        let seeds = Seeds::read(self.seeds).map_err(StartError::Seed)?;
        let failed = |source: OpenError| StartError::Db { path: self.db.clone(), source: source.into() };
        let store = match &self.db {
            Some(path) => Store::open(path).map_err(failed)?,
            None => Store::in_memory().map_err(failed)?,
        };
        let read = |error: rusqlite::Error| failed(error.into());
        let (ids, state, start_state) = match frozen_at {
            Some(moment) => {
                let inserted = store.transaction(|tx| tx.inserted()).map_err(read)?;
                (Ids::counted_after(inserted), ClockState::Frozen(moment), ClockState::Frozen(moment))
            }
            None => (Ids::Random, store.transaction(clock::load).map_err(read)?, ClockState::SYSTEM),
        };
        if state != start_state {
            tracing::warn!(now = %state.now(), "the clock is not the system clock, because it was frozen or moved earlier");
        }

        let domain = Domain::new(store, Time::new(state), ids, self.assumptions);
        let log = RequestLog::default();
        let client = HttpClient::new(self.allow_outbound);
        let signer = self.webhook_signer.unwrap_or_else(Signer::generate);
        let outbound = Outbound::new(domain.clone(), client.clone(), signer, log.clone());
        let deliveries = Deliveries::new(domain.clone(), outbound.clone(), self.webhook_url);
        let scripts = ActiveScripts::new(self.scripts);
        let model = self.llm.map(|llm| Arc::new(Model::new(llm, &client)));
        let responder = self.responder.unwrap_or_else(|| Box::new(EchoResponder));
        let dialogue = Dialogue::new(domain.clone(), outbound.clone(), scripts.clone(), model.clone(), responder);
        let judge: Arc<dyn Judge> = self.judge.unwrap_or_else(|| Box::new(PhraseJudge)).into();
        let runs = Runs::new(domain.clone(), dialogue.clone(), scripts.clone(), model, judge);
        let callee = self.callee.unwrap_or_else(|| Box::new(AnsweringCallee));
        let scheduler = Scheduler::new(domain.clone(), outbound.clone(), deliveries, runs.clone(), callee);
        let app = App {
            domain,
            scheduler,
            runs,
            dialogue,
            outbound,
            scripts,
            faults: Faults::default(),
            log,
            access: Access::new(self.api_key, self.allowed_hosts),
            start: Arc::new(InitialState { clock: start_state, seeds }),
        };
        app.initialize().map_err(StartError::Seed)?;
        Ok(InProcess { router: router::router(&app), app })
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("listen", &self.listen)
            .field("db", &self.db)
            .field("assumptions", &self.assumptions)
            .finish_non_exhaustive()
    }
}

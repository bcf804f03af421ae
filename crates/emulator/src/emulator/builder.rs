//! How an emulator is made.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};

use telnyx_ai_webhooks::Signer;
use tokio::{net::TcpListener, sync::oneshot};

use super::{Emulator, InProcess, StartError, router};
use crate::{
    access::Access,
    app::{App, Start},
    assumptions::Assumptions,
    dialogue::{Dialogue, Model},
    domain::Domain,
    faults::Faults,
    hooks::{Callee, EchoResponder, Judge, PhraseJudge, PicksUp, Responder},
    http::server,
    ids::Ids,
    outbound::{HttpClient, Outbound, deliveries::Deliveries, llm::Llm},
    request_log::RequestLog,
    scheduler::{Scheduler, clock, insight_runs::InsightRuns, test_runs::TestRuns},
    scripts::{ActiveScripts, Scripts},
    seed::{Seed, Seeds},
    store::{OpenError, Store},
    time::{self, Flow, Time},
};

/// How an [`Emulator`] is to be.
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
    /// The address to listen on; default a free port of 127.0.0.1. One that other machines can reach needs an
    /// [`api_key`](Self::api_key).
    #[must_use]
    pub fn listen(mut self, addr: impl Into<SocketAddr>) -> Self {
        self.listen = Some(addr.into());
        self
    }

    /// The file to keep everything in, made where there is none; default in memory. What was acknowledged is in it,
    /// however the process ends. One emulator at a time can have it open.
    #[must_use]
    pub fn db(mut self, path: impl Into<PathBuf>) -> Self {
        self.db = Some(path.into());
        self
    }

    /// The only API key that is good; default any that is not empty. With it, `/_emulator/` needs the key as well.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Answers requests for this host too, such as the name of a service in Docker Compose. Can be called several times.
    ///
    /// By default only requests for `localhost`, loopback addresses and the address that the client has connected to are
    /// answered: otherwise a web page could reach the emulator through a name of its own that resolves to this machine.
    #[must_use]
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.allowed_hosts.push(host.into());
        self
    }

    /// What assistants say in chats; default [`EchoResponder`].
    #[must_use]
    pub fn responder(mut self, responder: impl Responder) -> Self {
        self.responder = Some(Box::new(responder));
        self
    }

    /// Who judges test runs; default [`PhraseJudge`].
    #[must_use]
    pub fn judge(mut self, judge: impl Judge) -> Self {
        self.judge = Some(Box::new(judge));
        self
    }

    /// Rules for what assistants say and how test runs are judged. They come before model, responder and judge, and
    /// yield to rules that a seed or `PUT /_emulator/scripts` has set.
    #[must_use]
    pub fn scripts(mut self, scripts: Scripts) -> Self {
        self.scripts = scripts;
        self
    }

    /// A model that says what assistants say, and judges test runs, in place of responder and judge; default none.
    #[must_use]
    pub fn llm(mut self, llm: Llm) -> Self {
        self.llm = Some(llm);
        self
    }

    /// Who signs webhooks, for a key that stays the same; default a key that is made at the start.
    #[must_use]
    pub fn webhook_signer(mut self, signer: Signer) -> Self {
        self.webhook_signer = Some(signer);
        self
    }

    /// Where `call.conversation.ended` is sent when conversations end; default nowhere.
    #[must_use]
    pub fn webhook_url(mut self, url: impl Into<String>) -> Self {
        self.webhook_url = Some(url.into());
        self
    }

    /// Who is called by scheduled events; default [`PicksUp`].
    #[must_use]
    pub fn callee(mut self, callee: impl Callee) -> Self {
        self.callee = Some(Box::new(callee));
        self
    }

    /// What to start with: the path of a JSON or YAML file, or a JSON value. Several are loaded one after the other.
    ///
    /// A store in a file is filled once: when it is opened again, it is left as it is.
    #[must_use]
    pub fn seed(mut self, seed: impl Into<Seed>) -> Self {
        self.seeds.push(seed.into());
        self
    }

    /// Starts with a clock that stands still at a moment in ISO 8601, and with ids that are the same ones in each run.
    /// With the same requests in the same order, so is everything else. Default the machine's clock, or where
    /// [`db`](Self::db) has one that was frozen or moved, that one as it was left.
    #[must_use]
    pub fn frozen_at(mut self, moment: impl Into<telnyx_ai_core::Timestamp>) -> Self {
        self.frozen_at = Some(moment.into());
        self
    }

    /// Whether webhooks and webhook tools on other machines may be called; default `false`. This machine's loopback
    /// addresses always are.
    #[must_use]
    pub fn allow_outbound(mut self, allow: bool) -> Self {
        self.allow_outbound = allow;
        self
    }

    /// What to do where the API's documentation is silent.
    #[must_use]
    pub fn assumptions(mut self, assumptions: Assumptions) -> Self {
        self.assumptions = assumptions;
        self
    }

    /// Starts it on a background task of the present tokio runtime.
    ///
    /// # Errors
    ///
    /// When the address can not be listened on, the file can not be opened, or a seed is wrong.
    pub async fn start(self) -> Result<Emulator, StartError> {
        let listen = self.listen.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, 0).into());
        if !listen.ip().is_loopback() && self.api_key.as_ref().is_none_or(String::is_empty) {
            return Err(StartError::Unprotected { addr: listen });
        }
        // First of all, so that nothing is made where it can not serve.
        let bind = |source| StartError::Bind { addr: listen, source };
        let listener = TcpListener::bind(listen).await.map_err(bind)?;
        let addr = listener.local_addr().map_err(bind)?;
        let api = self.in_process()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let (app, router) = (api.app.clone(), api.router.clone());
        let server = tokio::spawn(async move {
            // An error means that the emulator was dropped without a signal.
            let stopped = async { _ = stopped.await };
            server::serve(listener, &app, router, stopped).await;
        });
        Ok(Emulator { addr, base_url: format!("http://{addr}/v2"), api, stop: Some(stop), server })
    }

    /// Makes it without a port; see [`Emulator::in_process`].
    ///
    /// # Errors
    ///
    /// When the file can not be opened, or a seed is wrong.
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
        let (ids, flow, start_flow) = match frozen_at {
            Some(moment) => {
                let inserted = store.transaction(|tx| tx.inserted()).map_err(read)?;
                (Ids::counted_after(inserted), Flow::Frozen(moment), Flow::Frozen(moment))
            }
            None => (Ids::Random, store.transaction(clock::load).map_err(read)?, Flow::SYSTEM),
        };

        let domain = Domain::new(store, Time::new(flow), ids, self.assumptions);
        let log = RequestLog::default();
        let client = HttpClient::new(self.allow_outbound);
        let signer = self.webhook_signer.unwrap_or_else(Signer::generate);
        let outbound = Outbound::new(domain.clone(), client.clone(), signer, log.clone());
        let deliveries = Deliveries::new(domain.clone(), outbound.clone(), self.webhook_url);
        let scripts = ActiveScripts::new(self.scripts);
        let model = self.llm.map(|llm| Model::new(llm, client));
        let responder = self.responder.unwrap_or_else(|| Box::new(EchoResponder));
        let dialogue = Dialogue::new(domain.clone(), outbound.clone(), scripts.clone(), model.clone(), responder);
        let judge: Arc<dyn Judge> = self.judge.unwrap_or_else(|| Box::new(PhraseJudge)).into();
        let insight_runs = InsightRuns::new(domain.clone(), scripts.clone(), model.clone(), Arc::clone(&judge));
        let test_runs = TestRuns::new(domain.clone(), dialogue.clone(), scripts.clone(), model, judge);
        let callee = self.callee.unwrap_or_else(|| Box::new(PicksUp));
        let scheduler = Scheduler::new(
            domain.clone(),
            outbound.clone(),
            deliveries,
            test_runs.clone(),
            insight_runs.clone(),
            callee,
        );
        let app = App {
            domain,
            scheduler,
            test_runs,
            insight_runs,
            dialogue,
            outbound,
            scripts,
            faults: Faults::default(),
            log,
            access: Access::new(self.api_key, self.allowed_hosts),
            start: Arc::new(Start { flow: start_flow, seeds }),
        };
        app.fill().map_err(StartError::Seed)?;
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

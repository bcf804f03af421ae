//! The emulator as its users see it.

use std::{
    fmt,
    future::Future,
    io,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    task::{Context, Poll},
    time::Duration,
};

use ::http::Request;
use axum::{Router, response::Response};
use bytes::Bytes;
use serde_json::Value;
use telnyx_ai_webhooks::Signer;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tower::{Service, ServiceExt};

use crate::{
    agenda::{self, Agenda},
    app::{App, Parts},
    assumptions::Assumptions,
    calls::{Callee, Calls, PicksUp},
    clock::{Clock, NoTime, Time},
    dialogue::llm::Llm,
    domain::{contents, moment},
    faults::{FaultList, Faults},
    http::{self, faults::Reset, idempotency::InFlight, rate_limit::RateLimit},
    ids::Ids,
    judge::{Judge, PhraseJudge},
    outgoing::Outgoing,
    request_log::{LoggedRequest, RequestLog, Wanted},
    responder::{EchoResponder, Responder},
    script::{ScriptBook, Scripts},
    seed::{Contents, Seed, SeedError},
    server::{Line, Listening},
    store::{OpenError, Store},
    webhooks::Webhooks,
};

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
    server: JoinHandle<io::Result<()>>,
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

    /// All contents, as a [`Seed`] takes them. Secrets are not masked.
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
            Ok(ended) => ended.unwrap_or_else(|error| Err(io::Error::other(error))),
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
        (&mut self.server).await.unwrap_or_else(|error| Err(io::Error::other(error)))
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

/// How an [`Emulator`] is to be.
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
    /// With the same requests in the same order, so is everything else.
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
        let service = api.router.clone().into_make_service_with_connect_info::<Line>();
        let serving = axum::serve(Listening(listener), service).with_graceful_shutdown(async move {
            // An error says that the emulator was dropped without a signal: stop as well.
            let _ = stopped.await;
        });
        let server = tokio::spawn(serving.into_future());
        Ok(Emulator { addr, base_url: format!("http://{addr}/v2"), api, stop: Some(stop), server })
    }

    /// Makes it without a port; see [`Emulator::in_process`].
    ///
    /// # Errors
    ///
    /// When the file can not be opened, or a seed is wrong.
    pub fn in_process(self) -> Result<InProcess, StartError> {
        let frozen_at = match self.frozen_at {
            None => None,
            Some(text) => Some(moment(text.as_str()).ok_or(NoTime(text)).map_err(StartError::Clock)?),
        };
        let time = || frozen_at.map_or_else(Time::real, Time::frozen_at);
        let seeds: Result<Vec<Contents>, SeedError> = self.seeds.into_iter().map(Seed::read).collect();
        let seeds = seeds.map_err(StartError::Seed)?;
        let failed = |source: OpenError| StartError::Db { path: self.db.clone(), source: source.into() };
        let store = match &self.db {
            Some(path) => Store::open(path).map_err(failed)?,
            None => Store::in_memory().map_err(failed)?,
        };
        let ids = match frozen_at {
            Some(_) => Ids::counted_after(store.transaction(|tx| tx.ever()).map_err(|error| failed(error.into()))?),
            None => Ids::Random,
        };
        let app = App::new(Parts {
            store,
            time: time(),
            time_at_start: time(),
            ids,
            agenda: Agenda::default(),
            responder: self.responder.unwrap_or_else(|| Box::new(EchoResponder)),
            judge: self.judge.unwrap_or_else(|| Box::new(PhraseJudge)),
            callee: self.callee.unwrap_or_else(|| Box::new(PicksUp)),
            scripts: ScriptBook::new(self.scripts.clone()),
            scripts_at_start: self.scripts,
            llm: self.llm,
            webhooks: Webhooks { signer: self.webhook_signer.unwrap_or_else(Signer::generate), url: self.webhook_url },
            seeds,
            assumptions: self.assumptions,
            api_key: self.api_key,
            outgoing: Outgoing::new(self.allow_outbound),
            faults: FaultList::default(),
            log: RequestLog::default(),
            in_flight: InFlight::default(),
            rate_limit: RateLimit::default(),
            playing: tokio::sync::Mutex::default(),
        });
        app.fill().map_err(StartError::Seed)?;
        app.read_scripts().map_err(|problem| StartError::Seed(Contents::default().error(problem)))?;
        agenda::changed(&app);
        Ok(InProcess { router: http::router(app.clone()), app })
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

/// Why an emulator did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The address can not be listened on.
    Bind {
        /// The address.
        addr: SocketAddr,
        /// The reason.
        source: io::Error,
    },
    /// Other machines could reach the address, and any API key would be good.
    Unprotected {
        /// The address.
        addr: SocketAddr,
    },
    /// The database can not be opened or is not one.
    Db {
        /// The file, or `None` for a database in memory.
        path: Option<PathBuf>,
        /// The reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A seed can not be loaded.
    Seed(SeedError),
    /// The moment to start at is none.
    Clock(NoTime),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bind { addr, source } if source.kind() == io::ErrorKind::AddrInUse => {
                write!(
                    f,
                    "can not listen on {addr}: another program listens there already; stop it, or take another port \
                     (port 0 is a free one)"
                )
            }
            Self::Bind { addr, source } => write!(f, "can not listen on {addr}: {source}"),
            Self::Unprotected { addr } => write!(
                f,
                "can not listen on {addr} without an API key: other machines could reach it; set a key (--api-key), or \
                 listen on 127.0.0.1"
            ),
            Self::Db { path: Some(path), source } => {
                write!(f, "can not open the database {}: {source}", path.display())
            }
            Self::Db { path: None, source } => write!(f, "can not make a database in memory: {source}"),
            Self::Seed(error) => error.fmt(f),
            Self::Clock(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Bind { source, .. } => Some(source),
            Self::Db { source, .. } => Some(source.as_ref()),
            Self::Unprotected { .. } => None,
            Self::Seed(error) => Some(error),
            Self::Clock(error) => Some(error),
        }
    }
}

/// The API as a tower service, with no socket. Clones share their contents.
#[derive(Clone)]
pub struct InProcess {
    router: Router,
    app: App,
}

impl InProcess {
    /// The axum router, to be nested or served in another way.
    pub fn into_router(self) -> Router {
        self.router
    }

    /// The clock, to be frozen and moved.
    #[must_use]
    pub fn clock(&self) -> Clock {
        Clock(self.app.clone())
    }

    /// What goes wrong between clients and the emulator. Here, a connection that is reset is an [`io::Error`].
    #[must_use]
    pub fn faults(&self) -> Faults {
        Faults(self.app.clone())
    }

    /// How the calls end that scheduled events place.
    #[must_use]
    pub fn calls(&self) -> Calls {
        Calls(self.app.clone())
    }

    /// The latest 10,000 requests to the API, and those that the emulator made itself, oldest first. Secrets are masked.
    #[must_use]
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.app.log.list(&Wanted::default(), usize::MAX)
    }

    /// Forgets the requests there were.
    pub fn clear_requests(&self) {
        self.app.log.clear();
    }

    /// Puts rules for what assistants say and how test runs are judged in place of all others.
    ///
    /// # Errors
    ///
    /// When the store can not be written.
    pub fn set_scripts(&self, scripts: Scripts) -> Result<(), io::Error> {
        self.app.set_scripts(scripts).map_err(|problem| io::Error::other(problem.to_string()))
    }

    /// The key that webhooks are to be verified with, in base64.
    #[must_use]
    pub fn webhook_public_key(&self) -> String {
        self.app.webhooks.signer.public_key_base64()
    }

    /// Makes everything as it was at the start: contents (with the seeds), clock, faults and request log.
    ///
    /// # Errors
    ///
    /// When the store can not be written; then nothing has changed.
    pub fn reset(&self) -> Result<(), SeedError> {
        self.app.reset()
    }

    /// All contents, as a [`Seed`] takes them. Secrets are not masked.
    ///
    /// # Errors
    ///
    /// When the store can not be read.
    pub fn export(&self) -> Result<Value, io::Error> {
        self.app.run(contents::export).map_err(|problem| io::Error::other(problem.to_string()))
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InProcess").field(&self.app).finish()
    }
}

impl<B> Service<Request<B>> for InProcess
where
    B: axum::body::HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = Response;
    type Error = io::Error;
    type Future = InProcessFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let router = self.router.clone();
        let request = request.map(axum::body::Body::new);
        InProcessFuture(Box::pin(async move {
            let response = router.oneshot(request).await.unwrap_or_else(|never| match never {});
            if response.extensions().get::<Reset>().is_some() { Err(Reset::error()) } else { Ok(response) }
        }))
    }
}

/// What [`InProcess`] answers with: the answer, or an error where a fault resets the connection.
pub struct InProcessFuture(std::pin::Pin<Box<dyn Future<Output = io::Result<Response>> + Send>>);

impl fmt::Debug for InProcessFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcessFuture")
    }
}

impl Future for InProcessFuture {
    type Output = io::Result<Response>;

    fn poll(mut self: std::pin::Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

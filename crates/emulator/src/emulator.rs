//! The emulator as its users see it.

use std::{
    fmt,
    future::Future,
    io,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    task::{Context, Poll},
};

use ::http::Request;
use axum::{Router, response::Response};
use bytes::Bytes;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tower::{Service, ServiceExt};

use crate::{
    app::{App, Parts},
    assumptions::Assumptions,
    clock::Clock,
    domain::connections,
    http::{self, idempotency::InFlight, rate_limit::RateLimit},
    judge::{Judge, PhraseJudge},
    outgoing::Outgoing,
    responder::{EchoResponder, Responder},
    store::Store,
};

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
    router: Router,
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
        InProcess(self.router.clone())
    }

    /// Stops: takes no more requests and waits until those under way are answered.
    ///
    /// # Errors
    ///
    /// When the server had failed.
    pub async fn stop(mut self) -> io::Result<()> {
        self.signal();
        (&mut self.server).await.unwrap_or_else(|error| Err(io::Error::other(error)))
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
    assumptions: Assumptions,
}

impl Builder {
    /// The address to listen on; default a free port of 127.0.0.1.
    #[must_use]
    pub fn listen(mut self, addr: impl Into<SocketAddr>) -> Self {
        self.listen = Some(addr.into());
        self
    }

    /// The file to keep everything in, made where there is none; default in memory.
    #[must_use]
    pub fn db(mut self, path: impl Into<PathBuf>) -> Self {
        self.db = Some(path.into());
        self
    }

    /// The only API key that is good; default any that is not empty.
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
    /// When the address can not be bound or the file can not be opened.
    pub async fn start(self) -> Result<Emulator, StartError> {
        let listen = self.listen.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, 0).into());
        let router = self.build()?;
        let bind = |source| StartError::Bind { addr: listen, source };
        let listener = TcpListener::bind(listen).await.map_err(bind)?;
        let addr = listener.local_addr().map_err(bind)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = axum::serve(listener, router.clone()).with_graceful_shutdown(async move {
            // An error says that the emulator was dropped without a signal: stop as well.
            let _ = stopped.await;
        });
        let server = tokio::spawn(serving.into_future());
        Ok(Emulator { addr, base_url: format!("http://{addr}/v2"), router, stop: Some(stop), server })
    }

    /// Makes it without a port; see [`Emulator::in_process`].
    ///
    /// # Errors
    ///
    /// When the file can not be opened.
    pub fn in_process(self) -> Result<InProcess, StartError> {
        self.build().map(InProcess)
    }

    fn build(self) -> Result<Router, StartError> {
        let store = match &self.db {
            Some(path) => Store::open(path).map_err(|source| StartError::Db { path: Some(path.clone()), source })?,
            None => Store::in_memory().map_err(|source| StartError::Db { path: None, source })?,
        };
        store
            .transaction(connections::seed)
            .map_err(|source| StartError::Db { path: self.db.clone(), source })?;
        Ok(http::router(App::new(Parts {
            store,
            clock: Clock,
            responder: self.responder.unwrap_or_else(|| Box::new(EchoResponder)),
            judge: self.judge.unwrap_or_else(|| Box::new(PhraseJudge)),
            assumptions: self.assumptions,
            api_key: self.api_key,
            outgoing: Outgoing::new(),
            in_flight: InFlight::default(),
            rate_limit: RateLimit::default(),
            playing: tokio::sync::Mutex::default(),
        })))
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
    /// The database can not be opened or is not one.
    Db {
        /// The file, or `None` for a database in memory.
        path: Option<PathBuf>,
        /// The reason.
        source: rusqlite::Error,
    },
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bind { addr, source } if source.kind() == io::ErrorKind::AddrInUse => {
                write!(f, "can not listen on {addr}: another program listens there already")
            }
            Self::Bind { addr, source } => write!(f, "can not listen on {addr}: {source}"),
            Self::Db { path: Some(path), source } => {
                write!(f, "can not open the database {}: {source}", path.display())
            }
            Self::Db { path: None, source } => write!(f, "can not make a database in memory: {source}"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Bind { source, .. } => Some(source),
            Self::Db { source, .. } => Some(source),
        }
    }
}

/// The API as a tower service, with no socket. Clones share their contents.
#[derive(Debug, Clone)]
pub struct InProcess(Router);

impl InProcess {
    /// The axum router, to be nested or served in another way.
    pub fn into_router(self) -> Router {
        self.0
    }
}

impl<B> Service<Request<B>> for InProcess
where
    B: axum::body::HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = Response;
    type Error = std::convert::Infallible;
    type Future = InProcessFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let router = self.0.clone();
        let request = request.map(axum::body::Body::new);
        InProcessFuture(Box::pin(async move { router.oneshot(request).await }))
    }
}

/// What [`InProcess`] answers with.
pub struct InProcessFuture(std::pin::Pin<Box<dyn Future<Output = Result<Response, std::convert::Infallible>> + Send>>);

impl fmt::Debug for InProcessFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcessFuture")
    }
}

impl Future for InProcessFuture {
    type Output = Result<Response, std::convert::Infallible>;

    fn poll(mut self: std::pin::Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

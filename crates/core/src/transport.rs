//! The HTTP transport abstraction.

use std::convert::identity;
use std::error::Error as StdError;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use tokio::sync::Mutex;
use tower::Service;

use crate::attempt_clock::AttemptClock;
use crate::task::run;
use crate::{Body, Error};

/// A boxed error of any type.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Sends an HTTP request and returns its response.
///
/// Every [`tower::Service`] from `http::Request<Body>` to `http::Response<…>` that is `Clone`, `Send` and `Sync` is a
/// transport. A stack of tower layers around one is a transport, too. If your type is not a tower service, implement the trait.
///
/// Return a [`TransportError`] to tell the client whether the server may have processed the request. The client retries
/// [`Connect`](TransportErrorKind::Connect) and [`NotProcessed`](TransportErrorKind::NotProcessed) errors of any method, within
/// its limits.
///
/// ```
/// use telnyx_ai_core::{Body, BoxError, Client};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // A closure in place of the server.
/// let service = tower::service_fn(|request: http::Request<Body>| async move {
///     Ok::<_, BoxError>(http::Response::new(Body::full(format!("{:?}", request.uri().path()))))
/// });
/// let client = Client::builder().api_key("KEY").transport(service).build()?;
/// assert_eq!(client.request(http::Method::GET, "/ai/assistants").await?, "/v2/ai/assistants");
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a transport",
    note = "wrap a `reqwest::Client` in `ReqwestTransport::from_client`",
    note = "a tower service must be `Clone`, `Send` and `Sync`, such as `BoxCloneSyncService`"
)]
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Sends `request` and returns the response as soon as its headers have arrived.
    ///
    /// # Errors
    /// If there is no response. A response with an error status is not an error here.
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, BoxError>;
}

#[async_trait]
impl<S, B> Transport for S
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, BoxError> {
        let mut service = self.clone();
        ready(&mut service).await?;
        Ok(service.call(request).await.map_err(Into::into)?.map(Body::streaming))
    }
}

/// The transport as a tower service.
///
/// A layer passed to [`ClientBuilder::layer`](crate::ClientBuilder::layer) wraps it. To pass a whole stack to
/// [`ClientBuilder::transport`](crate::ClientBuilder::transport), build it around this service.
///
/// ```
/// use std::time::Duration;
/// use telnyx_ai_core::{Client, Transport, TransportService};
/// use tower::{ServiceBuilder, timeout::TimeoutLayer};
///
/// # fn build(transport: impl Transport) -> Result<Client, telnyx_ai_core::Error> {
/// let stack = ServiceBuilder::new()
///     .layer(TimeoutLayer::new(Duration::from_secs(5)))
///     .service(TransportService::new(transport));
/// let client = Client::builder().api_key("KEY").transport(stack).build()?;
/// # Ok(client)
/// # }
/// ```
#[derive(Clone)]
pub struct TransportService(Arc<dyn Transport>);

impl TransportService {
    /// A service that sends requests with this transport.
    pub fn new(transport: impl Transport) -> Self {
        Self(Arc::new(transport))
    }
}

impl From<Arc<dyn Transport>> for TransportService {
    fn from(transport: Arc<dyn Transport>) -> Self {
        Self(transport)
    }
}

impl Service<Request<Body>> for TransportService {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let transport = Arc::clone(&self.0);
        Box::pin(async move { transport.send(request).await })
    }
}

impl fmt::Debug for TransportService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TransportService")
    }
}

/// A layered service as a transport, for services that are neither `Clone` nor `Sync`.
///
/// The lock is released once the service has accepted a request, so that requests run concurrently.
pub(crate) struct Layered<S>(Arc<Mutex<S>>);

impl<S> Layered<S> {
    pub(crate) fn new(service: S) -> Self {
        Self(Arc::new(Mutex::new(service)))
    }
}

#[async_trait]
impl<S, B> Transport for Layered<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, BoxError> {
        let service = Arc::clone(&self.0);
        let respond = async move {
            let response = {
                let wait = request.extensions().get::<AttemptClock>().map(AttemptClock::wait);
                let mut service = service.lock().await;
                ready(&mut *service).await?;
                drop(wait);
                service.call(request)
            };
            Ok(response.await.map_err(Into::into)?.map(Body::streaming))
        };
        // A request that has the lock or a permit of a layer must not depend on its caller, who may poll another call first.
        run(respond, identity).await
    }
}

/// Waits until a service accepts a request. If it fails, nothing was sent.
async fn ready<S: Service<Request<Body>, Error: Into<BoxError>>>(service: &mut S) -> Result<(), BoxError> {
    poll_fn(|context| service.poll_ready(context)).await.map_err(|error| {
        let error = error.into();
        if chain(&*error).any(|error| error.is::<Error>() || error.is::<TransportError>()) {
            return error;
        }
        TransportError::new(TransportErrorKind::NotProcessed, error).into()
    })
}

/// The kind of a [`TransportError`], which decides whether the request is retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The connection could not be established. The server has not received the request.
    Connect,
    /// The certificate of the server was rejected. The request was not sent and is not retried.
    Certificate,
    /// A layer or the transport rejected the request. It is not sent or retried.
    Rejected,
    /// The server certainly did not process the request.
    ///
    /// It refused the HTTP/2 stream, it closed the HTTP/2 connection before that stream, or the connection closed before the
    /// request was written.
    NotProcessed,
    /// The operation timed out. The server may have processed the request.
    Timeout,
    /// The connection broke. The server may have processed the request.
    Broken,
}

/// The error of a transport.
///
/// Its kind tells the client whether the server may have processed the request.
///
/// `Display` shows the address and the innermost cause. [`get_ref`](Self::get_ref) returns the whole error.
///
/// ```
/// use std::io;
/// use telnyx_ai_core::{TransportError, TransportErrorKind};
///
/// let cause = io::Error::from(io::ErrorKind::ConnectionRefused);
/// let error = TransportError::new(TransportErrorKind::Connect, cause).with_address("api.telnyx.com:443");
/// assert_eq!(error.to_string(), "cannot connect to api.telnyx.com:443: connection refused");
/// ```
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    address: Option<String>,
    cause: BoxError,
}

impl TransportError {
    /// Creates an error of this kind, caused by an error or a text.
    pub fn new(kind: TransportErrorKind, cause: impl Into<BoxError>) -> Self {
        Self { kind, address: None, cause: cause.into() }
    }

    /// Adds the host and port of the connection to the message.
    #[must_use]
    pub fn with_address(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// The kind of the error.
    #[must_use]
    pub const fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// The cause. `source` does not return it, because `Display` already shows it.
    #[must_use]
    pub fn get_ref(&self) -> &(dyn StdError + Send + Sync + 'static) {
        &*self.cause
    }

    /// The kind and the message of an error that any transport or layer returned.
    pub(crate) fn describe(error: &(dyn StdError + 'static)) -> (TransportErrorKind, String) {
        let mut kind = None;
        for error in chain(error) {
            if let Some(known) = error.downcast_ref::<Self>() {
                return (known.kind, known.to_string());
            }
            if error.is::<tower::timeout::error::Elapsed>() {
                kind = Some(TransportErrorKind::Timeout);
            }
            if error.is::<tower::load_shed::error::Overloaded>() {
                kind = Some(TransportErrorKind::NotProcessed);
            }
            if let Some(io) = error.downcast_ref::<io::Error>() {
                kind = Some(match io.kind() {
                    io::ErrorKind::ConnectionRefused => TransportErrorKind::Connect,
                    io::ErrorKind::TimedOut => TransportErrorKind::Timeout,
                    _ => kind.unwrap_or(TransportErrorKind::Broken),
                });
            }
        }
        let reason = outer_and_inner(error);
        match kind {
            Some(kind) => (kind, message(kind, None, &reason)),
            None => (TransportErrorKind::Broken, format!("the transport or a layer failed: {reason}")),
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&message(self.kind, self.address.as_deref(), &innermost(&*self.cause)))
    }
}

impl StdError for TransportError {}

/// An error and its sources, outermost first.
pub(crate) fn chain<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        // `io::Error::source` skips the error inside.
        Some(inner) => Some(inner),
        None => error.source(),
    })
}

fn message(kind: TransportErrorKind, address: Option<&str>, reason: &str) -> String {
    let address = |preposition| address.map(|address| format!(" {preposition} {address}")).unwrap_or_default();
    let what = match kind {
        TransportErrorKind::Connect => format!("cannot connect{}", address("to")),
        TransportErrorKind::Certificate => format!("the certificate{} was rejected", address("of")),
        TransportErrorKind::Rejected => "the request was rejected before it was sent".to_owned(),
        TransportErrorKind::NotProcessed => "the server did not process the request".to_owned(),
        TransportErrorKind::Timeout => "timed out".to_owned(),
        TransportErrorKind::Broken => "the connection broke before the response was complete".to_owned(),
    };
    format!("{what}: {reason}")
}

/// The text of the innermost cause, or of an outer error whose text includes it.
///
/// The outermost errors of HTTP clients only say that a request failed.
fn innermost(error: &(dyn StdError + 'static)) -> String {
    let causes: Vec<_> = chain(error).collect();
    let cause = causes.last().copied().unwrap_or(error);
    if cause.downcast_ref::<io::Error>().is_some_and(|error| error.raw_os_error().is_some()) {
        return without_os_code(&cause.to_string());
    }
    let mut text = cause.to_string();
    for around in causes.iter().rev().map(ToString::to_string) {
        if !around.contains(&text) {
            break;
        }
        text = around;
    }
    text
}

/// Converts `Connection refused (os error 111)` to `connection refused`.
fn without_os_code(text: &str) -> String {
    let mut letters = text.split(" (os error").next().unwrap_or_default().chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

/// The text of an error of another crate, and its innermost cause.
fn outer_and_inner(error: &(dyn StdError + 'static)) -> String {
    let (outer, inner) = (error.to_string(), innermost(error));
    if error.source().is_none() || outer.contains(&inner) { outer } else { format!("{outer}: {inner}") }
}

//! The seam between the SDK and whatever moves HTTP messages.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use tower::{Service, ServiceExt};

use crate::Body;

/// Any error.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Moves one HTTP request to the server and its answer back.
///
/// Every [`tower::Service`] from `http::Request<Body>` to `http::Response<…>` that is `Clone` is a transport, so a
/// stack of tower layers is one as it stands. Implement the trait by hand only for what is no service.
///
/// An error made with [`TransportError`] tells the client what it may do: a request that never reached the server
/// may always be sent again.
///
/// ```
/// use telnyx_ai_core::{Body, BoxError, Client};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // A server in a closure.
/// let service = tower::service_fn(|request: http::Request<Body>| async move {
///     Ok::<_, BoxError>(http::Response::new(Body::full(format!("{:?}", request.uri().path()))))
/// });
/// let client = Client::builder().api_key("KEY").transport(service).build()?;
/// assert_eq!(client.request(http::Method::GET, "/ai/assistants").await?, "/v2/ai/assistants");
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Sends `request`; gives the answer as soon as its headers are there.
    ///
    /// # Errors
    /// Where there is no answer. An answer with an error's status is no error here.
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
        let response = self.clone().oneshot(request).await.map_err(Into::into)?;
        Ok(response.map(Body::streaming))
    }
}

/// A transport as a tower service: what a layer given to
/// [`ClientBuilder::layer`](crate::ClientBuilder::layer) wraps.
#[derive(Clone)]
pub struct TransportService(pub(crate) Arc<dyn Transport>);

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

/// Why there was no answer, as far as the client needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection came about: the server has not seen the request.
    Connect,
    /// The time was up; the server may have seen the request.
    Timeout,
    /// The connection broke; the server may have seen the request.
    Broken,
}

/// An error of a transport that says whether the server may have seen the request.
#[derive(Debug, thiserror::Error)]
#[error("{source}")]
pub struct TransportError {
    kind: TransportErrorKind,
    source: BoxError,
}

impl TransportError {
    /// An error of that kind, because of `source`.
    pub fn new(kind: TransportErrorKind, source: impl Into<BoxError>) -> Self {
        Self { kind, source: source.into() }
    }

    /// An error of that kind whose words are those of `error`'s causes: HTTP clients' own ("error sending request")
    /// say less.
    #[cfg(any(feature = "reqwest", feature = "hyper"))]
    pub(crate) fn from_cause(kind: TransportErrorKind, error: impl std::error::Error + Send + Sync + 'static) -> Self {
        match error.source() {
            Some(_) => Self::new(kind, Causes(error)),
            None => Self::new(kind, error),
        }
    }

    /// Why there was no answer.
    #[must_use]
    pub const fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// What an error of any transport or layer means, by what stands in its chain of sources.
    pub(crate) fn kind_of(error: &(dyn std::error::Error + 'static)) -> TransportErrorKind {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(known) = error.downcast_ref::<Self>() {
                return known.kind;
            }
            if error.is::<tower::timeout::error::Elapsed>() {
                return TransportErrorKind::Timeout;
            }
            if let Some(io) = error.downcast_ref::<std::io::Error>() {
                match io.kind() {
                    std::io::ErrorKind::ConnectionRefused => return TransportErrorKind::Connect,
                    std::io::ErrorKind::TimedOut => return TransportErrorKind::Timeout,
                    _ => {}
                }
            }
            next = error.source();
        }
        TransportErrorKind::Broken
    }
}

/// An error that shows the chain of its causes.
#[cfg(any(feature = "reqwest", feature = "hyper"))]
#[derive(Debug)]
struct Causes<E>(E);

#[cfg(any(feature = "reqwest", feature = "hyper"))]
impl<E: std::error::Error> fmt::Display for Causes<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said: Vec<String> = Vec::new();
        let mut next = self.0.source();
        while let Some(cause) = next {
            let words = cause.to_string();
            // Many wrappers repeat what they wrap.
            if !said.iter().any(|before| before.contains(&words)) {
                said.push(words);
            }
            next = cause.source();
        }
        f.write_str(&said.join(": "))
    }
}

#[cfg(any(feature = "reqwest", feature = "hyper"))]
impl<E: std::error::Error> std::error::Error for Causes<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

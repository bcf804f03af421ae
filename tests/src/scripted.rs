//! A transport without a network, which follows a script and records requests.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::{Future, pending};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, Request, Response};
use http_body::Frame;
use http_body_util::StreamBody;
use telnyx_ai::{Body, BoxError, Client, ClientBuilder, TransportError, TransportErrorKind};
use tokio::time::{Instant, sleep};
use tower::Service;

pub use crate::answer::Answer;

/// The outcome of an attempt.
#[derive(Debug)]
pub enum Act {
    /// A response.
    Answer(Answer),
    /// A 200 response with a body in pieces.
    Stream(Vec<Piece>),
    /// The connection is refused.
    Refuse,
    /// The connection breaks.
    Break,
    /// There is no response.
    Silence,
}

impl From<Answer> for Act {
    fn from(answer: Answer) -> Self {
        Self::Answer(answer)
    }
}

/// A piece of a body.
#[derive(Debug, Clone)]
pub enum Piece {
    /// These bytes.
    Bytes(Bytes),
    /// A pause.
    Pause(Duration),
    /// The connection breaks.
    Break,
    /// The body stalls.
    Silence,
}

impl From<&str> for Piece {
    fn from(text: &str) -> Self {
        Self::Bytes(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl From<&[u8]> for Piece {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(Bytes::copy_from_slice(bytes))
    }
}

/// A recorded attempt.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The time since the creation of the transport.
    pub at: Duration,
    /// The URL.
    pub url: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Attempt {
    /// The text of a header, or an empty string.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// The transport. Clones share the script and the recorded attempts.
#[derive(Debug, Clone)]
pub struct Scripted(Arc<Mutex<Script>>);

#[derive(Debug)]
struct Script {
    acts: VecDeque<Act>,
    attempts: Vec<Attempt>,
    start: Instant,
}

impl Scripted {
    /// Creates a transport with one act per attempt. Another attempt panics.
    #[must_use]
    pub fn new<A: Into<Act>>(acts: impl IntoIterator<Item = A>) -> Self {
        let acts = acts.into_iter().map(Into::into).collect();
        Self(Arc::new(Mutex::new(Script { acts, attempts: Vec::new(), start: Instant::now() })))
    }

    /// Creates a transport for one attempt, with a 200 response and a body in pieces.
    #[must_use]
    pub fn streaming<P: Into<Piece>>(pieces: impl IntoIterator<Item = P>) -> Self {
        Self::new([Act::Stream(pieces.into_iter().map(Into::into).collect())])
    }

    /// Returns a builder of a client with this transport.
    pub fn builder(&self) -> ClientBuilder {
        Client::builder().api_key("KEY").base_url("https://api.example/v2").transport(self.clone())
    }

    /// Returns a client with this transport.
    ///
    /// # Panics
    /// Never, because the settings are valid.
    #[must_use]
    pub fn client(&self) -> Client {
        self.builder().build().expect("the settings are valid")
    }

    /// Returns the recorded attempts.
    ///
    /// # Panics
    /// If another thread has panicked with the lock.
    #[must_use]
    pub fn attempts(&self) -> Vec<Attempt> {
        self.0.lock().expect("no thread panicked with the lock").attempts.clone()
    }

    fn next(&self, request: Request<Body>) -> Act {
        let mut script = self.0.lock().expect("no thread panicked with the lock");
        let at = script.start.elapsed();
        let (parts, body) = request.into_parts();
        let body = body.as_bytes().cloned().unwrap_or_default();
        script.attempts.push(Attempt { at, url: parts.uri.to_string(), headers: parts.headers, body });
        let number = script.attempts.len();
        script.acts.pop_front().unwrap_or_else(|| panic!("the script has no attempt {number}"))
    }
}

impl Service<Request<Body>> for Scripted {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let act = self.next(request);
        Box::pin(async move {
            let failed = |kind, why| Err(TransportError::new(kind, io::Error::from(why)).into());
            match act {
                Act::Answer(answer) => Ok(answer.into_response()),
                Act::Stream(pieces) => Ok(Response::new(streaming(pieces))),
                Act::Refuse => failed(TransportErrorKind::Connect, io::ErrorKind::ConnectionRefused),
                Act::Break => failed(TransportErrorKind::Broken, io::ErrorKind::ConnectionReset),
                Act::Silence => match pending::<Infallible>().await {},
            }
        })
    }
}

fn streaming(pieces: Vec<Piece>) -> Body {
    let frames = stream::iter(pieces).filter_map(|piece| async {
        match piece {
            Piece::Bytes(bytes) => Some(Ok(Frame::data(bytes))),
            Piece::Pause(pause) => {
                sleep(pause).await;
                None
            }
            Piece::Break => Some(Err(io::Error::from(io::ErrorKind::ConnectionReset))),
            Piece::Silence => match pending::<Infallible>().await {},
        }
    });
    Body::streaming(StreamBody::new(frames))
}

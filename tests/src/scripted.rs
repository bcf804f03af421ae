//! A transport that has no network: it plays a script, and keeps what it was sent.

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

/// What happens to one attempt of a call.
#[derive(Debug)]
pub enum Act {
    /// It is answered.
    Answer(Answer),
    /// It is answered with 200 and a body that arrives in pieces.
    Stream(Vec<Piece>),
    /// No connection comes about.
    Refuse,
    /// The connection breaks.
    Break,
    /// Nothing ever comes.
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
    /// Nothing for a while.
    Pause(Duration),
    /// The connection breaks.
    Break,
    /// Nothing more ever comes, and the body does not end.
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

/// One attempt as it arrived.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// How long after the transport was made.
    pub at: Duration,
    /// The URL.
    pub url: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Attempt {
    /// A header's text; empty where there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// The transport. Clones share the script and what was kept.
#[derive(Debug, Clone)]
pub struct Scripted(Arc<Mutex<Script>>);

#[derive(Debug)]
struct Script {
    acts: VecDeque<Act>,
    attempts: Vec<Attempt>,
    start: Instant,
}

impl Scripted {
    /// A transport that plays these acts, one for each attempt. A further attempt panics.
    #[must_use]
    pub fn new<A: Into<Act>>(acts: impl IntoIterator<Item = A>) -> Self {
        let acts = acts.into_iter().map(Into::into).collect();
        Self(Arc::new(Mutex::new(Script { acts, attempts: Vec::new(), start: Instant::now() })))
    }

    /// A transport for one attempt, which is answered with 200 and a body in pieces.
    #[must_use]
    pub fn streaming<P: Into<Piece>>(pieces: impl IntoIterator<Item = P>) -> Self {
        Self::new([Act::Stream(pieces.into_iter().map(Into::into).collect())])
    }

    /// A client over this transport, to be configured further.
    pub fn builder(&self) -> ClientBuilder {
        Client::builder().api_key("KEY").base_url("https://api.example/v2").transport(self.clone())
    }

    /// A client over this transport.
    ///
    /// # Panics
    /// Never: its settings are right.
    #[must_use]
    pub fn client(&self) -> Client {
        self.builder().build().expect("the settings are right")
    }

    /// What arrived so far.
    ///
    /// # Panics
    /// Where another thread panicked in here.
    #[must_use]
    pub fn attempts(&self) -> Vec<Attempt> {
        self.0.lock().expect("no panic in here").attempts.clone()
    }

    fn next(&self, request: Request<Body>) -> Act {
        let mut script = self.0.lock().expect("no panic in here");
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

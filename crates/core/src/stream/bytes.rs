use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http_body::Body as _;
use tokio::time::{Sleep, sleep};

use crate::{Body, Error, Operation};

/// An answer's bytes as they arrive. Dropping it ends the request.
pub struct ByteStream {
    body: Option<Body>,
    idle: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    call: Option<(Operation, u32)>,
}

impl ByteStream {
    pub(crate) fn new(body: Body, idle: Duration, call: Option<(Operation, u32)>) -> Self {
        Self { body: Some(body), idle, timer: None, call }
    }

    /// A stream of bytes that are at hand: what a mock returns.
    #[must_use]
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        Self::new(Body::full(bytes), Duration::MAX, None)
    }

    /// The error, with the operation that it ended.
    pub(crate) fn failed(&self, error: Error) -> Error {
        match &self.call {
            Some((operation, attempts)) => error.during(operation, *attempts),
            None => error,
        }
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            let Some(body) = &mut this.body else {
                return Poll::Ready(None);
            };
            if let Poll::Ready(frame) = Pin::new(body).poll_frame(context) {
                this.timer = None;
                let error = match frame {
                    Some(Ok(frame)) => match frame.into_data() {
                        Ok(data) if data.is_empty() => continue,
                        Ok(data) => return Poll::Ready(Some(Ok(data))),
                        Err(_) => continue,
                    },
                    Some(Err(error)) => Some(this.failed(Error::transport(error))),
                    None => None,
                };
                this.body = None;
                return Poll::Ready(error.map(Err));
            }
            let idle = this.idle;
            let timer = this.timer.get_or_insert_with(|| Box::pin(sleep(idle)));
            ready!(timer.as_mut().poll(context));
            this.body = None;
            return Poll::Ready(Some(Err(this.failed(Error::timeout(format!(
                "the stream was silent for {idle:?}; allow more by `stream_idle_timeout` on the client"
            ))))));
        }
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream").field("ended", &self.body.is_none()).finish_non_exhaustive()
    }
}

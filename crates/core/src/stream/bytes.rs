use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Body as _, Frame};
use tokio::time::{Instant, Sleep, sleep};

use crate::exchange::RawResponse;
use crate::{Body, Error, ErrorKind, trace};

/// The bytes of a response as they arrive. Dropping the stream cancels the request.
#[must_use = "a stream does nothing until it is read, and dropping it cancels the request"]
pub struct ByteStream {
    body: Option<Body>,
    pub(super) idle: Duration,
    /// Limits the time until the next byte.
    timer: Option<Pin<Box<Sleep>>>,
    /// The response, without its body. Mocks have none.
    response: Option<Box<RawResponse>>,
}

impl ByteStream {
    pub(crate) fn new(body: Body, idle: Duration, response: Option<Box<RawResponse>>) -> Self {
        Self { body: Some(body), idle, timer: None, response }
    }

    /// A stream of the given bytes, for mocks.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        Body::full(bytes).into()
    }

    /// A stream of the given chunks, for mocks. An error ends it.
    ///
    /// ```
    /// use telnyx_ai_core::{ByteStream, Error, ErrorKind, TextStream};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let broken = Error::new(ErrorKind::Transport, "the connection broke");
    /// let text = TextStream::from(ByteStream::from_chunks([Ok("Greet the".into()), Err(broken)]));
    /// assert_eq!(text.collect().await.unwrap_err().partial(), Some("Greet the"));
    /// # }
    /// ```
    pub fn from_chunks(chunks: impl IntoIterator<Item = Result<Bytes, Error>>) -> Self {
        let body = Chunks(chunks.into_iter().collect::<Vec<_>>().into_iter());
        Body::streaming(body).into()
    }

    /// The maximum number of bytes of text that a wrapper collects.
    pub(crate) fn max_text(&self) -> usize {
        self.response.as_ref().map_or(usize::MAX, |response| response.request.client.0.max_answer_bytes)
    }

    /// Ends the request.
    pub(crate) fn end(&mut self) {
        self.body = None;
    }

    /// Adds the operation and the head of the response to an error of the stream.
    #[cold]
    pub(crate) fn failed(&self, error: Error) -> Error {
        let Some(RawResponse { request, attempts, parts, .. }) = self.response.as_deref() else {
            return error;
        };
        let is_new = error.operation().is_none();
        let error = error.during(&request.operation, *attempts).after_head(parts.clone());
        if is_new {
            trace::stream_failed(&request.operation, *attempts, &error);
        }
        error.without_key(request.authorization())
    }
}

/// A stream of the bytes of a body, for mocks and wrappers.
impl From<Body> for ByteStream {
    fn from(body: Body) -> Self {
        Self::new(body, Duration::MAX, None)
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let error = loop {
            let Some(body) = &mut this.body else {
                return Poll::Ready(None);
            };
            let ends = this.response.as_ref().and_then(|response| response.ends);
            if let Some((at, deadline)) = ends
                && at <= Instant::now()
            {
                break Some(Error::deadline_passed(deadline));
            }
            let Poll::Ready(frame) = Pin::new(body).poll_frame(context) else {
                if let Some(timer) = &mut this.timer {
                    ready!(timer.as_mut().poll(context));
                    let idle = this.idle;
                    let message =
                        format!("the stream was idle for {idle:?}; raise `stream_idle_timeout` on the client");
                    break Some(Error::new(ErrorKind::Timeout, message));
                }
                let deadline = ends.map_or(Duration::MAX, |(at, _)| at.saturating_duration_since(Instant::now()));
                this.timer = Some(Box::pin(sleep(this.idle.min(deadline))));
                continue;
            };
            match frame.map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(data))) if !data.is_empty() => {
                    this.timer = None;
                    return Poll::Ready(Some(Ok(data)));
                }
                Some(Ok(_)) => {}
                // The error of a mock, or of a stream that a wrapper passes on, is returned unchanged.
                Some(Err(error)) => {
                    break Some(error.downcast::<Error>().map_or_else(Error::transport, |error| *error));
                }
                None => break None,
            }
        };
        this.body = None;
        Poll::Ready(error.map(|error| Err(this.failed(error))))
    }
}

/// The body of a mock.
struct Chunks(std::vec::IntoIter<Result<Bytes, Error>>);

impl http_body::Body for Chunks {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Poll::Ready(self.0.next().map(|chunk| chunk.map(Frame::data)))
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream").field("ended", &self.body.is_none()).finish_non_exhaustive()
    }
}

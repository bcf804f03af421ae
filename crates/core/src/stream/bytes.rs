use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::response::Parts;
use http_body::{Body as _, Frame};
use tokio::time::{Instant, Sleep, sleep};

use crate::call_request::CallRequest;
use crate::options::Deadline;
use crate::{Body, Error, ErrorKind, trace};

/// The bytes of a response as they arrive. Dropping the stream cancels the request.
pub struct ByteStream {
    body: Option<Body>,
    idle: Duration,
    ends: Option<Deadline>,
    /// Limits the time until the next byte.
    timer: Option<Pin<Box<Sleep>>>,
    /// The start of the wait for the next event, in a stream of events.
    event_since: Option<Instant>,
    counts_events: bool,
    /// The call whose response the stream is. Mocks have none.
    call: Option<Box<StreamedCall>>,
}

/// A call whose response is a stream.
pub(crate) struct StreamedCall {
    pub(crate) request: Box<CallRequest>,
    pub(crate) attempts: u32,
    pub(crate) parts: Parts,
}

impl ByteStream {
    pub(crate) fn new(body: Body, idle: Duration, ends: Option<Deadline>, call: Option<Box<StreamedCall>>) -> Self {
        Self { body: Some(body), idle, ends, timer: None, event_since: None, counts_events: false, call }
    }

    /// A stream of the given bytes, for mocks.
    #[must_use]
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        Self::new(Body::full(bytes), Duration::MAX, None, None)
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
    #[must_use]
    pub fn from_chunks(chunks: impl IntoIterator<Item = Result<Bytes, Error>>) -> Self {
        let body = Chunks(chunks.into_iter().collect::<Vec<_>>().into_iter());
        Self::new(Body::streaming(body), Duration::MAX, None, None)
    }

    /// The number of bytes of text that a stream of this kind may collect.
    pub(crate) fn max_text(&self) -> usize {
        self.call.as_ref().map_or(usize::MAX, |call| call.request.client.0.max_answer_bytes)
    }

    /// Limits the time between events to ten times the idle timeout, so that comments cannot keep a stream open forever.
    pub(crate) fn count_events(mut self) -> Self {
        self.counts_events = true;
        self
    }

    /// Records that an event is complete.
    pub(crate) fn event(&mut self) {
        self.event_since = None;
    }

    /// The error of a stream that sends data but no complete event.
    pub(crate) fn overdue(&self) -> Option<Error> {
        let longest = self.idle.saturating_mul(10);
        let message = || format!("the stream sent no complete event for {longest:?}");
        let is_overdue = self.event_since.is_some_and(|since| since.elapsed() > longest);
        is_overdue.then(|| self.failed(Error::new(ErrorKind::Timeout, message())))
    }

    /// Ends the request.
    pub(crate) fn end(&mut self) {
        self.body = None;
    }

    fn time_out(&mut self, message: String) -> Poll<Option<Result<Bytes, Error>>> {
        self.body = None;
        Poll::Ready(Some(Err(self.failed(Error::new(ErrorKind::Timeout, message)))))
    }

    /// Adds the operation and the head of the response to an error of the stream.
    #[cold]
    pub(crate) fn failed(&self, error: Error) -> Error {
        let Some(StreamedCall { request, attempts, parts }) = self.call.as_deref() else {
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

impl Stream for ByteStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            let Some(body) = &mut this.body else {
                return Poll::Ready(None);
            };
            if let Some((at, deadline)) = this.ends
                && at <= Instant::now()
            {
                return this.time_out(format!("the deadline of {deadline:?} has passed"));
            }
            let Poll::Ready(frame) = Pin::new(body).poll_frame(context) else {
                if let Some(timer) = &mut this.timer {
                    ready!(timer.as_mut().poll(context));
                    let idle = this.idle;
                    let message =
                        format!("the stream was idle for {idle:?}; raise `stream_idle_timeout` on the client");
                    return this.time_out(message);
                }
                if this.counts_events {
                    this.event_since.get_or_insert_with(Instant::now);
                }
                let deadline = this.ends.map_or(Duration::MAX, |(at, _)| at.saturating_duration_since(Instant::now()));
                this.timer = Some(Box::pin(sleep(this.idle.min(deadline))));
                continue;
            };
            let error = match frame.map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(data))) if !data.is_empty() => {
                    this.timer = None;
                    return Poll::Ready(Some(Ok(data)));
                }
                Some(Ok(_)) => continue,
                Some(Err(error)) => Some(this.failed(Error::transport(error))),
                None => None,
            };
            this.body = None;
            return Poll::Ready(error.map(Err));
        }
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

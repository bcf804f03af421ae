use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tokio::time::Instant;

use super::ByteStream;
use crate::{Error, ErrorKind};

/// An event of a `text/event-stream`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerSentEvent {
    /// The name, or an empty string if the event has none.
    pub name: String,
    /// The data. Multiple lines are joined by line breaks.
    pub data: String,
}

/// The events of a `text/event-stream` response as they arrive.
///
/// An event with the data `[DONE]` ends the stream.
///
/// ```
/// use telnyx_ai_core::{ByteStream, EventStream};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), telnyx_ai_core::Error> {
/// let mut events = EventStream::from(ByteStream::from_bytes("event: delta\ndata: {}\n\n"));
/// let event = events.try_next().await?.expect("one event");
/// assert_eq!((event.name.as_str(), event.data.as_str()), ("delta", "{}"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a stream does nothing until it is read, and dropping it cancels the request"]
pub struct EventStream {
    bytes: ByteStream,
    decoder: Decoder,
    ready: VecDeque<ServerSentEvent>,
    /// The start of the wait for the next event.
    waiting_since: Option<Instant>,
}

impl From<ByteStream> for EventStream {
    fn from(bytes: ByteStream) -> Self {
        Self { bytes, decoder: Decoder::default(), ready: VecDeque::new(), waiting_since: None }
    }
}

impl EventStream {
    /// Returns the next event, or `None` at the end.
    ///
    /// # Errors
    /// If the connection breaks, no byte arrives within the client's `stream_idle_timeout` or no event within ten times that,
    /// the deadline of the call passes, or an event has more than 16 MiB.
    pub async fn try_next(&mut self) -> Result<Option<ServerSentEvent>, Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// The number of bytes that a wrapper may collect: the client's `max_answer_bytes`.
    #[must_use]
    pub fn max_bytes(&self) -> usize {
        self.bytes.max_text()
    }

    /// Adds the operation to an error, for wrappers that deserialize the events.
    #[must_use]
    pub fn failed(&self, error: Error) -> Error {
        self.bytes.failed(error)
    }

    /// The start of the first line that is not an event field.
    ///
    /// Wrappers use it to explain a stream without events: servers and proxies may label another format as `text/event-stream`.
    #[must_use]
    pub fn unexpected_line(&self) -> Option<&str> {
        self.decoder.unexpected.as_deref()
    }

    /// The error of a stream that sends bytes, such as comments, but no complete event.
    fn overdue(&self) -> Option<Error> {
        let longest = self.bytes.idle.saturating_mul(10);
        let message = || format!("the stream sent no complete event for {longest:?}");
        let is_overdue = self.waiting_since.is_some_and(|since| since.elapsed() > longest);
        is_overdue.then(|| self.failed(Error::new(ErrorKind::Timeout, message())))
    }

    /// Ends the stream and the request.
    fn end(&mut self) {
        self.ready.clear();
        self.decoder = Decoder::default();
        self.bytes.end();
    }
}

impl Stream for EventStream {
    type Item = Result<ServerSentEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let error = loop {
            if let Some(event) = this.ready.pop_front() {
                this.waiting_since = None;
                if event.data == "[DONE]" {
                    this.end();
                    return Poll::Ready(None);
                }
                return Poll::Ready(Some(Ok(event)));
            }
            let bytes = Pin::new(&mut this.bytes).poll_next(context);
            if bytes.is_pending() {
                this.waiting_since.get_or_insert_with(Instant::now);
            }
            match ready!(bytes) {
                Some(Ok(bytes)) => {
                    this.decoder.read(&bytes, &mut this.ready);
                    if this.ready.is_empty()
                        && let Some(error) = this.overdue()
                    {
                        break error;
                    }
                }
                Some(Err(error)) => break error,
                None => match this.decoder.end() {
                    Some(event) => this.ready.push_back(event),
                    None => return Poll::Ready(None),
                },
            }
            if this.decoder.held() > MAX_EVENT_BYTES {
                let message = format!("an event of the stream has more than {MAX_EVENT_BYTES} bytes, the limit");
                break this.failed(Error::new(ErrorKind::Stream, message));
            }
        };
        this.end();
        Poll::Ready(Some(Err(error)))
    }
}

const MAX_EVENT_BYTES: usize = 16 << 20;

/// The number of characters kept of an unexpected line.
const MAX_QUOTE: usize = 120;

/// A decoder of the `text/event-stream` format. Lines end in `\n`, `\r` or `\r\n`.
#[derive(Debug, Default)]
struct Decoder {
    line: Vec<u8>,
    event: ServerSentEvent,
    has_data: bool,
    after_return: bool,
    begun: bool,
    /// The start of the first line with an unknown field.
    unexpected: Option<String>,
}

impl Decoder {
    /// The number of bytes of the incomplete event.
    fn held(&self) -> usize {
        self.line.len() + self.event.data.len()
    }

    fn read(&mut self, bytes: &[u8], events: &mut VecDeque<ServerSentEvent>) {
        for &byte in bytes {
            let second_half = std::mem::take(&mut self.after_return) && byte == b'\n';
            match byte {
                _ if second_half => {}
                b'\n' | b'\r' => {
                    self.after_return = byte == b'\r';
                    let line = std::mem::take(&mut self.line);
                    events.extend(self.end_of_line(&line));
                }
                byte => self.line.push(byte),
            }
        }
    }

    /// The last event, if no blank line follows it.
    fn end(&mut self) -> Option<ServerSentEvent> {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.end_of_line(&line);
        }
        self.end_of_line(b"")
    }

    /// The event that an empty line completes.
    fn end_of_line(&mut self, line: &[u8]) -> Option<ServerSentEvent> {
        let line = if std::mem::replace(&mut self.begun, true) {
            line
        } else {
            line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line)
        };
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            return std::mem::take(&mut self.has_data).then_some(event);
        }
        let line = String::from_utf8_lossy(line);
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.name),
            "data" => {
                if std::mem::replace(&mut self.has_data, true) {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
            }
            // Comments, ids and reconnection times.
            "" | "id" | "retry" => {}
            _ => {
                self.unexpected.get_or_insert_with(|| line.chars().take(MAX_QUOTE).collect());
            }
        }
        None
    }
}

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::ByteStream;
use crate::Error;

/// One event of a `text/event-stream`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerSentEvent {
    /// The event's name; empty where it had none.
    pub name: String,
    /// Its data; several lines are joined by line breaks.
    pub data: String,
}

/// An answer's events as they arrive. Bytes may be cut anywhere.
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
pub struct EventStream {
    bytes: ByteStream,
    decoder: Decoder,
    ready: VecDeque<ServerSentEvent>,
}

impl From<ByteStream> for EventStream {
    fn from(bytes: ByteStream) -> Self {
        Self { bytes, decoder: Decoder::default(), ready: VecDeque::new() }
    }
}

impl EventStream {
    /// The next event; `None` at the end. An event that the end cuts off is dropped, as the format demands.
    ///
    /// # Errors
    /// Where the connection breaks or is silent too long, or one event has more than 16 MiB.
    pub async fn try_next(&mut self) -> Result<Option<ServerSentEvent>, Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// The error, with the operation that it ended: for types that read meaning into the events.
    #[must_use]
    pub fn failed(&self, error: Error) -> Error {
        self.bytes.failed(error)
    }
}

impl Stream for EventStream {
    type Item = Result<ServerSentEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(event) = this.ready.pop_front() {
                return Poll::Ready(Some(Ok(event)));
            }
            match ready!(Pin::new(&mut this.bytes).poll_next(context)) {
                Some(Ok(bytes)) => this.decoder.read(&bytes, &mut this.ready),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
            if this.decoder.held() > MAX_EVENT_BYTES {
                this.decoder = Decoder::default();
                let error = Error::stream(format!("an event of the stream has more than {MAX_EVENT_BYTES} bytes"));
                return Poll::Ready(Some(Err(this.bytes.failed(error))));
            }
        }
    }
}

const MAX_EVENT_BYTES: usize = 16 << 20;

/// Reads the event-stream format, whose lines end in `\n`, `\r` or `\r\n`.
#[derive(Debug, Default)]
struct Decoder {
    line: Vec<u8>,
    event: ServerSentEvent,
    has_data: bool,
    after_return: bool,
    begun: bool,
}

impl Decoder {
    /// How many bytes wait for their event to be whole.
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

    /// The event that an empty line ends.
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
            // Comments, ids and reconnection times have no use here.
            _ => {}
        }
        None
    }
}

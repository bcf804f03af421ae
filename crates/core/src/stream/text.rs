use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::ByteStream;
use crate::Error;

/// The text of a response as it arrives, split at character boundaries.
///
/// ```
/// use telnyx_ai_core::{ByteStream, TextStream};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), telnyx_ai_core::Error> {
/// let mut text = TextStream::from(ByteStream::from_bytes("Greet the caller. Ask for the order."));
/// while let Some(piece) = text.try_next().await? {
///     print!("{piece}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a stream does nothing until it is read, and dropping it cancels the request"]
pub struct TextStream {
    bytes: ByteStream,
    /// The first bytes of an incomplete character.
    begun: Vec<u8>,
    /// The text so far, for `collect` and errors.
    text: String,
}

impl From<ByteStream> for TextStream {
    fn from(bytes: ByteStream) -> Self {
        Self { bytes, begun: Vec::new(), text: String::new() }
    }
}

impl TextStream {
    /// Returns the next piece, or `None` at the end.
    ///
    /// # Errors
    /// If the connection breaks, no byte arrives within the client's `stream_idle_timeout`, the deadline of the call passes, or
    /// the text has more than `max_answer_bytes`. [`Error::partial`] has the text so far.
    pub async fn try_next(&mut self) -> Result<Option<String>, Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// Reads the stream to its end and returns the whole text.
    ///
    /// # Errors
    /// Those of [`try_next`](Self::try_next).
    pub async fn collect(mut self) -> Result<String, Error> {
        while self.try_next().await?.is_some() {}
        Ok(self.text)
    }

    /// Adds the operation and the text so far to an error.
    fn failed(&self, error: Error) -> Error {
        self.bytes.failed(error.with_partial(&*self.text))
    }

    /// Removes the complete characters from the buffer. Invalid UTF-8 becomes U+FFFD.
    fn whole_characters(&mut self, at_end: bool) -> String {
        let last = self.begun.utf8_chunks().last().map_or(&[][..], |chunk| chunk.invalid());
        let is_incomplete = !at_end && std::str::from_utf8(last).is_err_and(|error| error.error_len().is_none());
        let rest = self.begun.split_off(self.begun.len() - if is_incomplete { last.len() } else { 0 });
        let whole = std::mem::replace(&mut self.begun, rest);
        String::from_utf8_lossy(&whole).into_owned()
    }
}

impl Stream for TextStream {
    type Item = Result<String, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let error = loop {
            let at_end = match ready!(Pin::new(&mut this.bytes).poll_next(context)) {
                Some(Ok(bytes)) => {
                    this.begun.extend_from_slice(&bytes);
                    false
                }
                Some(Err(error)) => break error,
                None => true,
            };
            let piece = this.whole_characters(at_end);
            if !piece.is_empty() {
                if this.text.len() + piece.len() > this.bytes.max_text() {
                    break Error::too_long(this.bytes.max_text());
                }
                this.text.push_str(&piece);
                return Poll::Ready(Some(Ok(piece)));
            }
            if at_end {
                return Poll::Ready(None);
            }
        };
        this.begun.clear();
        this.bytes.end();
        Poll::Ready(Some(Err(this.failed(error))))
    }
}

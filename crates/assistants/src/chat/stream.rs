use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde_json::Value;
use telnyx_ai_core::{ByteStream, Error, EventStream, JsonObject, ServerSentEvent, decode};

use super::{ChatEvent, ChatReply};

/// An assistant's reply while it is made: the events in order, or, by
/// [`collect_reply`](Self::collect_reply), the reply once it is whole.
///
/// The stream fails when the assistant reports an error, or when it ends before the reply is whole. Such an
/// error keeps the text so far, in [`Error::partial`]. Dropping the stream ends the request.
///
/// ```
/// use telnyx_ai_assistants::{ChatDelta, ChatDone, ChatStream};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), telnyx_ai_core::Error> {
/// // What a mock of `chat_stream` returns.
/// let stream = ChatStream::from_events([
///     ChatDelta::new("Hel").into(),
///     ChatDelta::new("lo!").into(),
///     ChatDone::new("Hello!").into(),
/// ]);
/// assert_eq!(stream.collect_reply().await?.content, "Hello!");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ChatStream {
    /// Events at hand, which go before those of the answer.
    ready: VecDeque<ChatEvent>,
    events: EventStream,
    text: String,
    ended: bool,
}

impl From<ByteStream> for ChatStream {
    fn from(bytes: ByteStream) -> Self {
        Self { ready: VecDeque::new(), events: bytes.into(), text: String::new(), ended: false }
    }
}

impl ChatStream {
    /// A stream of these events: what a mock returns.
    #[must_use]
    pub fn from_events(events: impl IntoIterator<Item = ChatEvent>) -> Self {
        Self { ready: events.into_iter().collect(), ..ByteStream::from_bytes("").into() }
    }

    /// The next event; `None` after the last.
    ///
    /// # Errors
    /// When the assistant reports an error, an event can not be read, the connection breaks, or the stream
    /// ends before the reply is whole.
    pub async fn try_next(&mut self) -> Result<Option<ChatEvent>, Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// The reply, once it is whole.
    ///
    /// # Errors
    /// As [`try_next`](Self::try_next).
    pub async fn collect_reply(mut self) -> Result<ChatReply, Error> {
        while let Some(event) = self.try_next().await? {
            if let ChatEvent::Done(done) = event {
                return Ok(done.into());
            }
        }
        Err(self.early_end())
    }

    /// The text of the reply so far.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    fn pass(&mut self, event: ChatEvent) -> ChatEvent {
        match &event {
            ChatEvent::Delta(delta) => self.text.push_str(&delta.content),
            ChatEvent::Done(done) => {
                self.text.clone_from(&done.content);
                self.ended = true;
            }
            ChatEvent::Unknown(_) => {}
        }
        event
    }

    fn fail(&mut self, error: Error) -> Error {
        self.ended = true;
        self.events.failed(error).with_partial(&*self.text)
    }

    fn early_end(&mut self) -> Error {
        self.fail(Error::stream("the stream ended before the reply was whole"))
    }
}

impl Stream for ChatStream {
    type Item = Result<ChatEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if let Some(event) = this.ready.pop_front() {
            return Poll::Ready(Some(Ok(this.pass(event))));
        }
        Poll::Ready(match ready!(Pin::new(&mut this.events).poll_next(context)) {
            Some(event) => Some(match event.and_then(read) {
                Ok(event) => Ok(this.pass(event)),
                Err(error) => Err(this.fail(error)),
            }),
            None if this.ended => None,
            None => Some(Err(this.early_end())),
        })
    }
}

/// Reads an event by its name or, where it has none, by the `type` in its data.
fn read(event: ServerSentEvent) -> Result<ChatEvent, Error> {
    let data = event.data.as_bytes();
    let is_named = !event.name.is_empty() && event.name != "message";
    let typed = if is_named { None } else { decode::from_slice::<JsonObject>(data).ok() };
    let name = match typed.as_ref().and_then(|data| data.get("type")?.as_str()) {
        Some(name) => name.to_owned(),
        None => event.name.clone(),
    };
    match name.as_str() {
        "delta" => decode::from_slice(data).map(ChatEvent::Delta),
        "done" => decode::from_slice(data).map(ChatEvent::Done),
        "error" => return Err(Error::stream(format!("the assistant reported an error: {}", reason(&event.data)))),
        _ => Ok(ChatEvent::Unknown(event)),
    }
    .map_err(|error| Error::stream(format!("the event {name} can not be read: {error}")).with_source(error))
}

/// What an error event says, in whichever form.
fn reason(data: &str) -> String {
    let value = serde_json::from_str(data).unwrap_or_else(|_| Value::from(data));
    let said = ["", "/message", "/detail", "/error", "/error/message", "/errors/0/detail", "/errors/0/title"]
        .iter()
        .find_map(|place| value.pointer(place)?.as_str());
    said.map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use telnyx_ai_core::ErrorKind;

    use super::*;

    fn stream(text: &'static str) -> ChatStream {
        ByteStream::from_bytes(text).into()
    }

    #[tokio::test]
    async fn pieces_come_in_order_and_the_end_has_it_all() -> Result<(), Error> {
        let mut stream = stream(
            "event: delta\ndata: {\"content\": \"Hel\"}\n\nevent: typing\ndata: ...\n\n\
             event: delta\ndata: {\"content\": \"lo\"}\n\n\
             event: done\ndata: {\"content\": \"Hello\", \"whatsapp_template\": null, \"new\": 1}\n\n",
        );
        let mut names = Vec::new();
        while let Some(event) = stream.try_next().await? {
            names.push(match event {
                ChatEvent::Delta(delta) => delta.content,
                ChatEvent::Done(done) => format!("{} {:?}", done.content, done.extra.get("new")),
                ChatEvent::Unknown(event) => event.name,
            });
        }
        assert_eq!(names, ["Hel", "typing", "lo", "Hello Some(Number(1))"]);
        assert_eq!(stream.text(), "Hello");
        Ok(())
    }

    #[tokio::test]
    async fn the_type_in_the_data_names_an_event_without_a_name() -> Result<(), Error> {
        let stream = stream("data: {\"type\": \"done\", \"content\": \"Hi\", \"whatsapp_template\": {\"id\": 7}}\n\n");
        let reply = stream.collect_reply().await?;
        assert_eq!(reply.content, "Hi");
        assert_eq!(reply.extra.get("whatsapp_template"), Some(&serde_json::json!({"id": 7})));
        Ok(())
    }

    #[tokio::test]
    async fn an_early_end_and_a_reported_error_keep_the_text() {
        let begun = "event: delta\ndata: {\"content\": \"Hel\"}\n\n";
        for (rest, why) in [
            ("", "ended before"),
            ("event: error\ndata: {\"message\": \"no model\"}\n\n", "no model"),
            ("event: error\ndata: out of luck\n\n", "out of luck"),
            ("event: delta\ndata: {\"text\": 1}\n\n", "the event delta can not be read"),
        ] {
            let stream = ChatStream::from(ByteStream::from_bytes(format!("{begun}{rest}")));
            let error = stream.collect_reply().await.expect_err("it fails");
            assert_eq!(error.kind(), ErrorKind::Stream);
            assert_eq!(error.partial(), Some("Hel"));
            assert!(error.to_string().contains(why), "{error}");
        }
    }

    #[tokio::test]
    async fn after_a_failure_the_stream_is_over() {
        let mut stream = stream("");
        assert!(stream.try_next().await.is_err());
        assert!(matches!(stream.try_next().await, Ok(None)));
    }
}

use std::cell::LazyCell;
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde_json::Value;
use telnyx_ai_core::{ByteStream, Error, ErrorKind, EventStream, Extra, JsonObject, ServerSentEvent, decode};

use super::{ChatDelta, ChatDone, ChatEvent, ChatReply};

/// A stream of the events of a reply, while the assistant generates it.
///
/// [`collect_reply`](Self::collect_reply) returns the complete reply instead.
///
/// The stream fails if the assistant reports an error, if it ends before the reply is complete, or if the reply has
/// more bytes than the client's `max_answer_bytes`. [`Error::partial`] has the text so far. It ends with the complete reply
/// or an error, even if the server keeps the connection open. Dropping the stream cancels the request.
///
/// ```
/// use telnyx_ai_assistants::{ChatDelta, ChatDone, ChatStream};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), telnyx_ai_core::Error> {
/// // A mock of `chat_stream` can return this stream.
/// let stream = ChatStream::from_events([
///     ChatDelta::new("Hel").into(),
///     ChatDelta::new("lo!").into(),
///     ChatDone::new("Hello!").into(),
/// ]);
/// assert_eq!(stream.collect_reply().await?.content, "Hello!");
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream does nothing until it is read, and dropping it cancels the request"]
pub struct ChatStream {
    /// The events of a mock or a wrapper, in place of those of a response.
    given: Option<Events>,
    events: EventStream,
    text: String,
    /// The last unknown event, to explain an early end.
    last_unknown: Option<String>,
    ended: bool,
}

type Events = Pin<Box<dyn Stream<Item = Result<ChatEvent, Error>> + Send>>;

impl From<ByteStream> for ChatStream {
    fn from(bytes: ByteStream) -> Self {
        Self { given: None, events: bytes.into(), text: String::new(), last_unknown: None, ended: false }
    }
}

impl ChatStream {
    /// Creates a stream of the given events, for mocks.
    pub fn from_events(events: impl IntoIterator<Item = ChatEvent>) -> Self {
        Self::from_stream(Given(events.into_iter().map(Ok).collect()))
    }

    /// Creates a stream of the given events that then fails, for mocks.
    pub fn from_events_then_err(events: impl IntoIterator<Item = ChatEvent>, error: Error) -> Self {
        Self::from_stream(Given(events.into_iter().map(Ok).chain([Err(error)]).collect()))
    }

    /// Creates a stream of the events of another stream, for wrappers that change them and for mocks that wait.
    ///
    /// It fails like a stream of the API: with the first error, or if the other stream ends before the event `done`.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// use telnyx_ai_assistants::{ChatDelta, ChatDone, ChatEvent, ChatStream};
    ///
    /// /// Replaces a word in a reply.
    /// fn censored(stream: ChatStream) -> ChatStream {
    ///     ChatStream::from_stream(stream.map_ok(|mut event| {
    ///         match &mut event {
    ///             ChatEvent::Delta(delta) => delta.content = delta.content.replace("darn", "****"),
    ///             ChatEvent::Done(done) => done.content = done.content.replace("darn", "****"),
    ///             _ => {}
    ///         }
    ///         event
    ///     }))
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), telnyx_ai_core::Error> {
    /// let stream = ChatStream::from_events([ChatDelta::new("darn").into(), ChatDone::new("darn cold").into()]);
    /// assert_eq!(censored(stream).collect_reply().await?.content, "**** cold");
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_stream(events: impl Stream<Item = Result<ChatEvent, Error>> + Send + 'static) -> Self {
        Self { given: Some(Box::pin(events)), ..ByteStream::from_bytes("").into() }
    }

    /// Returns the next event, or `None` after the last one.
    ///
    /// It is cancel safe: if the future is dropped, for example in `select!`, no event is lost.
    ///
    /// # Errors
    /// If the assistant reports an error, the event `done` cannot be deserialized, the connection fails or is idle for too
    /// long, or the stream ends before the reply is complete.
    pub async fn try_next(&mut self) -> Result<Option<ChatEvent>, Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// Reads the stream to its end and returns the complete reply.
    ///
    /// # Errors
    /// Those of [`try_next`](Self::try_next).
    pub async fn collect_reply(mut self) -> Result<ChatReply, Error> {
        while let Some(event) = self.try_next().await? {
            if let ChatEvent::Done(done) = event {
                self.try_next().await?;
                return Ok(done.into());
            }
        }
        Err(self.early_end())
    }

    /// Returns the text of the reply so far.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Collects the text of an event.
    fn collect(&mut self, event: ChatEvent) -> Result<ChatEvent, Error> {
        let bytes = match &event {
            ChatEvent::Delta(delta) => self.text.len() + delta.content.len(),
            ChatEvent::Done(done) => done.content.len(),
            ChatEvent::Unknown(_) => 0,
        };
        let limit = self.events.max_bytes();
        if bytes > limit {
            let message = format!("the reply has more than {limit} bytes; raise `max_answer_bytes` on the client");
            return Err(self.fail(Error::new(ErrorKind::Decode, message)));
        }
        match &event {
            ChatEvent::Delta(delta) => self.text.push_str(&delta.content),
            ChatEvent::Done(done) => {
                self.text.clone_from(&done.content);
                self.ended = true;
            }
            ChatEvent::Unknown(event) => self.last_unknown = Some(event.data.chars().take(MAX_QUOTE).collect()),
        }
        Ok(event)
    }

    fn fail(&mut self, error: Error) -> Error {
        (self.given, self.ended) = (None, true);
        self.events.failed(error.with_partial(&*self.text))
    }

    fn early_end(&mut self) -> Error {
        let found = match (&self.last_unknown, self.events.unexpected_line()) {
            (Some(data), _) => format!("; its last event was {data:?}"),
            (None, Some(line)) => format!("; it contains a line that is not an event field: {line:?}"),
            (None, None) => String::new(),
        };
        self.fail(Error::new(ErrorKind::Stream, format!("the stream ended before the reply was complete{found}")))
    }
}

impl Stream for ChatStream {
    type Item = Result<ChatEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.ended {
            // If the end of the response has arrived, reading it lets the connection be reused. Otherwise the request is canceled.
            let _ = match &mut this.given {
                Some(events) => events.as_mut().poll_next(context).map(drop),
                None => Pin::new(&mut this.events).poll_next(context).map(drop),
            };
            (this.given, this.events) = (None, ByteStream::from_bytes("").into());
            return Poll::Ready(None);
        }
        let event = match &mut this.given {
            Some(events) => ready!(events.as_mut().poll_next(context)),
            None => ready!(Pin::new(&mut this.events).poll_next(context)).map(|event| event.and_then(read)),
        };
        Poll::Ready(Some(match event {
            Some(Ok(event)) => this.collect(event),
            Some(Err(error)) => Err(this.fail(error)),
            None => Err(this.early_end()),
        }))
    }
}

impl fmt::Debug for ChatStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatStream").field("text", &self.text).field("ended", &self.ended).finish_non_exhaustive()
    }
}

/// The events of a mock.
struct Given(VecDeque<Result<ChatEvent, Error>>);

impl Stream for Given {
    type Item = Result<ChatEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front())
    }
}

/// The maximum number of characters of an unknown event that an error quotes.
const MAX_QUOTE: usize = 120;

/// Deserializes an event by its name or, if it has none, by its data.
///
/// A malformed delta is an error. Data without a name and a type is an error if it has the field `error` or `errors`.
fn read(event: ServerSentEvent) -> Result<ChatEvent, Error> {
    let data = event.data.as_bytes();
    let fields = LazyCell::new(|| decode::from_slice_lenient::<JsonObject>(data).unwrap_or_default());
    let is_error = |name| match &fields[name] {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(errors) => !errors.is_empty(),
        _ => true,
    };
    let has_error = || is_error("error") || is_error("errors");
    let name = match event.name.as_str() {
        "" | "message" => match fields.get("type").and_then(Value::as_str) {
            None if has_error() => "error",
            found => found.unwrap_or_default(),
        },
        name => name,
    };
    let is_reported = match name {
        "delta" => match decode::from_slice_lenient::<ChatDelta>(data) {
            Ok(mut delta) => {
                remove_name(&mut delta.extra, name);
                return Ok(ChatEvent::Delta(delta));
            }
            Err(_) => has_error(),
        },
        // Nothing follows the end of the reply.
        "done" => match decode::from_slice_lenient::<ChatDone>(data) {
            Ok(mut done) => {
                remove_name(&mut done.extra, name);
                return Ok(ChatEvent::Done(done));
            }
            Err(error) if !has_error() => {
                let message = format!("the event done cannot be deserialized: {error}");
                return Err(Error::new(ErrorKind::Stream, message).with_source(error));
            }
            Err(_) => true,
        },
        name => name == "error",
    };
    if is_reported { Err(reported(&event.data)) } else { Ok(ChatEvent::Unknown(event)) }
}

/// Removes the name of an event that its data repeats.
fn remove_name(extra: &mut Extra, name: &str) {
    if extra.get("type").is_some_and(|repeated| repeated == name) {
        extra.remove("type");
    }
}

/// The error of an error event, whose message can have several forms.
fn reported(data: &str) -> Error {
    let value = decode::from_slice_lenient(data.as_bytes()).unwrap_or_else(|_| Value::from(data));
    let message = ["", "/message", "/detail", "/error", "/error/message", "/errors/0/detail", "/errors/0/title"]
        .iter()
        .find_map(|place| value.pointer(place)?.as_str());
    let message = message.map_or_else(|| value.to_string(), str::to_owned);
    Error::new(ErrorKind::Stream, format!("the assistant reported an error: {message}"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

    use futures_util::{StreamExt, stream};
    use telnyx_ai_core::ErrorKind;

    use super::*;

    fn of_text(text: &'static str) -> ChatStream {
        ByteStream::from_bytes(text).into()
    }

    #[tokio::test]
    async fn events_come_in_order_and_the_last_one_has_the_whole_text() -> Result<(), Error> {
        let mut stream = of_text(
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
    async fn type_in_the_data_names_an_event_without_a_name() -> Result<(), Error> {
        let stream = of_text("data: {\"type\": \"done\", \"content\": \"Hi\", \"whatsapp_template\": {\"id\": 7}}\n\n");
        let reply = stream.collect_reply().await?;
        assert_eq!(reply.content, "Hi");
        assert_eq!(reply.extra.get("whatsapp_template"), Some(&serde_json::json!({"id": 7})));
        Ok(())
    }

    #[tokio::test]
    async fn name_that_the_data_repeats_is_no_unknown_field() -> Result<(), Error> {
        let mut stream = of_text(
            "event: delta\ndata: {\"type\": \"delta\", \"content\": \"Hi\"}\n\n\
             event: done\ndata: {\"type\": \"done\", \"content\": \"Hi\"}\n\n",
        );
        assert_eq!(stream.try_next().await?, Some(ChatDelta::new("Hi").into()));
        assert_eq!(stream.try_next().await?, Some(ChatDone::new("Hi").into()));
        Ok(())
    }

    #[tokio::test]
    async fn stream_of_a_wrapper_ends_like_one_of_the_api() {
        let [broken, short] = [vec![Err(Error::new(ErrorKind::Transport, "the connection broke"))], Vec::new()]
            .map(|end| stream::iter([Ok(ChatDelta::new("Hel").into())].into_iter().chain(end)))
            .map(ChatStream::from_stream);
        for (stream, kind) in [(broken, ErrorKind::Transport), (short, ErrorKind::Stream)] {
            let error = stream.collect_reply().await.expect_err("it fails");
            assert_eq!((error.kind(), error.partial()), (kind, Some("Hel")));
        }
    }

    /// The connection of a wrapped response is reused then.
    #[tokio::test]
    async fn stream_of_a_wrapper_is_read_to_its_end() -> Result<(), Error> {
        let is_read = Arc::new(AtomicBool::new(false));
        let end = is_read.clone();
        let end = stream::once(async move { end.store(true, Relaxed) }).filter_map(|()| async { None });
        let events = stream::iter([Ok(ChatDone::new("Hi").into())]).chain(end);
        assert_eq!(ChatStream::from_stream(events).collect_reply().await?.content, "Hi");
        assert!(is_read.load(Relaxed));
        Ok(())
    }

    #[tokio::test]
    async fn early_end_and_reported_error_keep_the_text() {
        let begun = "event: delta\ndata: {\"content\": \"Hel\"}\n\n";
        for (rest, why) in [
            ("", "ended before"),
            ("{\"content\": \"Hello there\"}", "Hello there"),
            ("event: error\ndata: {\"message\": \"no model\"}\n\n", "no model"),
            ("event: error\ndata: overloaded\n\n", "overloaded"),
            ("event: done\ndata: {\"text\": 1}\n\n", "the event done cannot be deserialized"),
            ("event: delta\ndata: {\"error\": {\"message\": \"no credit\"}}\n\n", "no credit"),
            ("data: {\"detail\": \"no capacity\"}\n\n", "no capacity"),
        ] {
            let stream = ChatStream::from(ByteStream::from_bytes(format!("{begun}{rest}")));
            let error = stream.collect_reply().await.expect_err("it fails");
            assert_eq!(error.kind(), ErrorKind::Stream);
            assert_eq!(error.partial(), Some("Hel"));
            assert!(error.to_string().contains(why), "{error}");
        }
    }

    #[tokio::test]
    async fn event_of_another_form_does_not_end_the_stream() -> Result<(), Error> {
        let mut stream = of_text(
            "event: delta\ndata: {\"content\": null, \"role\": \"assistant\"}\n\n\
             event: delta\ndata: {\"content\": \"Hi\"}\n\n\
             data: {\"error\": null, \"errors\": []}\n\n\
             event: done\ndata: {\"content\": \"Hi\"}\n\n",
        );
        let Some(ChatEvent::Unknown(event)) = stream.try_next().await? else { panic!("the event is not kept") };
        assert_eq!(event.data, r#"{"content": null, "role": "assistant"}"#);
        assert_eq!(stream.collect_reply().await?.content, "Hi");
        Ok(())
    }

    #[tokio::test]
    async fn stream_ends_after_an_error_and_after_the_reply() -> Result<(), Error> {
        let later = "event: delta\ndata: {\"content\": \"late\"}\n\n";
        for text in ["", &format!("event: error\ndata: no model\n\n{later}")] {
            let mut stream = ChatStream::from(ByteStream::from_bytes(text.to_owned()));
            assert!(stream.try_next().await.is_err());
            assert!(matches!(stream.try_next().await, Ok(None)));
        }
        let text = format!("event: done\ndata: {{\"content\": \"Hi\"}}\n\n{later}");
        let mut stream = ChatStream::from(ByteStream::from_bytes(text));
        assert!(matches!(stream.try_next().await?, Some(ChatEvent::Done(_))));
        assert!(stream.try_next().await?.is_none());
        assert_eq!(stream.text(), "Hi");
        Ok(())
    }

    #[tokio::test]
    async fn lone_surrogates_in_events_without_a_name_are_replaced() -> Result<(), Error> {
        let reply = of_text(r#"data: {"type": "done", "content": "Hi \ud83d"}"#).collect_reply().await?;
        assert_eq!(reply.content, "Hi \u{fffd}");
        let error = of_text(r#"data: {"error": {"message": "overloaded \ud83d"}}"#).collect_reply().await;
        assert!(error.expect_err("an error event").to_string().contains("overloaded \u{fffd}"));
        Ok(())
    }
}

use std::borrow::Cow;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::data::Data;
use crate::decode::{self, DecodeError};
use crate::exchange::{Answer, Gather, exchange};
use crate::json::FromJson;
use crate::operation::{add_query, fill};
use crate::stream::ByteStream;
use crate::{Client, Error, Operation, Response, builder};

/// An operation that is about to be called: configure it, then await it.
///
/// Every method of the API traits returns one. Nothing happens before the `await`, and dropping it at any point is
/// safe.
///
/// ```
/// # use std::time::Duration;
/// # use telnyx_ai_core::{Body, BoxError, Client};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let transport = tower::service_fn(|_| async { Ok::<_, BoxError>(http::Response::new(Body::full(r#"{"data": 1}"#))) });
/// # let client = Client::builder().api_key("KEY").transport(transport).build()?;
/// let response = client
///     .request(http::Method::GET, "/ai/assistants")
///     .timeout(Duration::from_secs(5))
///     .max_retries(0)
///     .header("x-team", "support")
///     .with_response()
///     .await?;
/// assert_eq!(response.status, 200);
/// assert_eq!(response.value["data"], 1);
/// # Ok(())
/// # }
/// ```
///
/// A mock returns one that is ready: [`Call::ok`], [`Call::err`], or any value `into()` a call.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<T>(State<T>);

enum State<T> {
    Ready(Box<Result<T, Error>>),
    Request(Box<CallRequest>, Decode<T>),
}

/// How an answer becomes a value.
enum Decode<T> {
    Whole(fn(&Answer) -> Result<T, DecodeError>),
    Stream(fn(ByteStream) -> T),
}

impl<T> Decode<T> {
    const fn gather(&self) -> Gather {
        match self {
            Self::Whole(_) => Gather::Whole,
            Self::Stream(_) => Gather::Nothing,
        }
    }

    fn read(&self, answer: &mut Answer) -> Result<T, Error> {
        match self {
            Self::Whole(decode) => decode(answer).map_err(|error| answer.unreadable(error)),
            Self::Stream(decode) => Ok(decode(answer.take_stream())),
        }
    }
}

/// A request as far as it is known before it is sent.
#[derive(Clone)]
pub(crate) struct CallRequest {
    pub(crate) client: Client,
    pub(crate) operation: Operation,
    /// Percent-encoded, below the base URL.
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) body: Option<Bytes>,
    pub(crate) extra_body: Vec<(String, Value)>,
    /// Those beside the client's, or in place of them; no name stands there twice.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) idempotency: Idempotency,
    pub(crate) timeout: Option<Duration>,
    pub(crate) deadline: Option<Duration>,
    pub(crate) max_retries: Option<u32>,
    /// The first thing that was wrong with what the caller gave.
    pub(crate) problem: Option<String>,
}

/// What an idempotency key does for an operation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Idempotency {
    /// Nothing: the operation takes none.
    None,
    /// It protects the call where the caller gives one.
    IfGiven,
    /// It protects the call; one is made where the caller gives none.
    Always,
}

pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

impl Call<Value> {
    pub(crate) fn typed(client: &Client, method: Method, template: &'static str, parameters: &[&str]) -> Self {
        let path = fill(template, parameters);
        Self::start(client, Operation::new(method, template), path, Idempotency::None)
    }

    pub(crate) fn untyped(client: &Client, method: Method, path: Cow<'static, str>) -> Self {
        let name = path.split(['?', '#']).next().unwrap_or_default().to_owned();
        // URLs know `%2e` as another way to write a dot, and a backslash as one to write a slash.
        let is_dots = |step: &str| matches!(step.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
        let wrong = if !path.starts_with('/') {
            Some(format!("the path {path:?} does not begin with a slash"))
        } else if path.contains('\\') {
            Some(format!("the path {path:?} has a backslash in it: write `%5C`"))
        } else if name.split('/').any(is_dots) {
            Some(format!("the path {path:?} has `.` or `..` in it, which would name another path"))
        } else {
            None
        };
        let path = wrong.map_or_else(|| Ok(path.into_owned()), Err);
        Self::start(client, Operation::new(method, name), path, Idempotency::IfGiven)
    }

    fn start(client: &Client, operation: Operation, path: Result<String, String>, idempotency: Idempotency) -> Self {
        let (path, problem) = match path {
            Ok(path) => (path, None),
            Err(problem) => (String::new(), Some(problem)),
        };
        let request = CallRequest {
            client: client.clone(),
            operation,
            path,
            query: String::new(),
            body: None,
            extra_body: Vec::new(),
            headers: Vec::new(),
            idempotency,
            timeout: None,
            deadline: None,
            max_retries: None,
            problem,
        };
        Self(State::Request(Box::new(request), Decode::Whole(json_or_null)))
    }

    /// Reads the answer's JSON as a `U`: a type of the API, or any type that serde can read inside of [`Json`](crate::json::Json).
    pub fn json<U: FromJson>(self) -> Call<U> {
        self.decoding(Decode::Whole(|answer| decode::from_slice(answer.bytes())))
    }

    /// Reads the answer's JSON as `{"data": U}` and gives what is in it.
    pub fn data<U: FromJson>(self) -> Call<U> {
        self.decoding(Decode::Whole(|answer| decode::from_slice::<Data<U>>(answer.bytes()).map(|whole| whole.0)))
    }

    /// Gives the answer as text. What is not UTF-8 is replaced by `U+FFFD`; a JSON string is taken out of its quotes.
    pub fn text(self) -> Call<String> {
        self.decoding(Decode::Whole(|answer| {
            let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
            match kind.filter(|kind| kind.starts_with("application/json")) {
                Some(_) => decode::from_slice(answer.bytes()),
                None => Ok(String::from_utf8_lossy(answer.bytes()).into_owned()),
            }
        }))
    }

    /// Gives nothing, whatever the answer's body is.
    pub fn empty(self) -> Call<()> {
        self.decoding(Decode::Whole(|_| Ok(())))
    }

    /// Gives the answer as a stream, once its headers are there.
    pub fn stream<S: From<ByteStream>>(self) -> Call<S> {
        self.decoding(Decode::Stream(S::from))
    }

    fn decoding<U>(self, decode: Decode<U>) -> Call<U> {
        Call(match self.0 {
            State::Request(request, _) => State::Request(request, decode),
            State::Ready(_) => State::Ready(Box::new(Err(Error::invalid_request(
                "a call that is ready has no answer to read: type the mock's value instead",
            )))),
        })
    }
}

impl<T> Call<T> {
    /// A call that is done: what a mock returns. Its options change nothing.
    pub fn ok(value: T) -> Self {
        Self(State::Ready(Box::new(Ok(value))))
    }

    /// A call that has failed: what a mock returns. [`Error::from_answer`] makes an error of the API's.
    pub fn err(error: Error) -> Self {
        Self(State::Ready(Box::new(Err(error))))
    }

    /// The default body of a trait's method: an [`Unsupported`](crate::ErrorKind::Unsupported) error that names it.
    pub fn unsupported(method: &str) -> Self {
        Self::err(Error::unsupported(method))
    }

    /// How long one attempt may take; for a stream, until it begins. Default: the client's, 60 s.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.configure(|request| request.timeout = Some(timeout))
    }

    /// How long the call may take with all its attempts and the waits between them. Default: no limit but the
    /// attempts' own.
    pub fn deadline(self, deadline: Duration) -> Self {
        self.configure(|request| request.deadline = Some(deadline))
    }

    /// How many times a failed attempt is repeated at the most; 0 turns retries off. Default: the client's, 2.
    pub fn max_retries(self, retries: u32) -> Self {
        self.configure(|request| request.max_retries = Some(retries))
    }

    /// Adds a header, or replaces one of the client's.
    pub fn header(self, name: &str, value: &str) -> Self {
        self.configure(|request| match builder::header(name, value) {
            Ok((name, value)) => request.set_header(name, value),
            Err(problem) => request.wrong(problem),
        })
    }

    /// Adds a parameter to the query.
    pub fn query(self, name: &str, value: &str) -> Self {
        self.configure(|request| add_query(&mut request.query, name, value))
    }

    /// Adds every field that is set in `filter` to the query, by name; one that is a list or an object goes as JSON text.
    pub fn query_from(self, filter: &impl Serialize) -> Self {
        self.configure(|request| match serde_json::to_value(filter) {
            Ok(Value::Object(fields)) => {
                for (name, value) in &fields {
                    match value {
                        Value::Null => {}
                        Value::String(text) => add_query(&mut request.query, name, text),
                        other => add_query(&mut request.query, name, &other.to_string()),
                    }
                }
            }
            Ok(_) => request.wrong("the filter is no object".to_owned()),
            Err(error) => request.wrong(format!("the filter can not be written: {error}")),
        })
    }

    /// Sends `body` as JSON.
    pub fn body(self, body: &impl Serialize) -> Self {
        self.configure(|request| match serde_json::to_vec(body) {
            Ok(json) => request.body = Some(json.into()),
            Err(error) => request.wrong(format!("the body can not be written as JSON: {error}")),
        })
    }

    /// Adds a field to the JSON body, or replaces it: for what the types do not have (yet).
    pub fn extra_body(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.configure(|request| request.extra_body.push((name.into(), value.into())))
    }

    /// The key under which the API does the call once, however often it is sent: 1 to 255 visible ASCII characters.
    ///
    /// Operations that take a key get a random one on their own. Give one that your program can make again (from an
    /// order's number, say), so that after a crash it does not do twice what it had done. For operations that take
    /// none, the API ignores it.
    pub fn idempotency_key(self, key: &str) -> Self {
        self.configure(|request| match HeaderValue::from_str(key) {
            Ok(value) if (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) => {
                request.set_header(IDEMPOTENCY_KEY, value);
            }
            _ => request.wrong(format!(
                "the idempotency key has {} bytes or a character it may not have: use 1 to 255 letters, digits, - or _",
                key.len()
            )),
        })
    }

    /// An idempotency key made from a name of your own: the same for the same `namespace` (your program, say) and
    /// `name` (`order 42`), so that a program which crashed and runs again does not do the call twice.
    ///
    /// It is the UUID v5 of `name` in the namespace that is the UUID v5 of `namespace` under the URL namespace.
    pub fn idempotency_key_from(self, namespace: &str, name: &str) -> Self {
        let namespace = Uuid::new_v5(&Uuid::NAMESPACE_URL, namespace.as_bytes());
        self.idempotency_key(&Uuid::new_v5(&namespace, name.as_bytes()).to_string())
    }

    /// Marks the operation as one that takes an idempotency key: one is made where the caller gives none.
    pub fn idempotent(self) -> Self {
        self.configure(|request| request.idempotency = Idempotency::Always)
    }

    /// Replaces the `accept` header: for operations that do not answer in JSON.
    pub fn accept(self, kind: &'static str) -> Self {
        self.configure(|request| request.set_header(ACCEPT, HeaderValue::from_static(kind)))
    }

    fn configure(mut self, change: impl FnOnce(&mut CallRequest)) -> Self {
        if let State::Request(request, _) = &mut self.0 {
            change(request);
        }
        self
    }

    /// Awaits the call; gives the value with its status, headers, body and attempts.
    ///
    /// # Errors
    /// As awaiting the call itself.
    pub async fn with_response(self) -> Result<Response<T>, Error> {
        let (request, decode) = match self.0 {
            State::Request(request, decode) => (request, decode),
            State::Ready(result) => {
                return result.map(|value| Response {
                    value,
                    status: StatusCode::OK,
                    headers: HeaderMap::new(),
                    body: Bytes::new(),
                    attempts: 1,
                });
            }
        };
        let mut answer = exchange(request, decode.gather()).await?;
        let value = decode.read(&mut answer)?;
        Ok(answer.with(value))
    }

    /// Awaits the call; gives the answer's bytes as they came, whatever their type.
    ///
    /// # Errors
    /// As awaiting the call itself, but for those of reading the answer. A ready call of a mock has no bytes.
    pub async fn raw(self) -> Result<Bytes, Error> {
        match self.0 {
            State::Request(request, _) => Ok(exchange(request, Gather::Whole).await?.into_bytes()),
            State::Ready(result) => {
                result.and(Err(Error::invalid_request("a call that is ready has no bytes: it was made by a mock")))
            }
        }
    }

    /// The request behind a call that is not ready.
    pub(crate) fn into_request(self) -> Result<CallRequest, Error> {
        match self.0 {
            State::Request(request, _) => Ok(*request),
            State::Ready(result) => {
                result.and(Err(Error::invalid_request("a call that is ready can not be paged: use Pager::from_items")))
            }
        }
    }
}

impl CallRequest {
    fn wrong(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }

    pub(crate) fn has_header(&self, wanted: &HeaderName) -> bool {
        self.headers.iter().any(|(name, _)| name == wanted)
    }

    pub(crate) fn set_header(&mut self, name: HeaderName, value: HeaderValue) {
        match self.headers.iter_mut().find(|(present, _)| *present == name) {
            Some((_, present)) => *present = value,
            None => self.headers.push((name, value)),
        }
    }
}

/// An answer without a body counts as `null`.
fn json_or_null(answer: &Answer) -> Result<Value, DecodeError> {
    if answer.bytes().is_empty() { Ok(Value::Null) } else { decode::from_slice(answer.bytes()) }
}

impl<T: Send + 'static> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            match self.0 {
                State::Ready(result) => *result,
                State::Request(request, decode) => decode.read(&mut exchange(request, decode.gather()).await?),
            }
        })
    }
}

/// A call that is done.
impl<T> From<T> for Call<T> {
    fn from(value: T) -> Self {
        Self::ok(value)
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            State::Ready(result) if result.is_ok() => f.write_str("Call(ready)"),
            State::Ready(_) => f.write_str("Call(failed)"),
            State::Request(request, _) => write!(f, "Call({})", request.operation),
        }
    }
}

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use crate::call_request::{CallRequest, Idempotency, ResponseBody};
use crate::data::Data;
use crate::decode::{self, DecodeError};
use crate::exchange::{RawResponse, Read, exchange};
use crate::operation::add_query_value;
use crate::options::Deadline;
use crate::response::essence;
use crate::stream::ByteStream;
use crate::{CallOptions, Error, ErrorKind, Response};

/// A request that has not been sent yet. Configure it, then await it.
///
/// Every method of the API traits returns a call. Nothing is sent before the first poll, and a call can be dropped at any
/// time. A call is a [`Future`], so it can be passed to `tokio::spawn` or `join_all`. It requires a tokio runtime. Options that
/// are set after the first poll are ignored.
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
/// A mock returns [`Call::ok`], [`Call::err`], a value converted by `into()`, or [`Call::from_fn`] to check the options. A wrapper
/// of a trait returns [`Call::from_future`] or [`Call::from_response_future`].
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<T>(State<T>);

enum State<T> {
    /// The call of a mock or a wrapper, which sends no request itself.
    Mock(Box<CallOptions>, Box<dyn FnOnce(CallOptions) -> Running<T> + Send>),
    Request(Box<CallRequest>, Read<T>),
    Running(Running<T>),
    Done,
}

type Running<T> = Pin<Box<dyn Future<Output = Result<Response<T>, Error>> + Send>>;

/// Methods that describe the request, and then set the type of the response.
///
/// They are for crates that implement an endpoint with [`Client::call`](crate::Client::call), and for
/// [`Client::request`](crate::Client::request).
impl Call<Value> {
    pub(crate) fn of(request: CallRequest) -> Self {
        Self(State::Request(Box::new(request), json_or_null))
    }

    /// Sends `body` as JSON.
    pub fn body(self, body: &impl Serialize) -> Self {
        self.describe(|request| match serde_json::to_vec(body) {
            Ok(json) => request.body = Some(json.into()),
            Err(error) => request.options.wrong(format!("the body cannot be written as JSON: {error}")),
        })
    }

    /// Adds the fields of `filter` to the query, except those that are `null`.
    ///
    /// The items of a list are joined by commas. The fields of an object become `name[key]=value`.
    pub fn query_from(self, filter: &impl Serialize) -> Self {
        self.describe(|request| match serde_json::to_value(filter) {
            Ok(Value::Object(fields)) => {
                fields.iter().for_each(|(name, value)| add_query_value(&mut request.query, name, value));
            }
            Ok(_) => request.options.wrong("the filter is not an object".to_owned()),
            Err(error) => request.options.wrong(format!("the filter cannot be written as a query: {error}")),
        })
    }

    /// Marks the operation as one that takes an idempotency key. Default: a random key.
    pub fn idempotent(self) -> Self {
        self.describe(|request| request.idempotency = Idempotency::Always)
    }

    /// Replaces the `accept` header, for operations whose response is not JSON.
    pub fn accept(self, media_type: &'static str) -> Self {
        self.configure(|options| {
            options.headers.insert(ACCEPT, HeaderValue::from_static(media_type));
        })
    }

    fn describe(mut self, change: impl FnOnce(&mut CallRequest)) -> Self {
        if let State::Request(request, _) = &mut self.0 {
            change(request);
        }
        self
    }

    /// Deserializes the response from JSON, leniently: see [`from_slice_lenient`](decode::from_slice_lenient).
    pub fn json<U: DeserializeOwned>(self) -> Call<U> {
        self.decoding(|response| decode::from_slice_lenient(response.bytes()))
    }

    /// Deserializes a response of the form `{"data": U}` and returns the data.
    ///
    /// It is as lenient as [`json`](Self::json).
    pub fn data<U: DeserializeOwned>(self) -> Call<U> {
        self.decoding(|response| decode::from_slice_lenient(response.bytes()).map(|Data { data, .. }| data))
    }

    /// Returns the response as text. Invalid UTF-8 becomes U+FFFD. A JSON string is unquoted.
    pub fn text(self) -> Call<String> {
        self.decoding(|response| {
            let is_json = |kind| essence(kind).eq_ignore_ascii_case("application/json");
            if response.parts.headers.get(CONTENT_TYPE).is_some_and(is_json) {
                return decode::from_slice_lenient(response.bytes());
            }
            Ok(String::from_utf8_lossy(response.bytes()).into_owned())
        })
    }

    /// Ignores the body of the response. The call succeeds even if the body breaks.
    pub fn empty(self) -> Call<()> {
        self.describe(|request| request.response_body = ResponseBody::Ignored).decoding(|_| Ok(()))
    }

    /// Returns the response as a stream once its headers have arrived.
    pub fn stream<S: From<ByteStream>>(self) -> Call<S> {
        self.describe(|request| request.response_body = ResponseBody::Streamed)
            .decoding(|response| Ok(response.take_stream().into()))
    }

    fn decoding<U>(self, read: Read<U>) -> Call<U> {
        match self.0 {
            State::Request(request, _) => Call(State::Request(request, read)),
            _ => Call::err(Error::new(ErrorKind::Request, "the call of a mock has no response to decode")),
        }
    }
}

impl<T> Call<T> {
    /// Limits the time of one attempt. For a stream: until its headers arrive. Default: the client's, 60 s.
    ///
    /// Exceeding it is a [`Timeout`](crate::ErrorKind::Timeout) error, which may be retried. Time that the request waits until the
    /// layers of the client accept it does not count, for example in a `RateLimitLayer` or a `ConcurrencyLimitLayer`. The layers
    /// of a stack that was passed to [`transport`](crate::ClientBuilder::transport) belong to the transport, so that time counts.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.configure(|options| options.timeout = Some(timeout))
    }

    /// Limits the time of the call: all attempts and the delays between them. Default: no limit.
    ///
    /// For a stream, the limit includes reading it to its end. Exceeding it is a [`Timeout`](crate::ErrorKind::Timeout)
    /// error. A mock or a wrapper must return before the limit, which also ends the calls to which a wrapper passes its options.
    pub fn deadline(self, deadline: Duration) -> Self {
        self.configure(|options| options.deadline = Some(deadline))
    }

    /// Sets the maximum number of retries. 0 disables retries. Default: the client's, 2.
    ///
    /// A [`RetryPolicy`](crate::RetryPolicy) of your own decides how it respects numbers above 0.
    pub fn max_retries(self, retries: u32) -> Self {
        self.configure(|options| options.max_retries = Some(retries))
    }

    /// Adds a header, or replaces the client's header of that name.
    ///
    /// If its name suggests a secret (`x-token`), its value is marked sensitive, so that layers that log headers mask it. Headers
    /// of the connection, such as `content-length`, are errors when the call is awaited.
    pub fn header(self, name: &str, value: &str) -> Self {
        self.configure(|options| options.set_text_header(name, value))
    }

    /// Adds a query parameter.
    pub fn query(self, name: &str, value: &str) -> Self {
        self.configure(|options| options.query.push((name.to_owned(), value.to_owned())))
    }

    /// Sets a field of the JSON body that the request type does not have.
    pub fn extra_body(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.configure(|options| options.extra_body.push((name.into(), value.into())))
    }

    /// Sets the idempotency key: 1 to 255 visible ASCII characters. Default: a random key.
    ///
    /// Use letters, digits, `-` and `_`; the API may reject others.
    ///
    /// The API executes the call once, even if it receives it again with the same key. To protect a call across a crash, set
    /// a key that your program can derive again, for example from an order number. Operations that take no key ignore it.
    pub fn idempotency_key(self, key: &str) -> Self {
        self.configure(|options| options.set_idempotency_key(key))
    }

    /// Sets an idempotency key that is derived from a namespace and a name.
    ///
    /// Equal arguments give equal keys. Therefore a program that restarts after a crash does not repeat the call. Use the name
    /// of your program as `namespace`, and what the call is about (`order 42`) as `name`.
    ///
    /// The key is the UUID v5 of `name`, in the namespace that is the UUID v5 of `namespace` in the URL namespace.
    pub fn idempotency_key_from(self, namespace: &str, name: &str) -> Self {
        let namespace = Uuid::new_v5(&Uuid::NAMESPACE_URL, namespace.as_bytes());
        self.idempotency_key(&Uuid::new_v5(&namespace, name.as_bytes()).to_string())
    }

    /// Sets options that [`from_future`](Self::from_future) received.
    ///
    /// Query parameters are added. All others replace those of the same name.
    pub fn options(self, options: CallOptions) -> Self {
        self.configure(|present| present.merge(options))
    }

    fn configure(mut self, change: impl FnOnce(&mut CallOptions)) -> Self {
        match &mut self.0 {
            State::Mock(options, _) => change(options),
            State::Request(request, _) => change(&mut request.options),
            State::Running(_) | State::Done => {}
        }
        self
    }
}

/// Constructors for mocks and wrappers.
impl<T> Call<T> {
    /// A call that succeeds with `value`.
    pub fn ok(value: T) -> Self
    where
        T: Send + 'static,
    {
        Self::from_fn(|_| Ok(value))
    }

    /// A call that fails with `error`.
    ///
    /// [`Error::new`] creates an error of any kind, [`Error::from_response`] the error of a response of the API.
    pub fn err(error: Error) -> Self {
        Self::mock(|_| Box::pin(async { Err(error) }))
    }

    /// A call with the result of a function.
    ///
    /// The function receives the options that the caller set.
    ///
    /// ```
    /// use std::time::Duration;
    /// use telnyx_ai_core::Call;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), telnyx_ai_core::Error> {
    /// let call = Call::from_fn(|options| {
    ///     assert_eq!(options.idempotency_key(), Some("order-42"));
    ///     Ok("done")
    /// });
    /// assert_eq!(call.idempotency_key("order-42").timeout(Duration::from_secs(5)).await?, "done");
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_fn(result: impl FnOnce(&CallOptions) -> Result<T, Error> + Send + 'static) -> Self {
        Self::mock(|options| Box::pin(async move { result(&options).map(Response::new) }))
    }

    /// A call with the result of a future, for wrappers of a trait and for slow mocks.
    ///
    /// The function receives the options that the caller set. Pass them on with [`options`](Self::options). To keep the status
    /// and the headers of the response, use [`from_response_future`](Self::from_response_future).
    ///
    /// ```
    /// use telnyx_ai_core::Call;
    ///
    /// /// Logs the result of a call.
    /// fn logged(call: Call<String>) -> Call<String> {
    ///     Call::from_future(|options| async {
    ///         let result = call.options(options).await;
    ///         println!("{result:?}");
    ///         result
    ///     })
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), telnyx_ai_core::Error> {
    /// assert_eq!(logged(Call::ok("done".to_owned())).max_retries(0).await?, "done");
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_future<F>(run: impl FnOnce(CallOptions) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        Self::mock(|options| {
            let run = run(options);
            Box::pin(async { run.await.map(Response::new) })
        })
    }

    /// A call with the response of a future, which [`with_response`](Self::with_response) returns.
    ///
    /// ```
    /// use telnyx_ai_core::{Call, Response};
    ///
    /// /// Prints the id of the request.
    /// fn logged(call: Call<String>) -> Call<String> {
    ///     Call::from_response_future(|options| async {
    ///         let response = call.options(options).with_response().await?;
    ///         println!("{:?}", response.request_id());
    ///         Ok(response)
    ///     })
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), telnyx_ai_core::Error> {
    /// let mut response = Response::new("done".to_owned());
    /// response.headers.insert("x-request-id", "request-1".parse().unwrap());
    /// let response = logged(Call::from_response_future(|_| async { Ok(response) })).with_response().await?;
    /// assert_eq!((response.value.as_str(), response.request_id()), ("done", Some("request-1")));
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_response_future<F>(run: impl FnOnce(CallOptions) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<Response<T>, Error>> + Send + 'static,
    {
        Self::mock(|options| Box::pin(run(options)))
    }

    /// A call that fails with an [`Unsupported`](crate::ErrorKind::Unsupported) error: the default of a trait method.
    pub fn unsupported(method: &str) -> Self {
        Self::err(Error::unsupported(method))
    }

    fn mock(run: impl FnOnce(CallOptions) -> Running<T> + Send + 'static) -> Self {
        Self(State::Mock(Box::default(), Box::new(run)))
    }
}

impl<T: Send + 'static> Call<T> {
    /// Sends the request and returns the value with its whole response.
    ///
    /// The response of a mock or a wrapper is [`Response::new`], unless it comes from
    /// [`from_response_future`](Self::from_response_future).
    ///
    /// # Errors
    /// Those of awaiting the call.
    pub async fn with_response(mut self) -> Result<Response<T>, Error> {
        poll_fn(|context| self.poll_response(context)).await
    }

    /// Sends the request and returns the body of the response, whatever its type.
    ///
    /// # Errors
    /// Those of awaiting the call, except those of deserialization. A mock or a wrapper fails if its value does not
    /// deserialize, and if it returns the value without a response.
    pub async fn raw(self) -> Result<Bytes, Error> {
        let (mut request, _) = match self.into_request() {
            Ok(request) => request,
            Err(mock) => {
                let Response { headers, body, .. } = mock.with_response().await?;
                let problem =
                    "the mock or the wrapper returned a value without a response; use `Call::from_response_future`";
                let is_missing = headers.is_empty() && body.is_empty();
                return if is_missing { Err(Error::new(ErrorKind::Decode, problem)) } else { Ok(body) };
            }
        };
        request.response_body = ResponseBody::Whole;
        Ok(exchange(request, |_| Ok(())).await?.body)
    }

    fn poll_response(&mut self, context: &mut Context<'_>) -> Poll<Result<Response<T>, Error>> {
        let mut run = match std::mem::replace(&mut self.0, State::Done) {
            State::Mock(mut options, run) => {
                let ends = options.ends();
                options.ends = ends.map(|(at, _)| at);
                match (options.problem.take(), ends) {
                    (Some(problem), _) => Box::pin(async { Err(Error::new(ErrorKind::Request, problem)) }),
                    (None, None) => run(*options),
                    (None, Some(ends)) => Box::pin(within(ends, run(*options))),
                }
            }
            State::Request(request, read) => Box::pin(exchange(request, read)),
            State::Running(run) => run,
            State::Done => panic!("a call was polled after it completed"),
        };
        let polled = run.as_mut().poll(context);
        if polled.is_pending() {
            self.0 = State::Running(run);
        }
        polled
    }
}

/// Limits the time of a mock or a wrapper, which may ignore its options.
async fn within<T>((at, deadline): Deadline, mut run: Running<T>) -> Result<Response<T>, Error> {
    if at <= Instant::now() {
        return Err(Error::deadline_passed(deadline));
    }
    // A result that is ready needs no timer, so it needs no tokio runtime.
    if let Poll::Ready(result) = poll_fn(|context| Poll::Ready(run.as_mut().poll(context))).await {
        return result;
    }
    timeout_at(at, run).await.map_err(|_| Error::deadline_passed(deadline))?
}

impl<T> Call<T> {
    /// The request with its options. The call of a mock or a wrapper has none.
    pub(crate) fn into_request(self) -> Result<(Box<CallRequest>, Read<T>), Self> {
        match self.0 {
            State::Request(request, read) => Ok((request, read)),
            state => Err(Self(state)),
        }
    }
}

/// Deserializes a response. An empty body counts as `null`.
fn json_or_null(response: &mut RawResponse) -> Result<Value, DecodeError> {
    if response.bytes().is_empty() { Ok(Value::Null) } else { decode::from_slice_lenient(response.bytes()) }
}

/// # Panics
/// If it is polled after it completed. Outside of a tokio runtime with timers (`enable_time` or `enable_all`), a request panics, and
/// a mock that has a deadline and is not ready at once.
impl<T: Send + 'static> Future for Call<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.poll_response(context).map_ok(|response| response.value)
    }
}

/// A call that succeeds with the value.
impl<T: Send + 'static> From<T> for Call<T> {
    fn from(value: T) -> Self {
        Self::ok(value)
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            State::Mock(..) => f.write_str("Call(mock)"),
            State::Request(request, _) => write!(f, "Call({})", request.operation),
            State::Running(_) => f.write_str("Call(running)"),
            State::Done => f.write_str("Call(done)"),
        }
    }
}

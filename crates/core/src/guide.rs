//! What a program in production needs to know: [`errors`], [`retry`](crate::retry), [`idempotency`], [`connections`] and
//! [`secrets`].

pub mod errors {
    //! What can go wrong, how to tell it apart, and what to do.
    //!
    //! Every failure is an [`Error`](crate::Error). Its `Display` is one line for people: the operation, why it failed, the
    //! API's code and request id, and how often it was tried.
    //!
    //! | [`ErrorKind`](crate::ErrorKind) | what happened | what to do |
    //! |---|---|---|
    //! | `Config` | the key, the base URL or the transport is not right; nothing was sent | mend the settings |
    //! | `Request` | an argument is not right; nothing was sent | mend the call |
    //! | `Connect` | no connection came about; the API has not seen the call | check the network; it was retried already |
    //! | `Timeout`, `Transport` | the API may have done the call | look before you repeat it, or give it a key: [`idempotency`](super::idempotency) |
    //! | `Api` | the API said no | [`status`](crate::Error::status), [`code`](crate::Error::code) and [`errors`](crate::Error::errors) say why, and where in the request |
    //! | `IdempotencyKeyReused` | the key was used for another request; nothing was done | a key for each piece of work |
    //! | `Redirect` | the base URL is not where the API is | set it to where the error says |
    //! | `Decode` | the answer has another form than this version knows | the error names the JSON path; [`body`](crate::Error::body) has the answer |
    //! | `Stream` | a stream reported an error or ended early | [`partial`](crate::Error::partial) has what came before |
    //! | `Unsupported` | a mock or wrapper lacks the method | implement it |
    //!
    //! [`is_retryable`](crate::Error::is_retryable) sums it up: whether the same call may succeed later.
    //!
    //! ```
    //! use telnyx_ai_core::{Error, ErrorKind};
    //!
    //! fn advice(error: &Error) -> &'static str {
    //!     match error.kind() {
    //!         ErrorKind::Api if error.status().is_some_and(|status| status == 404) => "it is gone",
    //!         ErrorKind::Api if error.code() == Some("10009") => "ask for a new key",
    //!         _ if error.is_retryable() => "try again later",
    //!         _ => "tell a developer",
    //!     }
    //! }
    //!
    //! // What a mock returns to play the API.
    //! let error = Error::from_answer(422, r#"{"errors": [{"code": "10032", "title": "Unknown value",
    //!     "source": {"pointer": "/voice_settings/voice"}}]}"#);
    //! assert_eq!(advice(&error), "tell a developer");
    //! assert_eq!(error.errors()[0].pointer(), Some("/voice_settings/voice"));
    //! ```
    //!
    //! Of the body of a refusal an error keeps up to 64 KiB; an error of the kind `Decode` keeps the whole answer. Should a proxy have
    //! written the key into a body, it is masked in what `Display`, `Debug` and `errors()` show, and not in `body()`.
}

pub mod idempotency {
    //! How to do a thing once, though a call may be sent twice.
    //!
    //! A call can fail after the API has done it: the answer was lost. Operations that create or send something
    //! therefore take an idempotency key, and for a day the API answers the same key with the first answer, without doing it
    //! again.
    //!
    //! - **On its own** each such call gets a random key, the same for all of its attempts. So a retry never creates
    //!   twice.
    //! - **Across a crash** a random key does not help: the program that runs again makes another. Derive the key from what
    //!   you are doing, with [`Call::idempotency_key_from`](crate::Call::idempotency_key_from):
    //!
    //! ```
    //! # use telnyx_ai_core::{Body, BoxError, Client};
    //! # #[tokio::main(flavor = "current_thread")]
    //! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    //! # let transport = tower::service_fn(|request: http::Request<Body>| async move {
    //! #     assert_eq!(request.headers()["idempotency-key"].len(), 36);
    //! #     Ok::<_, BoxError>(http::Response::new(Body::full("{}")))
    //! # });
    //! # let client = Client::builder().api_key("KEY").transport(transport).build()?;
    //! // However often this runs for order 42, one message is sent.
    //! client
    //!     .request(http::Method::POST, "/ai/assistants/assistant-1/chat/sms")
    //!     .body(&serde_json::json!({"from": "+15550100", "to": "+15550101", "text": "Your order is on its way."}))
    //!     .idempotency_key_from("order mails", "order 42")
    //!     .await?;
    //! # Ok(())
    //! # }
    //! ```
    //!
    //! - **The same key with another request** is refused by the API: an error of the kind
    //!   [`IdempotencyKeyReused`](crate::ErrorKind::IdempotencyKeyReused). Nothing was done.
    //! - **The same key while the first call is still at work** is a 409, which is waited out, for about a minute.
    //! - **Operations that take no key** (updates, chat, promotions) are sent once, unless it is sure that the API has not
    //!   seen them: [`retry`](crate::retry) has the table. Whether such a call was done after an error of the kind `Timeout`
    //!   or `Transport` is for you to look up.
}

pub mod connections {
    //! How many connections there are, how long they live, and when to change that.
    //!
    //! A [`Client`](crate::Client) keeps its connections in a pool, and its clones share it. So a program makes one client and
    //! keeps it: a client for each request of yours would shake hands each time.
    //!
    //! The defaults of `ReqwestTransport` and `HyperTransport` suit a program that calls the API all day. What their
    //! builders set, and when to set it:
    //!
    //! | setting | default | change it when |
    //! |---|---|---|
    //! | `idle_timeout` | 50 s | something between you and the API closes idle connections sooner: calls after a pause then fail with "connection closed" and are repeated. Set it below that time |
    //! | `max_idle_per_host` | no limit | bursts leave more sockets open than you can spare until `idle_timeout` is over. Not below the number of calls that you usually have under way, or they shake hands anew |
    //! | `connect_timeout` | 10 s | you would rather hear of a dead network early, or the network is slow |
    //! | `tcp_keepalive` | 15 s | a NAT drops silent connections sooner, or each packet costs |
    //! | `http1_only`, `http2_keepalive` | | see below |
    //! | `root_certificates`, `no_system_roots` | the system's | your company looks into TLS with an authority of its own, or the container has no certificates |
    //!
    //! `TCP_NODELAY` is always on: each message is written whole, so that waiting for more only costs time.
    //!
    //! ```
    //! # #[cfg(feature = "reqwest")] {
    //! use std::time::Duration;
    //! use telnyx_ai_core::{Client, ReqwestTransport};
    //!
    //! let transport = ReqwestTransport::builder()
    //!     .idle_timeout(Duration::from_secs(20))
    //!     .connect_timeout(Duration::from_secs(3))
    //!     .build()?;
    //! let client = Client::builder().api_key("KEY").transport(transport).build()?;
    //! # }
    //! # Ok::<(), telnyx_ai_core::Error>(())
    //! ```
    //!
    //! # HTTP/1.1 or HTTP/2
    //!
    //! Without the cargo feature `http2` both transports speak HTTP/1.1: each call under way has a connection to itself. With it, they
    //! speak HTTP/2 where the server offers it in the TLS handshake, and HTTP/1.1 where it does not: all calls to a host share
    //! one connection.
    //!
    //! - **HTTP/2 pays** where calls are many and short, or streams are many and slow: one handshake, one socket, compressed headers.
    //! - **HTTP/1.1 pays** where answers are large, as they do not hold each other up, and where more calls are under way than
    //!   the server lets into one connection (often 100 to 250): the others wait in line, and their [`timeout`] runs meanwhile.
    //!   `http1_only` goes back to it.
    //! - **A connection that has died silently** takes all of its calls with it. While calls are under way it is pinged every 30 s
    //!   (`http2_keepalive`) and given up when 10 s bring no answer; the calls are then repeated as [`retry`](crate::retry) says.
    //!
    //! # How many calls at once
    //!
    //! The pool has no limit of its own. To have one, put a layer below the client: `tower`'s `ConcurrencyLimitLayer` for calls
    //! under way, this crate's `RateLimitLayer` (feature `rate-limit`) for calls a second.
    //!
    //! [`timeout`]: crate::Call::timeout
}

pub mod secrets {
    //! What keeps keys and passwords secret.
    //!
    //! - **The API key** goes into [`ClientBuilder::api_key`](crate::ClientBuilder::api_key) or `TELNYX_API_KEY`. No `Debug`, error or
    //!   span shows it; its header is marked as sensitive, so that layers that log headers leave it out.
    //! - **It goes to one place**: the base URL. Redirects are errors that say where they lead. Plain `http` to another machine
    //!   is refused, unless you say [`allow_plain_http`](crate::ClientBuilder::allow_plain_http). Certificates are always verified.
    //! - **Passwords and header values in data** are of the type [`Secret`](crate::Secret): sent as they are, masked in `Debug`, wiped from
    //!   memory when dropped. In free-form JSON, [`JsonObject`](crate::JsonObject) masks what stands under names such as `headers` or
    //!   `password`; of unknown fields, [`Extra`](crate::Extra) shows the names only.
    //! - **Ids and header values of your users** can not break out: path parameters are percent-encoded, and an empty one, `.` and `..` are
    //!   refused; a header's value with a line break is an error before anything is sent.
    //!
    //! ```
    //! use telnyx_ai_core::Client;
    //! # use telnyx_ai_core::{Body, BoxError};
    //! # let transport = tower::service_fn(|_| async { Ok::<_, BoxError>(http::Response::new(Body::empty())) });
    //! let client = Client::builder().api_key("KEY0123456789").transport(transport).build()?;
    //! assert!(!format!("{client:?}").contains("KEY0123456789"));
    //! # Ok::<(), telnyx_ai_core::Error>(())
    //! ```
    //!
    //! Bodies are yours to guard: [`Response::body`](crate::Response::body) and [`Error::body`](crate::Error::body) hold what the API sent.
}

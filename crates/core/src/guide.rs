//! Production use: [`errors`], [`retry`](crate::retry), [`idempotency`], [`connections`] and [`secrets`].

pub mod errors {
    //! The kinds of errors, and how to handle each.
    //!
    //! Every failure is an [`Error`](crate::Error). Its `Display` shows one line: the operation, the reason, the API's code
    //! and request id, and the number of attempts.
    //!
    //! | [`ErrorKind`](crate::ErrorKind) | cause | remedy |
    //! |---|---|---|
    //! | `Config` | the key, the base URL or another setting of the client is invalid; nothing was sent | correct the setting |
    //! | `Request` | an argument is invalid; nothing was sent | correct the argument |
    //! | `Connect` | the connection could not be established, or the server refused the request before processing it | check the network; the call was already retried |
    //! | `Certificate` | the server's certificate was rejected; nothing was sent | check the base URL, the system's clock and the root certificates |
    //! | `Timeout`, `Transport` | no response; the API may have executed the operation | check the state before you repeat the call, or set a key: [`idempotency`](super::idempotency) |
    //! | `Api` | an error status | see [`status`](crate::Error::status), [`code`](crate::Error::code) and [`errors`](crate::Error::errors) |
    //! | `IdempotencyKeyReused` | the key was used for another request; the operation was not executed | use one key per operation |
    //! | `Redirect` | the API responded with a redirect | correct the base URL; the error shows the location |
    //! | `Conflict` | another client changed the resource during an operation of several calls; it stopped | compare, then start again |
    //! | `Decode` | the response could not be deserialized; the operation was executed | see the JSON path in the error, and [`body`](crate::Error::body) |
    //! | `Stream` | a stream reported an error or ended early | [`partial`](crate::Error::partial) has the text so far |
    //! | `Unsupported` | a mock or wrapper lacks the method | implement it |
    //!
    //! [`is_retryable`](crate::Error::is_retryable) returns whether the same call may succeed later.
    //!
    //! ```
    //! use telnyx_ai_core::{Error, ErrorKind};
    //!
    //! fn advice(error: &Error) -> &'static str {
    //!     match error.kind() {
    //!         ErrorKind::Api if error.status().is_some_and(|status| status == 404) => "the resource does not exist",
    //!         ErrorKind::Api if error.code() == Some("10009") => "request a new key",
    //!         _ if error.is_retryable() => "try again later",
    //!         _ => "report a bug",
    //!     }
    //! }
    //!
    //! // A mock can return this error.
    //! let error = Error::from_response(422, r#"{"errors": [{"code": "10032", "title": "Unknown value",
    //!     "source": {"pointer": "/voice_settings/voice"}}]}"#);
    //! assert_eq!(advice(&error), "report a bug");
    //! assert_eq!(error.errors()[0].pointer(), Some("/voice_settings/voice"));
    //! ```
    //!
    //! An error keeps the first 64 KiB of the body of an error response. A `Decode` error keeps the whole body. If the response
    //! repeats the API key, the key is masked.
}

pub mod idempotency {
    //! Idempotency keys, which let the API execute a repeated call once.
    //!
    //! If a response is lost, a call fails although the API has executed it. Therefore operations that create or send
    //! something take an idempotency key. For 24 hours, the API returns the first response to each call with the same key,
    //! without executing the operation again.
    //!
    //! - **By default**, each such call gets a random key, which all of its attempts share. A retry never creates a second
    //!   resource.
    //! - **Across a crash**, a random key does not help, because the restarted program generates another one. Derive the key
    //!   from the task with [`Call::idempotency_key_from`](crate::Call::idempotency_key_from):
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
    //! // One message is sent for order 42, even if this runs several times.
    //! client
    //!     .request(http::Method::POST, "/ai/assistants/assistant-1/chat/sms")
    //!     .body(&serde_json::json!({"from": "+15550100", "to": "+15550101", "text": "Your order is on its way."}))
    //!     .idempotency_key_from("order mails", "order 42")
    //!     .await?;
    //! # Ok(())
    //! # }
    //! ```
    //!
    //! - **The same key with another request** is an [`IdempotencyKeyReused`](crate::ErrorKind::IdempotencyKeyReused) error.
    //!   The API did not execute the request.
    //! - **The same key while the first call is executing** is a 409. The client retries it for about a minute.
    //! - **Operations that take no key** (updates, chat, promotions) are only retried if the API certainly did not execute
    //!   them; see the table in [`retry`](crate::retry). After a `Timeout` or `Transport` error, check whether the API executed
    //!   the operation.
}

pub mod connections {
    //! Connection pooling, keepalive and HTTP/2.
    //!
    //! A [`Client`](crate::Client) has a pool of connections, which its clones share. Create one client per program: a client
    //! per request would open a connection each time.
    //!
    //! These settings are methods of [`ClientBuilder`](crate::ClientBuilder), and of the builder of `telnyx-ai-hyper`:
    //!
    //! | setting | default | change it when |
    //! |---|---|---|
    //! | `connect_timeout` | 10 s | you want to detect a network failure sooner, or the network is slow |
    //! | `pool_idle_timeout` | 50 s | a device in the network closes idle connections sooner, so that calls after a pause fail with "connection closed" and are retried; set it below the device's limit |
    //! | `pool_max_idle_per_host` | no limit | bursts leave too many idle sockets; keep it at or above the usual number of calls in flight |
    //! | `tcp_keepalive` | 15 s | a NAT drops idle connections sooner, or packets are expensive |
    //! | `http1_only`, `http2_keep_alive_interval` | off, 30 s | see below |
    //! | `root_certificates`, `no_system_roots` | the system's | your company inspects TLS with its own certificate authority, or the container has no certificates |
    //!
    //! `TCP_NODELAY` is always set.
    //!
    //! ```
    //! # #[cfg(feature = "reqwest")] {
    //! use std::time::Duration;
    //! use telnyx_ai_core::Client;
    //!
    //! let client = Client::builder()
    //!     .api_key("KEY")
    //!     # .base_url("http://127.0.0.1:4010/v2")
    //!     .pool_idle_timeout(Duration::from_secs(20))
    //!     .connect_timeout(Duration::from_secs(3))
    //!     .build()?;
    //! # }
    //! # Ok::<(), telnyx_ai_core::Error>(())
    //! ```
    //!
    //! # HTTP/1.1 or HTTP/2
    //!
    //! Without the feature `http2`, the client uses HTTP/1.1: each call in flight has its own connection. With the feature, the
    //! client uses HTTP/2 if the server offers it in the TLS handshake: all calls share one connection.
    //!
    //! - **HTTP/2 is better** for many short calls and for many slow streams: one handshake, one socket, compressed headers.
    //! - **HTTP/1.1 is better** for large responses, which do not delay each other, and for more calls in flight than the
    //!   server allows per connection (often 100 to 250). Calls above that number wait, and the wait counts against their
    //!   [`timeout`].
    //! - **A broken connection** fails all of its calls. While calls are in flight, the client pings the server every 30 s
    //!   (`http2_keep_alive_interval`) and closes the connection if there is no response within 10 s. See
    //!   [`retry`](crate::retry) for the calls that are retried.
    //! - **A server that shuts down** refuses streams or sends GOAWAY. Calls that it certainly did not process are retried,
    //!   whatever their method.
    //!
    //! # Limits of the HTTP stack
    //!
    //! - **Use one client per runtime.** Connections are tasks of the tokio runtime that opened them and end with it. If
    //!   several runtimes share a client, such as a static one in `#[tokio::test]`s, calls fail with errors such as "runtime
    //!   dropped the dispatch task" after the runtime of their connection has ended, or wait for a runtime that is idle.
    //!   Creating a client is cheap.
    //! - **Early responses can be lost.** A server may respond before it has read the whole request, such as with 413 to a
    //!   large upload, and close the connection. The client may detect the closed connection before it reads the response.
    //!   The call then fails with [`Transport`](crate::ErrorKind::Transport), without the status. This affects request bodies
    //!   that are larger than the socket buffers, such as 4 MiB.
    //!
    //! # Concurrency
    //!
    //! The number of calls in flight is not limited. To limit it, add a layer: `tower`'s `ConcurrencyLimitLayer` limits calls
    //! in flight, this crate's `RateLimitLayer` (feature `rate-limit`) limits calls per second.
    //!
    //! [`timeout`]: crate::Call::timeout
}

pub mod secrets {
    //! Protection of API keys and passwords.
    //!
    //! - **The API key** is set with [`ClientBuilder::api_key`](crate::ClientBuilder::api_key) or `TELNYX_API_KEY`. `Debug`,
    //!   errors and spans never show it. Its header is marked sensitive, so that layers that log headers mask it.
    //! - **The destination** of the key is always the base URL. A redirect is an error. Plain `http` to another machine is an
    //!   error, unless you set [`allow_plain_http`](crate::ClientBuilder::allow_plain_http). Requests to loopback addresses
    //!   never use a proxy. Certificates are always verified.
    //! - **Passwords and header values in data** have the type [`Secret`](crate::Secret), which is sent unchanged, masked in
    //!   `Debug`, and wiped from memory when dropped. In free-form JSON, [`JsonObject`](crate::JsonObject) masks values under
    //!   names such as `headers` or `password`. [`Extra`](crate::Extra) shows the names of unknown fields only.
    //! - **Ids and header values from your users** cannot change the request. Path parameters are percent-encoded; an empty
    //!   one, `.` and `..` are errors. A header value with a line break is an error. In both cases nothing is sent.
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
    //! [`Response::body`](crate::Response::body) and [`Error::body`](crate::Error::body) may contain secrets, because bodies
    //! are not masked (errors mask the API key). Keep them out of logs.
}

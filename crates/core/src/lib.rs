//! The part of telnyx-ai that every crate of it shares, and that knows no endpoint: the [`Client`], the [`Call`] that
//! every operation returns, the [`Pager`] of every list, the [`Transport`] below, the [`Error`], and what the data
//! types are made of.
//!
//! Most programs depend on `telnyx-ai`, or on the crates of the API they need, and see these names there.
//!
//! ```
//! use telnyx_ai_core::{Body, BoxError, Client};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let transport = tower::service_fn(|_| async { Ok::<_, BoxError>(http::Response::new(Body::full(r#"{"data": []}"#))) });
//! let client = Client::builder().api_key("KEY").transport(transport).build()?;
//! let answer = client.request(http::Method::GET, "/ai/assistants").await?;
//! # Ok(())
//! # }
//! ```
//!
//! [`guide`] has what a program in production needs to know: errors, retries, idempotency, secrets.
//!
//! # Features
//!
//! None is on by default, so that the crates of the API pull in no HTTP stack.
//!
//! | feature | what it adds |
//! |---|---|
//! | `reqwest` | `ReqwestTransport`, the default transport, without TLS |
//! | `rustls` | the same with rustls and aws-lc |
//! | `rustls-ring` | the same with rustls and ring |
//! | `native-tls` | the same with the system's TLS |
//! | `hyper` | `HyperTransport`, leaner and without proxies; the default transport where `reqwest` is off |
//! | `hyper-rustls`, `hyper-rustls-ring` | the same with rustls and aws-lc, or ring |
//! | `tracing` | a span for each call and each attempt, with OpenTelemetry's names |
//! | `blocking` | [`Call::blocking`] and [`Pager::blocking`], for programs without async |
//! | `rate-limit` | `RateLimitLayer`, which keeps a client below a rate |
//! | `jiff`, `chrono`, `time` | conversions of [`Timestamp`] |

// The derives name this crate by its name.
extern crate self as telnyx_ai_core;

mod api_error;
#[cfg(feature = "blocking")]
pub mod blocking;
mod body;
mod builder;
mod call;
mod client;
mod data;
pub mod decode;
mod error;
mod exchange;
pub mod guide;
#[cfg(feature = "hyper")]
mod hyper;
mod json_path;
mod operation;
mod pager;
#[cfg(feature = "rate-limit")]
mod rate_limit;
#[cfg(feature = "reqwest")]
mod reqwest;
mod response;
pub mod retry;
mod stream;
mod trace;
mod transport;

pub use api_error::ApiError;
pub use body::Body;
pub use builder::ClientBuilder;
pub use call::Call;
pub use client::Client;
#[doc(hidden)]
pub use data::__private;
pub use data::{
    Data, Extra, JsonObject, Nullable, Object, Page, PageMeta, Scalar, Secret, Timestamp, UnknownMember, UnknownValue,
    unknown_paths,
};
pub use error::{Error, ErrorKind};
#[cfg(feature = "hyper")]
pub use hyper::HyperTransport;
pub use operation::Operation;
pub use pager::{Cursor, PageSource, Pager, Pages};
#[cfg(feature = "rate-limit")]
pub use rate_limit::{RateLimitLayer, RateLimited};
#[cfg(feature = "reqwest")]
pub use reqwest::ReqwestTransport;
pub use response::{RateLimit, Response};
pub use retry::{Retries, RetryPolicy};
pub use stream::{ByteStream, EventStream, ServerSentEvent, TextStream};
pub use telnyx_ai_macros::{Object, OpenEnum, Union};
pub use transport::{BoxError, Transport, TransportError, TransportErrorKind, TransportService};

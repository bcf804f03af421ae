#![doc = include_str!("../README.md")]
//!
//! ## Features
//!
//! No feature is enabled by default, so that the API crates do not depend on an HTTP stack.
//!
//! | feature | adds |
//! |---|---|
//! | `reqwest` | the built-in transport, without TLS, and `ReqwestTransport` |
//! | `rustls` | `reqwest` with TLS by rustls and ring |
//! | `rustls-aws-lc` | `reqwest` with TLS by rustls and aws-lc: a larger build, with post-quantum key exchange |
//! | `native-tls` | `reqwest` with the system's TLS; rustls is used if it is enabled too |
//! | `http2` | HTTP/2 in the built-in transport, if the server offers it |
//! | `tracing` | a span and events for each call, and a span for each attempt, with OpenTelemetry's names |
//! | `blocking` | [`Call::blocking`] and [`Pager::blocking`], for programs without async |
//! | `rate-limit` | `RateLimitLayer`, which limits the request rate of a client |
//! | `jiff`, `chrono`, `time` | conversions between [`Timestamp`] and the types of these crates |
//!
//! A client that is built without a transport uses the built-in one. The crate `telnyx-ai-hyper` provides a transport with
//! fewer dependencies.

#![cfg_attr(docsrs, feature(doc_cfg))]

// Derived code refers to this crate by name.
extern crate self as telnyx_ai_core;

mod api_error;
mod attempt_clock;
mod base_url;
#[cfg(feature = "blocking")]
pub mod blocking;
mod body;
mod builder;
mod call;
mod call_request;
mod client;
mod collect;
#[cfg(feature = "reqwest")]
mod connections;
mod data;
pub mod decode;
mod decode_error;
mod environment;
mod error;
mod exchange;
pub mod guide;
mod json_path;
mod masking;
mod operation;
mod options;
mod pager;
#[cfg(feature = "reqwest")]
mod proxy;
#[cfg(feature = "rate-limit")]
mod rate_limit;
mod repair;
#[cfg(feature = "reqwest")]
mod reqwest;
mod reread;
mod response;
pub mod retry;
mod stream;
mod task;
#[cfg(any(feature = "rustls", feature = "rustls-aws-lc"))]
mod tls;
#[cfg_attr(not(feature = "tracing"), path = "no_trace.rs")]
mod trace;
mod transport;
mod tree;
mod upserted;

// Calls.
pub use builder::ClientBuilder;
pub use call::Call;
pub use client::Client;
pub use operation::Operation;
pub use options::CallOptions;
pub use pager::{Cursor, PageSource, Pager, Pages};
pub use response::{RateLimit, Response};
pub use stream::{ByteStream, EventStream, ServerSentEvent, TextStream};
pub use upserted::Upserted;

// Errors and retries.
pub use api_error::ApiError;
pub use error::{Error, ErrorKind};
pub use retry::{Retries, RetryPolicy};

// Data.
#[doc(hidden)]
pub use data::__private;
pub use data::{
    Extra, JsonObject, Nullable, Object, Page, PageMeta, Secret, Timestamp, UnknownMember, UnknownValue, unknown_paths,
};
pub use telnyx_ai_macros::{Object, OpenEnum, Union};

// Transports.
pub use body::Body;
#[cfg(feature = "rate-limit")]
pub use rate_limit::{RateLimitLayer, RateLimited};
#[cfg(feature = "reqwest")]
pub use reqwest::ReqwestTransport;
pub use transport::{BoxError, Transport, TransportError, TransportErrorKind, TransportService};

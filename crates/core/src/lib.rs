#![doc = include_str!("../README.md")]
//!
//! ## Features
//!
//! None is on by default, so that the crates of the API pull in no HTTP stack.
//!
//! | feature | what it adds |
//! |---|---|
//! | `hyper` | `HyperTransport`, lean and without proxies |
//! | `hyper-rustls` | the same with rustls and ring; `hyper-rustls-ring` says so in its name |
//! | `hyper-rustls-aws-lc` | the same with rustls and aws-lc, which is larger and knows key exchange that quantum computers do not break |
//! | `reqwest` | `ReqwestTransport`, which goes through proxies |
//! | `rustls`, `rustls-ring`, `rustls-aws-lc` | both transports with rustls, as above |
//! | `native-tls` | `ReqwestTransport` with the system's TLS; where `rustls…` is on too, that is used |
//! | `http2` | HTTP/2 in both transports, where the server offers it |
//! | `tracing` | a span for each call and each attempt, with OpenTelemetry's names |
//! | `blocking` | [`Call::blocking`] and [`Pager::blocking`], for programs without async |
//! | `rate-limit` | `RateLimitLayer`, which keeps a client below a rate |
//! | `jiff`, `chrono`, `time` | conversions of [`Timestamp`] |
//!
//! A client that is given no transport has `HyperTransport` where that is on, can reach the base URL, and no proxy is named for it by the
//! environment or the system; else `ReqwestTransport`, where that is on.

#![cfg_attr(docsrs, feature(doc_cfg))]

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
mod default_transport;
mod error;
mod exchange;
pub mod guide;
#[cfg(feature = "hyper")]
mod hyper;
pub mod json;
mod operation;
mod pager;
#[cfg(feature = "rate-limit")]
mod rate_limit;
#[cfg(feature = "reqwest")]
mod reqwest;
mod response;
pub mod retry;
mod stream;
#[cfg(any(feature = "hyper-rustls-ring", feature = "hyper-rustls-aws-lc"))]
mod tls;
mod trace;
mod transport;
#[cfg(any(feature = "reqwest", feature = "hyper"))]
mod transport_builder;

// Calls.
pub use builder::ClientBuilder;
pub use call::Call;
pub use client::Client;
pub use operation::Operation;
pub use pager::{Cursor, PageSource, Pager, Pages};
pub use response::{RateLimit, Response};
pub use stream::{ByteStream, EventStream, ServerSentEvent, TextStream};

// Errors and retries.
pub use api_error::ApiError;
pub use error::{Error, ErrorKind};
pub use retry::{Retries, RetryPolicy};

// Data.
#[doc(hidden)]
pub use data::__private;
pub use data::{
    Extra, JsonObject, Nullable, Object, Page, PageMeta, Scalar, Secret, Timestamp, UnknownMember, UnknownValue,
    unknown_paths,
};
pub use telnyx_ai_macros::{Object, OpenEnum, Union};

// What moves the requests.
pub use body::Body;
#[cfg(feature = "hyper")]
pub use hyper::HyperTransport;
#[cfg(feature = "rate-limit")]
pub use rate_limit::{RateLimitLayer, RateLimited};
#[cfg(feature = "reqwest")]
pub use reqwest::ReqwestTransport;
pub use transport::{BoxError, Transport, TransportError, TransportErrorKind, TransportService};
#[cfg(any(feature = "reqwest", feature = "hyper"))]
pub use transport_builder::TransportBuilder;

#![doc = include_str!("../README.md")]
//!
//! ## Overview
//!
//! - [`Telnyx`] has one method per resource. It returns a handle, whose methods are those of a trait. [`prelude`] imports
//!   all traits.
//! - [`assistants`], [`testing`], [`versions`], [`integrations`], [`mcp`] and [`webhooks`] are crates of their own, such as
//!   `telnyx-ai-assistants`. Their examples and those of the core types name these crates: replace `telnyx_ai_core` by
//!   `telnyx_ai`, and `telnyx_ai_assistants` by `telnyx_ai::assistants`.
//! - A method returns a [`Call`], which you configure and await, or a [`Pager`], which you read item by item.
//! - [`Client::builder`] sets the API key, the base URL, the transport, tower layers and retries.
//! - Every failure is an [`Error`]. [`retry`] lists which failures are retried.
//! - [`guide`] has one page per task, and a table with [the method of each URL](guide::endpoints).

#![cfg_attr(docsrs, feature(doc_cfg))]

// Documentation only, so it is not part of other builds.
#[cfg(any(doc, doctest))]
pub mod guide;
mod telnyx;

pub use telnyx::Telnyx;

#[cfg(any(feature = "rustls", feature = "rustls-aws-lc", feature = "native-tls"))]
#[doc(inline)]
pub use telnyx_ai_core::ReqwestTransport;
#[cfg(feature = "blocking")]
#[doc(inline)]
pub use telnyx_ai_core::blocking;
#[doc(inline)]
pub use telnyx_ai_core::{
    ApiError, Body, BoxError, ByteStream, Call, CallOptions, Client, ClientBuilder, Cursor, Error, ErrorKind,
    EventStream, Extra, JsonObject, Nullable, Operation, Page, PageMeta, PageSource, Pager, Pages, RateLimit, Response,
    Retries, RetryPolicy, Secret, ServerSentEvent, TextStream, Timestamp, Transport, TransportError,
    TransportErrorKind, TransportService, UnknownMember, UnknownValue, Upserted, decode, retry, unknown_paths,
};
#[cfg(feature = "rate-limit")]
#[doc(inline)]
pub use telnyx_ai_core::{RateLimitLayer, RateLimited};

/// Assistants, chat, scheduled events, tools, tags, conversations and insights.
#[cfg(feature = "assistants")]
#[doc(inline)]
pub use telnyx_ai_assistants as assistants;
/// Integrations with other services, and the connections of the account.
#[cfg(feature = "integrations")]
#[doc(inline)]
pub use telnyx_ai_integrations as integrations;
/// MCP servers.
#[cfg(feature = "mcp")]
#[doc(inline)]
pub use telnyx_ai_mcp as mcp;
/// Tests of assistants: tests, suites, runs and batches.
#[cfg(feature = "testing")]
#[doc(inline)]
pub use telnyx_ai_testing as testing;
/// Versions of assistants, canary deploys and rollouts.
#[cfg(feature = "versions")]
#[doc(inline)]
pub use telnyx_ai_versions as versions;
/// Signatures and events of webhooks.
#[cfg(feature = "webhooks")]
#[doc(inline)]
pub use telnyx_ai_webhooks as webhooks;

/// The crate that implements the mocks, in the version that they require.
#[cfg(feature = "mock")]
#[doc(no_inline)]
pub use mockall;

/// The traits of all resources.
pub mod prelude {
    #[cfg(feature = "assistants")]
    pub use telnyx_ai_assistants::prelude::*;
    #[cfg(feature = "integrations")]
    pub use telnyx_ai_integrations::prelude::*;
    #[cfg(feature = "mcp")]
    pub use telnyx_ai_mcp::prelude::*;
    #[cfg(feature = "testing")]
    pub use telnyx_ai_testing::prelude::*;
    #[cfg(feature = "versions")]
    pub use telnyx_ai_versions::prelude::*;
}

#![doc = include_str!("../README.md")]
//!
//! ## Overview
//!
//! - [`Telnyx`] has a handle for each resource. The methods of a handle belong to a trait, which [`prelude`] brings
//!   into scope.
//! - Each API area is a module and a separate crate, such as `telnyx-ai-assistants`. Depend on that crate if you need
//!   only one area.
//! - A method returns a [`Call`], which you configure and await, or a [`Pager`], which you read item by item.
//! - [`Client::builder`] sets the key, the base URL, the transport, tower layers and retries.
//! - Each failure is an [`Error`]. [`retry`] lists which failures are retried.
//! - [`guide`] has a page for each task.
//!
//! ## Features
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `assistants` | yes | assistants, chat, SMS, scheduled events, tools, tags, instructions, conversations |
//! | `testing` | yes | tests, suites, runs |
//! | `versions` | yes | versions, promotion, canary deploys |
//! | `integrations` | yes | integrations and connections |
//! | `mcp` | yes | MCP servers |
//! | `webhooks` | | webhooks from Telnyx: signature verification and typed events |
//! | `rustls` | yes | the built-in transport on reqwest, with TLS by rustls and ring |
//! | `rustls-aws-lc` | | the built-in transport, with TLS by rustls and aws-lc; takes precedence over ring |
//! | `native-tls` | | the built-in transport, with the system's TLS library; rustls takes precedence |
//! | `http2` | | HTTP/2 in the built-in transport, if the server offers it |
//! | `mock` | | mocks of the traits: `MockAssistantsApi` and so on |
//! | `tracing` | | spans for calls and attempts |
//! | `blocking` | | blocking calls and lists, for programs without async |
//! | `rate-limit` | | a layer that limits the request rate |
//! | `jiff`, `chrono`, `time` | | conversions of [`Timestamp`] |

#![cfg_attr(docsrs, feature(doc_cfg))]

// Public for its documentation and doctests; it has no items.
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

#[cfg(feature = "assistants")]
#[doc(inline)]
pub use telnyx_ai_assistants as assistants;
#[cfg(feature = "integrations")]
#[doc(inline)]
pub use telnyx_ai_integrations as integrations;
#[cfg(feature = "mcp")]
#[doc(inline)]
pub use telnyx_ai_mcp as mcp;
#[cfg(feature = "testing")]
#[doc(inline)]
pub use telnyx_ai_testing as testing;
#[cfg(feature = "versions")]
#[doc(inline)]
pub use telnyx_ai_versions as versions;
#[cfg(feature = "webhooks")]
#[doc(inline)]
pub use telnyx_ai_webhooks as webhooks;

/// The crate that implements the mocks, re-exported in the matching version.
#[cfg(feature = "mock")]
#[doc(no_inline)]
pub use mockall;

/// The traits of all resources, to bring their methods into scope with one `use`.
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

#![doc = include_str!("../README.md")]
//!
//! ## Where things are
//!
//! - [`Telnyx`] has a handle for each resource; a handle's methods are those of its trait, which [`prelude`] brings
//!   into scope.
//! - Each part of the API is a module here and a crate of its own, `telnyx-ai-assistants` and so on: depend on those
//!   alone where you need one.
//! - A method gives a [`Call`], to be configured and awaited, or a [`Pager`], to be read item by item.
//! - [`Client::builder`] takes the key, the base URL, a transport of your own, tower layers and retries.
//! - Every failure is an [`Error`]; [`retry`] tells what is repeated and when.
//! - [`guide`] has a page for each job.
//!
//! ## Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `assistants` | yes | assistants, chat, SMS, scheduled events, tools, tags, instructions, conversations |
//! | `testing` | yes | tests, suites, runs |
//! | `versions` | yes | versions, promotion, canary deploys |
//! | `integrations` | yes | the catalogue and connections |
//! | `mcp` | yes | MCP servers |
//! | `webhooks` | | webhooks from Telnyx: signatures and events |
//! | `rustls` | yes | both transports, HTTPS by rustls with ring; `rustls-ring` says so in its name |
//! | `rustls-aws-lc` | | the same with aws-lc |
//! | `native-tls` | | the transport on reqwest, HTTPS by the system's TLS; without effect beside `rustls…`, so take it with `default-features = false` |
//! | `hyper`, `hyper-rustls`, `hyper-rustls-aws-lc` | by `rustls…` | the lean transport on hyper; alone it knows no proxies |
//! | `reqwest` | by `rustls…`, `native-tls` | the transport on reqwest, which is taken where a proxy is in between, or hyper is off |
//! | `http2` | | HTTP/2 where the server offers it, in both transports |
//! | `mock` | | mocks of the traits: `MockAssistantsApi` and so on |
//! | `tracing` | | a span for each call and each attempt |
//! | `blocking` | | calls and lists for programs without async |
//! | `rate-limit` | | a layer that keeps a client below a rate |
//! | `jiff`, `chrono`, `time` | | conversions of [`Timestamp`] |

#![cfg_attr(docsrs, feature(doc_cfg))]

// For readers and doctests: it has no item, and builds of users have nothing of it.
#[cfg(any(doc, doctest))]
pub mod guide;
mod telnyx;

pub use telnyx::Telnyx;
#[cfg(feature = "assistants")]
pub use telnyx_ai_assistants as assistants;
pub use telnyx_ai_core::*;
#[cfg(feature = "integrations")]
pub use telnyx_ai_integrations as integrations;
#[cfg(feature = "mcp")]
pub use telnyx_ai_mcp as mcp;
#[cfg(feature = "testing")]
pub use telnyx_ai_testing as testing;
#[cfg(feature = "versions")]
pub use telnyx_ai_versions as versions;
#[cfg(feature = "webhooks")]
pub use telnyx_ai_webhooks as webhooks;

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

//! The guide: one page per task.
//!
//! 1. [`first_assistant`]: create an assistant, chat, send messages, set options of a call
//! 2. [`tools`]: webhook tools, tools of different types, signatures of webhooks
//! 3. [`variables`]: dynamic variables, and the webhook that sets them
//! 4. [`flows`]: conversations as graphs of nodes
//! 5. [`scheduling`]: scheduled phone calls and messages
//! 6. [`testing_assistants`]: tests, suites and runs
//! 7. [`ci`]: tests in CI, and the emulator as a server
//! 8. [`canary`]: versions, canary deploys, promotion
//! 9. [`rolling_out`]: rolling out a version step by step
//! 10. [`mcp`]: MCP servers and integrations
//! 11. [`testing_your_code`]: mocks, and the emulator in unit tests
//! 12. [`layers`]: tower layers, logging, proxies, transports
//! 13. [`errors`]: errors and retries
//! 14. [`streaming`]: replies while they are generated
//! 15. [`unknown`]: fields, values and operations that the crate does not have
//! 16. [`assistants_as_code`]: assistants in files, with the program `telnyx-ai`
//! 17. [`javascript`]: moving from the JavaScript client
//! 18. [`endpoints`]: the method of each URL
//!
//! Most pages start with a complete program. It uses an emulator in the same process. To call the API, replace the client
//! with `Telnyx::from_env()?`. A page without a list of dependencies needs those of [`first_assistant`].
//! In the other blocks, `telnyx` is a [`Telnyx`](crate::Telnyx), the [`prelude`](crate::prelude) is imported, and the code is
//! in an async function that returns a `Result`.
//!
//! All Rust code is tested. The [guide of `telnyx-ai-core`](telnyx_ai_core::guide) covers errors, idempotency, connections
//! and secrets.

// Without some features, links to their items do not resolve.
#![cfg_attr(
    not(all(
        feature = "assistants",
        feature = "blocking",
        feature = "integrations",
        feature = "mcp",
        feature = "mock",
        feature = "rate-limit",
        feature = "rustls",
        feature = "testing",
        feature = "versions",
        feature = "webhooks",
    )),
    allow(rustdoc::broken_intra_doc_links)
)]

#[doc = include_str!("first_assistant.md")]
pub mod first_assistant {}

#[doc = include_str!("tools.md")]
pub mod tools {}

#[doc = include_str!("variables.md")]
pub mod variables {}

#[doc = include_str!("flows.md")]
pub mod flows {}

#[doc = include_str!("scheduling.md")]
pub mod scheduling {}

#[doc = include_str!("testing_assistants.md")]
pub mod testing_assistants {}

#[doc = include_str!("ci.md")]
pub mod ci {}

#[doc = include_str!("canary.md")]
pub mod canary {}

#[doc = include_str!("rolling_out.md")]
pub mod rolling_out {}

#[doc = include_str!("mcp.md")]
pub mod mcp {}

#[doc = include_str!("testing_your_code.md")]
pub mod testing_your_code {}

#[doc = include_str!("layers.md")]
pub mod layers {}

#[doc = include_str!("errors.md")]
pub mod errors {}

#[doc = include_str!("streaming.md")]
pub mod streaming {}

#[doc = include_str!("unknown.md")]
pub mod unknown {}

#[doc = include_str!("assistants_as_code.md")]
pub mod assistants_as_code {}

#[doc = include_str!("javascript.md")]
pub mod javascript {}

#[doc = include_str!("endpoints.md")]
pub mod endpoints {}

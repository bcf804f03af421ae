//! A guide with one page per task.
//!
//! Read the pages in this order:
//!
//! 1. [`first_assistant`]: create an assistant, chat with it, send text messages.
//! 2. [`tools`]: tools and webhooks, and the verification of signatures.
//! 3. [`variables`]: dynamic variables, and the webhook that sets them.
//! 4. [`flows`]: conversation flows.
//! 5. [`scheduling`]: scheduled calls and messages.
//! 6. [`testing_assistants`]: tests of assistants, also in CI; the emulator as a service.
//! 7. [`canary`]: versions, canary deploys, promotion, rollback.
//! 8. [`mcp`]: MCP servers and integrations.
//! 9. [`testing_your_code`]: mocks, the emulator in the same process, faults, the emulator's clock.
//! 10. [`layers`]: tower layers and transports.
//! 11. [`errors`]: errors and retries.
//! 12. [`streaming`]: replies while they are generated.
//! 13. [`unknown`]: fields, values and operations that this version does not know.
//! 14. [`javascript`]: migration from the vendor's JavaScript client.
//!
//! Each page starts with a complete program, which runs against the emulator. To use your account, replace the emulator
//! by `Telnyx::from_env()?`. In the snippets after it, `telnyx` is a [`Telnyx`](crate::Telnyx), the
//! [`prelude`](crate::prelude) is in scope, and the code is in an async function that returns a `Result`.
//!
//! All code is tested. `telnyx-ai-core` has [more about production use](telnyx_ai_core::guide): errors, idempotency,
//! connections, secrets.

// Without all features, links to disabled items become plain text.
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

#[doc = include_str!("canary.md")]
pub mod canary {}

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

#[doc = include_str!("javascript.md")]
pub mod javascript {}

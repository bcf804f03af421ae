//! The jobs people have, one page each.
//!
//! In the order of a first reading:
//!
//! 1. [`first_assistant`]: create an assistant, talk to it, call and write with it.
//! 2. [`tools`]: tools and webhooks, and whether it is Telnyx who calls.
//! 3. [`variables`]: dynamic variables, and the webhook that sets them.
//! 4. [`flows`]: conversations in steps.
//! 5. [`scheduling`]: calls and messages at a set time.
//! 6. [`testing_assistants`]: tests of what assistants say, in CI too; the emulator as a service.
//! 7. [`canary`]: try a version out, promote it, go back.
//! 8. [`mcp`]: MCP servers and integrations.
//! 9. [`testing_your_code`]: mocks, the emulator in the same process, faults, a clock that moves.
//! 10. [`layers`]: tower layers under the client, and other transports.
//! 11. [`errors`]: what goes wrong, and what is tried again.
//! 12. [`streaming`]: replies while they are made.
//! 13. [`unknown`]: what the API has and this version does not know.
//! 14. [`javascript`]: their call and ours, for each operation.
//!
//! Each page begins with a program that works as it stands. It runs against the emulator; with a real account,
//! `Telnyx::from_env()?` takes its place. What follows the program is cut short: `telnyx` is a [`Telnyx`](crate::Telnyx)
//! with the [`prelude`](crate::prelude) in scope, inside of an async function that returns a `Result`.
//!
//! All code here is run with the tests of this crate. `telnyx-ai-core` has [more on running in
//! production](telnyx_ai_core::guide): errors, idempotency, secrets.

// With fewer features, links to what is off become plain text.
#![cfg_attr(
    not(all(
        feature = "assistants",
        feature = "blocking",
        feature = "hyper",
        feature = "integrations",
        feature = "mcp",
        feature = "mock",
        feature = "rate-limit",
        feature = "reqwest",
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

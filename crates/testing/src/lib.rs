#![doc = include_str!("../README.md")]
//!
//! ## What is here
//!
//! | trait | handle | what it speaks to |
//! | --- | --- | --- |
//! | [`TestsApi`] | [`Tests`] | `/ai/assistants/tests` |
//! | [`TestSuitesApi`] | [`TestSuites`] | `/ai/assistants/tests/test-suites` |
//! | [`TestRunsApi`] | [`TestRuns`] | `/ai/assistants/tests/{test_id}/runs` |
//!
//! [`Wait`] waits for runs and gives a [`RunReport`]; [`upsert`](upsert()) creates a test or updates the one of its name.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod report;
mod test_runs;
mod test_suites;
mod tests;
mod upsert;
mod wait;

pub use report::*;
pub use test_runs::*;
pub use test_suites::*;
pub use tests::*;
pub use upsert::*;
pub use wait::*;

/// The traits of this crate, to bring their methods into scope with one `use`.
pub mod prelude {
    pub use crate::{TestRunsApi, TestSuitesApi, TestsApi};
}

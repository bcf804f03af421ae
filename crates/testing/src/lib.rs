#![doc = include_str!("../README.md")]
//!
//! ## API areas
//!
//! | trait | handle | endpoints |
//! | --- | --- | --- |
//! | [`TestsApi`] | [`Tests`] | `/ai/assistants/tests` |
//! | [`TestSuitesApi`] | [`TestSuites`] | `/ai/assistants/tests/test-suites` |
//! | [`TestRunsApi`] | [`TestRuns`] | `/ai/assistants/tests/{test_id}/runs` |
//!
//! [`TestBatch`] runs several tests, with several samples per test. [`Wait`] waits for runs and returns a
//! [`RunReport`]. [`upsert`](upsert()) creates a test or updates the one with its name.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod batch;
mod report;
mod test_runs;
mod test_suites;
mod tests;
mod upsert;
mod wait;

pub use batch::*;
pub use report::*;
pub use telnyx_ai_core::Upserted;
pub use test_runs::{
    ListTestRuns, TestRun, TestRunDetail, TestRunRequired, TestRuns, TestRunsApi, TestStatus, TriggerTestRun,
};
pub use test_suites::{ListSuiteRuns, TestSuites, TestSuitesApi};
pub use tests::{CreateTest, ListTests, RubricItem, Test, TestChannel, Tests, TestsApi, UpdateTest};
pub use upsert::*;
pub use wait::*;

/// The crate that implements the mocks, in the version that they require.
#[cfg(feature = "mock")]
#[doc(no_inline)]
pub use mockall;
#[cfg(feature = "mock")]
pub use {test_runs::MockTestRunsApi, test_suites::MockTestSuitesApi, tests::MockTestsApi};

/// The traits of this crate, to import their methods with one `use`.
pub mod prelude {
    pub use crate::{TestRunsApi, TestSuitesApi, TestsApi};
}

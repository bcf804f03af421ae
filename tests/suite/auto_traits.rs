//! The auto traits of the types, which the compiler checks.

use std::fmt::Debug;
use std::future::Future;

use telnyx_ai::assistants::{Assistant, AssistantsApi, ChatStream, MockAssistantsApi};
use telnyx_ai::testing::{TestBatch, TestRunsApi, TestSuitesApi, Wait};
use telnyx_ai::versions::{CanaryDeploysApi, Rollout, Verdict, VersionsApi};
use telnyx_ai::{
    Body, ByteStream, Call, Client, ClientBuilder, Cursor, Error, EventStream, Pager, Pages, Response, Telnyx,
    TextStream, Transport, TransportError, TransportService,
};

fn assert_shared<T: Send + Sync + Debug + ?Sized + 'static>() {}
fn assert_send<T: Send + Unpin + Debug + 'static>() {}
fn assert_clone<T: Clone>() {}

#[test]
fn clients_and_handles_are_shared_between_threads() {
    assert_shared::<Client>();
    assert_shared::<Telnyx>();
    assert_shared::<telnyx_ai::assistants::Assistants>();
    assert_shared::<TransportService>();
    assert_clone::<(Client, Telnyx, telnyx_ai::assistants::Assistants, TransportService)>();
}

#[test]
fn results_of_calls_are_shared_between_threads() {
    assert_shared::<Assistant>();
    assert_shared::<Response<Assistant>>();
    assert_shared::<Error>();
    assert_shared::<TransportError>();
    assert_shared::<Cursor>();
    assert_clone::<(Assistant, Response<Assistant>, Cursor)>();
}

/// They belong to one task, but can move to another one before they are awaited.
#[test]
fn calls_lists_and_streams_are_sent_between_threads() {
    assert_send::<Call<Assistant>>();
    assert_send::<Pager<Assistant>>();
    assert_send::<Pages<Assistant>>();
    assert_send::<ChatStream>();
    assert_send::<EventStream>();
    assert_send::<TextStream>();
    assert_send::<ByteStream>();
    assert_send::<Body>();
    assert_send::<ClientBuilder>();
}

#[test]
fn traits_are_object_safe() {
    fn assert_shared_behind<T: Send + Sync + ?Sized>() {}
    assert_shared_behind::<dyn AssistantsApi>();
    assert_shared_behind::<dyn Transport>();
    assert_shared_behind::<MockAssistantsApi>();
}

/// `tokio::spawn` and web frameworks require it.
#[test]
fn helpers_of_several_calls_return_futures_that_are_sent_between_threads() {
    fn assert_sent<F: Future + Send>(_: F) {}

    #[allow(dead_code, reason = "the compiler checks it; it is not called")]
    fn check(
        runs: &dyn TestRunsApi,
        suites: &dyn TestSuitesApi,
        versions: &dyn VersionsApi,
        deploys: &dyn CanaryDeploysApi,
    ) {
        assert_sent(Wait::new().run(runs, "test", "run"));
        assert_sent(Wait::new().suite(suites, "suite", "run"));
        assert_sent(TestBatch::new(["test"]).run(runs));
        let rollout = Rollout::new("assistant", "version");
        assert_sent(rollout.run(versions, deploys, |_| async { Ok(Verdict::Pass) }));
        assert_sent(rollout.resume(versions, deploys, |_| async { Ok(Verdict::Pass) }));
        assert_sent(rollout.roll_back(deploys));
    }
}

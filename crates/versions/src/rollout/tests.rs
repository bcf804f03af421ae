use std::sync::{Arc, Mutex, MutexGuard};

use telnyx_ai_core::Call;
use telnyx_ai_types::{Assistant, AssistantRequired};

use super::*;
use crate::CanaryDeployConfig;

/// The body of an error of the API.
const REFUSED: &str = r#"{"errors": [{"title": "Refused"}]}"#;

/// An assistant whose traffic can be changed.
#[derive(Debug, Default)]
struct Traffic(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    live: Option<CanaryDeployConfig>,
    main: Option<String>,
    /// The writes, in order.
    writes: Vec<String>,
    /// The number of calls of `retrieve` to which a proxy responds with a 404 of its own.
    unreachable: usize,
    /// The failures of the next calls. Refused calls and those whose response does not come from the API are not executed.
    failures: Vec<Failure>,
}

#[derive(Debug, Clone, Copy)]
enum Failure {
    Refused(u16),
    /// The change is executed, its response is lost, and the client's retry is refused.
    RetryRefused(u16),
    /// The response does not come from the API.
    Unreadable,
    /// Neither this response nor the later ones of `retrieve` come from the API.
    Gateway,
    ResponseLost,
    ResponseUnreadable,
}

impl Traffic {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no test panics with the lock")
    }

    fn failing(failures: impl IntoIterator<Item = Failure>) -> Self {
        Self(Mutex::new(State { failures: failures.into_iter().collect(), ..State::default() }))
    }

    fn serving(share: f64) -> Self {
        let live = Canary::new().split([("candidate", share)]).build().ok();
        Self(Mutex::new(State { live, ..State::default() }))
    }

    fn writes(&self) -> Vec<String> {
        self.state().writes.clone()
    }

    /// Executes a write, unless a failure is due.
    fn write<T: Send + 'static>(&self, name: String, execute: impl FnOnce(&mut State) -> T) -> Call<T> {
        let mut state = self.state();
        let failure = if state.failures.is_empty() { None } else { Some(state.failures.remove(0)) };
        if let Some(Failure::Refused(status)) = failure {
            return Call::err(Error::from_response(status, REFUSED));
        }
        if let Some(Failure::Unreadable | Failure::Gateway) = failure {
            state.unreachable = if matches!(failure, Some(Failure::Gateway)) { usize::MAX } else { 0 };
            return Call::err(Error::new(ErrorKind::Decode, "the response is not JSON"));
        }
        state.writes.push(name);
        let result = execute(&mut state);
        match failure {
            None => Call::ok(result),
            Some(Failure::RetryRefused(status)) => Call::err(Error::from_response(status, REFUSED)),
            Some(Failure::ResponseUnreadable) => Call::err(Error::new(ErrorKind::Decode, "the response has no body")),
            Some(_) => Call::err(Error::new(ErrorKind::Timeout, "the response was lost")),
        }
    }
}

fn deploy(config: CanaryDeployConfig) -> CanaryDeploy {
    let mut deploy = CanaryDeploy::new("assistant-1", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");
    deploy.rules = config.rules;
    deploy
}

fn share(config: &CanaryDeployConfig) -> f64 {
    config.rules.as_ref().expect("rules")[0].serve.rollout.as_ref().expect("a rollout")[0].weight
}

impl CanaryDeploysApi for Traffic {
    fn retrieve(&self, _: &str) -> Call<CanaryDeploy> {
        let mut state = self.state();
        if state.unreachable > 0 {
            state.unreachable -= 1;
            return Call::err(Error::from_response(404, "no healthy upstream"));
        }
        match state.live.clone() {
            Some(config) => Call::ok(deploy(config)),
            None => Call::err(Error::from_response(404, REFUSED)),
        }
    }

    fn create(&self, _: &str, config: CanaryDeployConfig) -> Call<CanaryDeploy> {
        if self.state().live.is_some() {
            return Call::err(Error::from_response(409, ""));
        }
        self.write(format!("create {}", share(&config)), |state| {
            state.live = Some(config.clone());
            deploy(config)
        })
    }

    fn update(&self, _: &str, config: CanaryDeployConfig) -> Call<CanaryDeploy> {
        self.write(format!("update {}", share(&config)), |state| {
            state.live = Some(config.clone());
            deploy(config)
        })
    }

    fn delete(&self, _: &str) -> Call<()> {
        self.write("delete".into(), |state| state.live = None)
    }
}

impl VersionsApi for Traffic {
    fn promote(&self, _: &str, version_id: &str) -> Call<Assistant> {
        let version = Assistant::new(AssistantRequired {
            id: "assistant-1".into(),
            name: "Support".into(),
            model: "model".into(),
            instructions: "Help.".into(),
            created_at: "2026-01-01T00:00:00Z".into(),
        });
        self.write("promote".into(), |state| {
            state.live = None;
            state.main = Some(version_id.to_owned());
            version
        })
    }
}

fn rollout() -> Rollout {
    Rollout::new("assistant-1", "candidate")
}

async fn pass(_: RolloutStep) -> Result<Verdict, Error> {
    Ok(Verdict::Pass)
}

#[tokio::test(start_paused = true)]
async fn candidate_is_promoted_after_all_steps() -> Result<(), Error> {
    let traffic = Traffic::default();
    let progress = Arc::new(Mutex::new(Vec::new()));
    let kept = progress.clone();
    let start = Instant::now();
    let outcome = rollout()
        .on_progress(move |progress| kept.lock().expect("no panic").push(progress.to_string()))
        .run(&traffic, &traffic, pass)
        .await?;
    assert!(matches!(&outcome, RolloutOutcome::Promoted { version_id } if version_id == "candidate"));
    assert!(outcome.is_success());
    assert_eq!(traffic.writes(), ["create 5", "update 25", "update 50", "promote"]);
    assert_eq!(traffic.state().main.as_deref(), Some("candidate"));
    assert_eq!(start.elapsed(), Duration::from_secs(3 * 10 * 60), "each share but the last is held for 10 minutes");
    let progress = progress.lock().expect("no panic");
    assert_eq!(
        progress[..3],
        ["checking before 5 percent", "the candidate has 5 percent", "checking before 25 percent"]
    );
    assert_eq!(progress.last().map(String::as_str), Some("the candidate is promoted"));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn gate_receives_each_step() -> Result<(), Error> {
    let traffic = Traffic::default();
    let steps = Mutex::new(Vec::new());
    let gate = |step: RolloutStep| {
        steps.lock().expect("no panic").push((step.previous, step.share, step.since));
        async { Ok(Verdict::Pass) }
    };
    let outcome = rollout().steps([10.0, 20.0]).run(&traffic, &traffic, gate).await?;
    assert!(matches!(outcome, RolloutOutcome::Serving { share: 20.0, .. }), "{outcome}");
    let since = Some(telnyx_ai_core::Timestamp::from("2026-01-02T00:00:00Z"));
    assert_eq!(*steps.lock().expect("no panic"), [(0.0, 10.0, None), (10.0, 20.0, since)]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn failed_gate_returns_the_traffic() -> Result<(), Error> {
    let traffic = Traffic::default();
    let gate = async |step: RolloutStep| match step.share {
        50.0 => Ok(Verdict::Fail("1 of 4 tests failed".into())),
        _ => Ok(Verdict::Pass),
    };
    let outcome = rollout().run(&traffic, &traffic, gate).await?;
    assert_eq!(outcome.to_string(), "version candidate was rolled back from 25 percent: 1 of 4 tests failed");
    assert!(!outcome.is_success());
    assert_eq!(traffic.writes(), ["create 5", "update 25", "delete"]);
    assert_eq!(traffic.state().main, None);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn error_of_a_gate_returns_the_traffic() -> Result<(), Error> {
    let traffic = Traffic::default();
    let gate = async |step: RolloutStep| match step.share {
        25.0 => Err(Error::from_response(401, "")),
        _ => Ok(Verdict::Pass),
    };
    let outcome = rollout().run(&traffic, &traffic, gate).await?;
    let RolloutOutcome::RolledBack { share: 5.0, reason: RollbackReason::Error(error), .. } = outcome else {
        panic!("{outcome}");
    };
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn deadline_returns_the_traffic() -> Result<(), Error> {
    for deadline in [Duration::from_secs(15 * 60), Duration::from_secs(5 * 60)] {
        let traffic = Traffic::default();
        let start = Instant::now();
        let outcome = rollout().deadline(deadline).run(&traffic, &traffic, pass).await?;
        assert!(matches!(outcome, RolloutOutcome::RolledBack { reason: RollbackReason::Deadline, .. }), "{outcome}");
        assert_eq!(start.elapsed(), deadline);
        assert_eq!(traffic.writes().last().map(String::as_str), Some("delete"));
    }
    // A gate that never returns a verdict.
    let traffic = Traffic::serving(5.0);
    let rollout = rollout().deadline(Duration::from_secs(3600)).hold(Duration::ZERO);
    let outcome = rollout.resume(&traffic, &traffic, |_| std::future::pending()).await?;
    assert!(matches!(outcome, RolloutOutcome::RolledBack { reason: RollbackReason::Deadline, .. }), "{outcome}");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn outage_delays_a_step() -> Result<(), Error> {
    for failure in [Failure::Refused(503), Failure::ResponseLost] {
        for position in 0..4 {
            let traffic = Traffic::default();
            let gates = std::sync::atomic::AtomicUsize::new(0);
            let gate = |_| {
                if gates.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == position {
                    traffic.state().failures = vec![failure; 3];
                }
                async { Ok(Verdict::Pass) }
            };
            let outages = Arc::new(std::sync::atomic::AtomicUsize::new(0));
            let counter = outages.clone();
            let rollout = rollout().on_progress(move |progress| {
                let is_outage = matches!(progress, RolloutProgress::Outage { .. });
                counter.fetch_add(usize::from(is_outage), std::sync::atomic::Ordering::Relaxed);
            });
            let outcome = rollout.run(&traffic, &traffic, gate).await?;
            assert!(outcome.is_success(), "{failure:?} {position}: {outcome}");
            // After a lost response, the next failure is that of another change.
            let reported = outages.load(std::sync::atomic::Ordering::Relaxed);
            let is_once = matches!(failure, Failure::ResponseLost) || reported == 1;
            assert!(reported > 0 && is_once, "{failure:?} {position}: {reported}");
            let mut writes = traffic.writes();
            writes.dedup();
            assert_eq!(writes, ["create 5", "update 25", "update 50", "promote"], "{failure:?} {position}");
        }
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn long_outage_ends_the_rollout() -> Result<(), Error> {
    let traffic = Traffic::failing(vec![Failure::Refused(503); 10_000]);
    let outcome = rollout().run(&traffic, &traffic, pass).await?;
    assert!(outcome.to_string().starts_with("version candidate was rolled back from 0 percent: 503"), "{outcome}");

    // The rollback fails as well, so the share does not change.
    let traffic = Traffic::default();
    let gate = |step: RolloutStep| {
        if step.share == 25.0 {
            traffic.state().failures = vec![Failure::Refused(503); 10_000];
        }
        async { Ok(Verdict::Pass) }
    };
    let error = rollout().run(&traffic, &traffic, gate).await.expect_err("the API is down");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
    assert_eq!(traffic.writes(), ["create 5"]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn promotion_with_an_unreadable_response_is_executed() -> Result<(), Error> {
    let traffic = Traffic::failing([Failure::ResponseUnreadable]);
    let outcome = rollout().steps([100.0]).run(&traffic, &traffic, pass).await?;
    assert!(matches!(outcome, RolloutOutcome::Promoted { .. }), "{outcome}");
    assert_eq!(traffic.writes(), ["promote"]);
    Ok(())
}

/// A gateway can respond with a page of its own.
#[tokio::test(start_paused = true)]
async fn promotion_that_was_not_executed_is_rolled_back() -> Result<(), Error> {
    let traffic = Traffic::default();
    let gate = |step: RolloutStep| {
        if step.share == 100.0 {
            traffic.state().failures = vec![Failure::Unreadable];
        }
        async { Ok(Verdict::Pass) }
    };
    let outcome = rollout().run(&traffic, &traffic, gate).await?;
    assert!(!outcome.is_success(), "{outcome}");
    assert_eq!(traffic.state().main, None);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn promotion_with_an_unknown_result_is_not_reported_as_rolled_back() {
    let traffic = Traffic::default();
    let gate = |step: RolloutStep| {
        if step.share == 100.0 {
            traffic.state().failures = vec![Failure::ResponseLost; 10_000];
        }
        async { Ok(Verdict::Pass) }
    };
    let error = rollout().run(&traffic, &traffic, gate).await.expect_err("each response is lost");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(traffic.state().main.as_deref(), Some("candidate"));
}

#[tokio::test(start_paused = true)]
async fn change_by_another_client_stops_the_rollout() {
    let changes: [fn(&mut State); 3] = [
        |state| state.live = None,
        |state| state.live = Canary::new().split([("candidate", 1.0)]).build().ok(),
        |state| state.live = Canary::new().split([("another", 5.0)]).build().ok(),
    ];
    for (at, change) in [25.0, 50.0, 100.0].into_iter().flat_map(|at| changes.map(|change| (at, change))) {
        let traffic = Traffic::default();
        let gate = |step: RolloutStep| {
            if step.share == at {
                change(&mut traffic.state());
            }
            async { Ok(Verdict::Pass) }
        };
        let error = rollout().run(&traffic, &traffic, gate).await.expect_err("the canary deploy changed");
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert!(error.to_string().contains("another client changed the canary deploy"), "{error}");
        let writes = traffic.writes();
        assert!(!writes.iter().any(|write| write == "delete" || write == "promote"), "{writes:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn second_rollout_of_an_assistant_is_a_conflict() {
    let traffic = Traffic::serving(5.0);
    let error = rollout().run(&traffic, &traffic, pass).await.expect_err("there is a canary deploy");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.to_string().contains("already has a canary deploy"), "{error}");

    // Both rollouts start at the same time.
    let traffic = Traffic::default();
    let gate = |_| {
        traffic.state().live = Canary::new().split([("candidate", 5.0)]).build().ok();
        async { Ok(Verdict::Pass) }
    };
    let error = rollout().run(&traffic, &traffic, gate).await.expect_err("the other one was first");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(traffic.writes().is_empty());
}

/// For example because there is no such assistant or version.
#[tokio::test(start_paused = true)]
async fn first_step_that_the_api_refuses_is_an_error() {
    for (status, share) in [(404, 5.0), (422, 5.0), (404, 100.0)] {
        let traffic = Traffic::failing([Failure::Refused(status)]);
        let error = rollout().steps([share]).run(&traffic, &traffic, pass).await.expect_err("it is refused");
        assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Api, Some(status)));
        assert!(traffic.writes().is_empty());
    }
    let traffic = Traffic::failing([Failure::RetryRefused(422)]);
    let error = rollout().run(&traffic, &traffic, pass).await.expect_err("it is refused");
    assert_eq!((error.kind(), traffic.writes()), (ErrorKind::Api, vec!["create 5".to_owned(), "delete".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn interrupted_rollout_is_resumed_at_its_share() -> Result<(), Error> {
    for (live, expected) in [(5.0, &["update 25", "update 50", "promote"][..]), (50.0, &["promote"])] {
        let traffic = Traffic::serving(live);
        let start = Instant::now();
        let outcome = rollout().resume(&traffic, &traffic, pass).await?;
        assert!(outcome.is_success());
        assert_eq!(traffic.writes(), expected);
        assert_eq!(start.elapsed(), Duration::from_secs(600) * u32::try_from(expected.len()).expect("few"));
    }
    // Without a canary deploy, it may have been rolled back or promoted.
    for (traffic, reason) in [
        (Traffic::default(), "no rollout to resume"),
        (Traffic::serving(7.0), "not a step"),
        (Traffic::serving(99.0), "not a step"),
    ] {
        let error = rollout().resume(&traffic, &traffic, pass).await.expect_err(reason);
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert!(error.to_string().contains(reason), "{error}");
        assert!(traffic.writes().is_empty());
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn not_found_of_a_proxy_is_not_the_end_of_a_canary_deploy() {
    let traffic = Traffic::serving(50.0);
    traffic.state().unreachable = usize::MAX;
    assert_eq!(rollout().roll_back(&traffic).await.expect_err("a proxy").kind(), ErrorKind::Api);

    let traffic = Traffic::default();
    let gate = |step: RolloutStep| {
        traffic.state().unreachable = if step.share > 5.0 { usize::MAX } else { 0 };
        async move { Ok(if step.share > 5.0 { Verdict::Fail("too slow".into()) } else { Verdict::Pass }) }
    };
    let error = rollout().run(&traffic, &traffic, gate).await.expect_err("the candidate still has traffic");
    assert_eq!((error.kind(), traffic.writes()), (ErrorKind::Api, vec!["create 5".to_owned()]));

    // One such response delays the rollback.
    let traffic = Traffic::serving(50.0);
    traffic.state().unreachable = 1;
    rollout().roll_back(&traffic).await.expect("the API is back");
    assert_eq!(traffic.writes(), ["delete"]);

    let traffic = Traffic::failing([Failure::Gateway]);
    let error = rollout().steps([100.0]).run(&traffic, &traffic, pass).await.expect_err("it is not promoted");
    assert_eq!((error.kind(), &traffic.state().main), (ErrorKind::Api, &None));
}

#[tokio::test(start_paused = true)]
async fn resumed_rollout_without_a_further_step_ends_at_once() -> Result<(), Error> {
    let traffic = Traffic::serving(50.0);
    let rollout = rollout().steps([50.0]).deadline(Duration::from_secs(60));
    let outcome = rollout.resume(&traffic, &traffic, pass).await?;
    assert!(matches!(outcome, RolloutOutcome::Serving { share: 50.0, .. }), "{outcome}");
    assert!(traffic.writes().is_empty());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn response_without_rules_is_no_promotion() -> Result<(), Error> {
    struct Brief(Traffic);

    impl CanaryDeploysApi for Brief {
        fn retrieve(&self, id: &str) -> Call<CanaryDeploy> {
            CanaryDeploysApi::retrieve(&self.0, id)
        }

        fn create(&self, id: &str, config: CanaryDeployConfig) -> Call<CanaryDeploy> {
            let created = self.0.create(id, config);
            Call::from_future(|_| async { created.await.map(|deploy| CanaryDeploy { rules: None, ..deploy }) })
        }
    }

    let traffic = Brief(Traffic::default());
    let outcome = rollout().steps([50.0]).run(&traffic.0, &traffic, pass).await?;
    assert!(matches!(outcome, RolloutOutcome::Serving { share: 50.0, .. }), "{outcome}");
    let traffic = Brief(Traffic::default());
    let outcome = rollout().steps([50.0, 100.0]).run(&traffic.0, &traffic, pass).await?;
    assert!(matches!(outcome, RolloutOutcome::Promoted { .. }), "{outcome}");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn roll_back_deletes_only_its_own_canary_deploy() -> Result<(), Error> {
    let traffic = Traffic::serving(5.0);
    assert!(rollout().roll_back(&traffic).await?);
    assert!(!rollout().roll_back(&traffic).await?);
    assert_eq!(traffic.writes(), ["delete"]);

    let traffic = Traffic::serving(5.0);
    let error =
        Rollout::new("assistant-1", "another").roll_back(&traffic).await.expect_err("it belongs to another rollout");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(traffic.writes().is_empty());
    Ok(())
}

#[tokio::test]
async fn invalid_steps_are_an_error() {
    for (steps, why) in [
        (&[][..], "there are no steps"),
        (&[0.0, 5.0], "must be above 0"),
        (&[5.0, 101.0], "at most 100"),
        (&[f64::NAN], "must be above 0"),
        (&[25.0, 5.0], "ascending"),
        (&[5.0, 5.0], "ascending"),
    ] {
        let traffic = Traffic::default();
        let rollout = rollout().steps(steps.iter().copied());
        let error = rollout.run(&traffic, &traffic, pass).await.expect_err("the steps are invalid");
        assert_eq!(error.kind(), ErrorKind::Request);
        assert!(error.to_string().contains(why), "{error}");
    }
}

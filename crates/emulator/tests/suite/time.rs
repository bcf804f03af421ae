//! The clock and scheduled jobs.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use telnyx_ai_emulator::{CallOutcome, Emulator, Llm, PlacedCall};

use crate::support::{Api, Gate, invalid};

const START: &str = "2026-03-02T00:00:00.000000Z";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn frozen() -> Api {
    Api::new(Emulator::builder().frozen_at(START))
}

async fn support(api: &Api) -> String {
    api.assistant(json!({ "name": "S", "instructions": "Help.", "greeting": "Hello {{name}}." })).await
}

/// Triggers a run of a new test. Returns the path of the run.
async fn start_run(api: &Api, assistant: &str) -> String {
    let test = json!({
        "name": "t", "destination": assistant, "instructions": "Say \"hello\"",
        "rubric": [{ "name": "polite", "criteria": "Is polite" }],
    });
    api.start_run(test, Value::Null).await
}

fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

#[tokio::test]
async fn call_changes_its_state() {
    let api = frozen();
    let (clock, assistant) = (api.0.clock(), support(&api).await);
    let more = json!({
        "scheduled_at_fixed_datetime": clock.after(secs(60)),
        "dynamic_variables": { "name": "Ada" },
        "conversation_metadata": { "ticket": 7 },
    });
    let id = api.schedule(&assistant, more).await;
    let now = async || api.get(&id).await.good();

    clock.advance(secs(59)).await;
    assert_eq!((&now().await["status"], &now().await["call_attempts"]), (&json!("pending"), &json!([])));
    clock.advance(secs(1)).await;
    let ringing = now().await;
    assert_eq!((&ringing["status"], &ringing["call_status"]), (&json!("in_progress"), &json!("ringing")));
    assert_eq!(ringing["dispatched_at"], "2026-03-02T00:01:00.000000Z");
    assert!(ringing["conversation_id"].is_null());
    clock.advance(secs(5)).await;
    let held = now().await;
    assert_eq!((&held["status"], &held["call_status"]), (&json!("in_progress"), &json!("in-progress")));
    let conversation = held["conversation_id"].as_str().expect("a conversation").to_owned();
    clock.advance(secs(30)).await;
    let done = now().await;
    assert_eq!((&done["status"], &done["call_status"]), (&json!("completed"), &json!("completed")));
    assert_eq!((&done["call_duration"], &done["retry_attempts"]), (&json!(30), &json!(0)));
    assert_eq!(done["call_attempts"].as_array().expect("attempts").len(), 1);

    let held = api.get(&format!("/conversations/{conversation}")).await.good();
    let metadata = &held["data"]["metadata"];
    assert_eq!((&metadata["ticket"], &metadata["telnyx_conversation_channel"]), (&json!(7), &json!("phone_call")));
    let control_id = &done["call_attempts"][0]["telnyx_call_control_id"];
    assert_eq!((&metadata["call_control_id"], &metadata["assistant_id"]), (control_id, &json!(assistant)));
    let messages = api.get(&format!("/conversations/{conversation}/messages")).await.good();
    assert_eq!(messages["data"][0]["text"], "Hello Ada.");
}

#[tokio::test]
async fn calls_are_retried_as_configured() {
    let busy_line = |call: &PlacedCall| match call.to.as_str() {
        "+15550199" => CallOutcome::Canceled,
        _ => CallOutcome::Completed(secs(3)),
    };
    let api = Api::new(Emulator::builder().frozen_at(START).callee(busy_line));
    let (clock, assistant) = (api.0.clock(), support(&api).await);
    let script = json!({ "target": "+15550101", "outcomes": ["busy", "no-answer", "completed"], "duration_secs": 42 });
    api.post("/_emulator/calls", script).await.good();
    api.0.calls().script("+15550102", [CallOutcome::Busy, CallOutcome::Failed]);

    let at = clock.after(secs(10));
    let to = |number: &str, retries: u64| {
        json!({
            "telnyx_end_user_target": number,
            "scheduled_at_fixed_datetime": at,
            "max_retries_client_errors": retries,
            "retry_interval_secs": 600,
        })
    };
    let through = api.schedule(&assistant, to("+15550101", 5)).await;
    let never = api.schedule(&assistant, to("+15550102", 2)).await;
    let once = api.schedule(&assistant, to("+15550199", 0)).await;
    let other = api.schedule(&assistant, to("+15550103", 0)).await;
    clock.advance(DAY).await;

    let through = api.get(&through).await.good();
    let attempts: Vec<(&str, &str)> = through["call_attempts"]
        .as_array()
        .expect("attempts")
        .iter()
        .map(|call| (call["attempted_at"].as_str().expect("a time"), call["call_status"].as_str().expect("a status")))
        .collect();
    let expected = [
        ("2026-03-02T00:00:10.000000Z", "busy"),
        ("2026-03-02T00:10:10.000000Z", "no-answer"),
        ("2026-03-02T00:20:10.000000Z", "completed"),
    ];
    assert_eq!(attempts, expected);
    assert_eq!((&through["status"], &through["retry_attempts"]), (&json!("completed"), &json!(2)));
    assert_eq!(through["call_duration"], 42);

    let never = api.get(&never).await.good();
    assert_eq!((&never["status"], &never["call_status"]), (&json!("failed"), &json!("failed")));
    assert_eq!(never["call_attempts"].as_array().expect("attempts").len(), 3);
    assert_eq!(never["errors"], json!(["The call was not answered: failed after 3 attempts."]));
    assert!(never["conversation_id"].is_null());

    let once = api.get(&once).await.good();
    assert_eq!((&once["status"], &once["call_status"]), (&json!("failed"), &json!("canceled")));
    assert_eq!(api.get(&other).await.good()["call_duration"], 3);
}

#[tokio::test]
async fn invalid_call_script_is_rejected() {
    let api = frozen();
    for (script, pointer) in [
        (json!({ "target": "+1", "outcomes": ["busy", "asleep"] }), "/outcomes/1"),
        (json!({ "target": "+1", "outcomes": [{ "status": "asleep" }] }), "/outcomes/0/status"),
        (
            json!({ "target": "+1", "outcomes": [{ "status": "completed", "duration_secs": 1.5 }] }),
            "/outcomes/0/duration_secs",
        ),
        (
            json!({ "target": "+1", "outcomes": [{ "status": "completed", "duration_secs": "7" }] }),
            "/outcomes/0/duration_secs",
        ),
        (json!({ "target": "+1", "outcomes": [{ "status": "busy", "after": 1 }] }), "/outcomes/0/after"),
        (json!({ "target": "+1", "outcomes": "busy" }), "/outcomes"),
        (json!({ "target": "+1", "duration_secs": 86_401 }), "/duration_secs"),
        (json!({ "target": "+1", "outcome": "busy" }), "/outcome"),
        (json!({ "outcomes": ["busy"] }), "/target"),
    ] {
        let refused = api.post("/_emulator/calls", script.clone()).await;
        assert_eq!(refused.outcome(), invalid(pointer), "{script}");
        let seed = json!({ "calls": [script] });
        assert!(Emulator::builder().seed(seed.clone()).in_process().is_err(), "{seed}");
    }
}

#[tokio::test]
async fn events_have_only_the_fields_of_their_channel() {
    let api = frozen();
    let desk = support(&api).await;
    let of_calls = ["call_settings", "max_retries_client_errors", "retry_interval_secs"];
    let more = json!({ "text": "Hi", "call_settings": {}, "max_retries_client_errors": 1, "retry_interval_secs": 60 });
    for channel in ["phone_call", "sms_chat"] {
        let mut more = more.clone();
        more["telnyx_conversation_channel"] = channel.into();
        more["scheduled_at_fixed_datetime"] = api.0.clock().after(secs(60)).as_str().into();
        let id = api.schedule(&desk, more).await;
        for waited in [0, 600] {
            api.0.clock().advance(secs(waited)).await;
            let event = api.get(&id).await.good();
            let is_call = channel == "phone_call";
            assert_eq!(event["text"].is_null(), is_call, "{event}");
            assert!(of_calls.iter().all(|field| event[field].is_null() != is_call), "{event}");
            assert_eq!(event["dispatched_at"].is_null(), !(is_call && waited > 0), "{event}");
        }
    }
}

#[tokio::test]
async fn messages_are_delivered_or_fail() {
    let api = frozen();
    let (clock, assistant) = (api.0.clock(), support(&api).await);
    let sms = |to: &str| {
        json!({
            "telnyx_conversation_channel": "sms_chat",
            "telnyx_end_user_target": to,
            "scheduled_at_fixed_datetime": clock.after(secs(1)),
            "text": "Dear {{name}}",
            "dynamic_variables": { "name": "Ada" },
        })
    };
    let id = api.schedule(&assistant, sms("+15550100")).await;
    let lost = api.schedule(&assistant, sms("+15550101")).await;
    let cancelled = api.schedule(&assistant, sms("+15550102")).await;
    assert_eq!(api.delete(&cancelled).await.status, 200);
    api.0.calls().script("+15550101", [CallOutcome::Failed]);

    clock.advance(secs(1)).await;
    let sent = api.get(&id).await.good();
    assert_eq!(sent["status"], "in_progress");
    clock.advance(secs(1)).await;
    assert_eq!(api.get(&id).await.good()["status"], "completed");
    let lost = api.get(&lost).await.good();
    assert_eq!((&lost["status"], &lost["errors"]), (&json!("failed"), &json!(["The message could not be delivered."])));
    let path = format!("/conversations/{}/messages", sent["conversation_id"].as_str().expect("an id"));
    assert_eq!(api.get(&path).await.good()["data"][0]["text"], "Dear Ada");
    assert_eq!(api.get("/_emulator/clock").await.good()["planned"], 0);
}

/// Runs 250 events in a day. Returns the counts of their outcomes and the export.
async fn a_day() -> (BTreeMap<String, usize>, Value) {
    let scripts: [(&str, &[CallOutcome], u64); 5] = [
        ("through", &[CallOutcome::completed()], 0),
        ("busy", &[CallOutcome::Busy], 3),
        ("second", &[CallOutcome::NoAnswer, CallOutcome::completed()], 2),
        ("third", &[CallOutcome::Busy, CallOutcome::NoAnswer, CallOutcome::completed()], 10),
        ("given-up", &[CallOutcome::NoAnswer, CallOutcome::NoAnswer, CallOutcome::completed()], 1),
    ];
    let api = frozen();
    let (clock, assistant) = (api.0.clock(), support(&api).await);
    for (name, outcomes, _) in scripts {
        api.0.calls().script(format!("sip:{name}@example.com"), outcomes.iter().copied());
    }
    for n in 0..250_u64 {
        let (name, _, retries) = scripts[usize::try_from(n % 5).expect("a number")];
        // Scheduled in no particular order.
        let slot = n * 37 % 250;
        let more = json!({
            "telnyx_end_user_target": format!("sip:{name}@example.com"),
            "scheduled_at_fixed_datetime": clock.after(secs(slot * 320)),
            "max_retries_client_errors": retries,
            "retry_interval_secs": 60,
        });
        api.schedule(&assistant, more).await;
    }
    clock.advance(DAY).await;

    let export = api.0.export().expect("contents");
    let mut seen = BTreeMap::new();
    for event in export["assistants"][0]["scheduled_events"].as_array().expect("events") {
        let target = event["telnyx_end_user_target"].as_str().expect("a target");
        let attempts = event["call_attempts"].as_array().expect("attempts");
        let status = event["status"].as_str().expect("a status");
        *seen.entry(format!("{target} {status} {}", attempts.len())).or_default() += 1;
        assert_eq!(attempts[0]["attempted_at"].as_str(), event["scheduled_at_fixed_datetime"].as_str());
        assert_eq!(event["conversation_id"].is_string(), status == "completed");
    }
    // Conversations are exported in the order of their start.
    let began: Vec<&str> = export["conversations"]
        .as_array()
        .expect("conversations")
        .iter()
        .map(|conversation| conversation["created_at"].as_str().expect("a time"))
        .collect();
    assert!(began.is_sorted());
    assert_eq!(began.len(), 150);
    (seen, export)
}

#[tokio::test]
async fn day_passes_instantly_and_deterministically() {
    let (seen, export) = a_day().await;
    let expected = [
        ("sip:busy@example.com failed 4", 50),
        ("sip:given-up@example.com failed 2", 50),
        ("sip:second@example.com completed 2", 50),
        ("sip:third@example.com completed 3", 50),
        ("sip:through@example.com completed 1", 50),
    ];
    assert_eq!(seen, expected.map(|(what, count)| (what.to_owned(), count)).into());
    let (again, exported) = a_day().await;
    assert_eq!(seen, again);
    assert_eq!(export, exported, "ids and times repeat");
}

#[tokio::test]
async fn test_runs_follow_the_clock() {
    let api = frozen();
    let (clock, assistant) = (api.0.clock(), support(&api).await);
    let path = start_run(&api, &assistant).await;
    assert_eq!(api.get(&path).await.good()["status"], "pending");
    clock.advance(Duration::from_millis(500)).await;
    assert_eq!(api.get(&path).await.good()["status"], "running");
    clock.advance(secs(1)).await;
    assert_eq!(api.get(&path).await.good()["status"], "passed");
}

#[tokio::test]
async fn pending_run_is_executed_after_a_restart() {
    let (_folder, db) = crate::support::file("emulator.db");
    let open = || Api::new(Emulator::builder().db(&db));
    let api = open();
    api.0.clock().freeze();
    let assistant = support(&api).await;
    let path = start_run(&api, &assistant).await;
    drop(api);

    let api = open();
    api.0.clock().resume();
    // The run is executed without a request for it.
    let deadline = Instant::now() + secs(20);
    while api.get("/conversations").await.good()["data"] == json!([]) {
        assert!(Instant::now() < deadline, "the run was not played");
        tokio::task::yield_now().await;
    }
    api.0.clock().advance(secs(60)).await;
    assert_eq!(api.get(&path).await.good()["status"], "passed");
    assert_eq!(api.get("/_emulator/clock").await.good()["planned"], 0);
}

/// An emulator with an assistant, a test and a conversation, and with a model that waits for the gate.
async fn slow_model() -> (Api, Gate) {
    let model = Gate::new(json!({ "choices": [{ "message": { "content": "Hello." } }] })).await;
    let seed = json!({
        "assistants": [{ "id": "a", "name": "n", "instructions": "i" }],
        "tests": [{
            "test_id": "t", "name": "t", "destination": "a", "instructions": "Say \"hello\"",
            "rubric": [{ "name": "polite", "criteria": "Is polite" }],
        }],
        "conversations": [{ "id": "c" }],
    });
    let builder = Emulator::builder().frozen_at(START).seed(seed).llm(Llm::new(&model.url, "m"));
    (Api::new(builder), model)
}

#[tokio::test]
async fn reset_ends_a_move_of_the_clock() {
    let (api, model) = slow_model().await;
    let clock = api.0.clock();
    let trigger = async || api.post("/assistants/tests/t/runs", Value::Null).await.good()["run_id"].clone();
    let before = trigger().await;
    let move_on = api.post("/_emulator/clock", json!({ "advance_secs": 86_400 }));
    let (moved, again) = futures_util::future::join(move_on, async {
        model.called().await;
        api.0.reset().expect("a reset");
        trigger().await
    })
    .await;
    assert_eq!(moved.status, 409, "{}", moved.text);
    assert_eq!((clock.now().as_str(), &again), (START, &before), "the ids repeat");
    let run = api.get(&format!("/assistants/tests/t/runs/{}", again.as_str().expect("an id"))).await.good();
    assert_eq!(run["status"], "pending", "{run}");
    assert_eq!(api.get("/_emulator/clock").await.good()["planned"], 1);
}

#[tokio::test]
async fn turn_from_before_a_reset_is_not_stored() {
    let (api, model) = slow_model().await;
    let say = api.post("/assistants/a/chat", json!({ "content": "hi", "conversation_id": "c" }));
    let (said, ()) = futures_util::future::join(say, async {
        model.called().await;
        api.0.reset().expect("a reset");
        model.open();
    })
    .await;
    assert_eq!(said.status, 409, "{}", said.text);
    assert_eq!(api.get("/conversations/c/messages").await.good()["data"], json!([]));
}

#[tokio::test]
async fn clock_is_stored_in_the_file() {
    let (_folder, db) = crate::support::file("emulator.db");
    let open = || Emulator::builder().db(&db);
    let api = Api::new(open());
    let (clock, assistant) = (api.0.clock(), support(&api).await);
    clock.freeze();
    clock.set("2030-01-01T00:00:00Z").await.expect("a time");
    let at = clock.after(DAY);
    let id = api.schedule(&assistant, json!({ "scheduled_at_fixed_datetime": at })).await;
    clock.advance(secs(3_600)).await;
    drop((api, clock));

    // The clock is frozen at the stored time, a day before the call.
    let api = Api::new(open());
    let clock = api.0.clock();
    assert_eq!((clock.now().as_str(), clock.is_frozen()), ("2030-01-01T01:00:00.000000Z", true));
    assert_eq!(api.get(&id).await.good()["status"], "pending");
    clock.advance(DAY).await;
    assert_eq!(api.get(&id).await.good()["status"], "completed");
    clock.resume();
    drop((api, clock));

    // A clock that runs ahead of the system clock stays ahead.
    let api = Api::new(open());
    let clock = api.0.clock();
    assert!(!clock.is_frozen() && clock.now().as_str() > "2030-01-02T01:00:00", "{clock:?}");
    drop((api, clock));

    // `frozen_at` overrides the stored clock, and is stored.
    let moment = "2026-01-01T00:00:00.000000Z";
    let api = Api::new(open().frozen_at(moment));
    assert_eq!(api.0.clock().now().as_str(), moment);
    drop(api);
    let api = Api::new(open());
    assert_eq!((api.0.clock().now().as_str(), api.0.clock().is_frozen()), (moment, true));

    // A reset restores the initial clock, which was not frozen.
    api.0.reset().expect("a reset");
    assert!(!api.0.clock().is_frozen());
    drop(api);
    assert!(!Api::new(open()).0.clock().is_frozen());
}

#[tokio::test]
async fn clock_is_controlled_over_http() {
    let api = Api::new(Emulator::builder());
    assert_eq!(api.get("/_emulator/clock").await.good()["frozen"], false);
    let set = json!({ "freeze": true, "set": "2026-01-01T00:00:00Z", "advance_secs": 1.5 });
    let shown = api.post("/_emulator/clock", set).await.good();
    assert_eq!((&shown["frozen"], &shown["now"]), (&json!(true), &json!("2026-01-01T00:00:01.500000Z")));
    // Resources have the clock's time.
    let assistant = support(&api).await;
    let created = api.get(&format!("/assistants/{assistant}")).await.good();
    assert_eq!(created["created_at"], "2026-01-01T00:00:01.500000Z");
    assert_eq!(api.post("/_emulator/clock", json!({ "freeze": false })).await.good()["frozen"], false);
    // Back to the system clock, which is later than all times of this test.
    api.post("/_emulator/clock", json!({ "freeze": true })).await.good();
    let shown = api.post("/_emulator/clock", json!({ "sync": true })).await.good();
    assert!(shown["frozen"] == false && shown["now"].as_str() > created["created_at"].as_str(), "{shown}");

    for (body, pointer) in [
        (json!({ "set": "soon" }), "/set"),
        (json!({ "advance_secs": -1 }), "/advance_secs"),
        (json!({ "freeze": "yes" }), "/freeze"),
        (json!({ "fast": true }), "/fast"),
    ] {
        let answer = api.post("/_emulator/clock", body).await;
        assert_eq!(answer.outcome(), invalid(pointer));
    }
    assert!(api.0.clock().set("soon").await.is_err());
    assert!(Emulator::builder().frozen_at("soon").in_process().is_err());
}

#[tokio::test]
async fn parallel_moves_of_the_clock_add_up() {
    let receiver = Gate::new(json!({})).await;
    let api = Api::new(Emulator::builder().frozen_at(START).webhook_url(receiver.url.clone()));
    let assistant = support(&api).await;
    api.schedule(&assistant, json!({ "scheduled_at_fixed_datetime": "2026-03-02T01:00:00Z" })).await;
    let advance = || {
        let api = api.clone();
        tokio::spawn(async move { api.post("/_emulator/clock", json!({ "advance_secs": 86_400 })).await.good() })
    };
    // The first move waits for a receiver while the second one starts.
    let first = advance();
    receiver.called().await;
    let second = advance();
    let opening = tokio::spawn(async move {
        loop {
            receiver.open();
            receiver.called().await;
        }
    });
    first.await.expect("a move");
    second.await.expect("a move");
    opening.abort();
    assert_eq!(api.get("/_emulator/clock").await.good()["now"], "2026-03-04T00:00:00.000000Z");
}

#[tokio::test]
async fn time_with_an_annotation_or_an_impossible_offset_is_422() {
    let api = frozen();
    let assistant = support(&api).await;
    let events = format!("/assistants/{assistant}/scheduled_events");
    for time in
        ["2030-06-01T12:00:00[America/New_York]", "2030-06-01T12:00:00Z[Asia/Tokyo]", "2030-06-01T12:00:00+25:00"]
    {
        let event = json!({
            "telnyx_conversation_channel": "phone_call", "telnyx_agent_target": "+15550001",
            "telnyx_end_user_target": "+15550100", "scheduled_at_fixed_datetime": time,
        });
        for (path, body) in [(&*events, event), ("/_emulator/clock", json!({ "set": time }))] {
            let refused = api.post(path, body).await;
            assert_eq!(refused.status, 422, "{time}: {}", refused.text);
            assert!(refused.text.contains("is not an ISO 8601 time"), "{}", refused.text);
        }
    }
}

#[tokio::test]
async fn too_many_seconds_are_named() {
    let api = frozen();
    for (secs, detail) in [
        (json!(1e300), "The seconds are too many: the last time is 9999-01-01T00:00:00.000000Z."),
        (json!(1e12), "The seconds are too many: the last time is 9999-01-01T00:00:00.000000Z."),
        (json!(-1), "-1 is not a number of seconds from 0; to move the clock back, set it."),
    ] {
        let refused = api.post("/_emulator/clock", json!({ "advance_secs": secs })).await;
        let error = &refused.json()["errors"][0];
        assert_eq!((refused.status, &error["detail"]), (422, &json!(detail)), "{secs}");
    }
}

#[tokio::test]
async fn due_jobs_run_in_the_background() {
    let api = Api::new(Emulator::builder());
    let assistant = support(&api).await;
    let at = api.0.clock().after(Duration::from_millis(50));
    let id = api.schedule(&assistant, json!({ "scheduled_at_fixed_datetime": at })).await;
    let deadline = Instant::now() + secs(20);
    while api.get(&id).await.good()["status"] != "in_progress" {
        assert!(Instant::now() < deadline, "the call was not placed");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn times_out_of_range_are_rejected_and_the_latest_time_works() {
    let (_folder, db) = crate::support::file("emulator.db");
    let open = || Api::new(Emulator::builder().db(&db));
    let api = open();
    let assistant = support(&api).await;
    let event = |at: &str| {
        json!({
            "telnyx_conversation_channel": "phone_call", "telnyx_agent_target": "+1", "telnyx_end_user_target": "+2",
            "scheduled_at_fixed_datetime": at,
        })
    };
    let path = format!("/assistants/{assistant}/scheduled_events");
    for (at, reason) in [
        ("9999-12-30T22:00:00.5Z", "too late"),
        ("9999-12-31T23:59:59Z", "too late"),
        ("0000-01-01T00:00:00Z", "too early"),
        ("soon", "not an ISO 8601 time"),
    ] {
        let refused = api.post(&path, event(at)).await;
        assert_eq!(refused.status, 422, "{at}");
        let error = &refused.json()["errors"][0];
        assert_eq!(error["source"]["pointer"], "/scheduled_at_fixed_datetime");
        assert!(error["detail"].to_string().contains(reason), "{error}");
        let refused = api.post("/_emulator/clock", json!({ "set": at })).await;
        assert_eq!(refused.status, 422, "{at}");
        assert!(refused.text.contains(reason), "{}", refused.text);
    }
    for by in [json!(1e12), json!(1e300), json!(-1.0)] {
        assert_eq!(api.post("/_emulator/clock", json!({ "advance_secs": by })).await.status, 422, "{by}");
    }
    api.post(&path, event("9998-12-31T23:59:59.5Z")).await.good();
    let seed = json!({ "agenda": [{ "kind": "test_run", "id": "r", "step": "play", "due": "9999-12-30T22:00:00Z" }] });
    assert!(Emulator::builder().seed(seed).in_process().expect_err("an error").to_string().contains("too late"));

    // At the latest time, everything still works, also after a restart.
    api.0.clock().advance(Duration::MAX).await;
    assert_eq!(api.0.clock().now().as_str(), "9999-01-01T00:00:00.000000Z");
    let mut api = api;
    for _ in 0..2 {
        assert_eq!(api.get("/_emulator/clock").await.good()["now"], "9999-01-01T00:00:00.000000Z");
        let export = api.get("/_emulator/export").await.good();
        assert_eq!(export["assistants"][0]["scheduled_events"][0]["status"], "completed");
        assert_eq!(api.get("/assistants").await.status, 200);
        drop(api);
        api = open();
    }
}

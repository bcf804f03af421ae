//! Insights and insight groups: runs, results, counts and webhooks.

use std::{
    sync::{
        Mutex,
        mpsc::{Receiver, channel},
    },
    time::Duration,
};

use serde_json::{Value, json};
use telnyx_ai_emulator::{Builder, Criterion, Emulator, Insight, Judge, Llm, Scripts, Trial, Verdict};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::support::{
    Api, Gate,
    endpoint::{Received, endpoint},
    file, id, invalid, scripts,
};

const START: &str = "2026-10-01T00:00:00Z";

fn frozen() -> Builder {
    Emulator::builder().frozen_at(START)
}

/// An assistant with an insight group that hangs up at the word "bye".
async fn assistant(api: &Api, group: &str) -> String {
    let body = json!({
        "name": "Desk", "instructions": "i", "model": "m", "insight_settings": { "insight_group_id": group },
        "tools": [{ "type": "hangup", "hangup": {} }],
    });
    api.assistant(body).await
}

fn hanging_up() -> Value {
    json!([{ "words": "bye", "call": { "tool": "hangup" }, "reply": "Good bye." }])
}

/// Sends a message in a new conversation. Returns the conversation's id.
async fn talk(api: &Api, assistant: &str, lines: &[&str]) -> String {
    let conversation = api.conversation(json!({ "order": 17 })).await;
    for line in lines {
        api.say(assistant, &conversation, line).await.good();
    }
    conversation
}

/// The insights of a conversation, newest last.
async fn found(api: &Api, conversation: &str) -> Vec<Value> {
    let page = api.get(&format!("/conversations/{conversation}/conversations-insights")).await.good();
    page["data"].as_array().cloned().expect("a page")
}

async fn next(received: &mut UnboundedReceiver<Received>) -> Value {
    received.recv().await.expect("an event").json()
}

#[tokio::test]
async fn insight_is_created_changed_and_deleted() {
    let api = Api::new(frozen());
    let schema = json!({ "type": "object", "properties": { "mood": { "type": "string" } } });
    let body = json!({ "name": "Mood", "instructions": "Name it.", "json_schema": schema, "new_field": 1 });
    let created = api.post("/conversations/insights", body).await.good()["data"].clone();
    assert_eq!(created["created_at"], "2026-10-01T00:00:00.000000Z");
    assert_eq!((&created["insight_type"], &created["new_field"]), (&json!("custom"), &json!(1)));
    assert_eq!(created["json_schema"], schema);
    let path = format!("/conversations/insights/{}", id(&created));
    assert_eq!(api.get(&path).await.good()["data"], created);

    let change = json!({ "webhook": "http://127.0.0.1:9/moods", "name": null });
    let changed = api.put(&path, change).await.good()["data"].clone();
    assert_eq!((&changed["name"], &changed["webhook"]), (&json!("Mood"), &json!("http://127.0.0.1:9/moods")));
    assert_eq!(api.get(&path).await.good()["data"], changed);

    api.insight(json!({ "name": "Topic", "instructions": "Name it." })).await;
    let page = api.get("/conversations/insights?page[size]=1").await.good();
    assert_eq!((&page["data"][0]["name"], &page["meta"]["total_results"]), (&json!("Topic"), &json!(2)));

    assert_eq!(api.delete(&path).await.status, 204);
    assert_eq!(api.get(&path).await.status, 404);
    assert_eq!(api.delete(&path).await.status, 404);
}

#[tokio::test]
async fn invalid_schema_is_400() {
    let api = Api::new(frozen());
    for schema in [json!({ "type": "text" }), json!("{"), json!({ "properties": [] })] {
        let body = json!({ "name": "Mood", "instructions": "Name it.", "json_schema": schema });
        let refused = api.post("/conversations/insights", body).await;
        assert_eq!((refused.status, &*refused.code()), (400, "10015"), "{}", refused.text);
    }
    let mood = api.insight(json!({ "name": "Mood", "instructions": "Name it." })).await;
    let change = json!({ "json_schema": { "type": "text" } });
    assert_eq!(api.put(&format!("/conversations/insights/{mood}"), change).await.status, 400);
    let missing = api.post("/conversations/insights", json!({ "name": "Mood" })).await;
    assert_eq!(missing.outcome(), invalid("/instructions"));
}

#[tokio::test]
async fn group_has_the_insights_that_are_assigned() {
    let api = Api::new(frozen());
    let mood = api.insight(json!({ "name": "Mood", "instructions": "Name it." })).await;
    let topic = api.insight(json!({ "name": "Topic", "instructions": "Name it." })).await;
    let group = api.insight_group(json!({ "name": "Quality" }), &[&mood, &topic, &mood]).await;
    let path = format!("/conversations/insight-groups/{group}");
    let members = async || {
        let group = api.get(&path).await.good()["data"].clone();
        group["insights"].as_array().expect("insights").iter().map(|it| it["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(members().await, ["Mood", "Topic"]);
    assert_eq!(api.get("/conversations/insight-groups").await.good()["data"][0], api.get(&path).await.good()["data"]);
    let changed = api.put(&path, json!({ "description": "How well we help." })).await.good()["data"].clone();
    assert_eq!((&changed["name"], &changed["description"]), (&json!("Quality"), &json!("How well we help.")));

    let unassign = format!("{path}/insights/{mood}/unassign");
    assert_eq!(api.delete(&unassign).await.status, 204);
    assert_eq!(api.delete(&unassign).await.status, 404);
    assert_eq!(api.post(&format!("{path}/insights/nothing/assign"), Value::Null).await.status, 404);
    assert_eq!(api.delete(&format!("/conversations/insights/{topic}")).await.status, 204);
    assert!(members().await.is_empty(), "a deleted insight is removed from its groups");
    assert_eq!(api.delete(&path).await.status, 204);
    assert_eq!(api.get(&path).await.status, 404);
    assert_eq!(api.get(&format!("/conversations/insights/{mood}")).await.status, 200);
}

#[tokio::test]
async fn insights_run_when_a_conversation_has_ended() {
    let rules = json!({ "chat": hanging_up() });
    let api = Api::new(frozen().scripts(scripts(rules)));
    let summary = api.insight(json!({ "name": "Summary", "instructions": "Summarize." })).await;
    let schema = json!({ "type": "object", "properties": { "score": { "type": "integer" } } });
    let score = json!({ "name": "Score", "instructions": "Rate it.", "json_schema": schema });
    let score = api.insight(score).await;
    let group = api.insight_group(json!({ "name": "Quality" }), &[&summary, &score]).await;
    let desk = assistant(&api, &group).await;

    let ongoing = talk(&api, &desk, &["It was a 4."]).await;
    assert!(found(&api, &ongoing).await.is_empty(), "it has not ended");
    let ended = talk(&api, &desk, &["It was a 4.", "bye"]).await;
    let [run] = &found(&api, &ended).await[..] else { panic!("one run") };
    assert_eq!((&run["status"], &run["created_at"]), (&json!("completed"), &json!("2026-10-01T00:00:00.000000Z")));
    assert_eq!(
        run["conversation_insights"],
        json!([
            { "insight_id": summary, "result": "6 messages; the assistant said last: Good bye." },
            { "insight_id": score, "result": "{\"score\":4}" },
        ])
    );
    assert_eq!(api.delete(&format!("/conversations/{ended}")).await.status, 204);
}

/// An assistant whose conversations get a summary.
async fn summarized_assistant(api: &Api) -> String {
    let summary = api.insight(json!({ "name": "Summary", "instructions": "Summarize." })).await;
    let group = api.insight_group(json!({ "name": "Quality" }), &[&summary]).await;
    assistant(api, &group).await
}

#[tokio::test]
async fn insights_of_a_chat_run_once_it_is_idle() {
    let api = Api::new(frozen());
    let desk = summarized_assistant(&api).await;
    let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
    let chat = talk(&api, &desk, &["hello"]).await;
    api.0.clock().advance(minutes(29)).await;
    let say = json!({ "content": "again", "conversation_id": chat });
    api.post(&format!("/assistants/{desk}/chat"), say.clone()).await.good();
    api.0.clock().advance(minutes(29)).await;
    assert!(found(&api, &chat).await.is_empty(), "each message restarts the idle time");
    api.0.clock().advance(minutes(1)).await;
    let first = found(&api, &chat).await[0].clone();
    assert!(first["conversation_insights"][0]["result"].as_str().expect("a text").starts_with("4 messages"));

    // The conversation continues and is analyzed again.
    api.post(&format!("/assistants/{desk}/chat"), say).await.good();
    api.0.clock().advance(minutes(30)).await;
    let [second] = &found(&api, &chat).await[..] else { panic!("one run") };
    assert_eq!(second["id"], first["id"]);
    assert!(second["conversation_insights"][0]["result"].as_str().expect("a text").starts_with("6 messages"));
}

#[tokio::test]
async fn chat_that_continues_without_an_insight_group_is_not_analyzed() {
    let api = Api::new(frozen());
    let desk = summarized_assistant(&api).await;
    let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
    let chat = talk(&api, &desk, &["hello"]).await;
    api.0.clock().advance(minutes(29)).await;
    api.post(&format!("/assistants/{desk}"), json!({ "insight_settings": null })).await.good();
    api.say(&desk, &chat, "again").await.good();
    api.0.clock().advance(minutes(60)).await;
    assert!(found(&api, &chat).await.is_empty());
}

#[tokio::test]
async fn insights_of_a_scheduled_message_run_once_its_chat_is_idle() {
    let api = Api::new(frozen());
    let desk = summarized_assistant(&api).await;
    let event = json!({
        "telnyx_conversation_channel": "sms_chat", "text": "Hello.", "scheduled_at_fixed_datetime": api.0.clock().now(),
        "telnyx_agent_target": "+15550001", "telnyx_end_user_target": "+15550002",
    });
    let events = format!("/assistants/{desk}/scheduled_events");
    let event = api.post(&events, event).await.good()["scheduled_event_id"].as_str().expect("an id").to_owned();
    let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
    api.0.clock().advance(minutes(29)).await;
    let conversation = api.get(&format!("{events}/{event}")).await.good()["conversation_id"].clone();
    let conversation = conversation.as_str().expect("a conversation");
    assert!(found(&api, conversation).await.is_empty());
    api.0.clock().advance(minutes(1)).await;
    assert_eq!(found(&api, conversation).await[0]["status"], "completed");
}

#[tokio::test]
async fn scripts_decide_results() {
    let rules = json!({ "chat": hanging_up(), "insights": [
        { "insight": "Order", "pattern": "order (?<n>\\d+)", "result": { "order": "{{n}}" } },
        { "insight": "Order", "result": { "order": null } },
        { "words": "crash", "fail": "out of capacity" },
        { "result": "It went well." },
    ] });
    let api = Api::new(frozen().scripts(scripts(rules.clone())));
    let order = api.insight(json!({ "name": "Order", "instructions": "Find it." })).await;
    let summary = api.insight(json!({ "name": "Summary", "instructions": "Summarize." })).await;
    let group = api.insight_group(json!({ "name": "Quality" }), &[&order, &summary]).await;
    let desk = assistant(&api, &group).await;
    let results = async |lines: &[&str]| {
        let conversation = talk(&api, &desk, lines).await;
        let run = found(&api, &conversation).await[0].clone();
        let results = run["conversation_insights"].as_array().expect("results").iter().map(|it| it["result"].clone());
        (run["status"].clone(), results.collect::<Vec<_>>())
    };
    let (status, found) = results(&["about order 42", "bye"]).await;
    assert_eq!((status, found), (json!("completed"), vec![json!("{\"order\":\"42\"}"), json!("It went well.")]));
    let (_, found) = results(&["bye"]).await;
    assert_eq!(found[0], "{\"order\":null}");
    // The other insight keeps its result.
    assert_eq!(results(&["crash", "bye"]).await, (json!("failed"), vec![json!("{\"order\":null}")]));

    assert_eq!(api.get("/_emulator/scripts").await.good(), rules);
    for (rule, problem) in [
        (json!({ "insight": "Order" }), "/insights/0: a rule needs either result or fail"),
        (json!({ "result": 1, "insights": "Order" }), "/insights/0/insights: unknown field"),
    ] {
        let error = Scripts::from_value(&json!({ "insights": [rule] })).expect_err("a problem").to_string();
        assert!(error.starts_with(problem), "{error}");
    }
}

/// A judge that returns the length of a conversation.
struct Counter;

impl Judge for Counter {
    fn judge(&self, _: &Trial, _: &Criterion) -> Verdict {
        Verdict::passed()
    }

    fn analyze(&self, insight: &Insight) -> Value {
        json!({ "insight": insight.name, "messages": insight.transcript.len(), "order": insight.conversation["metadata"]["order"] })
    }
}

/// A judge that returns lists in lists.
struct Nesting;

impl Judge for Nesting {
    fn judge(&self, _: &Trial, _: &Criterion) -> Verdict {
        Verdict::passed()
    }

    fn analyze(&self, _: &Insight) -> Value {
        (0..120).fold(json!(1), |inner, _| json!([inner]))
    }
}

#[tokio::test]
async fn result_that_cannot_be_stored_fails_and_does_not_stop_the_clock() {
    let api = Api::new(frozen().judge(Nesting));
    let deep = api.insight(json!({ "name": "Deep", "instructions": "i", "webhook": "http://127.0.0.1:1/" })).await;
    let group = api.insight_group(json!({ "name": "Quality" }), &[&deep]).await;
    let desk = assistant(&api, &group).await;
    let chat = talk(&api, &desk, &["hello"]).await;
    api.0.clock().advance(Duration::from_secs(3_600)).await;
    assert_eq!(found(&api, &chat).await[0]["status"], "failed");
    assert_eq!(api.get("/_emulator/clock").await.good()["planned"], 0);
}

/// A judge that waits for a permission before each result.
struct Waiting(Mutex<Receiver<()>>);

impl Judge for Waiting {
    fn judge(&self, _: &Trial, _: &Criterion) -> Verdict {
        Verdict::passed()
    }

    fn analyze(&self, _: &Insight) -> Value {
        self.0.lock().expect("the lock").recv().expect("a permission");
        json!("done")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn results_whose_group_is_deleted_before_the_run_are_completed() {
    let (permission, permissions) = channel();
    let judge = Waiting(Mutex::new(permissions));
    let api = Api::new(frozen().scripts(scripts(json!({ "chat": hanging_up() }))).judge(judge));
    let length = api.insight(json!({ "name": "Length", "instructions": "Count." })).await;
    let [first, second] = [
        api.insight_group(json!({ "name": "First" }), &[&length]).await,
        api.insight_group(json!({ "name": "Second" }), &[&length]).await,
    ];
    talk(&api, &assistant(&api, &first).await, &["bye"]).await;
    let waiting = talk(&api, &assistant(&api, &second).await, &["bye"]).await;
    assert_eq!(found(&api, &waiting).await[0]["status"], "pending");
    let path = format!("/conversations/insight-groups/{second}");
    assert_eq!(api.delete(&path).await.status, 204);
    permission.send(()).expect("the judge waits");
    api.0.clock().advance(Duration::from_secs(1)).await;
    let results = found(&api, &waiting).await[0].clone();
    assert_eq!((&results["status"], &results["conversation_insights"]), (&json!("completed"), &json!([])));
}

#[tokio::test]
async fn interrupted_run_is_repeated_with_the_group_that_it_began_with() {
    let answer = json!({ "choices": [{ "message": { "content": "They were pleased." } }] });
    let model = Gate::new(answer).await;
    let rules = scripts(json!({ "chat": [{ "reply": "Hi." }] }));
    let api = Api::new(frozen().scripts(rules).llm(Llm::new(&model.url, "m")));
    let summary = api.insight(json!({ "name": "Summary", "instructions": "Summarize." })).await;
    let group = api.insight_group(json!({ "name": "Quality" }), &[&summary]).await;
    let chat = talk(&api, &assistant(&api, &group).await, &["hello"]).await;
    let clock = api.0.clock();
    tokio::select! {
        () = clock.advance(Duration::from_secs(3_600)) => panic!("the model has not answered"),
        () = model.called() => {}
    }
    assert_eq!(api.0.export().expect("contents")["documents"][0]["body"]["status"], "in_progress");
    let path = format!("/conversations/insight-groups/{group}");
    assert_eq!(api.delete(&path).await.status, 204);
    let answering = async {
        loop {
            model.open();
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = clock.advance(Duration::from_secs(3_600)) => {}
        () = answering => {}
    }
    let results = found(&api, &chat).await[0].clone();
    let expected = json!([{ "insight_id": summary, "result": "They were pleased." }]);
    assert_eq!((&results["status"], &results["conversation_insights"]), (&json!("completed"), &expected));
}

#[tokio::test]
async fn judge_decides_results() {
    let api = Api::new(frozen().scripts(scripts(json!({ "chat": hanging_up() }))).judge(Counter));
    let length = api.insight(json!({ "name": "Length", "instructions": "Count." })).await;
    let group = api.insight_group(json!({ "name": "Quality" }), &[&length]).await;
    let desk = assistant(&api, &group).await;
    let conversation = talk(&api, &desk, &["bye"]).await;
    let run = found(&api, &conversation).await[0].clone();
    let result = run["conversation_insights"][0]["result"].as_str().expect("a text");
    let result: Value = serde_json::from_str(result).expect("JSON");
    assert_eq!(result, json!({ "insight": "Length", "messages": 4, "order": 17 }));
}

#[tokio::test]
async fn model_decides_results() {
    let answer = |content: &str| (200, json!({ "choices": [{ "message": { "content": content } }] }));
    let (url, mut asked) = endpoint(vec![
        answer("They were pleased.\n"),
        answer("Here it is: {\"score\": 5}"),
        answer("I would rather not."),
    ])
    .await;
    let rules = json!({ "chat": hanging_up() });
    let api = Api::new(frozen().scripts(scripts(rules)).llm(Llm::new(url, "m")));
    let summary = api.insight(json!({ "name": "Summary", "instructions": "Summarize." })).await;
    let schema = json!({ "type": "object", "properties": { "score": { "type": "integer" } } });
    let score = json!({ "name": "Score", "instructions": "Rate it.", "json_schema": schema.to_string() });
    let score = api.insight(score).await;
    let group = api.insight_group(json!({ "name": "Quality" }), &[&summary, &score]).await;
    let desk = assistant(&api, &group).await;
    let conversation = talk(&api, &desk, &["bye"]).await;
    let results = found(&api, &conversation).await[0]["conversation_insights"].clone();
    assert_eq!((&results[0]["result"], &results[1]["result"]), (&json!("They were pleased."), &json!("{\"score\":5}")));
    let messages = next(&mut asked).await["messages"].clone();
    assert!(messages[0]["content"].as_str().expect("a text").ends_with("Summarize."));
    assert_eq!(
        messages[1]["content"],
        "Conversation:\nuser: bye\ntool: {\"status\":\"ended\"}\nassistant: Good bye.\n"
    );
    let task = next(&mut asked).await["messages"][0]["content"].clone();
    assert!(task.as_str().expect("a text").contains(&schema.to_string()), "{task}");

    api.delete(&format!("/conversations/insight-groups/{group}/insights/{summary}/unassign")).await;
    let conversation = talk(&api, &desk, &["bye"]).await;
    assert_eq!(found(&api, &conversation).await[0]["status"], "failed", "the model gave no JSON");
}

#[tokio::test]
async fn model_may_return_an_array() {
    let answer = json!({ "choices": [{ "message": { "content": "[\"price\", \"delivery\"]" } }] });
    let (url, _asked) = endpoint(vec![(200, answer)]).await;
    let api = Api::new(frozen().scripts(scripts(json!({ "chat": hanging_up() }))).llm(Llm::new(url, "m")));
    let topics = json!({ "name": "Topics", "instructions": "List them.", "json_schema": { "type": "array" } });
    let topics = api.insight(topics).await;
    let group = api.insight_group(json!({ "name": "Quality" }), &[&topics]).await;
    let desk = assistant(&api, &group).await;
    let conversation = talk(&api, &desk, &["bye"]).await;
    let results = found(&api, &conversation).await[0]["conversation_insights"].clone();
    assert_eq!(results[0]["result"], "[\"price\",\"delivery\"]");
}

#[tokio::test]
async fn results_are_counted() {
    let rules = json!({ "chat": hanging_up(), "insights": [
        { "insight": "Score", "pattern": "it was (?<score>\\d)", "result": { "score": "{{score}}", "by": "user" } },
        { "result": "Fine." },
    ] });
    let api = Api::new(frozen().scripts(scripts(rules)));
    let score = api.insight(json!({ "name": "Score", "instructions": "Rate it." })).await;
    let other = api.insight(json!({ "name": "Other", "instructions": "Say." })).await;
    let group = api.insight_group(json!({ "name": "Quality" }), &[&score, &other]).await;
    let (one, two) = (assistant(&api, &group).await, assistant(&api, &group).await);
    for (desk, line) in [(&one, "it was 5"), (&one, "it was 5"), (&two, "it was 5"), (&one, "it was 2")] {
        talk(&api, desk, &[line, "bye"]).await;
        api.0.clock().advance(Duration::from_secs(60)).await;
    }
    let rows = async |query: &str| {
        let path = format!("/conversations/conversation-insights/aggregates{query}");
        api.get(&path).await.good()["data"].clone()
    };
    assert_eq!(rows("").await, json!([{ "record_count": 8 }]));
    let by_score = format!("?insight_id={score}&group_by=score");
    assert_eq!(
        rows(&by_score).await,
        json!([{ "score": "5", "record_count": 3 }, { "score": "2", "record_count": 1 }])
    );
    // Objects and lists each have two forms in a query.
    for query in [
        format!("{by_score},metadata.assistant_id&metadata[assistant_id]=eq.{one}"),
        format!("{by_score}%2Cmetadata.assistant_id&metadata%5Bassistant_id%5D=eq.{one}"),
        format!("{by_score}&group_by=metadata.assistant_id&metadata.assistant_id=eq.{one}"),
    ] {
        assert_eq!(
            rows(&query).await,
            json!([
                { "score": "5", "metadata.assistant_id": one, "record_count": 2 },
                { "score": "2", "metadata.assistant_id": one, "record_count": 1 },
            ])
        );
    }
    let times = "&created_at=gte.2026-10-01T00:01:00Z&created_at=lt.2026-10-01T00:03:00Z";
    assert_eq!(rows(&format!("?insight_id={score}{times}")).await, json!([{ "record_count": 2 }]));
    assert_eq!(
        rows(&format!("?insight_id={score}&group_by=score&show=by,metadata.order")).await[1],
        json!({ "score": "2", "by": "user", "metadata.order": 17, "record_count": 1 })
    );
    assert_eq!(rows("?metadata[assistant_id]=eq.nobody").await, json!([]));
    for time in ["yesterday", "gte.yesterday"] {
        let path = format!("/conversations/conversation-insights/aggregates?created_at={time}");
        let refused = api.get(&path).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
    }
}

#[tokio::test]
async fn results_are_posted_to_the_webhooks_of_group_and_insight() {
    let (of_group, mut group_received) = endpoint(vec![(200, json!({}))]).await;
    let (of_insight, mut insight_received) = endpoint(vec![(200, json!({}))]).await;
    let rules = json!({ "chat": hanging_up(), "insights": [
        { "insight": "Score", "result": { "score": 5 } }, { "result": "Fine." },
    ] });
    let api = Api::new(frozen().scripts(scripts(rules)));
    let score = api.insight(json!({ "name": "Score", "instructions": "Rate it.", "webhook": of_insight })).await;
    let summary = api.insight(json!({ "name": "Summary", "instructions": "Summarize." })).await;
    let group = api.insight_group(json!({ "name": "Quality", "webhook": of_group }), &[&score, &summary]).await;
    let desk = assistant(&api, &group).await;
    let conversation = talk(&api, &desk, &["bye"]).await;

    let results = json!([
        { "insight_id": score, "result": { "score": 5 } }, { "insight_id": summary, "result": "Fine." },
    ]);
    let posted = group_received.recv().await.expect("an event");
    assert!(posted.is_signed_by(&api.0.webhook_public_key()));
    let result = posted.json();
    assert_eq!((&result["event_type"], &result["data"]), (&json!("conversation_insight_result"), &Value::Null));
    assert_eq!(result["payload"]["conversation_id"], conversation);
    assert_eq!(result["payload"]["insight_group_id"], group);
    assert_eq!(result["payload"]["metadata"]["order"], 17);
    assert_eq!(result["payload"]["results"], results);
    let completed = next(&mut group_received).await;
    assert_eq!(completed["event_type"], "conversation.insights.completed");
    assert_eq!(
        (&completed["conversation_id"], &completed["insight_group_name"]),
        (&json!(conversation), &json!("Quality"))
    );
    assert_eq!(
        completed["insights"][0],
        json!({ "insight_id": score, "insight_name": "Score", "result": { "score": 5 } })
    );
    let own = next(&mut insight_received).await;
    assert_eq!(own["payload"]["results"], json!([{ "insight_id": score, "result": { "score": 5 } }]));
}

#[tokio::test]
async fn test_run_has_the_id_of_its_results() {
    let api = Api::new(frozen());
    let desk = summarized_assistant(&api).await;
    let rubric = json!([{ "name": "polite", "criteria": "Is polite" }]);
    let test = json!({ "name": "t", "destination": desk, "instructions": "Say \"hi\".", "rubric": rubric });
    let run = api.start_run(test, json!({})).await;
    api.0.clock().advance(Duration::from_secs(5)).await;
    let run = api.get(&run).await.good();
    assert_eq!(run["status"], "passed", "{run}");
    let found = found(&api, run["conversation_id"].as_str().expect("an id")).await;
    assert_eq!((&found[0]["id"], &found[0]["status"]), (&run["conversation_insights_id"], &json!("completed")));
}

#[tokio::test]
async fn unreadable_run_does_not_block_other_jobs() {
    let (_folder, db) = file("emulator.db");
    let seed = json!({
        "conversations": [{ "id": "c" }],
        "agenda": [
            { "kind": "insight_run", "id": "c", "due": START },
            { "kind": "conversation", "id": "c", "due": START, "step": { "reason": "user_hangup" } },
        ],
    });
    drop(Api::new(Emulator::builder().frozen_at("2026-01-01").db(&db).seed(seed)));
    let connection = rusqlite::Connection::open(&db).expect("a database");
    let insert = "INSERT INTO documents (kind, id, parent, body) VALUES ('insight_run', 'c', 'c', '{\"group_id\": 5}')";
    connection.execute(insert, []).expect("a document");
    drop(connection);
    let api = Api::new(Emulator::builder().frozen_at("2026-01-01").db(&db));
    assert_eq!(api.get("/_emulator/clock").await.good()["planned"], 2);
    api.0.clock().set(START).await.expect("a time");
    assert_eq!(api.get("/_emulator/clock").await.good()["planned"], 0);
}

#[tokio::test]
async fn insights_accept_one_of_two_models() {
    let api = Api::new(frozen());
    let with = |model: Value| json!({ "name": "n", "instructions": "i", "insight_settings": { "model": model } });
    let refused = api.post("/assistants", with(json!("gpt-1"))).await;
    assert_eq!(refused.outcome(), invalid("/insight_settings/model"));
    let groups =
        [api.insight_group(json!({ "name": "G" }), &[]).await, api.insight_group(json!({ "name": "H" }), &[]).await];
    let assistant = json!({ "name": "n", "instructions": "i", "insight_settings": { "insight_group_id": groups[0] } });
    let path = format!("/assistants/{}", api.assistant(assistant).await);
    let model = async || api.get(&path).await.good()["insight_settings"]["model"].clone();
    assert_eq!(model().await, "zai-org/GLM-5.3-Flash", "the default");
    let other = "meta-llama/Llama-3.3-70B-Instruct";
    api.post(&path, json!({ "insight_settings": { "insight_group_id": groups[0], "model": other } })).await.good();
    api.post(&path, json!({ "insight_settings": { "insight_group_id": groups[1] } })).await.good();
    assert_eq!(model().await, other, "an update without a model keeps it");
    api.post(&path, json!({ "insight_settings": { "model": null } })).await.good();
    assert_eq!(model().await, Value::Null);
}

#[tokio::test]
async fn new_insight_group_of_an_assistant_must_exist() {
    let api = Api::new(frozen());
    let with =
        |group: &str| json!({ "name": "n", "instructions": "i", "insight_settings": { "insight_group_id": group } });
    let quality = api.insight_group(json!({ "name": "Quality" }), &[]).await;
    let path = format!("/assistants/{}", api.assistant(with(&quality)).await);
    for refused in [api.post("/assistants", with("nope")).await, api.patch(&path, with("nope")).await] {
        let pointer = &refused.json()["errors"][0]["source"]["pointer"];
        assert_eq!((refused.status, pointer), (422, &json!("/insight_settings/insight_group_id")), "{}", refused.text);
    }
    let gone = api.delete(&format!("/conversations/insight-groups/{quality}")).await;
    assert_eq!(gone.status, 204, "{}", gone.text);
    api.post(&path, json!({ "greeting": "Hi" })).await.good();
    api.post(&path, with(&quality)).await.good();
    assert_eq!(api.post("/assistants", with(&quality)).await.status, 422, "another assistant cannot use it");
}

#[tokio::test]
async fn export_and_seed_have_insights() {
    let api = Api::new(frozen().scripts(scripts(json!({ "chat": hanging_up() }))));
    let summary = api.insight(json!({ "name": "Summary", "instructions": "Summarize." })).await;
    let group = api.insight_group(json!({ "name": "Quality", "webhook": "http://127.0.0.1:9/" }), &[&summary]).await;
    let desk = assistant(&api, &group).await;
    let conversation = talk(&api, &desk, &["bye"]).await;
    let results = found(&api, &conversation).await;
    let path = format!("/conversations/insight-groups/{group}");
    let before = api.get(&path).await.good();
    let copy = Api::new(frozen().seed(api.0.export().expect("contents")));
    assert_eq!(copy.get(&path).await.good(), before);
    assert_eq!(found(&copy, &conversation).await, results);

    let wrong = json!({ "insight_groups": [{ "name": "Quality", "insight_ids": ["nothing"] }] });
    let error = frozen().seed(wrong).in_process().expect_err("a wrong seed").to_string();
    assert!(error.contains("insight_groups[0].insight_ids[0]: There is no insight 'nothing'."), "{error}");
}

//! Conversations: scripts, tools, flows and events.

use std::time::Duration;

use axum::{Router, extract::State, response::IntoResponse};
use serde_json::{Value, json};
use telnyx_ai_emulator::{Assumptions, Emulator, Reply, Turn};
use tokio::{net::TcpListener, sync::mpsc};

use crate::support::{Api, Chat, Gate, cut, endpoint::endpoint, invalid, scripts, serve, text};

fn api(chat_rules: Value) -> Api {
    Api::new(Emulator::builder().scripts(scripts(json!({ "chat": chat_rules }))))
}

#[tokio::test]
async fn first_matching_rule_replies() {
    let api = api(json!([
        { "words": ["refund", "please"], "reply": "At once, {{customer}}." },
        { "pattern": "order #(?<n>\\d+)", "reply": "Order {{n}}: you said '{{message}}'." },
        { "words": "refund", "assistant": "Nobody", "reply": "never" },
        { "words": "crash", "reply": "Well", "fail": { "status": 503, "message": "no capacity" } },
        { "words": "slow", "delay_ms": 1 },
    ]));
    let assistant = json!({"name": "Support", "instructions": "Help.", "dynamic_variables": {"customer": "Ada"}});
    let chat = Chat::with(&api, assistant).await;
    assert_eq!(chat.say("REFUND, please!").await, "At once, Ada.");
    assert_eq!(chat.say("my order #42").await, "Order 42: you said 'my order #42'.");
    assert_eq!(chat.say("refund").await, "You said \"refund\". My instructions: Help.");
    assert_eq!(chat.say("slow").await, "You said \"slow\". My instructions: Help.");
    let failed = chat.answer("crash").await;
    assert_eq!((failed.status, &*failed.detail()), (503, "no capacity"));
}

#[tokio::test]
async fn rules_are_replaced_at_run_time() {
    let api = api(json!([{ "reply": "from the start" }]));
    let chat = Chat::with(&api, json!({"name": "n", "instructions": "i"})).await;
    assert_eq!(chat.say("a").await, "from the start");
    let rules = json!({ "chat": [{ "reply": "set later" }] });
    assert_eq!(api.put("/_emulator/scripts", rules.clone()).await.good(), rules);
    assert_eq!(api.get("/_emulator/scripts").await.good(), rules);
    assert_eq!(chat.say("a").await, "set later");
    assert_eq!(api.get("/_emulator/export").await.good()["scripts"], rules);

    let wrong = api.put("/_emulator/scripts", json!({ "chat": [{ "pattern": "(", "reply": "" }] })).await;
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.json()["errors"][0]["source"]["pointer"], "/chat/0/pattern");
    assert_eq!(chat.say("a").await, "set later");

    assert_eq!(api.delete("/_emulator/scripts").await.status, 200);
    assert!(chat.say("a").await.starts_with("You said"));
    api.0.reset().expect("a reset");
    let chat = Chat::with(&api, json!({"name": "n", "instructions": "i"})).await;
    assert_eq!(chat.say("a").await, "from the start");
}

#[tokio::test]
async fn rules_that_are_stored_last_apply() {
    let api = api(json!([]));
    let rules = ["a", "b"].map(|reply| json!({ "chat": [{ "reply": reply }] }));
    for round in 0..2_000 {
        std::thread::scope(|threads| {
            for rules in &rules {
                threads.spawn(|| api.0.set_scripts(scripts(rules.clone())).expect("scripts"));
            }
        });
        let stored = api.0.export().expect("contents")["scripts"].clone();
        assert_eq!(api.get("/_emulator/scripts").await.good(), stored, "in round {round}");
    }
}

#[tokio::test]
async fn rule_without_an_effect_is_422() {
    let api = api(json!([]));
    for effect in [json!({}), json!({ "reply": null }), json!({ "call": [] }), json!({ "delay_ms": null })] {
        let refused = api.put("/_emulator/scripts", json!({ "chat": [{ "reply": "a" }, effect] })).await;
        assert_eq!(refused.outcome(), invalid("/chat/1"));
    }
}

#[tokio::test]
async fn seed_has_rules() {
    let seed = |rules: Value| Emulator::builder().seed(json!({ "scripts": rules })).in_process();
    let emulator = seed(json!({ "chat": [{ "reply": "seeded" }] })).expect("an emulator");
    let chat = Chat::with(&Api(emulator), json!({"name": "n", "instructions": "i"})).await;
    assert_eq!(chat.say("a").await, "seeded");
    let wrong = seed(json!({ "chat": [{ "reply": "seeded", "word": "a" }] })).expect_err("an error");
    assert!(wrong.to_string().contains("scripts.chat[0].word"), "{wrong}");
}

#[tokio::test]
async fn exported_scripts_are_those_that_were_set() {
    let set = json!({ "chat": [{ "words": "x", "reply": "y" }] });
    let first = api(json!([]));
    assert_eq!(first.put("/_emulator/scripts", set.clone()).await.status, 200);
    let export = first.get("/_emulator/export").await.good();
    let again = Api::new(Emulator::builder().seed(export.clone()));
    assert_eq!(export["scripts"], set);
    assert_eq!(again.get("/_emulator/export").await.good()["scripts"], set);
    // A second seed adds rules.
    let more = json!({ "scripts": { "chat": [{ "reply": "z" }], "judge": [{ "passed": true }] } });
    let both = Api::new(Emulator::builder().seed(export).seed(more));
    let expected = json!({ "chat": [{ "words": "x", "reply": "y" }, { "reply": "z" }], "judge": [{ "passed": true }] });
    assert_eq!(both.get("/_emulator/export").await.good()["scripts"], expected);
}

#[tokio::test]
async fn verdicts_follow_rules() {
    let rules = json!({ "judge": [
        { "criterion": "polite", "passed": false, "reason": "no please" },
        { "test": "greets", "words": "hello", "passed": true },
    ]});
    let api = Api::new(Emulator::builder().scripts(scripts(rules)).frozen_at("2026-01-01T00:00:00Z"));
    let assistant = api.assistant(json!({"name": "n", "instructions": "i"})).await;
    let test = json!({"name": "greets", "destination": assistant, "instructions": "Say \"hi\"", "rubric": [
        {"name": "polite", "criteria": "Is polite"},
        {"name": "greeting", "criteria": "Says \"hello\""},
        {"name": "silence", "criteria": "Says \"silence\""},
    ]});
    let run = api.start_run(test, json!({})).await;
    api.0.clock().advance(Duration::from_secs(5)).await;
    let run = api.get(&run).await.good();
    let verdicts: Vec<&str> =
        run["detail_status"].as_array().expect("verdicts").iter().filter_map(|item| item["status"].as_str()).collect();
    assert_eq!(verdicts, ["failed", "passed", "failed"], "{run}");
    assert!(run["logs"].as_str().expect("logs").contains("polite failed: no please."));
}

#[tokio::test]
async fn webhook_tool_is_called() {
    let (url, mut received) = endpoint(vec![
        (200, json!({ "order": { "state": "sent", "items": [{ "sku": "a-1" }] } })),
        (500, json!("broken")),
    ])
    .await;
    let api = api(json!([
        { "pattern": "order (\\d+)", "call": { "tool": "status", "arguments": { "id": "{{1}}", "lang": "en" } },
          "reply": "It is {{answer.order.state}}: {{state}}, {{sku}}, {{answer.order.items.0.sku}}." },
        { "words": "raw", "call": { "tool": "status", "arguments": { "id": "9" } } },
    ]));
    let tools = json!([{ "type": "webhook", "webhook": {
        "name": "status", "description": "d", "url": format!("{url}/orders/{{id}}"), "method": "POST",
        "path_parameters": { "properties": { "id": { "type": "string" } }, "required": ["id"] },
        "body_parameters": { "properties": { "lang": { "type": "string" } } },
        "store_fields_as_variables": [
            { "name": "state", "value_path": "order.state" },
            { "name": "sku", "value_path": "order.items.0.sku" },
        ],
    }}]);
    let chat = Chat::with(&api, json!({"name": "n", "instructions": "State: {{state}}.", "tools": tools})).await;
    assert_eq!(chat.say("where is order 7").await, "It is sent: sent, a-1, a-1.");
    let call = received.recv().await.expect("a call");
    assert_eq!((call.method.as_str(), call.uri.path(), call.json()), ("POST", "/orders/7", json!({"lang": "en"})));
    assert!(call.is_signed_by(&api.0.webhook_public_key()));

    let messages = chat.messages().await;
    let roles: Vec<&str> = messages.iter().filter_map(|message| message["role"].as_str()).collect();
    assert_eq!(roles, ["user", "assistant", "tool", "assistant"]);
    let called = &messages[1]["tool_calls"][0];
    assert_eq!((&called["type"], &called["function"]["name"]), (&json!("function"), &json!("status")));
    assert_eq!(called["function"]["arguments"], "{\"id\":\"7\",\"lang\":\"en\"}");
    assert_eq!(called["id"], messages[2]["tool_call_id"]);
    assert!(messages[2]["text"].as_str().expect("a text").contains("a-1"));

    assert!(chat.say("and now").await.ends_with("State: sent."));
    assert!(chat.say("raw").await.contains("the endpoint responded 500"));
    let out = api.0.requests().into_iter().filter(|request| request.path.starts_with(&url)).count();
    assert_eq!(out, 2);
}

#[tokio::test]
async fn response_of_a_tool_that_is_cut_short_fails_the_tool() {
    let url = serve(Router::new().fallback(|| async { cut("application/json", "{\"state\": 1}".to_owned()) })).await;
    let rule = json!([{ "words": "go", "call": { "tool": "t" }, "reply": "{{telnyx_last_tool_status_code}} {{state}} {{answer}}" }]);
    let tools = json!([{ "type": "webhook", "webhook": {
        "name": "t", "description": "d", "url": url,
        "store_fields_as_variables": [{ "name": "state", "value_path": "state" }],
    }}]);
    let chat = Chat::with(&api(rule), json!({ "name": "n", "instructions": "i", "tools": tools })).await;
    let said = chat.say("go").await;
    assert!(said.starts_with("502 {{state}} ") && said.contains("connection was lost"), "{said}");
}

#[tokio::test]
async fn variables_in_the_url_of_a_tool_are_encoded() {
    let (url, mut received) = endpoint(vec![(200, json!({}))]).await;
    let api = api(json!([{ "call": { "tool": "look", "arguments": { "id": "7" } }, "reply": "Done." }]));
    let tools = json!([{ "type": "webhook", "webhook": {
        "name": "look", "description": "d", "url": "{{base_url}}/{{who}}/{id}?q={{who}}&raw={{sneaky}}", "method": "GET",
        "path_parameters": { "properties": { "id": { "type": "string" } } },
    }}]);
    let variables = json!({ "base_url": format!("{url}/v1"), "who": "Jo & Al/2", "sneaky": "{id}" });
    let assistant = json!({ "name": "n", "instructions": "i", "tools": tools, "dynamic_variables": variables });
    assert_eq!(Chat::with(&api, assistant).await.say("go").await, "Done.");
    let called = received.try_recv().expect("a call");
    assert_eq!(called.uri.to_string(), "/v1/Jo%20%26%20Al%2F2/7?q=Jo%20%26%20Al%2F2&raw=%7Bid%7D");
}

#[tokio::test]
async fn fragment_in_the_url_of_a_tool_does_not_hide_its_parameters() {
    let (url, mut received) = endpoint(vec![(200, json!({}))]).await;
    let api = api(json!([{ "call": { "tool": "look", "arguments": { "q": "7" } }, "reply": "Done." }]));
    let tools = json!([{ "type": "webhook", "webhook": {
        "name": "look", "description": "d", "url": format!("{url}/orders#list"), "method": "GET",
    }}]);
    let assistant = json!({ "name": "n", "instructions": "i", "tools": tools });
    assert_eq!(Chat::with(&api, assistant).await.say("go").await, "Done.");
    assert_eq!(received.try_recv().expect("a call").uri.to_string(), "/orders?q=7");
}

#[tokio::test]
async fn responder_calls_tools_a_limited_number_of_times() {
    let clerk = |turn: &Turn| match turn.content.as_str() {
        "loop" => Reply::calling("remember", serde_json::Map::new()),
        _ if turn.answers.is_empty() => {
            let arguments = json!({ "mood": "good" }).as_object().cloned().unwrap_or_default();
            Reply::calling("remember", arguments)
        }
        _ => Reply::new(format!("{} and {}", turn.variables["mood"], turn.since.len())),
    };
    let api = Api::new(Emulator::builder().responder(clerk));
    let tools = json!([{ "type": "update_dynamic_variables", "update_dynamic_variables": {
        "name": "remember", "description": "d", "updatable_variables": [{ "name": "mood" }],
    }}]);
    let chat = Chat::with(&api, json!({"name": "n", "instructions": "i", "tools": tools})).await;
    assert_eq!(chat.say("a").await, "\"good\" and 2");
    let failed = chat.answer("loop").await;
    assert_eq!(failed.status, 500);
    assert!(failed.detail().contains("8 times"), "{}", failed.text);
}

#[tokio::test]
async fn hangup_ends_the_conversation_and_sends_an_event() {
    let (url, mut received) = endpoint(vec![(500, json!({})), (302, json!({})), (200, json!({}))]).await;
    let rules = json!({ "chat": [{ "words": "bye", "call": { "tool": "hangup" }, "reply": "Good bye." }] });
    let api = Api::new(Emulator::builder().scripts(scripts(rules)).webhook_url(format!("{url}/events")));
    let tools = json!([{ "type": "hangup", "hangup": {} }]);
    let chat = Chat::with(&api, json!({"name": "n", "instructions": "i", "model": "m", "tools": tools})).await;
    assert_eq!(chat.say("bye").await, "Good bye.");
    let refused = chat.answer("still there?").await;
    assert_eq!(refused.status, 400, "{}", refused.text);

    let mut ids = Vec::new();
    for attempt in 1..=3 {
        let event = received.recv().await.expect("an event");
        assert!(event.is_signed_by(&api.0.webhook_public_key()));
        let body = event.json();
        assert_eq!(body["meta"], json!({ "attempt": attempt, "delivered_to": format!("{url}/events") }));
        assert_eq!(body["data"]["event_type"], "call.conversation.ended");
        let payload = &body["data"]["payload"];
        assert_eq!(payload["conversation_id"], chat.conversation);
        assert_eq!((&payload["reason"], &payload["llm_model"]), (&json!("assistant_hangup"), &json!("m")));
        let said = payload["messages"].as_array().expect("messages").iter().map(|message| &message["content"]);
        assert_eq!(said.collect::<Vec<_>>(), ["bye", "Good bye."]);
        ids.push(body["data"]["id"].clone());
    }
    assert!(ids.iter().all(|id| *id == ids[0]));
}

#[tokio::test]
async fn end_of_a_scheduled_call_sends_an_event() {
    let (url, mut received) = endpoint(vec![(200, json!({}))]).await;
    let api = Api::new(Emulator::builder().frozen_at("2026-01-01T00:00:00Z").webhook_url(url));
    let assistant = api.assistant(json!({"name": "n", "instructions": "i", "greeting": "Hi"})).await;
    api.schedule(&assistant, json!({ "scheduled_at_fixed_datetime": "2026-01-01T01:00:00Z" })).await;
    api.0.clock().advance(Duration::from_secs(7_200)).await;
    let created = received.recv().await.expect("an event").json();
    assert_eq!(created["data"]["event_type"], "call.conversation.created");
    let payload = received.recv().await.expect("an event").json()["data"]["payload"].clone();
    assert_eq!((&payload["to"], &payload["assistant_id"]), (&json!("+15550002"), &json!(assistant)));
    assert!(payload["duration_sec"].as_u64().is_some_and(|secs| secs > 0), "{payload}");
    assert_eq!(payload["messages"][0]["content"], "Hi");
}

/// A receiver that accepts all events and never responds.
async fn silent_endpoint() -> (String, mpsc::UnboundedReceiver<()>) {
    async fn hang(State(sender): State<mpsc::UnboundedSender<()>>) {
        // The test may have dropped the receiver.
        let _ = sender.send(());
        std::future::pending().await
    }
    let (sender, receiver) = mpsc::unbounded_channel();
    (serve(Router::new().fallback(hang).with_state(sender)).await, receiver)
}

/// Starts a conversation that the assistant ends.
async fn hang_up(api: &Api) -> Chat {
    api.0.set_scripts(scripts(json!({ "chat": [{ "call": { "tool": "hangup" } }] }))).expect("scripts");
    let tools = json!([{ "type": "hangup", "hangup": {} }]);
    let chat = Chat::with(api, json!({"name": "n", "instructions": "i", "tools": tools})).await;
    assert_eq!(chat.answer("bye").await.status, 200);
    chat
}

#[tokio::test]
async fn slow_receiver_does_not_delay_calls() {
    let (url, mut received) = silent_endpoint().await;
    let past_is_good = Assumptions::new().with_past_schedules(true);
    let api = Api::new(Emulator::builder().webhook_url(url).assumptions(past_is_good));
    let chat = hang_up(&api).await;
    received.recv().await.expect("an event");
    let path = api.schedule(&chat.assistant, json!({ "scheduled_at_fixed_datetime": api.0.clock().now() })).await;
    while api.get(&path).await.good()["status"] == "pending" {
        tokio::task::yield_now().await;
    }
    assert!(received.try_recv().is_err(), "the delivery ended before the call was placed");
}

#[tokio::test]
async fn undelivered_event_is_sent_after_a_restart() {
    let (_folder, db) = crate::support::file("emulator.db");
    let (silent, mut received) = silent_endpoint().await;
    let api = Api::new(Emulator::builder().db(&db).webhook_url(silent));
    let chat = hang_up(&api).await;
    received.recv().await.expect("an event");
    let conversation = chat.conversation.clone();
    drop((api, chat));

    let (url, mut received) = endpoint(vec![(200, json!({}))]).await;
    let api = Api::new(Emulator::builder().db(&db).webhook_url(url));
    let event = received.recv().await.expect("an event").json();
    assert_eq!(event["data"]["payload"]["conversation_id"], conversation);
    // A delivered event is removed from the store.
    let is_kept = || api.0.export().expect("contents")["documents"].to_string().contains("call.conversation.ended");
    while is_kept() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn receiver_is_called_at_the_time_of_the_event() {
    // The receiver reads the clock for each event.
    async fn ask(State((api, times)): State<(Api, mpsc::UnboundedSender<Value>)>) {
        // The test may have dropped the receiver.
        let _ = times.send(api.get("/_emulator/clock").await.good()["now"].clone());
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let api = Api::new(Emulator::builder().frozen_at("2026-01-01T00:00:00Z").webhook_url(url));
    let (sender, mut times) = mpsc::unbounded_channel();
    let receiver = Router::new().fallback(ask).with_state((api.clone(), sender));
    tokio::spawn(async move { axum::serve(listener, receiver).await });
    let assistant = api.assistant(json!({"name": "n", "instructions": "i"})).await;
    for hour in 1..=3 {
        let at = format!("2026-01-01T0{hour}:00:00Z");
        api.schedule(&assistant, json!({ "scheduled_at_fixed_datetime": at })).await;
    }
    api.0.clock().advance(Duration::from_secs(24 * 60 * 60)).await;
    // The events for start, end and analysis of the conversation.
    for (hour, secs) in (1..=3).flat_map(|hour| ["05", "35", "35"].map(|secs| (hour, secs))) {
        let time = times.try_recv().expect("an event before the clock arrives");
        assert_eq!(time, format!("2026-01-01T0{hour}:00:{secs}.000000Z"));
    }
}

#[tokio::test]
async fn handoff_changes_the_assistant() {
    let api = api(json!([{ "words": "buy", "call": { "tool": "handoff", "arguments": { "assistant": "Sales" } } }]));
    let sales = api.assistant(json!({"name": "Sales desk", "instructions": "Sell."})).await;
    let tools = json!([{ "type": "handoff", "handoff": { "ai_assistants": [
        { "id": "assistant-none", "name": "Nobody" }, { "id": sales, "name": "Sales" },
    ]}}]);
    let chat = Chat::with(&api, json!({"name": "n", "instructions": "Help.", "tools": tools})).await;
    let version = api.get(&format!("/assistants/{}", chat.assistant)).await.good()["version_id"].clone();
    assert!(chat.say("hello").await.ends_with("Help."));
    assert_eq!(chat.say("I want to buy").await, "You said \"I want to buy\". My instructions: Sell.");
    assert!(chat.say("how much").await.ends_with("Sell."));
    let last = chat.messages().await.pop().expect("a message");
    assert_eq!(last["metadata"]["assistant_id"], sales);
    // The conversation still belongs to the version with which it started.
    let conversation = api.get(&format!("/conversations/{}", chat.conversation)).await.good()["data"].clone();
    assert_eq!(conversation["metadata"]["assistant_version_id"], version);
}

#[tokio::test]
async fn messages_are_in_the_order_of_their_times() {
    let (url, mut called) = endpoint(vec![(200, json!({ "state": "sent" }))]).await;
    let rules =
        json!({ "chat": [{ "words": "go", "call": [{ "tool": "look" }, { "tool": "look" }], "reply": "Sent." }] });
    let api = Api::new(Emulator::builder().scripts(scripts(rules)).frozen_at("2030-01-01T00:00:00Z"));
    let tools = json!([{ "type": "webhook", "webhook": { "name": "look", "description": "d", "url": url } }]);
    let chat = Chat::with(&api, json!({ "name": "n", "instructions": "i", "tools": tools })).await;
    chat.say("go").await;
    let path = format!("/conversations/{}/message", chat.conversation);
    assert_eq!(api.post(&path, json!({ "role": "user", "content": "added" })).await.status, 204);
    chat.say("again").await;
    let messages = chat.messages().await;
    let times: Vec<&str> = messages.iter().map(|message| message["sent_at"].as_str().expect("a time")).collect();
    assert_eq!(times.len(), 9);
    assert!(times.is_sorted_by(|one, next| one < next), "{times:?}");
    assert_eq!(times[0], "2030-01-01T00:00:00.000000Z");
    assert!(called.try_recv().is_ok());
}

#[tokio::test]
async fn message_of_the_user_has_the_time_at_which_it_was_received() {
    let shop = Gate::new(json!({ "state": "sent" })).await;
    let rules = scripts(json!({ "chat": order_rules() }));
    let api = Api::new(Emulator::builder().scripts(rules).frozen_at("2030-01-01T00:00:00Z"));
    let chat = order_chat(&api, &shop).await;
    let saying = tokio::spawn(async move {
        chat.say("order").await;
        chat.messages().await
    });
    shop.called().await;
    api.0.clock().advance(Duration::from_secs(60)).await;
    shop.open();
    let messages = saying.await.expect("messages");
    let times: Vec<&str> = messages.iter().map(|message| message["sent_at"].as_str().expect("a time")).collect();
    let (asked, answered) = ("2030-01-01T00:00:00.000000Z", "2030-01-01T00:01:00.000000Z");
    assert_eq!((times[0], times[2]), (asked, answered), "{messages:?}");
    assert!(times[1] > asked && times[1] < answered, "the call of the tool: {times:?}");
}

#[tokio::test]
async fn unknown_columns_and_invalid_times_of_filters_are_400() {
    let api = Api::new(Emulator::builder());
    for query in ["assistant_id=eq.x", "created_at=lt.yesterday", "order=age.asc"] {
        let answer = api.get(&format!("/conversations?{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text);
    }
}

#[tokio::test]
async fn equality_filters_compare_texts_as_texts() {
    let api = Api::new(Emulator::builder());
    let metadata = json!({ "ticket": "9007199254740993", "code": "007", "to": "+15550100",
                           "day": "2026-01-01T00:00:00Z", "count": 5, "large": 9_007_199_254_740_993_u64, "part": 0.5 });
    let created = api.post("/conversations", json!({ "name": "12", "metadata": metadata })).await.good();
    let count = async |query: &str| {
        api.get(&format!("/conversations?{query}")).await.good()["data"].as_array().map(Vec::len).expect("a list")
    };
    for (query, expected) in [
        ("metadata-%3Eticket=eq.9007199254740993", 1),
        ("metadata-%3Eticket=eq.9007199254740992", 0),
        ("metadata-%3Eticket=neq.9007199254740992", 1),
        ("metadata-%3Eticket=in.(1,9007199254740992)", 0),
        ("metadata-%3Ecode=eq.7", 0),
        ("metadata-%3Ecode=eq.007", 1),
        ("metadata-%3Eto=eq.15550100", 0),
        ("metadata-%3Eto=eq.%2B15550100", 1),
        ("metadata-%3Eday=eq.2026-01-01", 0),
        ("metadata-%3Eday=not.eq.2026-01-01", 1),
        ("name=eq.12.0", 0),
        // JSON numbers are compared as numbers, without losing digits.
        ("metadata-%3Ecount=eq.5", 1),
        ("metadata-%3Ecount=eq.5.0", 1),
        ("metadata-%3Ecount=neq.5", 0),
        ("metadata-%3Ecount=eq.five", 0),
        ("metadata-%3Elarge=eq.9007199254740992", 0),
        ("metadata-%3Elarge=in.(1,9007199254740993)", 1),
        ("metadata-%3Epart=eq.0.50", 1),
    ] {
        assert_eq!(count(query).await, expected, "{query}");
    }
    // Times are compared as times, however they are written.
    let at = created["created_at"].as_str().expect("a time").replace('Z', "%2B00:00");
    assert_eq!(count(&format!("created_at=eq.{at}")).await, 1);
    assert_eq!(count(&format!("created_at=neq.{at}")).await, 0);
}

#[tokio::test]
async fn unknown_fields_of_a_conversation_are_kept() {
    let api = Api::new(Emulator::builder());
    let created = api.post("/conversations", json!({ "name": "n", "metadata": { "a": "1" }, "zz": 1 })).await.good();
    let path = format!("/conversations/{}", created["id"].as_str().expect("an id"));
    let updated = api.put(&path, json!({ "zz": 2, "more": [3], "id": "x", "created_at": "y" })).await.good();
    let mut expected = created.clone();
    (expected["zz"], expected["more"]) = (json!(2), json!([3]));
    assert_eq!(updated["data"], expected);
    assert_eq!(api.get(&path).await.good()["data"], expected);
}

fn edge(id: &str, from: &str, to: &str, condition: Value) -> Value {
    json!({ "id": id, "start_node_id": from, "target": { "type": "node", "node_id": to }, "condition": condition })
}

#[tokio::test]
async fn flow_is_followed() {
    let (url, mut received) = endpoint(vec![(200, json!({ "tier": "gold" }))]).await;
    let api = Api::new(Emulator::builder());
    let tool = json!({ "type": "webhook", "display_name": "Look up", "webhook": {
        "name": "look_up", "description": "d", "url": url, "method": "GET",
        "query_parameters": { "properties": { "customer": { "type": "string" } } },
        "store_fields_as_variables": [{ "name": "tier", "value_path": "tier" }],
    }});
    let tool = api.post("/tools", tool).await.good()["id"].clone();
    let billing = api.assistant(json!({"name": "Billing", "instructions": "Bill.", "conversation_flow": {
        "start_node_id": "s", "nodes": [{ "id": "s", "type": "speak", "message": "Billing here." }],
    }}));
    let billing = billing.await;
    let flow = json!({
        "start_node_id": "welcome",
        "nodes": [
            { "id": "welcome", "type": "speak", "message": "Welcome{{nobody}}!" },
            { "id": "triage", "instructions": "Triage.", "instructions_mode": "append" },
            { "id": "hold", "type": "speak", "message": "One moment, {{customer}}." },
            { "id": "look", "type": "tool", "shared_tool_id": tool },
            { "id": "gold", "type": "prompt", "instructions": "Be lavish, {{tier}}." },
            { "id": "other", "type": "prompt", "instructions": "Be thrifty." },
        ],
        "edges": [
            edge("1", "welcome", "triage", json!({ "type": "default" })),
            { "id": "2", "start_node_id": "triage", "target": { "type": "assistant", "assistant_id": billing },
              "condition": { "type": "llm", "prompt": "The user asks about invoices." } },
            edge("3", "triage", "hold", json!({ "type": "llm", "prompt": "The user has a problem with an order." })),
            edge("4", "hold", "look", json!({ "type": "default" })),
            edge("5", "look", "other", json!({ "type": "default" })),
            edge("6", "look", "other", json!({ "type": "expression", "expression": is_tier("silver") })),
            edge("7", "look", "gold", json!({ "type": "expression", "expression": {
                "type": "bool_op", "op": "and", "operands": [
                    is_tier("gold"),
                    { "type": "bool_op", "op": "not", "operands": [{ "type": "variable", "name": "blocked" }] },
                ],
            }})),
            edge("8", "gold", "triage", json!({ "type": "llm", "prompt": "Says \"start over\"" })),
        ],
    });
    let assistant = json!({"name": "n", "instructions": "Base.", "conversation_flow": flow,
        "dynamic_variables": {"customer": "Ada"}});
    let chat = Chat::with(&api, assistant.clone()).await;
    assert_eq!(chat.say("hi").await, "Welcome!");
    assert_eq!(chat.say("hm").await, "You said \"hm\". My instructions: Base.\n\nTriage.");
    let said = chat.say("my orders are late").await;
    assert_eq!(said, "You said \"my orders are late\". My instructions: Base.\n\nTriage.\nOne moment, Ada.");
    assert_eq!(received.recv().await.expect("a call").uri, "/?customer=Ada");
    assert!(chat.say("thanks").await.ends_with("Be lavish, gold."));
    assert!(chat.say("start over").await.ends_with("Be lavish, gold."));
    let conversation = api.get(&format!("/conversations/{}", chat.conversation)).await.good();
    assert!(!conversation.to_string().contains("triage"), "{conversation}");

    assert!(chat.say("about that invoice").await.ends_with("Triage.\nBilling here."));
    assert!(chat.say("ok").await.ends_with("Bill."));
}

fn is_tier(tier: &str) -> Value {
    let (left, right) =
        (json!({ "type": "variable", "name": "tier" }), json!({ "type": "string_literal", "value": tier }));
    json!({ "type": "comparison", "op": "==", "left": left, "right": right })
}

#[tokio::test]
async fn unreadable_expression_is_422() {
    let with = |expression: Value| {
        json!({ "name": "n", "instructions": "i", "conversation_flow": {
            "start_node_id": "a",
            "nodes": [{ "id": "a", "instructions": "A." }, { "id": "b", "instructions": "B." }],
            "edges": [edge("to-b", "a", "b", json!({ "type": "expression", "expression": expression }))],
        }})
    };
    let both = |right: Value| json!({ "type": "bool_op", "op": "and", "operands": [is_tier("gold"), right] });
    let api = Api::new(Emulator::builder());
    let refused = api.post("/assistants", with(both(json!({ "variable": "tier", "operator": "eq" })))).await;
    assert_eq!(refused.status, 422);
    let error = &refused.json()["errors"][0];
    assert_eq!(error["source"]["pointer"], "/conversation_flow/edges/0/condition/expression/operands/1/type");
    assert!(
        error["detail"].as_str().expect("a text").contains("the types of expressions are comparison, bool_op"),
        "{error}"
    );

    // An export of another version may contain an unknown operator.
    let id = api.assistant(with(both(is_tier("gold")))).await;
    let mut export = api.0.export().expect("contents");
    let condition = &mut export["assistants"][0]["conversation_flow"]["edges"][0]["condition"];
    condition["expression"]["operands"][1]["op"] = "resembles".into();
    let api = Api::new(Emulator::builder().seed(export));
    let conversation = api.post("/conversations", json!({ "metadata": { "tier": "gold" } })).await.good();
    let interrupted = api.say(&id, &conversation["id"], "hi").await;
    assert_eq!(interrupted.status, 422);
    let detail = "The expression of the edge 'to-b' cannot be read: at /operands/1/op: 'resembles' is not one of ==, ";
    assert!(interrupted.text.contains(detail), "{}", interrupted.text);
    let path = format!("/conversations/{}/messages", conversation["id"].as_str().expect("an id"));
    assert_eq!(api.get(&path).await.good()["data"][0]["text"], "hi", "the user's message is stored");
}

#[tokio::test]
async fn messages_without_a_conversation_do_not_wait_for_each_other() {
    let variables = Gate::new(json!({ "dynamic_variables": {} })).await;
    let api = Api::new(Emulator::builder());
    let assistant = json!({
        "name": "n", "instructions": "i", "greeting": "Hello.",
        "dynamic_variables_webhook_url": variables.url, "dynamic_variables_webhook_timeout_ms": 10_000,
        "messaging_settings": { "default_messaging_profile_id": "m" },
    });
    let path = format!("/assistants/{}/chat/sms", api.assistant(assistant).await);
    let send = |to: &str| api.post(&path, json!({ "from": "+15550001", "to": to, "should_create_conversation": true }));
    let both = futures_util::future::join(send("+15550100"), send("+15550101"));
    let ((one, other), ()) = futures_util::future::join(both, async {
        variables.called().await;
        variables.called().await;
        variables.open();
        variables.open();
    })
    .await;
    assert_ne!(one.good()["conversation_id"], other.good()["conversation_id"]);
}

#[tokio::test]
async fn circular_flow_fails_without_a_reply() {
    for texts in [["", ""], ["A", "B"]] {
        let api = Api::new(Emulator::builder());
        let flow = json!({ "start_node_id": "a", "nodes": [
            { "id": "a", "type": "speak", "message": texts[0] }, { "id": "b", "type": "speak", "message": texts[1] },
        ], "edges": [
            edge("1", "a", "b", json!({ "type": "default" })), edge("2", "b", "a", json!({ "type": "default" })),
        ]});
        let chat = Chat::with(&api, json!({"name": "n", "instructions": "i", "conversation_flow": flow})).await;
        assert_eq!(chat.answer("hi").await.status, 500);
        assert_eq!(chat.answer("again").await.status, 500);
        let messages = api.get(&format!("/conversations/{}/messages", chat.conversation)).await.good();
        let messages = messages["data"].as_array().expect("a page");
        assert_eq!(messages.iter().map(|message| &message["text"]).collect::<Vec<_>>(), ["hi", "again"]);
    }
}

#[tokio::test]
async fn variables_webhook_is_signed() {
    let (url, mut received) = endpoint(vec![(200, json!({ "dynamic_variables": { "who": "Ada" } }))]).await;
    let api = Api::new(Emulator::builder());
    let assistant = json!({"name": "n", "instructions": "Help {{who}}.", "dynamic_variables_webhook_url": url});
    let chat = Chat::with(&api, assistant).await;
    assert!(chat.say("hi").await.ends_with("Help Ada."));
    let event = received.recv().await.expect("an event");
    assert_eq!(event.json()["data"]["event_type"], "assistant.initialization");
    assert!(event.is_signed_by(&api.0.webhook_public_key()));
}

#[tokio::test]
async fn streamed_text_equals_the_stored_text() {
    let api = api(json!([{ "words": "bye", "call": { "tool": "transfer" }, "reply": "Bye." }]));
    let flow = json!({ "start_node_id": "a", "nodes": [
        { "id": "a", "instructions": "A." }, { "id": "b", "type": "speak", "message": "One moment please, {{who}}" },
        { "id": "c", "instructions": "C." },
    ], "edges": [
        edge("1", "a", "b", json!({ "type": "expression", "expression": is_tier("gold") })),
        edge("2", "b", "c", json!({ "type": "default" })),
    ]});
    let tools = json!([{ "type": "transfer", "transfer": { "from": "+1", "targets": "{{targets}}" } }]);
    let targets = "[{\"name\": \"desk\", \"to\": \"+15550100\"}]";
    let assistant = json!({"name": "n", "instructions": "i", "conversation_flow": flow, "tools": tools,
        "dynamic_variables": {"targets": targets}});
    let chat = Chat::with(&api, assistant).await;
    chat.say("hi").await;
    let gold = json!({ "metadata": { "tier": "gold" } });
    api.put(&format!("/conversations/{}", chat.conversation), gold).await.good();
    let say = json!({ "content": "bye", "conversation_id": chat.conversation, "stream": true });
    let answer = api.post(&format!("/assistants/{}/chat", chat.assistant), say).await;
    let events: Vec<Value> = answer
        .text
        .split_terminator("\n\n")
        .map(|event| serde_json::from_str(event.split_once("data: ").expect("data").1).expect("JSON"))
        .collect();
    let (done, deltas) = events.split_last().expect("events");
    let whole: String = deltas.iter().filter_map(|delta| delta["content"].as_str()).collect();
    assert_eq!((&done["content"], whole.as_str()), (&json!("One moment please, \nBye."), "One moment please, \nBye."));
    assert!(
        chat.messages()
            .await
            .iter()
            .any(|message| message["text"].as_str() == Some("{\"status\":\"transferred\",\"to\":\"+15550100\"}"))
    );
    assert_eq!(chat.answer("hello?").await.status, 400);
}

/// A chat with an assistant that looks up orders with a slow tool, and hangs up at the word "bye".
async fn order_chat(api: &Api, shop: &Gate) -> Chat {
    let tools = json!([
        { "type": "webhook", "webhook": { "name": "order", "description": "d", "url": shop.url } },
        { "type": "hangup", "hangup": {} },
    ]);
    Chat::with(api, json!({ "name": "A", "instructions": "I.", "tools": tools })).await
}

fn order_rules() -> Value {
    json!([
        { "words": "order", "call": { "tool": "order" }, "reply": "It is {{answer.status}}." },
        { "words": "bye", "call": { "tool": "hangup" }, "reply": "Bye." },
    ])
}

#[tokio::test]
async fn turns_of_a_conversation_run_one_after_the_other() {
    let shop = Gate::new(json!({ "status": "shipped" })).await;
    let api = api(order_rules());
    let chat = order_chat(&api, &shop).await;
    let slow = chat.say("my order");
    let quick = async {
        shop.called().await;
        let last = chat.say("bye");
        let opened = async {
            tokio::task::yield_now().await;
            shop.open();
        };
        futures_util::future::join(last, opened).await.0
    };
    let (slow, quick) = futures_util::future::join(slow, quick).await;
    assert_eq!((slow.as_str(), quick.as_str()), ("It is shipped.", "Bye."));
    let messages = chat.messages().await;
    let said: Vec<&str> = messages.iter().filter_map(|message| message["text"].as_str()).collect();
    let (order, bye) =
        (said.iter().position(|text| *text == "It is shipped."), said.iter().position(|text| *text == "bye"));
    assert!(order < bye, "{said:?}");
    let refused = chat.answer("my order").await;
    assert_eq!(refused.status, 400, "the conversation has ended: {}", refused.text);
}

#[tokio::test]
async fn conversations_do_not_wait_for_each_other() {
    let shop = Gate::new(json!({ "status": "shipped" })).await;
    let api = api(order_rules());
    let (one, other) = (order_chat(&api, &shop).await, order_chat(&api, &shop).await);
    let both = futures_util::future::join(one.say("my order"), async {
        shop.called().await;
        let said = other.say("bye").await;
        shop.open();
        said
    });
    assert_eq!(both.await, ("It is shipped.".to_owned(), "Bye.".to_owned()));
}

#[tokio::test]
async fn call_that_ends_during_a_turn_stays_ended() {
    let shop = Gate::new(json!({ "status": "shipped" })).await;
    let rules = scripts(json!({ "chat": order_rules() }));
    let api = Api::new(Emulator::builder().frozen_at("2026-03-02T00:00:00Z").scripts(rules));
    let mut chat = order_chat(&api, &shop).await;
    let call = api.schedule(&chat.assistant, json!({ "scheduled_at_fixed_datetime": "2026-03-02T00:01:00Z" })).await;
    api.0.clock().advance(Duration::from_secs(70)).await;
    chat.conversation = text(&api.get(&call).await.good()["conversation_id"]);
    let turn = futures_util::future::join(chat.answer("my order"), async {
        shop.called().await;
        api.0.clock().advance(Duration::from_secs(3_600)).await;
        shop.open();
    });
    assert_eq!(turn.await.0.status, 200);
    assert_eq!(chat.answer("hello").await.status, 400, "the call has ended");
}

#[tokio::test]
async fn metadata_of_the_variables_webhook_replaces_nothing() {
    let metadata = json!({
        "tier": "of the webhook", "more": "of the webhook", "assistant_id": "assistant-none", "assistant_version_id": "none",
        "telnyx_conversation_channel": "phone_call", "telnyx_agent_target": "+1",
    });
    let (url, mut called) = endpoint(vec![(200, json!({ "conversation": { "metadata": metadata } }))]).await;
    let api = api(json!([]));
    let assistant = json!({ "name": "n", "instructions": "{{tier}}, {{more}}", "dynamic_variables_webhook_url": url });
    let mut chat = Chat::with(&api, assistant).await;
    chat.conversation = api.conversation(json!({ "tier": "of the request" })).await;
    assert!(chat.say("hi").await.ends_with("of the request, of the webhook"));
    assert!(called.try_recv().is_ok());
    let stored = api.get(&format!("/conversations/{}", chat.conversation)).await.good()["data"]["metadata"].clone();
    let version = api.get(&format!("/assistants/{}", chat.assistant)).await.good()["version_id"].clone();
    let expected = json!({
        "tier": "of the request", "more": "of the webhook", "assistant_id": chat.assistant, "assistant_version_id": version,
        "telnyx_conversation_channel": "web_chat",
    });
    assert_eq!(stored, expected);
    let warning = api.0.requests().into_iter().find_map(|request| request.warning).expect("a warning");
    assert!(warning.contains("cannot set 'assistant_id'"), "{warning}");
}

#[tokio::test]
async fn unusable_response_of_the_variables_webhook_is_a_warning() {
    let gzip: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0];
    for (headers, body, expected, warning) in [
        (None, "{\"first_name\":\"Ada\"}".as_bytes(), "{{first_name}}", Some("lacks 'dynamic_variables'")),
        (None, b"[1]", "{{first_name}}", Some("not an object")),
        (None, b"null", "{{first_name}}", Some("not an object")),
        (None, b"{\"dynamic_variables\":", "{{first_name}}", Some("not JSON")),
        (None, b"", "{{first_name}}", Some("not JSON")),
        (
            None,
            b"{\"dynamic_variables\": {\"first_name\": 1e400}}",
            "{{first_name}}",
            Some("1e400 (at /dynamic_variables"),
        ),
        (
            None,
            b"{\"memory\": {\"conversation_query\": \"limit=2\"}}",
            "{{first_name}}",
            Some("webhook: 'memory' is not emulated"),
        ),
        (None, b"{}", "{{first_name}}", None),
        (Some("gzip"), gzip, "{{first_name}}", Some("content-encoding 'gzip'")),
        (None, b"\xef\xbb\xbf{\"dynamic_variables\": {\"first_name\": \"Ada\"}}", "Ada", None),
    ] {
        let app = Router::new().fallback(async move || match headers {
            Some(encoding) => ([("content-encoding", encoding)], body).into_response(),
            None => body.into_response(),
        });
        let api = Api::new(Emulator::builder());
        let assistant = json!({
            "name": "A", "instructions": "Help {{first_name}}.", "dynamic_variables_webhook_url": serve(app).await,
        });
        let chat = Chat::with(&api, assistant).await;
        assert!(chat.say("hi").await.ends_with(&format!("Help {expected}.")), "{warning:?}");
        let asked = api.get("/_emulator/requests?direction=out").await.good()["data"][0].clone();
        match warning {
            Some(warning) => assert!(asked["warning"].as_str().is_some_and(|text| text.contains(warning)), "{asked}"),
            None => assert_eq!(asked["warning"], Value::Null),
        }
    }
}

#[tokio::test]
async fn tools_cannot_set_connection_headers() {
    let (url, mut received) = endpoint(vec![(200, json!({ "status": "sent" }))]).await;
    let api = api(json!([{ "words": "order", "call": { "tool": "order", "arguments": { "id": "a long order id" } } }]));
    let headers = [("Content-Length", "1"), ("HOST", "x"), ("Transfer-Encoding", "chunked"), ("x-shop", "1")];
    let headers: Vec<Value> = headers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let tools = json!([{ "type": "webhook", "webhook": {
        "name": "order", "description": "d", "url": url, "method": "POST", "headers": headers,
        "body_parameters": { "properties": { "id": { "type": "string" } } },
    } }]);
    let chat = Chat::with(&api, json!({ "name": "A", "instructions": "I.", "tools": tools })).await;
    chat.say("my order").await;
    let call = received.recv().await.expect("a call");
    assert_eq!(
        (call.json(), &call.headers["x-shop"]),
        (json!({ "id": "a long order id" }), &"1".parse().expect("a header"))
    );
    assert_eq!(call.headers["host"], url.trim_start_matches("http://"));
    let logged = api.0.requests().into_iter().find(|request| request.path == url).expect("a request");
    let warning = logged.warning.expect("a warning");
    assert!(warning.contains("content-length, host, transfer-encoding"), "{warning}");
}

#[tokio::test]
async fn text_of_a_message_is_rendered() {
    let api = api(json!([]));
    let assistant = json!({ "name": "n", "instructions": "i", "dynamic_variables": { "customer": "Ada" } });
    let assistant = api.assistant(assistant).await;
    let message = json!({
        "from": "+15550001", "to": "+15550100", "text": "Hello {{customer}}: {{code}} {{open}}",
        "should_create_conversation": true, "conversation_metadata": { "code": "7" },
    });
    let sent = api.post(&format!("/assistants/{assistant}/chat/sms"), message).await.good();
    let path = format!("/conversations/{}/messages", sent["conversation_id"].as_str().expect("an id"));
    assert_eq!(api.get(&path).await.good()["data"][0]["text"], "Hello Ada: 7 {{open}}");
}

#[tokio::test]
async fn system_variables_are_known() {
    let (url, _received) = endpoint(vec![(418, json!({}))]).await;
    let api =
        api(json!([{ "words": "order", "call": { "tool": "order" }, "reply": "{{telnyx_last_tool_status_code}}" }]));
    let tools = json!([{ "type": "webhook", "webhook": { "name": "order", "description": "d", "url": url } }]);
    let instructions = "{{telnyx_conversation_id}} {{telnyx_conversation_channel}} {{telnyx_last_tool_status_code}}";
    let chat = Chat::with(&api, json!({ "name": "A", "instructions": instructions, "tools": tools })).await;
    assert_eq!(chat.say("my order").await, "418");
    let said = chat.say("hi").await;
    assert!(said.ends_with(&format!("{} web_chat 418", chat.conversation)), "{said}");
}

#[tokio::test]
async fn update_of_a_conversation_changes_only_its_metadata() {
    let api = Api::new(Emulator::builder());
    let created = api.post("/conversations", json!({ "name": "Ada", "metadata": { "a": "1" } })).await.good();
    let path = format!("/conversations/{}", created["id"].as_str().expect("an id"));
    let change = json!({ "name": "Bob", "created_at": "2000-01-01T00:00:00Z", "metadata": { "b": "2" } });
    let updated = api.put(&path, change).await.good()["data"].clone();
    assert_eq!((&updated["name"], &updated["created_at"]), (&json!("Ada"), &created["created_at"]), "{updated}");
    assert_eq!(updated["metadata"], json!({ "b": "2" }));
}

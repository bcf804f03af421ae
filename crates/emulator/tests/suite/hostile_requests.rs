//! Hostile and unusual requests. Each gets a response, and the emulator keeps working.

use serde_json::{Value, json};
use telnyx_ai_emulator::Emulator;

use crate::support::{Api, invalid};

fn api() -> Api {
    Api::new(Emulator::builder())
}

/// Checks that the emulator answers, and that its contents can be exported and loaded again.
async fn assert_usable(api: &Api) {
    assert_eq!(api.get("/assistants").await.status, 200);
    let export = api.get("/_emulator/export").await.good();
    Emulator::builder().seed(export).in_process().expect("an emulator with the same contents");
}

/// Percent-encodes a query parameter.
fn query(name: &str, value: &str) -> String {
    form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish()
}

#[tokio::test]
async fn patterns_are_matched_in_linear_time() {
    let api = api();
    api.post("/conversations", json!({ "name": "a".repeat(20_000) })).await.good();
    let backtracking = format!("like.{}b", "*a".repeat(1_000));
    for pattern in ["like.".to_owned() + &"*".repeat(12_000), backtracking.replace("like", "ilike"), backtracking] {
        let answer = api.get(&format!("/conversations?{}", query("name", &pattern))).await;
        assert!(matches!(answer.status, 200 | 400), "{}: {}", answer.status, answer.text);
    }
    for pattern in ["*".repeat(12_000), "*a".repeat(1_000) + "b"] {
        let requests = api.get(&format!("/_emulator/requests?{}", query("path", &pattern))).await;
        let fault = api.post("/_emulator/faults", json!({ "path": pattern, "status": 503 })).await;
        assert_eq!((requests.status, fault.status), (422, 422), "{}", requests.text);
    }
    assert_usable(&api).await;
}

#[tokio::test]
async fn filters_are_nested_at_most_16_levels_deep() {
    let api = api();
    let nested = |levels: usize| format!("({}name.eq.a{})", "or(".repeat(levels), ")".repeat(levels));
    assert_eq!(api.get(&format!("/conversations?{}", query("or", &nested(16)))).await.status, 200);
    for levels in [17, 8_000] {
        let answer = api.get(&format!("/conversations?{}", query("or", &nested(levels)))).await;
        assert_eq!(answer.status, 400, "{levels}: {}", answer.text);
    }
    assert_usable(&api).await;
}

#[tokio::test]
async fn values_of_all_types_have_an_order() {
    let api = api();
    let values =
        [json!(9), json!("10"), json!("1a"), json!("A-7"), json!(true), json!([1]), json!({ "a": 1 }), json!(2)];
    for value in values.iter().cycle().take(60) {
        api.post("/conversations", json!({ "metadata": { "n": value } })).await.good();
    }
    api.post("/conversations", json!({})).await.good();
    let order = async |order: &str| -> Vec<Value> {
        let list = api.get(&format!("/conversations?{}", query("order", order))).await.good();
        let items = list["data"].as_array().expect("a list");
        items.iter().map(|conversation| conversation["metadata"]["n"].clone()).collect()
    };
    let (mut up, down) = (order("metadata->n.asc").await, order("metadata->n.desc").await);
    assert_eq!((up.len(), down.len()), (61, 61));
    up.retain(|value| !value.is_null());
    up.dedup();
    assert_eq!(up.len(), values.len(), "equal values are together: {up:?}");
    up.retain(Value::is_number);
    assert_eq!(up, [json!(2), json!(9)]);
}

#[tokio::test]
async fn path_that_is_not_utf_8_is_400() {
    let api = api();
    for (method, path) in [
        ("GET", "/assistants/%ff"),
        ("DELETE", "/conversations/%C3%28"),
        ("GET", "/assistants/tests/%ff/runs/%fe"),
        ("DELETE", "/_emulator/faults/%ff"),
    ] {
        let answer = api.call(method, path, Value::Null).await;
        assert_eq!((answer.status, answer.header("content-type")), (400, "application/json"), "{path}");
        assert_eq!(answer.code(), "10015", "{path}");
    }
}

#[tokio::test]
async fn compressed_body_is_415_and_named() {
    let api = api();
    for path in ["/assistants", "/_emulator/faults"] {
        for encoding in ["gzip", "br"] {
            let gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0];
            let answer =
                api.send("POST", path, gzip.to_vec(), &[("content-encoding", encoding)]).await.expect("an answer");
            assert_eq!(answer.status, 415, "{path}");
            let detail = answer.json()["errors"][0]["detail"].to_string();
            assert!(detail.contains(&format!("Content-Encoding '{encoding}'")), "{detail}");
        }
        let plain = api.send("POST", path, "{}", &[("content-encoding", "identity")]).await.expect("an answer");
        assert_eq!(plain.status, 422, "{path}");
    }
}

#[tokio::test]
async fn byte_order_mark_and_lone_surrogates_are_read() {
    let api = api();
    let body = "\u{feff}{\"name\": \"Hi \\ud83d\", \"instructions\": \"\\ud83d\\ude00 \\\\ud83d\"}";
    let created = api.send("POST", "/assistants", body, &[]).await.expect("an answer").good();
    assert_eq!((&created["name"], &created["instructions"]), (&json!("Hi \u{fffd}"), &json!("😀 \\ud83d")));
    let other = api.send("POST", "/assistants", vec![b'"', 0xff, b'"'], &[]).await.expect("an answer");
    assert_eq!((other.status, &*other.code()), (400, "10023"));
    assert!(other.text.contains("not UTF-8"), "{}", other.text);
    assert_usable(&api).await;
}

#[tokio::test]
async fn names_are_escaped_in_pointers() {
    let api = api();
    let parameters = json!({ "required": ["a/b"] });
    let tool =
        json!({ "name": "look", "description": "d", "url": "http://127.0.0.1:9", "body_parameters": parameters });
    let body = json!({ "name": "n", "instructions": "i", "tools": [{ "type": "webhook", "webhook": tool }] });
    let assistant = api.assistant(body).await;
    let message = json!({
        "from": "+13125550100", "to": "+2", "content": "c", "conversation_metadata": { "telnyx_a/b": 1 },
    });
    let rule = json!({ "chat": [{ "reply": "a", "a~b": 1 }] });
    for (method, path, body, pointer) in [
        ("POST", &*format!("/assistants/{assistant}/tools/look/test"), json!({}), "/arguments/a~1b"),
        ("POST", &format!("/assistants/{assistant}/chat/whatsapp"), message, "/conversation_metadata/telnyx_a~1b"),
        ("POST", "/_emulator/calls", json!({ "target": "+1", "a/b": 1 }), "/a~1b"),
        ("POST", "/_emulator/faults", json!({ "path": "**", "headers": { "a/b": "c" } }), "/headers/a~1b"),
        (
            "POST",
            "/_emulator/faults",
            json!({ "path": "**", "headers": { "Content-Length": "5" } }),
            "/headers/Content-Length",
        ),
        ("PUT", "/_emulator/scripts", rule, "/chat/0/a~0b"),
    ] {
        let answer = api.call(method, path, body).await;
        assert_eq!(answer.outcome(), invalid(pointer), "{path}");
    }
}

#[tokio::test]
async fn numbers_that_would_lose_digits_are_rejected() {
    let api = api();
    for (number, pointer) in [("12345678901234567890123", "account"), ("1e400", "f"), ("-1e-400", "f/0/x~1y")] {
        let field = pointer.split('/').next().expect("a field");
        let value = if pointer == "f/0/x~1y" { format!(r#"[{{"x/y": {number}}}]"#) } else { number.to_owned() };
        let body = format!(r#"{{"name": "n", "instructions": "i", "dynamic_variables": {{"{field}": {value}}}}}"#);
        let answer = api.send("POST", "/assistants", body, &[]).await.expect("an answer");
        assert_eq!(answer.status, 422, "{number}: {}", answer.text);
        let error = &answer.json()["errors"][0];
        assert_eq!(error["source"]["pointer"], format!("/dynamic_variables/{pointer}"));
        assert!(error["detail"].as_str().expect("a text").contains(number), "{error}");
    }
    let body = r#"{"name": "n", "instructions": "i", "dynamic_variables": {"a": 18446744073709551615, "b": 1.5e300}}"#;
    let created = api.send("POST", "/assistants", body, &[]).await.expect("an answer").good();
    assert_eq!(created["dynamic_variables"], json!({ "a": u64::MAX, "b": 1.5e300 }));
    assert_usable(&api).await;
}

#[tokio::test]
async fn decimal_numbers_are_rounded_to_doubles() {
    let api = Api::new(Emulator::builder());
    let body = r#"{"name":"A","instructions":"i","pi":3.14159265358979323846,"large":1.7e308}"#;
    let answer =
        api.send("POST", "/assistants", body, &[("content-type", "application/json")]).await.expect("an answer");
    let assistant = answer.good();
    assert_eq!((&assistant["pi"], &assistant["large"]), (&json!(std::f64::consts::PI), &json!(1.7e308)));
}

#[tokio::test]
async fn deepest_accepted_body_can_be_exported_and_loaded() {
    let api = api();
    let nested = |levels: usize| (0..levels).fold(json!(1), |value, _| json!([value]));
    let assistant =
        |levels: usize| json!({ "name": "n", "instructions": "i", "dynamic_variables": { "v": nested(levels) } });
    api.post("/assistants", assistant(98)).await.good();
    for levels in [99, 124, 127, 5_000] {
        let body = format!(
            r#"{{"name": "n", "instructions": "i", "dynamic_variables": {{"v": {}1{}}}}}"#,
            "[".repeat(levels),
            "]".repeat(levels)
        );
        let answer = api.send("POST", "/assistants", body, &[]).await.expect("an answer");
        assert!(matches!(answer.status, 400 | 422), "{levels}: {}", answer.text);
    }
    let odd = json!({ "name": "n", "instructions": "i", "versions": 5, "scheduled_events": "x", "canary_deploy": [] });
    api.post("/assistants", odd).await.good();
    let metadata = json!({ "called_tools": ["hangup"], "error_count": 2, "caller": null, "nested": nested(90) });
    let created = api.post("/conversations", json!({ "metadata": metadata, "messages": 7 })).await.good();
    assert_eq!(created["metadata"], metadata, "metadata is kept as it was sent");
    assert_usable(&api).await;
}

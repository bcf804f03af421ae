//! The request log.

use serde_json::{Value, json};
use telnyx_ai_emulator::{Direction, Emulator};

use crate::support::{Api, invalid, serve};

#[tokio::test]
async fn requests_and_responses_are_logged() {
    let api = Api::new(Emulator::builder().frozen_at("2026-03-02T00:00:00Z"));
    let tool = json!({
        "type": "webhook",
        "webhook": { "name": "t", "description": "d", "url": "http://x", "headers": [{ "name": "X-Key", "value": "v" }] },
    });
    let body = json!({ "name": "A", "instructions": "I.", "tools": [tool], "password": "p" });
    api.assistant(body).await;
    api.try_call("GET", "/tools?page%5Bsize%5D=5&filter[name]=a+b", Value::Null, &[("x-trace", "7")])
        .await
        .expect("an answer");
    api.get("/assistants/none").await;
    api.get("/_emulator/clock").await;

    let requests = api.0.requests();
    assert_eq!(requests.len(), 3, "control requests are not logged");
    let created = &requests[0];
    assert_eq!((created.method.as_str(), created.path.as_str()), ("POST", "/v2/ai/assistants"));
    assert_eq!((created.status, created.direction, created.number), (Some(200), Direction::In, 1));
    assert_eq!(created.at.as_str(), "2026-03-02T00:00:00.000000Z");
    assert_eq!(created.header("Authorization"), Some("Bearer ***"));
    assert_eq!((&created.body["name"], &created.body["password"]), (&json!("A"), &json!("***")));
    let header = json!([{ "name": "X-Key", "value": "***" }]);
    assert_eq!(created.body["tools"][0]["webhook"]["headers"], header);
    assert_eq!(created.response_body["tools"][0]["webhook"]["headers"], header);
    assert!(created.response_headers.iter().any(|(name, value)| name == "content-type" && value == "application/json"));
    let listed = &requests[1];
    assert_eq!((listed.query("page[size]"), listed.query("filter[name]")), (Some("5"), Some("a b")));
    assert_eq!((listed.header("x-trace"), &listed.body), (Some("7"), &Value::Null));
    assert_eq!(requests[2].status, Some(404));

    let numbers = async |query: &str| -> Vec<u64> {
        let page = api.get(&format!("/_emulator/requests{query}")).await.good();
        page["data"].as_array().expect("a list").iter().map(|one| one["number"].as_u64().expect("a number")).collect()
    };
    assert_eq!(numbers("").await, [1, 2, 3]);
    assert_eq!(numbers("?limit=2").await, [2, 3]);
    assert_eq!(numbers("?after=1&limit=1").await, [3]);
    assert_eq!(numbers("?method=post").await, [1]);
    assert_eq!(numbers("?path=/ai/assistants/*").await, [3]);
    assert_eq!(numbers("?status=404").await, [3]);
    assert_eq!(numbers("?direction=out").await, [] as [u64; 0]);
    assert_eq!(api.get("/_emulator/requests?limit=many").await.status, 422);
    let unknown = api.get("/_emulator/requests?methods=post").await;
    assert_eq!(unknown.outcome(), invalid("/methods"));
    assert_eq!(api.delete("/_emulator/requests").await.status, 200);
    assert!(api.0.requests().is_empty());
    api.get("/tools").await;
    assert_eq!(numbers("").await, [4]);
}

#[tokio::test]
async fn deletion_with_a_filter_is_rejected_and_deletes_nothing() {
    let api = Api::new(Emulator::builder());
    api.get("/tools").await;
    let fault = json!({ "method": "GET", "path": "/ai/tools", "status": 503 });
    assert_eq!(api.post("/_emulator/faults", fault).await.status, 200);
    for path in ["requests?method=post", "faults?method=post", "calls?x=1", "scripts?x=1"] {
        let refused = api.delete(&format!("/_emulator/{path}")).await;
        assert_eq!(refused.status, 422, "{path}: {}", refused.json());
    }
    assert_eq!(api.0.requests().len(), 1);
    assert_eq!(api.get("/tools").await.status, 503);
}

#[tokio::test]
async fn all_requests_are_listed_by_default() {
    let api = Api::new(Emulator::builder());
    for _ in 0..300 {
        api.get("/nowhere").await;
    }
    let listed = api.get("/_emulator/requests").await.good();
    assert_eq!(listed["data"].as_array().map(Vec::len), Some(300));
}

#[tokio::test]
async fn unknown_direction_is_rejected() {
    let api = Api::new(Emulator::builder());
    let refused = api.get("/_emulator/requests?direction=zz").await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("direction is 'zz'; it must be in or out."), "{}", refused.text);
    assert_eq!(api.get("/_emulator/requests?direction=in").await.status, 200);
}

#[tokio::test]
async fn oldest_requests_are_removed() {
    let api = Api::new(Emulator::builder());
    for _ in 0..10_005 {
        api.get("/nowhere").await;
    }
    let requests = api.0.requests();
    assert_eq!((requests.len(), requests[0].number), (10_000, 6));
}

#[tokio::test]
async fn outbound_requests_are_logged() {
    let webhook = axum::Router::new().fallback(|| async { r#"{"dynamic_variables":{"name":"Ada"}}"# });
    let url = format!("{}/variables?a=1", serve(webhook).await);
    let api = Api::new(Emulator::builder());
    let body = json!({ "name": "A", "instructions": "I.", "dynamic_variables_webhook_url": url });
    let id = api.assistant(body.clone()).await;
    let path = format!("/assistants/{id}?fetch_dynamic_variables_from_webhook=true");
    assert_eq!(api.get(&path).await.good()["dynamic_variables"]["name"], "Ada");
    let requests = api.0.requests();
    let asked = requests.iter().find(|request| request.direction == Direction::Out).expect("a request");
    assert_eq!((asked.method.as_str(), asked.status, asked.query("a")), ("POST", Some(200), Some("1")));
    assert_eq!(asked.path, url.split('?').next().expect("a path"));
    assert_eq!(asked.body["data"]["payload"]["assistant_id"], json!(id));
    assert_eq!(asked.response_body["dynamic_variables"]["name"], "Ada");

    // Requests to other machines are not allowed by default.
    let mut elsewhere = body;
    elsewhere["dynamic_variables_webhook_url"] = "http://203.0.113.1/".into();
    let id = api.assistant(elsewhere).await;
    let path = format!("/assistants/{id}?fetch_dynamic_variables_from_webhook=true");
    assert_eq!(api.get(&path).await.good()["dynamic_variables"], json!({}));
    let requests = api.0.requests();
    let refused = requests.iter().rfind(|request| request.direction == Direction::Out).expect("a request");
    assert_eq!(refused.status, None);
    assert!(refused.response_body.as_str().expect("a reason").contains("--allow-outbound"));
}

#[tokio::test]
async fn secrets_are_masked_everywhere() {
    let api = Api::new(Emulator::builder());
    let url = "https://user:SECRET1@h.example/x?token=SECRET2&page=3";
    let bodies = [
        json!({ "name": "a", "instructions": "i", "dynamic_variables_webhook_url": url }).to_string(),
        json!({ "name": "a", "instructions": "i", "dynamic_variables": { "pin": 7_777_777, "api-key": ["SECRET3"] } })
            .to_string(),
        r#"{"api_key":"SECRET4","name":"#.to_owned(),
        r#"{"name": ["SECRET5", {"headers": {"x": "SECRET6"#.to_owned(),
        "name=a&client_secret=SECRET7&password=SECRET8".to_owned(),
        "--x\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nSECRET9\r\n--x--".to_owned(),
        "token: SECRET10".to_owned(),
        "{password: SECRET11, 'auth': 'SECRET12'}".to_owned(),
    ];
    let headers = [
        ("x-auth", "SECRET13"),
        ("cookie", "session=SECRET14"),
        ("x-anything", "SECRET15"),
        ("referer", "http://user:SECRET16@h.example/?sig=SECRET17"),
    ];
    for body in bodies {
        let answer =
            api.send("POST", "/assistants?api_key=SECRET18&to=http%3A%2F%2Fu%3ASECRET19%40h", body, &headers).await;
        assert!(answer.is_ok());
    }
    api.get("/assistants?filter[name]=x;token=SECRET20&access_token=SECRET21").await;
    let log = api.get("/_emulator/requests").await.text;
    let found: Vec<&str> =
        log.match_indices("SECRET").map(|(at, _)| &log[at.saturating_sub(60)..log.len().min(at + 10)]).collect();
    assert_eq!(found, [] as [&str; 0]);
    assert!(!log.contains("7777777"), "numbers are masked too");
    for shown in ["h.example", "page=3", "filter[name]"] {
        assert!(log.contains(shown), "{shown} is not a secret: {log}");
    }
}

#[tokio::test]
async fn control_requests_are_objects() {
    let api = Api::new(Emulator::builder());
    for (method, path, body, pointer) in [
        ("POST", "clock", json!(["2031-01-01T00:00:00Z", true, 60, null]), None),
        ("POST", "faults", json!(["GET", "/ai/assistants", 503]), None),
        ("POST", "faults", json!({ "path": "**", "rate_limit": [10, 60] }), Some("/rate_limit")),
        ("POST", "calls", json!(["+1", ["busy"]]), None),
        ("PUT", "scripts", json!([[]]), None),
    ] {
        let refused = api.call(method, &format!("/_emulator/{path}"), body).await;
        assert_eq!(refused.status, 422, "{path}: {}", refused.text);
        let error = refused.json()["errors"][0].clone();
        assert_eq!(error["source"]["pointer"].as_str(), pointer, "{path}: {error}");
        assert_eq!(error["detail"], "invalid type: array, expected an object.", "{path}");
    }
}

//! The console: its pages, its buttons and signing in.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use telnyx_ai_emulator::{Builder, Emulator};

use crate::support::{Answer, Api};

const HOST: &str = "127.0.0.1:4010";
const NOW: &str = "2026-03-02T08:30:00Z";

/// A browser that sends the usual headers, unless a test sets others.
#[derive(Clone)]
struct Browser {
    api: Api,
}

impl Browser {
    fn new(builder: Builder) -> Self {
        Self { api: Api::new(builder) }
    }

    async fn send(&self, method: &str, path: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", HOST);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = request.body(Body::from(body)).expect("a request");
        self.api.request(request).await.expect("an answer")
    }

    async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], &[]).await
    }

    /// Sends a form like the script.
    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send("POST", path, form, &[("accept", "text/plain"), ("sec-fetch-site", "same-origin")]).await
    }

    /// Clicks a button of the clock. Returns the message.
    async fn clock(&self, button: &str) -> String {
        self.post("/console/clock", &[("do", button)]).await.page()
    }
}

/// An assistant with a canary deploy, a scheduled call and a test. The clock is frozen.
fn seeded() -> Builder {
    Emulator::builder().frozen_at(NOW).seed(json!({
        "assistants": [{
            "id": "support",
            "name": "Support",
            "instructions": "Help {{name}}.",
            "greeting": "Hello {{name}}!",
            "dynamic_variables": { "name": "Ada", "password": "hunter2" },
            "versions": [{ "version_id": "brief", "version_name": "Brief", "instructions": "Be brief." }],
            "canary_deploy": { "versions": [{ "version_id": "brief", "percentage": 20 }] },
            "scheduled_events": [{
                "telnyx_conversation_channel": "phone_call",
                "telnyx_agent_target": "+15550001",
                "telnyx_end_user_target": "+15550100",
                "scheduled_at_fixed_datetime": "2026-03-02T09:00:00Z",
            }],
        }],
        "tests": [{
            "test_id": "greets",
            "name": "Greets",
            "destination": "support",
            "instructions": "Say \"hello\".",
            "rubric": [{ "name": "by name", "criteria": "Says \"Ada\"" }],
        }],
    }))
}

#[tokio::test]
async fn pages_show_the_contents() {
    let browser = Browser::new(seeded());
    for (path, content) in [
        ("/", &["Support", "brief", "20 %", "80 %"][..]),
        ("/console/assistants/support", &["Hello {{name}}!", "Brief", "id=\"chat\""][..]),
        ("/console/conversations", &["There are no conversations yet."][..]),
        ("/console/tests", &["Greets", "There are no runs yet."][..]),
        ("/console/schedule", &["+15550100", "pending", "2026-03-02 08:30:00", "in 30 min"][..]),
        ("/console/requests", &["There are no requests yet.", "curl"][..]),
    ] {
        let shown = browser.get(path).await;
        assert!(shown.header("content-type").starts_with("text/html"), "{path}");
        let page = shown.page();
        for text in content {
            assert!(page.to_lowercase().contains(&text.to_lowercase()), "{path} has {text}: {page}");
        }
        assert!(!page.contains("hunter2"), "{path} masks secrets");
    }
    assert!(browser.api.0.requests().is_empty(), "the console is not in the request log");
    assert_eq!(browser.get("/console").await.header("location"), "/");
}

#[tokio::test]
async fn empty_pages_have_hints() {
    let browser = Browser::new(Emulator::builder());
    for path in ["/", "/console/conversations", "/console/tests", "/console/schedule", "/console/requests"] {
        assert!(browser.get(path).await.page().contains("class=\"empty\""), "{path}");
    }
}

#[tokio::test]
async fn unknown_page_is_404() {
    let browser = Browser::new(seeded());
    for path in [
        "/console/nowhere",
        "/console/assistants/nobody",
        "/console/assistants/support?conversation=none",
        "/console/conversations/none",
        "/console/requests/7",
        "/console/requests/seven",
        "/console/parts/conversations/none",
    ] {
        let shown = browser.get(path).await;
        assert_eq!(shown.status, 404, "{path}");
        assert!(shown.text.contains("Not found"), "{path}");
        assert!(!shown.header("content-security-policy").is_empty(), "{path}");
    }
    // Paths outside the console have the API's errors.
    let other = browser.get("/ai/assistants").await;
    assert!(other.status == 401 && other.header("content-type") == "application/json");
}

#[tokio::test]
async fn content_of_pages_is_escaped() {
    let name = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
    let browser = Browser::new(seeded());
    let id =
        browser.api.assistant(json!({ "name": name, "instructions": name, "greeting": name, "model": name })).await;
    let test = json!({
        "name": name, "destination": id, "instructions": name, "test_suite": name, "rubric": [{ "name": name, "criteria": name }],
    });
    let test = browser.api.post("/assistants/tests", test).await.good();
    let event = json!({
        "telnyx_conversation_channel": "sms_chat", "telnyx_agent_target": name, "telnyx_end_user_target": name,
        "scheduled_at_fixed_datetime": "2026-03-02T08:31:00Z", "text": name,
    });
    browser.api.post(&format!("/assistants/{id}/scheduled_events"), event).await.good();
    let said = browser.post(&format!("/console/assistants/{id}/chat"), &[("content", name)]).await;
    assert_eq!(said.status, 303, "{}", said.text);
    browser.post(&format!("/console/tests/{}/runs", test["test_id"].as_str().expect("an id")), &[]).await.page();
    browser.clock("3600").await;
    let conversation = said.header("location").split('=').next_back().expect("an id").to_owned();

    for path in [
        "/",
        &format!("/console/assistants/{id}?conversation={conversation}"),
        "/console/conversations",
        &format!("/console/conversations/{conversation}"),
        "/console/tests",
        "/console/schedule",
        "/console/requests?path=%3Cscript%3E%22'&method=%22%3E%3Cscript%3E",
        "/console/requests/1",
        "/console/parts/requests/1",
    ] {
        let shown = browser.get(path).await;
        let policy = shown.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(shown.header("x-content-type-options"), "nosniff");
        let page = shown.page().replace("<script src=\"/console/console.js\" defer></script>", "");
        assert!(!page.contains("<script") && !page.contains("<img src=x"), "{path}: {page}");
        assert!(!page.contains(" style=\"") && !page.contains(" onclick"), "{path}");
    }
    assert!(browser.get("/").await.page().contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

#[tokio::test]
async fn unchanged_file_is_304() {
    let browser = Browser::new(Emulator::builder());
    for (path, content_type) in [
        ("/console/console.css", "text/css; charset=utf-8"),
        ("/console/console.js", "text/javascript; charset=utf-8"),
        ("/console/icon.svg", "image/svg+xml"),
        ("/console/parts/assistants", "text/html; charset=utf-8"),
        ("/console/parts/conversations", "text/html; charset=utf-8"),
        ("/console/parts/tests", "text/html; charset=utf-8"),
        ("/console/parts/runs", "text/html; charset=utf-8"),
        ("/console/parts/schedule", "text/html; charset=utf-8"),
        ("/console/parts/requests", "text/html; charset=utf-8"),
    ] {
        let first = browser.get(path).await;
        assert_eq!((first.status, first.header("content-type")), (200, content_type), "{path}");
        let again = browser.send("GET", path, &[], &[("if-none-match", first.header("etag"))]).await;
        assert_eq!((again.status, again.text.as_str()), (304, ""), "{path}");
    }
}

#[tokio::test]
async fn live_parts_are_up_to_date() {
    let browser = Browser::new(seeded());
    let before = browser.get("/console/parts/assistants").await;
    browser.api.assistant(json!({ "name": "Sales", "instructions": "Sell." })).await;
    let tag = before.header("etag").to_owned();
    let after = browser.send("GET", "/console/parts/assistants", &[], &[("if-none-match", &tag)]).await.page();
    assert!(after.contains("Sales") && !before.text.contains("Sales"));
    assert!(after.starts_with("<div id=\"assistants\" data-live=\"/console/parts/assistants\">"), "{after}");
    let page = browser.get("/").await.page();
    assert!(page.contains(&after), "the page contains the part");
}

#[tokio::test]
async fn buttons_move_the_clock() {
    let browser = Browser::new(seeded());
    let now = async || browser.get("/console/parts/now").await.page();
    assert!(now().await.contains("2026-03-02 08:30:00") && now().await.contains("is frozen"));
    for (button, notification) in [
        ("1", "The time is now 2026-03-02 08:30:01. 0 jobs have run."),
        ("60", "The time is now 2026-03-02 08:31:01. 0 jobs have run."),
        ("next", "The time is now 2026-03-02 09:00:00. 1 job has run."),
        ("3600", "The time is now 2026-03-02 10:00:00. "),
        ("86400", "The time is now 2026-03-03 10:00:00. 0 jobs have run."),
        ("next", "No jobs are scheduled."),
    ] {
        let shown = browser.clock(button).await;
        assert!(shown.starts_with(notification), "{button}: {shown}");
    }
    assert!(browser.clock("resume").await.starts_with("The clock runs from 2026-03-03 10:00:0"));
    assert!(!browser.api.0.clock().is_frozen());
    assert!(browser.clock("freeze").await.starts_with("The clock is frozen at 2026-03-03 10:00:"));
    assert!(browser.api.0.clock().is_frozen());

    let machine = jiff::Timestamp::now();
    browser.clock("real").await;
    assert!(!browser.api.0.clock().is_frozen());
    let shown: jiff::Timestamp = browser.api.0.clock().now().as_str().parse().expect("a time");
    assert!(shown.duration_since(machine).as_secs() < 60, "{shown} is about {machine}");

    assert_eq!(browser.post("/console/clock", &[("do", "sideways")]).await.status, 422);
    assert_eq!(browser.send("POST", "/console/clock", &[("do", "60")], &[("accept", "text/html")]).await.status, 303);
}

#[tokio::test]
async fn scheduled_call_is_shown_until_it_ends() {
    let browser = Browser::new(seeded());
    let event = async || browser.get("/console/parts/schedule").await.page();
    assert!(event().await.contains("event pending"));
    browser.clock("next").await;
    assert!(event().await.contains("event in_progress"), "it rings");
    browser.clock("60").await;
    let done = event().await;
    assert!(done.contains("event completed"), "{done}");
    let (_, link) = done.split_once("href=\"/console/conversations/").expect("a link to its conversation");
    let id = link.split('"').next().expect("an id");
    let said = browser.get(&format!("/console/conversations/{id}")).await.page();
    assert!(said.contains("Hello Ada!") && said.contains("The conversation has ended"), "{said}");
}

#[tokio::test]
async fn test_run_is_started_and_progresses() {
    let browser = Browser::new(seeded());
    let notification = browser.post("/console/tests/greets/runs", &[]).await.page();
    assert_eq!(notification, "The run was started. It starts when the clock moves.");
    let runs = async || browser.get("/console/parts/runs").await.page();
    assert!(runs().await.contains("pending"));
    browser.clock("next").await;
    assert!(runs().await.contains("running"));
    browser.clock("1").await;
    let ended = runs().await;
    assert!(ended.contains("passed") && ended.contains("by name") && ended.contains("Messages"), "{ended}");
    assert!(browser.get("/console/parts/tests").await.page().contains("passed"));

    // The console starts the run through the API.
    let requests = browser.api.0.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].path, "/v2/ai/assistants/tests/greets/runs");
    assert_eq!(browser.post("/console/tests/none/runs", &[]).await.status, 404);
}

#[tokio::test]
async fn chat_is_streamed_through_the_api() {
    let browser = Browser::new(seeded());
    let stream = [("accept", "text/event-stream"), ("sec-fetch-site", "same-origin")];
    let first = browser.send("POST", "/console/assistants/support/chat", &[("content", "Hi")], &stream).await;
    assert_eq!(first.header("content-type"), "text/event-stream");
    assert!(first.text.starts_with("event: delta\n") && first.text.contains("event: done\n"), "{}", first.text);
    let id = first.header("x-conversation-id").to_owned();
    let form = [("content", "And now?"), ("conversation_id", id.as_str())];
    let second = browser.send("POST", "/console/assistants/support/chat", &form, &stream).await;
    assert_eq!(second.header("x-conversation-id"), id);

    let part = browser.get(&format!("/console/parts/conversations/{id}")).await.page();
    for said in ["Hi", "Hello Ada!", "And now?"] {
        assert!(part.contains(said), "{part}");
    }
    assert!(browser.get("/console/assistants/support").await.page().contains("Web chat"));
    let paths: Vec<String> = browser.api.0.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/v2/ai/conversations", "/v2/ai/assistants/support/chat", "/v2/ai/assistants/support/chat"]);
    assert!(browser.api.0.requests().iter().all(|request| !request.id.is_empty()));
}

#[tokio::test]
async fn failed_chat_shows_its_error() {
    let browser = Browser::new(seeded());
    let fault = json!({ "method": "POST", "path": "/ai/assistants/*/chat", "status": 503 });
    assert!(browser.api.post("/_emulator/faults", fault).await.status < 300);
    for accept in ["text/event-stream", "text/html"] {
        let headers = [("accept", accept), ("sec-fetch-site", "same-origin")];
        let form = [("content", "Hi")];
        let shown = browser.send("POST", "/console/assistants/support/chat", &form, &headers).await;
        assert_eq!(shown.status, 503);
        assert!(shown.text.contains("This error was requested by a fault."), "{}", shown.text);
    }
}

#[tokio::test]
async fn request_log_is_filtered_and_cleared() {
    let browser = Browser::new(seeded());
    browser.api.get("/assistants/support").await;
    browser.api.get("/assistants/nobody?a=b").await;
    browser.api.post("/tools", json!({ "type": "hangup", "display_name": "Bye", "hangup": {} })).await;
    let rows = async |query: &str| -> Vec<u64> {
        let part = browser.get(&format!("/console/parts/requests{query}")).await.page();
        let numbers = part.split("id=\"request-").skip(1).filter_map(|row| row.split('"').next()?.parse().ok());
        numbers.collect()
    };
    assert_eq!(rows("").await, [3, 2, 1], "the newest request is first");
    assert_eq!(rows("?method=POST").await, [3]);
    assert_eq!(rows("?path=nobody").await, [2], "the filter matches a part of the path");
    assert_eq!(rows("?path=%2Fai%2Fassistants%2F*").await, [2, 1], "the filter matches a pattern");
    assert_eq!(rows("?status=4").await, [2]);
    assert_eq!(rows("?status=2&method=GET").await, [1]);
    assert_eq!(rows("?direction=out").await, [] as [u64; 0]);
    assert_eq!(rows("?method=&path=&status=&direction=").await, [3, 2, 1], "empty fields do not filter");

    let detail = browser.get("/console/parts/requests/2").await.page();
    assert!(detail.contains("Bearer ***") && detail.contains("There is no assistant"), "{detail}");
    assert_eq!(browser.post("/console/requests/clear", &[]).await.page(), "The log is empty.");
    assert!(browser.get("/console/requests").await.page().contains("There are no requests yet."));
}

#[tokio::test]
async fn forms_from_other_sites_are_rejected() {
    let browser = Browser::new(seeded());
    let form = [("do", "3600")];
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://127.0.0.1:9999")],
        &[("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:4010")],
    ] {
        for path in ["/console/clock", "/console/requests/clear", "/console/tests/greets/runs", "/console/login"] {
            let shown = browser.send("POST", path, &form, headers).await;
            assert_eq!(shown.status, 403, "{path} {headers:?}");
        }
    }
    assert_eq!(browser.api.0.clock().now().as_str(), "2026-03-02T08:30:00.000000Z", "the clock has not moved");
    for headers in [
        &[("sec-fetch-site", "same-origin")][..],
        &[("origin", "http://127.0.0.1:4010")],
        &[("host", "localhost:4010"), ("origin", "http://localhost:4010")],
        &[],
    ] {
        assert_eq!(browser.send("POST", "/console/clock", &form, headers).await.status, 200, "{headers:?}");
    }
}

#[tokio::test]
async fn unknown_host_names_are_rejected() {
    let browser = Browser::new(seeded());
    for host in ["evil.example", "evil.example:4010", "10.0.0.1", "127.0.0.1.evil.example", "localhost.evil.example"] {
        for path in ["/", "/console/requests", "/console/parts/assistants", "/console/console.js"] {
            assert_eq!(browser.send("GET", path, &[], &[("host", host)]).await.status, 403, "{host} {path}");
        }
    }
    for host in ["localhost", "LocalHost:80", "127.0.0.1:1", "127.8.9.1", "[::1]:4010"] {
        assert_eq!(browser.send("GET", "/", &[], &[("host", host)]).await.status, 200, "{host}");
    }
}

#[tokio::test]
async fn sign_in_needs_the_key_once() {
    let browser = Browser::new(seeded().api_key("hunter2").allow_host("emulator.internal"));
    for path in ["/", "/console/requests", "/console/assistants/support", "/console/nowhere"] {
        let shown = browser.get(path).await;
        assert_eq!((shown.status, shown.header("location")), (303, "/console/login"), "{path}");
    }
    assert_eq!(browser.get("/console/parts/assistants").await.status, 401);
    assert_eq!(browser.post("/console/clock", &[("do", "3600")]).await.status, 401);
    assert_eq!(browser.get("/console/console.css").await.status, 200, "the form needs its style sheet");
    assert!(browser.get("/console/login").await.page().contains("type=\"password\""));

    for wrong in ["hunter3", "", "hunter2hunter2"] {
        let refused = browser.post("/console/login", &[("key", wrong)]).await;
        assert_eq!((refused.status, refused.header("set-cookie")), (401, ""));
        assert!(refused.text.contains("This is not the API key."));
    }
    let welcome = browser.post("/console/login", &[("key", "hunter2")]).await;
    assert_eq!((welcome.status, welcome.header("location")), (303, "/"));
    let cookie = welcome.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert!(!cookie.contains("hunter2"), "the cookie does not contain the key");

    let cookie = cookie.split(';').next().expect("a cookie");
    // A host name that was allowed.
    let headers = [("cookie", cookie), ("host", "emulator.internal:4010")];
    let page = browser.send("GET", "/", &[], &headers).await.page();
    assert!(page.contains("Support") && page.contains("Sign out"));
    let chat = [("cookie", cookie), ("accept", "text/event-stream"), ("sec-fetch-site", "same-origin")];
    let said = browser.send("POST", "/console/assistants/support/chat", &[("content", "Hi")], &chat).await;
    assert!(said.text.contains("Hello Ada!"), "the API takes what the console asks: {}", said.text);
    for forged in ["telnyx-ai-emulator-4010=hunter2", "telnyx-ai-emulator-4010="] {
        assert_eq!(browser.send("GET", "/", &[], &[("cookie", forged)]).await.status, 303);
    }
    let other_port = [("cookie", cookie), ("host", "127.0.0.1:4011")];
    assert_eq!(browser.send("GET", "/", &[], &other_port).await.status, 303);
    let headers = [("cookie", cookie), ("sec-fetch-site", "same-origin")];
    let out = browser.send("POST", "/console/logout", &[], &headers).await;
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(browser.send("GET", "/", &[], &headers).await.status, 303, "the session has ended");
}

#[tokio::test]
async fn wrong_keys_are_limited() {
    let browser = Browser::new(seeded().api_key("hunter2"));
    for _ in 0..5 {
        assert_eq!(browser.post("/console/login", &[("key", "guess")]).await.status, 401);
    }
    let refused = browser.post("/console/login", &[("key", "hunter2")]).await;
    assert_eq!((refused.status, refused.header("set-cookie")), (429, ""));
    let wait: u64 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&wait) && refused.text.contains("too many wrong keys"), "{}", refused.text);
}

#[tokio::test]
async fn console_is_served_at_its_url() {
    let emulator = Emulator::start().await.expect("an emulator");
    assert_eq!(emulator.console_url(), format!("http://{}/", emulator.addr()));
    let other: Value = Browser { api: Api(emulator.router()) }.api.get("/assistants").await.good();
    assert_eq!(other["data"], json!([]), "the API is served next to the console");
    assert_eq!(Browser { api: Api(emulator.router()) }.get("/").await.status, 200);
}

#[tokio::test]
async fn rules_of_canary_deploys_are_shown() {
    let browser = Browser::new(seeded());
    let rules = json!({ "rules": [
        { "match": [{ "attribute": "tier", "operator": "not_in", "values": ["gold", "silver"] }], "serve": { "version_id": "brief" } },
        { "serve": { "rollout": [{ "version_id": "brief", "weight": 0.5 }] } },
    ] });
    browser.api.put("/assistants/support/canary-deploys", rules).await.good();
    assert!(browser.get("/").await.page().contains("<span>2 rules</span>"));
    let page = browser.get("/console/assistants/support").await.page();
    assert!(page.contains("tier not in gold, silver → <strong>Brief</strong>"), "{page}");
    assert!(page.contains("all conversations → <strong>Brief 0.5 %</strong>"), "{page}");
}

#[tokio::test]
async fn commands_to_copy_reach_this_emulator() {
    let headers = [("host", "localhost:8123")];
    let page = Browser::new(Emulator::builder()).send("GET", "/", &[], &headers).await.page();
    assert!(page.contains("curl localhost:8123/v2/ai/assistants") && page.contains("Bearer any"), "{page}");
}

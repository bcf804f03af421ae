//! Settings that are not right are found before anything is sent; so are a call's arguments.

use std::process::Command;

use http::Method;
use serde_json::json;
use telnyx_ai::assistants::{AddTag, CreateAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai::{Client, ClientBuilder, Error, ErrorKind, Telnyx};
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::scripted::Scripted;
use telnyx_ai_tests::server::RecordingServer;

/// What a program with this environment and no other says of its client: see `src/bin/configured.rs`.
fn configured(environment: &[(&str, &str)]) -> String {
    told("", environment)
}

fn told(what: &str, environment: &[(&str, &str)]) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_configured"));
    let output = program.arg(what).env_clear().envs(environment.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn key_and_base_url_come_from_the_environment() {
    assert_eq!(configured(&[("TELNYX_API_KEY", "KEY")]), "https://api.telnyx.com/v2");
    let elsewhere = [("TELNYX_API_KEY", " KEY\n"), ("TELNYX_BASE_URL", " http://127.0.0.1:4010/v2/ ")];
    assert_eq!(configured(&elsewhere), "http://127.0.0.1:4010/v2");
}

#[test]
fn a_blank_variable_counts_as_unset() {
    let missing = "Config: there is no API key: set the environment variable TELNYX_API_KEY or call `api_key` on the \
                   builder (the emulator takes any key)";
    assert_eq!(configured(&[]), missing);
    assert_eq!(configured(&[("TELNYX_API_KEY", "  ")]), missing);
    let blank_url = [("TELNYX_API_KEY", "KEY"), ("TELNYX_BASE_URL", " ")];
    assert_eq!(configured(&blank_url), "https://api.telnyx.com/v2");
}

#[test]
fn a_wrong_variable_is_named() {
    let said = configured(&[("TELNYX_API_KEY", "KEY"), ("TELNYX_BASE_URL", "api.telnyx.com")]);
    assert!(said.starts_with("Config: the base URL \"api.telnyx.com\" "), "{said}");
    assert!(said.contains("TELNYX_BASE_URL"), "{said}");
}

/// Containers often have no certificates, and tests with the emulator need none.
#[test]
fn a_client_for_plain_http_is_made_without_the_systems_certificates() {
    let made_for = |base_url| {
        let nowhere = [("SSL_CERT_FILE", "/nowhere"), ("SSL_CERT_DIR", "/nowhere")];
        told("--default-transport", &[[("TELNYX_API_KEY", "KEY"), ("TELNYX_BASE_URL", base_url)], nowhere].concat())
    };
    assert_eq!(made_for("http://127.0.0.1:4010/v2"), "http://127.0.0.1:4010/v2");
    let said = made_for("https://api.telnyx.com/v2");
    assert!(said.starts_with("Config: the system's certificates can not be read"), "{said}");
}

/// The transport that calls cost least on knows no proxies; where one is named, the default is the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_of_the_environment_is_gone_through() {
    let proxy = RecordingServer::start([Answer::json(&json!({"data": []}))]).await;
    let address = proxy.base_url().replace("/v2", "");
    let closed = [("TELNYX_API_KEY", "KEY"), ("TELNYX_BASE_URL", "http://127.0.0.1:1/v2"), ("http_proxy", &*address)];
    let said = told("--call", &closed);
    assert_eq!(said, r#"{"data":[]}"#);
    assert_eq!(proxy.requests()[0].header("host"), Some("127.0.0.1:1"));

    let said = told("--call", &[&closed[..], &[("no_proxy", "127.0.0.1")]].concat());
    assert!(said.starts_with("Connect by ") && !said.contains("reqwest"), "{said}");
    assert_eq!(proxy.requests().len(), 1);
}

fn refused(builder: ClientBuilder) -> String {
    let error = builder.transport(Scripted::new::<Answer>([])).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert_eq!(error.attempts(), 0);
    error.to_string()
}

#[test]
fn a_key_that_can_not_be_sent_is_refused_and_not_shown() {
    for (key, why) in [
        ("", "the API key is blank"),
        (" \t ", "the API key is blank"),
        ("KEY\nSECOND", "the API key has characters that no header may have"),
        ("KEY\u{7f}SECOND", "the API key has characters that no header may have"),
    ] {
        let said = refused(Client::builder().api_key(key));
        assert!(said.contains(why), "{key:?}: {said}");
        assert!(!said.contains("SECOND"), "{said}");
    }
}

#[test]
fn a_base_url_that_is_none_is_refused() {
    for (url, why) in [
        ("", "is blank"),
        ("not a url", "is no URL"),
        ("/v2", "has no scheme"),
        ("api.telnyx.com/v2", "is no URL"),
        ("ftp://api.telnyx.com/v2", "is neither http nor https"),
        ("https://api.telnyx.com/v2?key=1", "has a query or a fragment"),
        ("https://api.telnyx.com/v2#top", "has a query or a fragment"),
        ("http://api.telnyx.com/v2", "is plain http to another machine"),
        ("http://192.168.0.7:4010/v2", "is plain http to another machine"),
        ("http://localhost.example.com/v2", "is plain http to another machine"),
    ] {
        let said = refused(Client::builder().api_key("KEY").base_url(url));
        assert!(said.contains(why), "{url:?}: {said}");
        assert!(said.contains("it looks like https://api.telnyx.com/v2"), "{said}");
    }
}

#[test]
fn a_password_in_the_base_url_is_refused_and_not_shown() {
    let said = refused(Client::builder().api_key("KEY").base_url("https://ada:hunter2@api.telnyx.com/v2"));
    assert!(said.contains("user name or password") && !said.contains("hunter2"), "{said}");
}

#[test]
fn plain_http_goes_to_this_machine_or_where_it_is_allowed() {
    let build = |builder: ClientBuilder| builder.api_key("KEY").transport(Scripted::new::<Answer>([])).build();
    for url in ["http://localhost:4010/v2", "http://127.0.0.1:4010/v2", "http://127.9.9.9/v2", "http://[::1]:4010/v2"] {
        let client = build(Client::builder().base_url(url)).unwrap_or_else(|error| panic!("{url}: {error}"));
        assert_eq!(client.base_url(), url);
    }
    let allowed = Client::builder().base_url("http://emulator.internal/v2///").allow_plain_http();
    assert_eq!(build(allowed).unwrap().base_url(), "http://emulator.internal/v2");
}

#[test]
fn a_header_of_the_client_that_is_none_is_refused() {
    let said = refused(Client::builder().api_key("KEY").header("x team", "support"));
    assert_eq!(said, r#""x team" is no name of a header: use letters, digits and hyphens"#);
    let said = refused(Client::builder().api_key("KEY").header("x-token", "one\ntwo"));
    assert_eq!(said, "the value of the header `x-token` has characters that no header may have");
}

/// No runtime is needed to make a client, and none to make a call.
#[test]
fn a_client_is_made_outside_of_a_runtime() {
    let client = Client::builder().api_key("KEY").base_url("http://127.0.0.1:1/v2").build().unwrap();
    let call = Telnyx::new(client).assistants().create(CreateAssistant::new("Support", "Help politely."));
    assert_eq!(format!("{call:?}"), "Call(POST /ai/assistants)");
}

async fn wrong<T: std::fmt::Debug + Send + 'static>(call: telnyx_ai::Call<T>) -> String {
    let error: Error = call.await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.is_retryable()), (ErrorKind::Request, 0, false), "{error}");
    error.to_string()
}

#[tokio::test]
async fn an_id_that_names_another_path_is_refused() {
    let nothing = Scripted::new::<Answer>([]);
    let telnyx = Telnyx::new(nothing.client());
    assert_eq!(
        wrong(telnyx.assistants().retrieve("")).await,
        "GET /ai/assistants/{assistant_id} failed: `assistant_id` is empty: give the id of what the call is about"
    );
    assert_eq!(
        wrong(telnyx.scheduled_events().delete("..", "event-1")).await,
        "DELETE /ai/assistants/{assistant_id}/scheduled_events/{event_id} failed: `assistant_id` is `..`, which would \
         name another path"
    );
    assert_eq!(
        wrong(telnyx.tags().remove("assistant-1", ".")).await,
        "DELETE /ai/assistants/{assistant_id}/tags/{tag} failed: `tag` is `.`, which would name another path"
    );
    let error = telnyx.conversations().messages("").try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(nothing.attempts().is_empty());
}

#[tokio::test]
async fn any_other_id_stands_in_one_step_of_the_path() {
    for (tag, sent) in [
        ("...", "..."),
        ("a/../b", "a%2F..%2Fb"),
        ("%2e%2e", "%252e%252e"),
        ("a?b#c", "a%3Fb%23c"),
        ("sip:ada@example.com", "sip:ada@example.com"),
        ("ünï", "%C3%BCn%C3%AF"),
        ("a b+c;d=e", "a%20b%2Bc%3Bd%3De"),
        (" ", "%20"),
    ] {
        let scripted = Scripted::new([Answer::json(&json!({"tags": []}))]);
        Telnyx::new(scripted.client()).tags().remove("assistant-1", tag).await.unwrap();
        let url = &scripted.attempts()[0].url;
        assert_eq!(*url, format!("https://api.example/v2/ai/assistants/assistant-1/tags/{sent}"));
    }
}

#[tokio::test]
async fn a_path_of_your_own_begins_with_a_slash_and_stays_below_the_base_url() {
    let nothing = Scripted::new::<Answer>([]);
    let client = nothing.client();
    assert!(wrong(client.request(Method::GET, "ai/assistants")).await.contains("does not begin with a slash"));
    assert!(wrong(client.request(Method::GET, "https://example.com/")).await.contains("does not begin with a slash"));
    assert!(wrong(client.request(Method::GET, "/ai/../../admin")).await.contains("would name another path"));
    assert!(wrong(client.request(Method::GET, "/ai/a b")).await.contains("can not stand in a URL"));
    assert!(nothing.attempts().is_empty());
}

#[tokio::test]
async fn an_idempotency_key_that_is_none_is_refused() {
    let nothing = Scripted::new::<Answer>([]);
    let assistants = Telnyx::new(nothing.client()).assistants();
    for key in ["", "two words", "line\nbreak", "ä", &"x".repeat(256)] {
        let said = wrong(assistants.clone_assistant("assistant-1").idempotency_key(key)).await;
        assert!(said.contains("use 1 to 255 letters, digits, - or _"), "{key:?}: {said}");
    }
    assert!(nothing.attempts().is_empty());
}

#[tokio::test]
async fn a_header_of_a_call_that_is_none_is_refused() {
    let nothing = Scripted::new::<Answer>([]);
    let tags = Telnyx::new(nothing.client()).tags();
    assert_eq!(
        wrong(tags.list().header("x-token", "one\r\ntwo")).await,
        "GET /ai/assistants/tags failed: the value of the header `x-token` has characters that no header may have"
    );
    assert!(
        wrong(tags.add("assistant-1", AddTag::new("vip")).header("", "x")).await.contains("is no name of a header")
    );
    assert!(nothing.attempts().is_empty());
}

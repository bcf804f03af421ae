//! Invalid settings and arguments are errors before anything is sent.

use std::process::Command;
use std::time::Duration;

use http::Method;
use serde_json::json;
use telnyx_ai::assistants::{AddTag, CreateAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai::{Client, ClientBuilder, Error, ErrorKind, Telnyx};
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::scripted::Scripted;

/// The output of `src/bin/configured.rs` with these arguments and only this environment.
pub(crate) fn output_of(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_configured"));
    let output = program.args(arguments).env_clear().envs(environment.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The result of building a client with this environment and no network.
fn configured(environment: &[(&str, &str)]) -> String {
    output_of(&["scripted"], environment)
}

#[test]
fn key_and_base_url_come_from_the_environment() {
    assert_eq!(configured(&[("TELNYX_API_KEY", "KEY")]), "https://api.telnyx.com/v2");
    let elsewhere = [("TELNYX_API_KEY", " KEY\n"), ("TELNYX_BASE_URL", " http://127.0.0.1:4010/v2/ ")];
    assert_eq!(configured(&elsewhere), "http://127.0.0.1:4010/v2");
}

#[test]
fn blank_variable_counts_as_unset() {
    let missing = "Config: there is no API key: set the environment variable TELNYX_API_KEY or call `api_key` on the \
                   builder (the emulator takes any key)";
    assert_eq!(configured(&[]), missing);
    assert_eq!(configured(&[("TELNYX_API_KEY", "  ")]), missing);
    let blank_url = [("TELNYX_API_KEY", "KEY"), ("TELNYX_BASE_URL", " ")];
    assert_eq!(configured(&blank_url), "https://api.telnyx.com/v2");
}

#[test]
fn error_names_the_invalid_variable() {
    let message = configured(&[("TELNYX_API_KEY", "KEY"), ("TELNYX_BASE_URL", "api.telnyx.com")]);
    assert!(message.starts_with("Config: the base URL \"api.telnyx.com\" "), "{message}");
    assert!(message.contains("TELNYX_BASE_URL"), "{message}");
}

/// Containers often have no certificates, and tests with the emulator need none.
#[test]
fn plain_http_needs_no_system_certificates() {
    let built = |base_url| {
        let nowhere = [("SSL_CERT_FILE", "/nowhere"), ("SSL_CERT_DIR", "/nowhere"), ("TELNYX_ALLOW_PLAIN_HTTP", "1")];
        output_of(&["reqwest"], &[&[("TELNYX_API_KEY", "KEY"), ("TELNYX_BASE_URL", base_url)], &nowhere[..]].concat())
    };
    assert_eq!(built("http://127.0.0.1:4010/v2"), "http://127.0.0.1:4010/v2");
    assert_eq!(built("http://emulator:4010/v2"), "http://emulator:4010/v2");
    let message = built("https://api.telnyx.com/v2");
    assert!(message.starts_with("Config: cannot read the system's root certificates: "), "{message}");
}

/// For example for the name of a service in Docker Compose.
#[test]
fn variable_allows_plain_http_to_other_hosts() {
    let built = |environment: &[(&str, &str)]| {
        configured(
            &[&[("TELNYX_API_KEY", "KEY"), ("TELNYX_BASE_URL", "http://emulator:4010/v2")], environment].concat(),
        )
    };
    let refused = "Config: the base URL \"http://emulator:4010/v2\" would send the API key over the network unencrypted: \
                   use https, or if you trust the network, allow plain http with `allow_plain_http` or \
                   TELNYX_ALLOW_PLAIN_HTTP=1";
    for value in ["1", "true", " 1 "] {
        assert_eq!(built(&[("TELNYX_ALLOW_PLAIN_HTTP", value)]), "http://emulator:4010/v2");
    }
    for value in ["0", "false", ""] {
        assert_eq!(built(&[("TELNYX_ALLOW_PLAIN_HTTP", value)]), refused);
    }
    assert_eq!(built(&[("http_proxy", "http://127.0.0.1:3128")]), refused, "a proxy requires the permission too");
    let message = built(&[("TELNYX_ALLOW_PLAIN_HTTP", "yes")]);
    assert_eq!(message, "Config: TELNYX_ALLOW_PLAIN_HTTP is \"yes\": set it to 1 or 0");
}

fn build_error(builder: ClientBuilder) -> String {
    let error = builder.transport(Scripted::new::<Answer>([])).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert_eq!(error.attempts(), 0);
    error.to_string()
}

#[test]
fn invalid_key_is_an_error_that_does_not_show_it() {
    for (key, why) in [
        ("", "is blank; "),
        (" \t ", "is blank; "),
        ("\"SECRET\"", "is in quotes; "),
        ("'SECRET'", "is in quotes; "),
        ("SECRET\"", "is in quotes; "),
        ("“SECRET”", "is in quotes; "),
        ("\"\"", "is in quotes; "),
        ("Bearer SECRET", "begins with `Bearer`; "),
        (" bearer  SECRET", "begins with `Bearer`; "),
        ("BEARER: SECRET", "begins with `Bearer`; "),
        ("Bearer\tSECRET", "begins with `Bearer`; "),
        ("\"Bearer SECRET\"", "is in quotes; "),
        ("Authorization: Bearer SECRET", "has white space, "),
        ("KEY\nSECRET", "has white space, "),
        ("KEY\u{7f}SECRET", "has white space, "),
        ("KEY\u{200b}SECRET", "has white space, "),
        ("KEY\u{e9}SECRET", "has white space, "),
    ] {
        let message = build_error(Client::builder().api_key(key));
        assert!(message.starts_with(&format!("the API key {why}")), "{key:?}: {message}");
        assert!(!message.contains("SECRET"), "{message}");
    }
    let message = configured(&[("TELNYX_API_KEY", "\"SECRET\"")]);
    assert_eq!(message, "Config: the API key is in quotes; remove them (`api_key` or TELNYX_API_KEY)");
}

#[tokio::test]
async fn white_space_around_a_key_is_trimmed() {
    for key in [" KEY0123\n", "\tKEY0123 "] {
        let scripted = Scripted::new([Answer::json(&json!({}))]);
        let client = scripted.builder().api_key(key).build().unwrap();
        client.request(Method::GET, "/ai/assistants").await.unwrap();
        assert_eq!(scripted.attempts()[0].header("authorization"), "Bearer KEY0123");
    }
    // These keys start with "bearer", but are valid.
    for key in ["bearer", "bearer0123", "Bearers"] {
        assert!(Scripted::new::<Answer>([]).builder().api_key(key).build().is_ok(), "{key}");
    }
}

#[test]
fn invalid_base_url_is_an_error() {
    for (url, why) in [
        ("", "is blank"),
        ("not a url", "is not a URL"),
        ("/v2", "has no scheme"),
        ("localhost:4010", "has no scheme"),
        ("api.telnyx.com/v2", "is not a URL"),
        ("https:api.telnyx.com/v2", "is not a URL"),
        ("https:\\\\api.telnyx.com\\v2", "is not a URL"),
        ("https://api.tel nyx.com/v2", "is not a URL"),
        ("https://api.telnyx.com\n/v2", "is not a URL"),
        ("https://bücher.example/v2", "is not a URL"),
        ("ftp://api.telnyx.com/v2", "is neither http nor https"),
        ("https://api.telnyx.com/v2?key=1", "has a query or a fragment"),
        ("https://api.telnyx.com/v2#top", "has a query or a fragment"),
        ("https://:443/v2", "has no host"),
        ("https://[::1/v2", "is not a URL"),
        ("https://::1/v2", "is not a URL"),
        ("https://[abc]/v2", "has the host [abc], which is not an IPv6 address"),
        ("https://[127.0.0.1]/v2", "has the host [127.0.0.1], which is not an IPv6 address"),
        ("http://127.1/v2", "has the host 127.1, which is not an IPv4 address"),
        ("http://2130706433/v2", "has the host 2130706433, which is not an IPv4 address"),
        ("http://0X7f000001/v2", "has the host 0X7f000001, which is not an IPv4 address"),
        ("https://127.0.0.256/v2", "has the host 127.0.0.256, which is not an IPv4 address"),
        ("https://0177.0.0.1/v2", "has the host 0177.0.0.1, which is not an IPv4 address"),
    ] {
        let message = build_error(Client::builder().api_key("KEY").base_url(url));
        assert!(message.contains(why), "{url:?}: {message}");
        assert!(
            message.ends_with("; use one like https://api.telnyx.com/v2 (`base_url` or TELNYX_BASE_URL)"),
            "{message}"
        );
    }
}

/// Some HTTP libraries replace an invalid port with the default port of the scheme.
#[test]
fn invalid_port_is_an_error_that_names_it() {
    for port in ["99999", "65536", "4294967376", "0", "", "-1", "+80", "080", "8o", "80:80", "0x50"] {
        for host in ["http://127.0.0.1", "http://[::1]", "https://api.telnyx.com"] {
            let url = format!("{host}:{port}/v2");
            let message = build_error(Client::builder().api_key("KEY").base_url(&url));
            assert!(message.starts_with(&format!("the base URL {url:?} ")), "{message}");
            let named = format!("has the port {port:?}, which is not a number from 1 to 65535");
            assert!(message.contains(&named) || message.contains("is not a URL"), "{url}: {message}");
        }
    }
    let message = configured(&[("TELNYX_API_KEY", "KEY"), ("TELNYX_BASE_URL", "http://127.0.0.1:99999/v2")]);
    assert!(message.contains("has the port \"99999\""), "{message}");
    for port in [1, 80, 65535] {
        let url = format!("http://127.0.0.1:{port}/v2");
        let client = Client::builder().api_key("KEY").base_url(&url).transport(Scripted::new::<Answer>([])).build();
        assert_eq!(client.unwrap().base_url(), url);
    }
}

#[test]
fn password_in_the_base_url_is_an_error_that_does_not_show_it() {
    for url in
        ["https://ada:hunter2@api.telnyx.com/v2", "https://hunter2@api.telnyx.com/v2", "https:/ada:hunter2@api/v2"]
    {
        let builder = Client::builder().api_key("KEY").base_url(url);
        assert!(!format!("{builder:?}").contains("hunter2"));
        let message = build_error(builder);
        assert!(message.starts_with("the base URL ") && !message.contains("hunter2"), "{message}");
    }
    let message = build_error(Client::builder().api_key("KEY").base_url("https://ada:hunter2@api.telnyx.com/v2"));
    assert!(
        message.contains("has a user name or password, which is not sent: set the key with `api_key`"),
        "{message}"
    );
}

#[test]
fn plain_http_to_other_machines_requires_permission() {
    let build = |builder: ClientBuilder| builder.api_key("KEY").transport(Scripted::new::<Answer>([])).build();
    for (url, expected) in [
        ("http://localhost:4010/v2", "http://localhost:4010/v2"),
        ("http://127.0.0.1:4010/v2", "http://127.0.0.1:4010/v2"),
        ("http://127.9.9.9/v2", "http://127.9.9.9/v2"),
        ("http://[::1]:4010/v2", "http://[::1]:4010/v2"),
        ("http://[::ffff:127.0.0.1]:4010/v2", "http://[::ffff:127.0.0.1]:4010/v2"),
        ("HTTP://LOCALHOST:4010/v2/", "http://LOCALHOST:4010/v2"),
        (" http://127.0.0.1:4010 ", "http://127.0.0.1:4010"),
        ("HTTPS://api.telnyx.com/v2", "https://api.telnyx.com/v2"),
    ] {
        let client = build(Client::builder().base_url(url)).unwrap_or_else(|error| panic!("{url}: {error}"));
        assert_eq!(client.base_url(), expected);
    }
    for url in [
        "http://api.telnyx.com/v2",
        "http://192.168.0.7:4010/v2",
        "http://localhost.example.com/v2",
        "http://127.0.0.1.example.com/v2",
        "http://0.0.0.0:4010/v2",
        "http://[::]:4010/v2",
        "HTTP://api.telnyx.com/v2",
    ] {
        let message = build_error(Client::builder().api_key("KEY").base_url(url));
        assert!(message.contains("would send the API key over the network unencrypted"), "{url}: {message}");
        assert!(message.contains("`allow_plain_http` or TELNYX_ALLOW_PLAIN_HTTP=1"), "{url}: {message}");
    }
    let allowed = Client::builder().base_url("http://emulator.internal/v2///").allow_plain_http();
    assert_eq!(build(allowed).unwrap().base_url(), "http://emulator.internal/v2");
}

#[test]
fn connection_setting_with_a_custom_transport_is_an_error() {
    let message =
        build_error(Client::builder().api_key("KEY").connect_timeout(Duration::from_secs(3)).no_system_roots());
    assert_eq!(
        message,
        "`connect_timeout` has no effect on the transport that was passed to `transport`: configure that transport directly, \
         or remove it to use the built-in one"
    );
    type Set = fn(ClientBuilder) -> ClientBuilder;
    let settings: [(&str, Set); 8] = [
        ("pool_idle_timeout", |builder| builder.pool_idle_timeout(None)),
        ("pool_max_idle_per_host", |builder| builder.pool_max_idle_per_host(1)),
        ("tcp_keepalive", |builder| builder.tcp_keepalive(None)),
        ("http1_only", ClientBuilder::http1_only),
        ("http2_prior_knowledge", ClientBuilder::http2_prior_knowledge),
        ("http2_keep_alive_interval", |builder| builder.http2_keep_alive_interval(None)),
        ("root_certificates", |builder| builder.root_certificates("")),
        ("no_system_roots", ClientBuilder::no_system_roots),
    ];
    for (name, set) in settings {
        assert!(
            build_error(set(Client::builder().api_key("KEY"))).starts_with(&format!("`{name}` has no effect")),
            "{name}"
        );
    }
}

#[test]
fn client_that_trusts_no_server_is_an_error() {
    let without_roots = || Client::builder().api_key("KEY").no_system_roots();
    let message = without_roots().build().unwrap_err().to_string();
    assert_eq!(
        message,
        "`no_system_roots` without `root_certificates` trusts no server; pass the certificates to trust to \
         `root_certificates`"
    );
    without_roots().base_url("http://127.0.0.1:4010/v2").build().expect("plain http needs no certificates");
}

#[test]
fn invalid_header_of_the_client_is_an_error() {
    let message = build_error(Client::builder().api_key("KEY").header("x team", "support"));
    assert_eq!(message, r#""x team" is not a header name: use letters, digits and hyphens"#);
    let message = build_error(Client::builder().api_key("KEY").header("x-token", "one\ntwo"));
    assert_eq!(message, "the value of the header `x-token` has characters that headers cannot have");
}

/// Clients and calls can be created without a runtime.
#[test]
fn client_is_built_outside_of_a_runtime() {
    let client = Client::builder().api_key("KEY").base_url("http://127.0.0.1:1/v2").build().unwrap();
    let call = Telnyx::new(client).assistants().create(CreateAssistant::new("Support", "Help politely."));
    assert_eq!(format!("{call:?}"), "Call(POST /ai/assistants)");
}

async fn call_error<T: std::fmt::Debug + Send + 'static>(call: telnyx_ai::Call<T>) -> String {
    let error: Error = call.await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.is_retryable()), (ErrorKind::Request, 0, false), "{error}");
    error.to_string()
}

#[tokio::test]
async fn id_that_changes_the_path_is_an_error() {
    let nothing = Scripted::new::<Answer>([]);
    let telnyx = Telnyx::new(nothing.client());
    assert_eq!(
        call_error(telnyx.assistants().retrieve("")).await,
        "GET /ai/assistants/{assistant_id} failed: `assistant_id` is empty; give the id of the resource"
    );
    assert_eq!(
        call_error(telnyx.scheduled_events().delete("..", "event-1")).await,
        "DELETE /ai/assistants/{assistant_id}/scheduled_events/{event_id} failed: `assistant_id` is `..`, which would \
         address another path"
    );
    assert_eq!(
        call_error(telnyx.tags().remove("assistant-1", ".")).await,
        "DELETE /ai/assistants/{assistant_id}/tags/{tag} failed: `tag` is `.`, which would address another path"
    );
    let error = telnyx.conversations().messages("").try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(nothing.attempts().is_empty());
}

#[tokio::test]
async fn id_with_special_characters_is_one_path_segment() {
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
async fn custom_path_must_start_with_a_slash_and_stay_below_the_base_url() {
    let nothing = Scripted::new::<Answer>([]);
    let client = nothing.client();
    assert!(call_error(client.request(Method::GET, "ai/assistants")).await.contains("does not begin with a slash"));
    assert!(
        call_error(client.request(Method::GET, "https://example.com/")).await.contains("does not begin with a slash")
    );
    assert!(call_error(client.request(Method::GET, "/ai/../../admin")).await.contains("would address another path"));
    assert!(call_error(client.request(Method::GET, "/ai/a b")).await.contains("is not valid in a URL"));
    assert!(nothing.attempts().is_empty());
}

#[tokio::test]
async fn invalid_idempotency_key_is_an_error() {
    let nothing = Scripted::new::<Answer>([]);
    let assistants = Telnyx::new(nothing.client()).assistants();
    for (key, problem) in [
        ("", "has 0 bytes; use 1 to 255"),
        ("two words", "has the invalid character ' '"),
        ("line\nbreak", "has the invalid character '\\n'"),
        ("ä", "has the invalid character 'ä'"),
        (&"x".repeat(256), "has 256 bytes; use 1 to 255"),
    ] {
        let message = call_error(assistants.clone_assistant("assistant-1").idempotency_key(key)).await;
        assert!(message.contains(problem), "{key:?}: {message}");
    }
    assert!(nothing.attempts().is_empty());
}

#[tokio::test]
async fn invalid_header_of_a_call_is_an_error() {
    let nothing = Scripted::new::<Answer>([]);
    let tags = Telnyx::new(nothing.client()).tags();
    assert_eq!(
        call_error(tags.list().header("x-token", "one\r\ntwo")).await,
        "GET /ai/assistants/tags failed: the value of the header `x-token` has characters that headers cannot have"
    );
    assert!(
        call_error(tags.add("assistant-1", AddTag::new("vip")).header("", "x")).await.contains("is not a header name")
    );
    assert!(nothing.attempts().is_empty());
}

//! Proxies of the environment, with both transports. Each client is a process, because the environment belongs to the
//! process; see `src/bin/configured.rs`.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::json;
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::server::RecordingServer;
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::config::output_of;
use crate::tls::SecureServer;

const TRANSPORTS: [&str; 2] = ["reqwest", "hyper"];

/// The result of a call of a client with this environment.
async fn call(transport: &'static str, environment: &[(&str, &str)]) -> String {
    let environment: Vec<_> =
        environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let output = move || {
        let environment: Vec<_> = environment.iter().map(|(name, value)| (&**name, &**value)).collect();
        output_of(&[transport, "--call"], &[&[("TELNYX_API_KEY", "KEY")], &environment[..]].concat())
    };
    tokio::task::spawn_blocking(output).await.unwrap()
}

fn built_client(transport: &str, environment: &[(&str, &str)]) -> String {
    output_of(&[transport], &[&[("TELNYX_API_KEY", "KEY")], environment].concat())
}

/// The response to a request for a tunnel.
const CONNECTED: &str = "HTTP/1.1 200 OK\r\n\r\n";

/// A proxy for HTTP, tunnels and SOCKS5, which always connects to the same server. It ends when it is dropped.
struct Proxy {
    addr: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Proxy {
    async fn to(server: SocketAddr) -> Self {
        Self::start(server, CONNECTED).await
    }

    /// Starts a proxy with this response to requests for a tunnel.
    async fn refusing(response: &'static str) -> Self {
        Self::start(CLOSED_PORT, response).await
    }

    async fn start(server: SocketAddr, tunnel: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let all = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // A client may close the connection at any time.
                tokio::spawn(serve(client, server, tunnel, Arc::clone(&all)));
            }
        });
        Self { addr, seen, task }
    }

    fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}", self.addr)
    }

    /// The requests since the last call of this method.
    ///
    /// For HTTP, they are the heads of the requests, and for SOCKS the hosts and ports.
    fn seen(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut client: TcpStream,
    server: SocketAddr,
    tunnel: &str,
    seen: Arc<Mutex<Vec<String>>>,
) -> io::Result<()> {
    let mut first = [0];
    client.read_exact(&mut first).await?;
    if first == [5] {
        let target = greet_over_socks(&mut client).await?;
        seen.lock().unwrap().push(target);
    } else {
        let mut head = first.to_vec();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(client.read_u8().await?);
        }
        let text = String::from_utf8_lossy(&head).to_lowercase();
        let is_tunnel = text.starts_with("connect ");
        seen.lock().unwrap().push(text);
        if !is_tunnel {
            let body = r#"{"by": "the proxy"}"#;
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
            return client.write_all(format!("{head}{body}").as_bytes()).await;
        }
        client.write_all(tunnel.as_bytes()).await?;
        if tunnel != CONNECTED {
            return Ok(());
        }
    }
    copy_bidirectional(&mut client, &mut TcpStream::connect(server).await?).await.map(drop)
}

/// Performs the handshake of SOCKS5 after its first byte (RFC 1928, RFC 1929).
async fn greet_over_socks(client: &mut TcpStream) -> io::Result<String> {
    let mut methods = vec![0; client.read_u8().await?.into()];
    client.read_exact(&mut methods).await?;
    let with_password = methods.contains(&2);
    client.write_all(&[5, if with_password { 2 } else { 0 }]).await?;
    let mut user = String::new();
    if with_password {
        client.read_u8().await?;
        user = format!("{}:{}@", text(client).await?, text(client).await?);
        client.write_all(&[1, 0]).await?;
    }
    let mut request = [0; 4];
    client.read_exact(&mut request).await?;
    assert_eq!(request, [5, 1, 0, 3], "the proxy resolves names");
    let host = text(client).await?;
    let port = client.read_u16().await?;
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    Ok(format!("{user}{host}:{port}"))
}

/// Reads a text with a length prefix.
async fn text(client: &mut TcpStream) -> io::Result<String> {
    let mut text = vec![0; client.read_u8().await?.into()];
    client.read_exact(&mut text).await?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// A file with the server's certificate authority, the only one that a client trusts.
struct Trusted(NamedTempFile);

impl Trusted {
    fn of(server: &SecureServer) -> Self {
        let file = NamedTempFile::new().unwrap();
        fs::write(file.path(), server.authority()).unwrap();
        Self(file)
    }

    fn path(&self) -> &str {
        self.0.path().to_str().unwrap()
    }
}

const PLAIN: [(&str, &str); 2] = [("TELNYX_BASE_URL", "http://api.example:8080/v2"), ("TELNYX_ALLOW_PLAIN_HTTP", "1")];
const CLOSED_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 1);

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_is_sent_to_the_proxy_with_an_absolute_url() {
    let proxy = Proxy::to(CLOSED_PORT).await;
    for transport in TRANSPORTS {
        for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
            let message = call(transport, &[&PLAIN[..], &[(variable, &proxy.url("http"))]].concat()).await;
            assert_eq!(message, r#"{"by":"the proxy"}"#, "{transport}, {variable}");
            let seen = proxy.seen();
            assert!(seen[0].starts_with("post http://api.example:8080/v2/ai/assistants http/1.1\r\n"), "{seen:?}");
            assert!(!seen[0].contains("proxy-authorization"), "{seen:?}");
        }
        let with_password = proxy.url("http").replace("://", "://Aladdin:open%20sesame@");
        call(transport, &[&PLAIN[..], &[("http_proxy", &with_password)]].concat()).await;
        let seen = proxy.seen();
        assert!(seen[0].contains("\r\nproxy-authorization: basic qwxhzgrpbjpvcgvuihnlc2ftzq==\r\n"), "{seen:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn https_uses_a_tunnel_that_does_not_see_the_key() {
    let server = SecureServer::named("api.example", &["http/1.1"]).await;
    let trusted = Trusted::of(&server);
    let proxy = Proxy::to(server.address()).await;
    for transport in TRANSPORTS {
        for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            let url = proxy.url("http").replace("://", "://Aladdin:open%20sesame@");
            let environment =
                [("TELNYX_BASE_URL", "https://api.example/v2"), ("SSL_CERT_FILE", trusted.path()), (variable, &url)];
            let message = call(transport, &environment).await;
            assert!(message.starts_with("Api: POST /ai/assistants failed: 422 "), "{transport}, {variable}: {message}");
            let seen = proxy.seen();
            assert!(seen[0].starts_with("connect api.example:443 http/1.1\r\n"), "{seen:?}");
            assert!(seen[0].contains("\r\nproxy-authorization: basic qwxhzgrpbjpvcgvuihnlc2ftzq==\r\n"), "{seen:?}");
            assert!(!seen[0].contains("bearer"), "{seen:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn socks_proxies_support_http_and_https() {
    let secure = SecureServer::named("api.example", &["http/1.1"]).await;
    let trusted = Trusted::of(&secure);
    let to_secure = Proxy::to(secure.address()).await;
    let plain = RecordingServer::start([Answer::json(&json!({"by": "the server"}))]).await;
    let to_plain = Proxy::to(plain.base_url()[7..].trim_end_matches("/v2").parse().unwrap()).await;
    for transport in TRANSPORTS {
        let with_password = to_plain.url("socks5h").replace("://", "://ada:sesame@");
        for (url, expected) in
            [(to_plain.url("socks5h"), "api.example:8080"), (with_password, "ada:sesame@api.example:8080")]
        {
            let message = call(transport, &[&PLAIN[..], &[("ALL_PROXY", &url)]].concat()).await;
            assert_eq!(message, r#"{"by":"the server"}"#, "{transport}");
            assert_eq!(to_plain.seen(), [expected], "{transport}");
        }
        let url = to_secure.url("socks5h");
        let environment =
            [("TELNYX_BASE_URL", "https://api.example/v2"), ("SSL_CERT_FILE", trusted.path()), ("https_proxy", &url)];
        let message = call(transport, &environment).await;
        assert!(message.starts_with("Api: POST /ai/assistants failed: 422 "), "{transport}: {message}");
        assert_eq!(to_secure.seen(), ["api.example:443"], "{transport}");
    }
}

/// Plain http is allowed for loopback addresses because it does not leave the machine.
#[tokio::test(flavor = "multi_thread")]
async fn loopback_addresses_never_use_a_proxy() {
    let server = RecordingServer::start([Answer::json(&json!({"by": "the server"}))]).await;
    let port = server.base_url()[17..].trim_end_matches("/v2").to_owned();
    let secure = SecureServer::start(&["http/1.1"]).await;
    let trusted = Trusted::of(&secure);
    let proxy = Proxy::to(CLOSED_PORT).await;
    let proxies = |scheme| ["http_proxy", "https_proxy", "ALL_PROXY"].map(|name| (name, proxy.url(scheme)));
    for transport in TRANSPORTS {
        for scheme in ["http", "socks5h"] {
            let proxies = proxies(scheme);
            let proxies: Vec<_> = proxies.iter().map(|(name, url)| (*name, &**url)).collect();
            for host in ["127.0.0.1", "localhost", "LOCALHOST"] {
                let url = format!("http://{host}:{port}/v2");
                let message = call(transport, &[&[("TELNYX_BASE_URL", &*url)], &proxies[..]].concat()).await;
                assert_eq!(message, r#"{"by":"the server"}"#, "{transport}, {host}");
            }
            let secure = [("TELNYX_BASE_URL", &*secure.base_url()), ("SSL_CERT_FILE", trusted.path())];
            let message = call(transport, &[&secure, &proxies[..]].concat()).await;
            assert!(message.starts_with("Api: POST /ai/assistants failed: 422 "), "{transport}: {message}");
        }
        assert!(proxy.seen().is_empty(), "{transport}");
    }
}

/// 0.0.0.0 is this machine, but not a loopback address.
#[tokio::test(flavor = "multi_thread")]
async fn no_proxy_exempts_hosts() {
    let server = RecordingServer::start([Answer::json(&json!({"by": "the server"}))]).await;
    let url = server.base_url().replace("127.0.0.1", "0.0.0.0");
    let with_port = url.trim_start_matches("http://").trim_end_matches("/v2").to_owned();
    let proxy = Proxy::to(CLOSED_PORT).await;
    for transport in TRANSPORTS {
        for (no_proxy, expected) in [
            ("0.0.0.0", r#"{"by":"the server"}"#),
            ("example.com, 0.0.0.0/8", r#"{"by":"the server"}"#),
            ("example.com,*", r#"{"by":"the server"}"#),
            (&with_port, r#"{"by":"the server"}"#),
            ("0.0.0.0:1", r#"{"by":"the proxy"}"#),
            ("example.com", r#"{"by":"the proxy"}"#),
        ] {
            for variable in ["NO_PROXY", "no_proxy"] {
                let proxy_url = proxy.url("http");
                let environment = [
                    ("TELNYX_BASE_URL", &*url),
                    ("TELNYX_ALLOW_PLAIN_HTTP", "1"),
                    ("http_proxy", &*proxy_url),
                    (variable, no_proxy),
                ];
                assert_eq!(call(transport, &environment).await, expected, "{transport}, {variable}={no_proxy}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn error_names_an_unreachable_proxy_without_its_password() {
    for transport in TRANSPORTS {
        let environment = [&PLAIN[..], &[("http_proxy", "http://ada:sesame@127.0.0.1:1")]].concat();
        assert_eq!(
            call(transport, &environment).await,
            "Connect: POST /ai/assistants failed: cannot connect to api.example:8080 through the proxy 127.0.0.1:1: \
             connection refused; check the base URL and proxy settings",
            "{transport}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn error_names_a_proxy_that_refuses_a_tunnel() {
    for (response, reason) in [
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "tunnel error: unsuccessful"),
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "tunnel error: proxy authorization required"),
    ] {
        let proxy = Proxy::refusing(response).await;
        for transport in TRANSPORTS {
            let message = call(transport, &[("https_proxy", &proxy.url("http"))]).await;
            let address = proxy.addr;
            assert_eq!(
                message,
                format!(
                    "Connect: POST /ai/assistants failed: cannot connect to api.telnyx.com:443 through the proxy {address}: \
                     {reason}; check the base URL and proxy settings"
                ),
                "{transport}"
            );
        }
    }
}

#[test]
fn invalid_proxy_is_a_config_error() {
    for transport in TRANSPORTS {
        for (proxy, why) in [
            ("socks://127.0.0.1:1080", "is not the URL of an http, https, socks5"),
            ("ftp://ada:sesame@proxy.example", "is not the URL of an http, https, socks5"),
            ("http://", "is not the URL of an http, https, socks5"),
            (" http://proxy.example:3128", "is not the URL of an http, https, socks5"),
            ("http://ada:sesame@proxy.example:99999", "has "),
            ("http://proxy.example:0", "has "),
            ("socks5://127.0.0.1", "has no "),
        ] {
            for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
                let message = built_client(transport, &[(variable, proxy)]);
                let expected = format!("Config: the proxy in the environment variable {variable} {why}");
                assert!(message.starts_with(&expected), "{transport}, {proxy:?}: {message}");
                assert!(!message.contains("sesame"), "{message}");
            }
        }
    }
}

/// Desktops set `all_proxy` to an unsupported URL, together with other variables.
#[test]
fn invalid_variable_without_effect_is_ignored() {
    let desktop = [
        ("http_proxy", "http://proxy.example:3128"),
        ("https_proxy", "http://proxy.example:3128"),
        ("all_proxy", "socks://proxy.example:1080"),
    ];
    for transport in TRANSPORTS {
        assert_eq!(built_client(transport, &desktop), "https://api.telnyx.com/v2", "{transport}");
        assert_eq!(built_client(transport, &[("ALL_PROXY", "")]), "https://api.telnyx.com/v2", "{transport}");
    }
    for (no_proxy, is_exempt) in [
        ("telnyx.com", true),
        (".telnyx.com", true),
        ("*.telnyx.com", true),
        ("example.com, *.telnyx.com:443", true),
        ("*:443", true),
        ("*.telnyx.com:80", false),
        ("*.example.com", false),
    ] {
        let built = built_client("reqwest", &[("all_proxy", "socks://proxy.example:1080"), ("NO_PROXY", no_proxy)]);
        assert_eq!(built == "https://api.telnyx.com/v2", is_exempt, "{no_proxy}: {built}");
    }
    let loopback = [("all_proxy", "socks://proxy.example:1080"), ("TELNYX_BASE_URL", "http://127.0.0.1:4010/v2")];
    assert_eq!(built_client("reqwest", &loopback), "http://127.0.0.1:4010/v2");
}

//! The connector that opens TCP connections, directly or through a proxy.
//!
//! TLS with the server is a layer above it.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::client::proxy::matcher::Intercept;
use telnyx_ai_core::BoxError;
use tower::Service;

use crate::proxies::{Proxies, port};
use crate::tls::Secure;

/// The first hop: plain TCP, or TLS with an https proxy.
type Hop = Secure<HttpConnector>;

#[derive(Clone)]
pub(crate) struct Dial {
    pub(crate) hop: Hop,
    pub(crate) proxies: Arc<Proxies>,
}

impl Service<Uri> for Dial {
    type Response = Dialed;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Dialed, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.hop.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, server: Uri) -> Self::Future {
        let proxy = self.proxies.intercept(&server);
        Box::pin(dial(self.hop.clone(), proxy, server))
    }
}

async fn dial(mut hop: Hop, proxy: Option<Intercept>, server: Uri) -> Result<Dialed, BoxError> {
    let Some(proxy) = proxy else {
        return Ok(Dialed { stream: hop.call(tcp(&server)?).await?, is_proxied: false });
    };
    let stream = match (proxy.uri().scheme_str(), server.scheme_str()) {
        (Some("socks5" | "socks5h"), _) => {
            let mut socks = SocksV5::new(tcp(proxy.uri())?, hop);
            if let Some((user, password)) = proxy.raw_auth() {
                socks = socks.with_auth(user.to_owned(), password.to_owned());
            }
            socks.call(tcp(&server)?).await?
        }
        (_, Some("https")) => {
            let mut tunnel = Tunnel::new(proxy.uri().clone(), hop);
            if let Some(credentials) = proxy.basic_auth() {
                tunnel = tunnel.with_auth(credentials.clone());
            }
            tunnel.call(tcp(&server)?).await?
        }
        _ => return Ok(Dialed { stream: hop.call(proxy.uri().clone()).await?, is_proxied: true }),
    };
    Ok(Dialed { stream, is_proxied: false })
}

/// Returns an `http` URI with the same host and port, for a connection without TLS.
fn tcp(uri: &Uri) -> Result<Uri, http::Error> {
    let authority = format!("{}:{}", uri.host().unwrap_or_default(), port(uri));
    Uri::builder().scheme("http").authority(authority).path_and_query("/").build()
}

/// A connection. Requests that an HTTP proxy reads need absolute URLs.
pub(crate) struct Dialed {
    stream: <Hop as Service<Uri>>::Response,
    is_proxied: bool,
}

impl Connection for Dialed {
    fn connected(&self) -> Connected {
        self.stream.connected().proxy(self.is_proxied)
    }
}

impl Read for Dialed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl Write for Dialed {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, buffers)
    }
}

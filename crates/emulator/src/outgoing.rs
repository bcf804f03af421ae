//! Calls the emulator makes itself: webhook tools and the dynamic variables webhook. Plain HTTP only.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, header};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

/// An HTTP client.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing(Client<HttpConnector, Full<Bytes>>);

/// What the other side answered.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unanswered {
    #[error("the request can not be made: {0}")]
    Request(String),
    #[error("the endpoint could not be reached: {0}")]
    Unreachable(String),
    #[error("the endpoint did not answer within {0} ms")]
    TimedOut(u128),
}

impl Outgoing {
    pub(crate) fn new() -> Self {
        Self(Client::builder(TokioExecutor::new()).build_http())
    }

    /// Makes one call. Redirects are not followed: they are answers.
    pub(crate) async fn call(
        &self,
        method: Method,
        url: &str,
        headers: HeaderMap,
        body: Vec<u8>,
        timeout: Duration,
    ) -> Result<Answered, Unanswered> {
        let mut request = Request::builder()
            .method(method)
            .uri(url)
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| Unanswered::Request(format!("{error}: {url}")))?;
        match request.uri().scheme_str() {
            Some("http") => {}
            Some("https") => {
                return Err(Unanswered::Request(format!("the emulator calls plain http addresses only, not {url}")));
            }
            _ => return Err(Unanswered::Request(format!("not an http address: {url}"))),
        }
        *request.headers_mut() = headers;
        let exchange = async {
            let response =
                self.0.request(request).await.map_err(|error| Unanswered::Unreachable(with_causes(&error)))?;
            let status = response.status().as_u16();
            let content_type = response
                .headers()
                .get(header::CONTENT_TYPE)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
                .to_owned();
            let body = response
                .into_body()
                .collect()
                .await
                .map_err(|error| Unanswered::Unreachable(with_causes(&error)))?
                .to_bytes();
            Ok(Answered { status, content_type, body })
        };
        tokio::time::timeout(timeout, exchange).await.unwrap_or(Err(Unanswered::TimedOut(timeout.as_millis())))
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

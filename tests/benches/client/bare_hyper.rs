use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::de::DeserializeOwned;

use crate::peer::{ID, Peer, Tally};
use crate::plain::{Assistant, Assistants, CREATE, Page, walk};

/// hyper with its connection pool only.
#[derive(Clone)]
pub(crate) struct BareHyper {
    client: Client<HttpConnector, Full<Bytes>>,
    base_url: String,
}

impl BareHyper {
    pub(crate) fn new(base_url: &str) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self { client: Client::builder(TokioExecutor::new()).build(connector), base_url: base_url.to_owned() }
    }

    async fn send(&self, method: Method, path: &str, body: Vec<u8>) -> Response<Incoming> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base_url))
            .header(AUTHORIZATION, HeaderValue::from_static("Bearer KEY"));
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let request = request.body(Full::from(body)).expect("a request");
        self.client.request(request).await.expect("the call succeeds")
    }

    async fn read<T: DeserializeOwned>(response: Response<Incoming>) -> T {
        assert_eq!(response.status(), StatusCode::OK);
        let body = response.into_body().collect().await.expect("the body is complete").to_bytes();
        serde_json::from_slice(&body).expect("the response deserializes")
    }

    async fn page(&self, number: u64, size: u32) -> Page {
        let path = format!("/ai/assistants/tests?page%5Bnumber%5D={number}&page%5Bsize%5D={size}");
        Self::read(self.send(Method::GET, &path, Vec::new()).await).await
    }
}

impl Peer for BareHyper {
    async fn get(&self) -> Tally {
        loop {
            let response = self.send(Method::GET, &format!("/ai/assistants/{ID}"), Vec::new()).await;
            if response.status() == StatusCode::TOO_MANY_REQUESTS {
                let wait = response.headers()["retry-after-ms"].to_str().expect("a text").parse().expect("a number");
                // A connection is only reused if its response was read.
                response.into_body().collect().await.expect("the body is complete");
                tokio::time::sleep(Duration::from_millis(wait)).await;
                continue;
            }
            return Self::read::<Assistant>(response).await.tally();
        }
    }

    async fn create(&self) -> Tally {
        let body = serde_json::to_vec(&CREATE).expect("JSON");
        Self::read::<Assistant>(self.send(Method::POST, "/ai/assistants", body).await).await.tally()
    }

    async fn list(&self) -> Tally {
        Self::read::<Assistants>(self.send(Method::GET, "/ai/assistants", Vec::new()).await).await.tally()
    }

    async fn tests(&self, page_size: u32, prefetch: usize) -> Tally {
        walk(prefetch, |number| self.page(number, page_size)).await
    }
}

use std::time::Duration;

use http::StatusCode;
use serde::de::DeserializeOwned;

use crate::peer::{ID, Peer, Tally};
use crate::plain::{Assistant, Assistants, CREATE, Page, walk};

/// reqwest, used like in its documentation.
#[derive(Clone)]
pub(crate) struct BareReqwest {
    client: reqwest::Client,
    base_url: String,
}

impl BareReqwest {
    pub(crate) fn new(base_url: &str) -> Self {
        // reqwest with ring needs a default crypto provider. An existing one is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { client: reqwest::Client::new(), base_url: base_url.to_owned() }
    }

    async fn read<T: DeserializeOwned>(&self, request: reqwest::RequestBuilder) -> T {
        let response = request.bearer_auth("KEY").send().await.expect("the call succeeds");
        response.error_for_status().expect("the status is a success").json().await.expect("the response deserializes")
    }

    async fn page(&self, number: u64, size: u32) -> Page {
        let request = self.client.get(format!("{}/ai/assistants/tests", self.base_url));
        self.read(request.query(&[("page[number]", number), ("page[size]", u64::from(size))])).await
    }
}

impl Peer for BareReqwest {
    async fn get(&self) -> Tally {
        loop {
            let request = self.client.get(format!("{}/ai/assistants/{ID}", self.base_url)).bearer_auth("KEY");
            let response = request.send().await.expect("the call succeeds");
            if response.status() == StatusCode::TOO_MANY_REQUESTS {
                let wait = response.headers()["retry-after-ms"].to_str().expect("a text").parse().expect("a number");
                tokio::time::sleep(Duration::from_millis(wait)).await;
                continue;
            }
            let response = response.error_for_status().expect("the status is a success");
            return response.json::<Assistant>().await.expect("an assistant").tally();
        }
    }

    async fn create(&self) -> Tally {
        let request = self.client.post(format!("{}/ai/assistants", self.base_url)).json(&CREATE);
        self.read::<Assistant>(request).await.tally()
    }

    async fn list(&self) -> Tally {
        self.read::<Assistants>(self.client.get(format!("{}/ai/assistants", self.base_url))).await.tally()
    }

    async fn tests(&self, page_size: u32, prefetch: usize) -> Tally {
        walk(prefetch, |number| self.page(number, page_size)).await
    }
}

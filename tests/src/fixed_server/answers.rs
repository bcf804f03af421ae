use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use tokio::sync::Notify;

use super::{Scene, samples};

/// The path that returns the number of requests.
pub(super) const COUNT: &str = "/count";

/// All responses of a server. Clones share the state.
#[derive(Clone)]
pub(super) struct Answers(Arc<State>);

struct State {
    scene: Scene,
    assistant: Bytes,
    assistants: Bytes,
    requests: AtomicU64,
    waiting: AtomicUsize,
    all_wait: Notify,
}

impl Answers {
    pub(super) fn new(scene: &Scene) -> Self {
        Self(Arc::new(State {
            scene: scene.clone(),
            assistant: samples::assistant(0),
            assistants: samples::assistants(scene.assistants),
            requests: AtomicU64::new(0),
            waiting: AtomicUsize::new(0),
            all_wait: Notify::new(),
        }))
    }

    pub(super) async fn to(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        let state = &*self.0;
        if request.uri().path() == COUNT {
            let count = state.requests.swap(0, Ordering::Relaxed);
            return Ok(Response::new(Full::from(count.to_string())));
        }
        let number = state.requests.fetch_add(1, Ordering::Relaxed) + 1;
        if state.scene.refuse_every > 0 && number.is_multiple_of(state.scene.refuse_every) {
            return Ok(refusal());
        }
        if state.scene.latency_ms > 0 {
            tokio::time::sleep(Duration::from_millis(state.scene.latency_ms)).await;
        }
        state.gather().await;
        let body = match (request.method(), request.uri().path()) {
            (&Method::GET, "/v2/ai/assistants") => state.assistants.clone(),
            (&Method::GET, "/v2/ai/assistants/tests") => state.page(request.uri().query().unwrap_or_default()),
            _ => {
                // The response is sent after the whole request has been read.
                let _ = request.into_body().collect().await;
                state.assistant.clone()
            }
        };
        Ok(json(StatusCode::OK, body))
    }
}

impl State {
    async fn gather(&self) {
        if self.scene.gather == 0 {
            return;
        }
        let all_wait = self.all_wait.notified();
        if self.waiting.fetch_add(1, Ordering::AcqRel) + 1 == self.scene.gather {
            self.waiting.store(0, Ordering::Release);
            self.all_wait.notify_waiters();
        } else {
            all_wait.await;
        }
    }

    fn page(&self, query: &str) -> Bytes {
        let query = query.replace("%5B", "[").replace("%5D", "]");
        let asked = |name: &str, default: usize| {
            let mut values = query.split('&').filter_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            values.next().and_then(|value| value.parse().ok()).unwrap_or(default)
        };
        let (number, size) = (asked("page[number]", 1).max(1), asked("page[size]", 20).max(1));
        samples::page_of_tests(number, size, self.scene.tests)
    }
}

fn refusal() -> Response<Full<Bytes>> {
    let body = Bytes::from_static(b"{\"errors\":[{\"code\":\"10011\",\"title\":\"Too many requests\"}]}");
    let mut response = json(StatusCode::TOO_MANY_REQUESTS, body);
    response.headers_mut().insert("retry-after-ms", HeaderValue::from_static("20"));
    response
}

fn json(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("x-request-id", HeaderValue::from_static("8f2c1e60-4a0b-4b57-a6c9-1f9f0a3d5e77"));
    response
}

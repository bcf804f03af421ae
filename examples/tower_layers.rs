//! Tower layers under the client: a trace, a concurrency limit, a rate limit and a cache of your own.
//!
//! ```sh
//! cargo run --example tower_layers
//! ```
//!
//! Layers sit below the retries: they see each attempt, and the errors of the network. The rate limit here is that of
//! the SDK (feature `rate-limit`), which also slows down when the API asks for it; tower's own works too.
//!
//! Calls: `GET` and `POST /ai/assistants`, `GET /ai/assistants/{assistant_id}`.

use std::collections::{BTreeMap, HashMap};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use http_body_util::BodyExt as _;
use telnyx_ai::assistants::types::CreateAssistant;
use telnyx_ai::prelude::*;
use telnyx_ai::{Body, BoxError, Client, RateLimitLayer, Telnyx, TransportService};
use telnyx_ai_examples::{Example, Outcome, Stage, note};
use tokio::task::JoinSet;
use tower::layer::layer_fn;
use tower::limit::ConcurrencyLimitLayer;
use tower::{Layer, Service, ServiceExt as _, service_fn};

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("Tower layers under the client: trace, limits and a cache.").run(tower_layers).await
}

async fn tower_layers(stage: &Stage) -> Outcome {
    let (asked, sent) = (Trace::default(), Trace::default());
    let cache = Cache::new(Duration::from_secs(60));

    // From the wire upwards: a later layer goes around the earlier ones.
    let client = Client::builder()
        .base_url(stage.telnyx.client().base_url())
        .api_key("any")
        .layer(layer(&sent, Trace::around))
        .layer(RateLimitLayer::with_burst(20, 10))
        .layer(ConcurrencyLimitLayer::new(3))
        .layer(layer(&cache, Cache::around))
        .layer(layer(&asked, Trace::around))
        .build()?;
    let assistants = Telnyx::new(client).assistants();

    let report = || {
        note!("asked for: {}", asked.take());
        note!("cache:     {} answers from memory", cache.hits.swap(0, Relaxed));
        note!("sent:      {}", sent.take());
    };

    stage.step("A read passes all layers once; then the cache answers");
    let desk = assistants.create(CreateAssistant::new("Desk", "Help.")).await?;
    for _ in 0..3 {
        assistants.retrieve(&desk.id).await?;
    }
    report();

    stage.step("A write makes the cache forget");
    assistants.create(CreateAssistant::new("Another desk", "Help.")).await?;
    assistants.retrieve(&desk.id).await?;
    report();

    stage.step("An answer that is an error passes all layers, and is not kept");
    for _ in 0..2 {
        if let Err(error) = assistants.retrieve("assistant-0").await {
            note!("{error}");
        }
    }
    report();

    stage.step("Thirty writes at once: 3 at a time are under way, and after 10 of them it is 20 a second");
    let began = Instant::now();
    let mut calls = JoinSet::new();
    for number in 1..=30 {
        calls.spawn(assistants.create(CreateAssistant::new(format!("Desk {number}"), "Help.")).into_future());
    }
    while let Some(done) = calls.join_next().await {
        done??;
    }
    report();
    note!("it took {:.1?}; {} at the most were under way at the same time", began.elapsed(), sent.most.load(Relaxed));
    Ok(())
}

/// What a layer makes here: a service that takes the place of the one below it.
trait Through: Service<Request<Body>, Response = Response<Body>, Error = BoxError, Future: Send> + Shared {}
impl<S> Through for S where S: Service<Request<Body>, Response = Response<Body>, Error = BoxError, Future: Send> + Shared
{}

/// A layer that puts something of this example around what is below it.
fn layer<T: Shared, S: Through>(
    of: &T,
    around: fn(T, TransportService) -> S,
) -> impl Layer<TransportService, Service = S> + Send + 'static {
    let of = of.clone();
    layer_fn(move |below| around(of.clone(), below))
}

/// Clients are cloned and shared between threads, and so is what is below them.
trait Shared: Clone + Send + Sync + 'static {}
impl<S: Clone + Send + Sync + 'static> Shared for S {}

/// Notes every request that passes, with what became of it.
#[derive(Clone, Default)]
struct Trace {
    seen: Arc<Mutex<BTreeMap<String, usize>>>,
    under_way: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Trace {
    fn note(&self, what: String) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner).entry(what).or_default() += 1;
    }

    /// What was seen since the last look.
    fn take(&self) -> String {
        let seen = std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        seen.iter().map(|(what, count)| format!("{count} x {what}")).collect::<Vec<_>>().join(", ")
    }

    fn around(self, below: TransportService) -> impl Through {
        service_fn(move |request: Request<Body>| {
            let (trace, below) = (self.clone(), below.clone());
            async move {
                let method = request.method().clone();
                trace.most.fetch_max(trace.under_way.fetch_add(1, Relaxed) + 1, Relaxed);
                let answer = below.oneshot(request).await;
                trace.under_way.fetch_sub(1, Relaxed);
                trace.note(match &answer {
                    Ok(answer) => format!("{method} {}", answer.status().as_u16()),
                    Err(error) => format!("{method} {error}"),
                });
                answer
            }
        })
    }
}

/// Remembers the answers to GETs, until something is written or their time is over.
#[derive(Clone)]
struct Cache {
    keep: Duration,
    answers: Arc<Mutex<HashMap<Uri, Kept>>>,
    hits: Arc<AtomicUsize>,
}

#[derive(Clone)]
struct Kept {
    at: Instant,
    headers: HeaderMap,
    body: Bytes,
}

impl Cache {
    fn new(keep: Duration) -> Self {
        Self { keep, answers: Arc::default(), hits: Arc::default() }
    }

    fn get(&self, uri: &Uri) -> Option<Response<Body>> {
        let kept = self.answers.lock().unwrap_or_else(PoisonError::into_inner).get(uri).cloned()?;
        if kept.at.elapsed() > self.keep {
            return None;
        }
        self.hits.fetch_add(1, Relaxed);
        let mut answer = Response::new(Body::full(kept.body));
        *answer.headers_mut() = kept.headers;
        Some(answer)
    }

    async fn put(&self, uri: Uri, answer: Response<Body>) -> Result<Response<Body>, BoxError> {
        let (parts, body) = answer.into_parts();
        let body = body.collect().await?.to_bytes();
        let kept = Kept { at: Instant::now(), headers: parts.headers.clone(), body: body.clone() };
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).insert(uri, kept);
        Ok(Response::from_parts(parts, Body::full(body)))
    }

    fn forget(&self) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn around(self, below: TransportService) -> impl Through {
        service_fn(move |request: Request<Body>| {
            let (cache, below) = (self.clone(), below.clone());
            async move {
                if request.method() != Method::GET {
                    let answer = below.oneshot(request).await;
                    cache.forget();
                    return answer;
                }
                if let Some(answer) = cache.get(request.uri()) {
                    return Ok(answer);
                }
                let uri = request.uri().clone();
                let answer = below.oneshot(request).await?;
                if answer.status() == StatusCode::OK { cache.put(uri, answer).await } else { Ok(answer) }
            }
        })
    }
}

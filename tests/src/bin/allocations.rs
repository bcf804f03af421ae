//! Counts the allocations of calls.
//!
//! The transport has no network, so that the counts are deterministic. The program prints one line of JSON: the number
//! of allocations and bytes for each measurement.

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::json;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use telnyx_ai::assistants::{Assistant, CreateAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai::testing::{ListTests, Test};
use telnyx_ai::{Body, BoxError, Client, Page, Telnyx, Transport, decode};
use telnyx_ai_tests::fixed_server::samples;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<std::alloc::System> = &INSTRUMENTED_SYSTEM;

const PAGES: usize = 10;
const PAGE_SIZE: usize = 100;

/// A transport that responds immediately, with the requested page or an error.
#[derive(Clone)]
struct AtOnce {
    answers: Arc<Vec<Bytes>>,
    next: Arc<AtomicUsize>,
    refusals: Arc<AtomicUsize>,
}

impl AtOnce {
    fn new(answers: impl IntoIterator<Item = Bytes>) -> Self {
        Self { answers: Arc::new(answers.into_iter().collect()), next: Arc::default(), refusals: Arc::default() }
    }

    fn client(&self) -> Result<Telnyx, telnyx_ai::Error> {
        Ok(Telnyx::new(
            Client::builder().api_key("KEY").base_url("https://api.example/v2").transport(self.clone()).build()?,
        ))
    }
}

#[async_trait]
impl Transport for AtOnce {
    async fn send(&self, _: Request<Body>) -> Result<Response<Body>, BoxError> {
        let refused = self.refusals.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if refused.is_ok() {
            let mut response = Response::new(Body::full(Bytes::from_static(b"{\"errors\":[{\"code\":\"10007\"}]}")));
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            return Ok(response);
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed) % self.answers.len();
        Ok(Response::new(Body::full(self.answers[number].clone())))
    }
}

/// The number of allocations and their bytes.
#[derive(Clone, Copy)]
struct Cost {
    allocations: usize,
    bytes: usize,
}

impl Cost {
    async fn of<T>(work: impl Future<Output = T>) -> (Self, T) {
        let region = Region::new(ALLOCATOR);
        let value = work.await;
        let change = region.change();
        let cost = Self {
            allocations: change.allocations + change.reallocations,
            bytes: change.bytes_allocated + usize::try_from(change.bytes_reallocated).unwrap_or_default(),
        };
        (cost, value)
    }

    const fn less(self, other: Self) -> Self {
        Self { allocations: self.allocations - other.allocations, bytes: self.bytes - other.bytes }
    }

    const fn by(self, count: usize) -> Self {
        Self { allocations: self.allocations / count, bytes: self.bytes / count }
    }
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut costs = BTreeMap::new();
    calls(&mut costs).await?;
    pages(&mut costs).await?;
    retries(&mut costs).await?;
    let lines: BTreeMap<_, _> = costs
        .into_iter()
        .map(|(name, cost)| (name, json!({"allocations": cost.allocations, "bytes": cost.bytes})))
        .collect();
    println!("{}", serde_json::to_string(&lines)?);
    Ok(())
}

type Costs = BTreeMap<&'static str, Cost>;

/// Measures calls with an assistant. JSON is measured separately.
async fn calls(costs: &mut Costs) -> Result<(), Box<dyn Error>> {
    let body = samples::assistant(1);
    let telnyx = AtOnce::new([body.clone()]).client()?;
    let assistants = telnyx.assistants();

    // The first call initializes state that is kept.
    assistants.retrieve("assistant-1").await?;
    let (decoding, assistant) = Cost::of(async { decode::from_slice::<Assistant>(&body) }).await;
    let request = || {
        CreateAssistant::new("Front desk", "Answer the phone politely.")
            .with_greeting("Hello!")
            .with_tags(["live", "dental"])
    };
    let (building, built) = Cost::of(async { request() }).await;
    let (encoding, json) = Cost::of(async { serde_json::to_vec(&built) }).await;
    black_box((assistant?, json?));

    let (get, assistant) = Cost::of(async { assistants.retrieve("assistant-1").await }).await;
    let (with_response, response) = Cost::of(async { assistants.retrieve("assistant-1").with_response().await }).await;
    assert_eq!(response?.value, assistant?);
    let (create, created) = Cost::of(async { assistants.create(request()).await }).await;
    black_box(created?);

    let json = Cost {
        allocations: decoding.allocations + building.allocations + encoding.allocations,
        bytes: decoding.bytes + building.bytes + encoding.bytes,
    };
    costs.insert("decoding an assistant", decoding);
    costs.insert("get", get);
    costs.insert("get, without decoding", get.less(decoding));
    costs.insert("get with_response, without decoding", with_response.less(decoding));
    costs.insert("create", create);
    costs.insert("create, without JSON", create.less(json));
    Ok(())
}

/// Measures a list of tests with several pages.
async fn pages(costs: &mut Costs) -> Result<(), Box<dyn Error>> {
    let pages = || (1..=PAGES).map(|number| samples::page_of_tests(number, PAGE_SIZE, PAGES * PAGE_SIZE));
    let telnyx = AtOnce::new(pages()).client()?;
    let bodies: Vec<Bytes> = pages().collect();
    let decode = async {
        bodies
            .iter()
            .map(|body| decode::from_slice::<Page<Test>>(body))
            .all(|page| page.is_ok_and(|page| !page.data.is_empty()))
    };
    let (decoding, all_read) = Cost::of(decode).await;
    assert!(all_read, "the samples are not pages of tests");

    for (name, prefetch) in
        [("page of a walk, without decoding", 0), ("page of a walk with prefetch(4), without decoding", 4)]
    {
        let walk = async {
            let mut tests = telnyx.tests().list(ListTests::new()).page_size(100).prefetch(prefetch);
            let mut count = 0;
            while let Some(test) = tests.try_next().await? {
                black_box(test);
                count += 1;
            }
            Ok::<_, telnyx_ai::Error>(count)
        };
        let (walk, count) = Cost::of(walk).await;
        assert_eq!(count?, PAGES * PAGE_SIZE);
        costs.insert(name, walk.less(decoding).by(PAGES));
        if prefetch == 0 {
            costs.insert("listed item", walk.by(PAGES * PAGE_SIZE));
        }
    }
    costs.insert("decoding a listed item", decoding.by(PAGES * PAGE_SIZE));
    Ok(())
}

/// Measures the cost of a retry.
async fn retries(costs: &mut Costs) -> Result<(), Box<dyn Error>> {
    let transport = AtOnce::new([samples::assistant(1)]);
    let telnyx = transport.client()?;
    telnyx.assistants().retrieve("assistant-1").await?;
    let (without, _) = Cost::of(async { telnyx.assistants().retrieve("assistant-1").with_response().await }).await;
    transport.refusals.store(2, Ordering::Relaxed);
    let (with_two, response) =
        Cost::of(async { telnyx.assistants().retrieve("assistant-1").with_response().await }).await;
    assert_eq!(response?.attempts, 3);
    costs.insert("attempt that is refused", with_two.less(without).by(2));
    Ok(())
}

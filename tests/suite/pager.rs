//! Lists with pages: order, start, end, limits, prefetching and errors.

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt};
use http::{Method, Request, Response};
use serde_json::json;
use telnyx_ai::assistants::ListTools;
use telnyx_ai::mcp::ListMcpServers;
use telnyx_ai::prelude::*;
use telnyx_ai::{Body, BoxError, CallOptions, Client, Cursor, Error, ErrorKind, Page, PageSource, Pager, Telnyx};
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::scripted::Scripted;

/// A server of a list of numbers. Each page takes 1 s of the paused clock.
#[derive(Clone)]
struct List(Arc<Mutex<State>>);

struct State {
    items: Vec<u64>,
    with_meta: bool,
    bare: bool,
    ignores_number: bool,
    counts_from_zero: bool,
    fails_at: Option<u64>,
    asked: Vec<(u64, u64)>,
    in_flight: usize,
    most_in_flight: usize,
}

impl List {
    fn of(items: u64) -> Self {
        Self(Arc::new(Mutex::new(State {
            items: (1..=items).collect(),
            with_meta: true,
            bare: false,
            ignores_number: false,
            counts_from_zero: false,
            fails_at: None,
            asked: Vec::new(),
            in_flight: 0,
            most_in_flight: 0,
        })))
    }

    fn with(self, change: impl FnOnce(&mut State)) -> Self {
        change(&mut self.0.lock().unwrap());
        self
    }

    fn client(&self) -> Client {
        let list = self.clone();
        let service = tower::service_fn(move |request: Request<Body>| {
            let list = list.clone();
            let query = request.uri().query().unwrap_or_default().to_owned();
            async move { Ok::<_, BoxError>(list.answer(&query).await) }
        });
        Client::builder().api_key("KEY").transport(service).max_retries(0).build().unwrap()
    }

    fn pager(&self) -> Pager<u64> {
        let call = self.client().request(Method::GET, "/ai/numbers?sort=up");
        if self.0.lock().unwrap().bare { Pager::bare_array(call) } else { Pager::numbered(call) }
    }

    async fn answer(&self, query: &str) -> Response<Body> {
        let parameters: HashMap<&str, &str> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        assert_eq!(parameters["sort"], "up", "each page has the query of the call");
        let number: u64 = parameters["page%5Bnumber%5D"].parse().unwrap();
        let size: u64 = parameters.get("page%5Bsize%5D").map_or(20, |size| size.parse().unwrap());
        {
            let mut state = self.0.lock().unwrap();
            state.asked.push((number, size));
            state.in_flight += 1;
            state.most_in_flight = state.most_in_flight.max(state.in_flight);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        let mut state = self.0.lock().unwrap();
        state.in_flight -= 1;
        if state.fails_at == Some(number) {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = http::StatusCode::BAD_GATEWAY;
            return response;
        }
        let number = if state.ignores_number { 1 } else { number };
        let total = state.items.len() as u64;
        let start = ((number - 1) * size).min(total);
        let data = &state.items[usize::try_from(start).unwrap()..usize::try_from((start + size).min(total)).unwrap()];
        let body = match (state.bare, state.with_meta) {
            (true, _) => json!(data),
            (false, false) => json!({"data": data}),
            (false, true) => json!({"data": data, "meta": {
                "page_number": number - u64::from(state.counts_from_zero), "page_size": size, "total_pages": total.div_ceil(size), "total_results": total,
            }}),
        };
        Response::new(Body::full(body.to_string()))
    }

    /// The numbers of the requested pages.
    fn requested_pages(&self) -> Vec<u64> {
        self.0.lock().unwrap().asked.iter().map(|(number, _)| *number).collect()
    }

    fn most_in_flight(&self) -> usize {
        self.0.lock().unwrap().most_in_flight
    }
}

fn numbers(range: std::ops::RangeInclusive<u64>) -> Vec<u64> {
    range.collect()
}

#[tokio::test(start_paused = true)]
async fn items_are_in_order_and_the_last_page_ends_the_list() {
    let list = List::of(45);
    assert_eq!(list.pager().try_collect().await.unwrap(), numbers(1..=45));
    assert_eq!(list.requested_pages(), [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn pages_may_be_counted_from_zero() {
    let list = List::of(45).with(|list| list.counts_from_zero = true);
    assert_eq!(list.pager().try_collect().await.unwrap(), numbers(1..=45));
    let third = Cursor::at_page(NonZero::new(3).unwrap(), None);
    assert_eq!(list.pager().starting_at(third).try_collect().await.unwrap(), numbers(41..=45));
}

#[tokio::test(start_paused = true)]
async fn limit_comes_before_a_later_error() {
    let error = Error::from_response(500, "");
    let items = Pager::from_items_then_err([1, 2, 3], error).limit(2).try_collect().await.unwrap();
    assert_eq!(items, [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn last_possible_page_has_no_successor() {
    let last: Cursor = format!("{}.0", u64::MAX).parse().unwrap();
    let list = List::of(3).with(|list| list.ignores_number = true);
    assert!(list.pager().starting_at(last).try_collect().await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn pages_after_a_cursor_are_not_empty() {
    let cursor: Cursor = "1.20".parse().unwrap();
    let mut pages = List::of(45).pager().starting_at(cursor).into_pages();
    assert_eq!(pages.try_next().await.unwrap().unwrap().data, numbers(21..=40));
}

#[tokio::test(start_paused = true)]
async fn full_last_page_is_not_followed_by_another_request() {
    let list = List::of(40);
    assert_eq!(list.pager().try_collect().await.unwrap().len(), 40);
    assert_eq!(list.requested_pages(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn empty_list_has_no_items() {
    for list in [List::of(0), List::of(0).with(|l| l.with_meta = false), List::of(0).with(|l| l.bare = true)] {
        assert_eq!(list.pager().try_next().await.unwrap(), None);
        assert_eq!(list.requested_pages(), [1]);
    }
}

#[tokio::test(start_paused = true)]
async fn pager_is_a_stream() {
    let list = List::of(45);
    let even: Vec<u64> = list.pager().try_filter(|n| std::future::ready(n % 2 == 0)).try_collect().await.unwrap();
    assert_eq!(even.len(), 22);
    let first = list.pager().take(3).collect::<Vec<_>>().await;
    assert_eq!(first.into_iter().map(Result::unwrap).collect::<Vec<_>>(), [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn page_is_requested_when_it_is_needed() {
    let list = List::of(45);
    let mut pager = list.pager();
    assert!(list.requested_pages().is_empty());
    for _ in 0..20 {
        pager.try_next().await.unwrap();
    }
    assert_eq!(list.requested_pages(), [1]);
    assert_eq!(pager.try_next().await.unwrap(), Some(21));
    assert_eq!(list.requested_pages(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn page_has_the_meta_of_the_list() {
    let list = List::of(45);
    let mut pages = list.pager().page_size(30).into_pages();
    let first = pages.try_next().await.unwrap().unwrap();
    let meta = first.meta.unwrap();
    assert_eq!((first.data.len(), meta.page_number, meta.total_pages, meta.total_results), (30, 1, 2, Some(45)));
    let rest = List::of(45).pager().starting_at(pages.cursor()).into_pages().try_next().await.unwrap().unwrap();
    assert_eq!(rest.data, numbers(31..=45));
    assert_eq!(pages.try_next().await.unwrap().unwrap().data, numbers(31..=45));
    assert!(pages.try_next().await.unwrap().is_none());
    assert_eq!(list.0.lock().unwrap().asked, [(1, 30), (2, 30)]);
}

#[tokio::test(start_paused = true)]
async fn limit_ends_the_list_and_the_requests() {
    let list = List::of(45);
    assert_eq!(list.pager().limit(25).try_collect().await.unwrap(), numbers(1..=25));
    assert_eq!(list.requested_pages(), [1, 2]);
    assert!(List::of(45).pager().limit(0).try_collect().await.unwrap().is_empty());

    let list = List::of(45);
    let pages: Vec<Page<u64>> = list.pager().limit(25).into_pages().try_collect().await.unwrap();
    assert_eq!(pages.iter().map(|page| page.data.len()).collect::<Vec<_>>(), [20, 5]);
    assert_eq!(list.requested_pages(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn nothing_beyond_the_limit_is_prefetched() {
    for (limit, pages) in [(1, 1), (20, 1), (21, 2), (60, 3), (61, 4)] {
        let list = List::of(500);
        let read = list.pager().prefetch(8).limit(limit).try_collect().await.unwrap();
        assert_eq!(read.len(), limit);
        assert_eq!(list.requested_pages(), (1..=pages).collect::<Vec<_>>(), "limit {limit}");
    }
}

#[tokio::test(start_paused = true)]
async fn list_can_start_at_any_page() {
    let page = NonZero::new(3).unwrap();
    let list = List::of(45);
    assert_eq!(list.pager().starting_at(Cursor::at_page(page, None)).try_collect().await.unwrap(), numbers(41..=45));
    assert_eq!(list.requested_pages(), [3]);
    let tens = Cursor::at_page(page, Some(10));
    assert_eq!(list.pager().starting_at(tens).try_collect().await.unwrap(), numbers(21..=45));
}

#[tokio::test(start_paused = true)]
async fn cursor_continues_at_the_position_of_another_pager() {
    for stop in [0, 1, 19, 20, 21, 40, 44, 45] {
        let list = List::of(45);
        let mut first = list.pager().page_size(20);
        let mut read = Vec::new();
        for _ in 0..stop {
            read.push(first.try_next().await.unwrap().unwrap());
        }
        // The cursor can be stored as text.
        let cursor: Cursor = first.cursor().to_string().parse().unwrap();
        assert_eq!(cursor, first.cursor());
        let rest = list.pager().starting_at(cursor).try_collect().await.unwrap();
        read.extend(rest);
        assert_eq!(read, numbers(1..=45), "stopped after {stop} at {cursor}");
    }
}

#[tokio::test(start_paused = true)]
async fn list_that_was_read_can_start_again() {
    let mut pager = List::of(45).pager().prefetch(1);
    for _ in 0..25 {
        pager.try_next().await.unwrap();
    }
    assert_eq!(pager.starting_at(Cursor::default()).try_collect().await.unwrap(), numbers(1..=45));
}

#[tokio::test(start_paused = true)]
async fn cursor_keeps_the_page_size() {
    let list = List::of(45);
    let mut pager = list.pager().page_size(7);
    for _ in 0..10 {
        pager.try_next().await.unwrap();
    }
    let cursor = pager.cursor();
    assert_eq!((cursor.page(), cursor.skip(), cursor.page_size()), (2, 3, Some(7)));
    assert_eq!(cursor.to_string(), "2.3.7");
    assert_eq!(serde_json::to_string(&cursor).unwrap(), r#""2.3.7""#);
    assert_eq!(serde_json::from_str::<Cursor>(r#""2.3.7""#).unwrap(), cursor);
    assert!(serde_json::from_str::<Cursor>(r#""2""#).unwrap_err().to_string().contains("is not a list cursor"));
    assert_eq!(list.pager().starting_at(cursor).limit(5).try_collect().await.unwrap(), numbers(11..=15));
}

#[test]
fn invalid_cursor_is_an_error() {
    for text in ["", "1", "x.1", "0.0", "1.2.3.4", "1.-1", "1.2.x"] {
        let error = text.parse::<Cursor>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Request);
        assert_eq!(
            error.to_string(),
            format!("{text:?} is not a list cursor; use the text that `Cursor` displays, such as \"2.5\"")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn server_that_ignores_the_page_number_is_requested_twice() {
    for list in [
        List::of(45).with(|list| list.ignores_number = true),
        List::of(45).with(|list| (list.ignores_number, list.with_meta) = (true, false)),
        List::of(45).with(|list| (list.ignores_number, list.bare) = (true, true)),
    ] {
        assert_eq!(list.pager().try_collect().await.unwrap(), numbers(1..=20));
        assert_eq!(list.requested_pages(), [1, 2]);
    }
}

#[tokio::test(start_paused = true)]
async fn empty_page_ends_a_list_without_meta() {
    for list in [List::of(45).with(|list| list.with_meta = false), List::of(45).with(|list| list.bare = true)] {
        assert_eq!(list.pager().try_collect().await.unwrap(), numbers(1..=45));
        assert_eq!(list.requested_pages(), [1, 2, 3, 4]);
    }
}

#[tokio::test(start_paused = true)]
async fn equal_pages_are_not_a_loop() {
    let list = List::of(0).with(|list| list.items = vec![7; 60]);
    assert_eq!(list.pager().try_collect().await.unwrap(), [7; 60]);
}

#[tokio::test(start_paused = true)]
async fn prefetched_pages_are_in_order_and_limited_in_number() {
    let start = tokio::time::Instant::now();
    let list = List::of(200);
    assert_eq!(list.pager().prefetch(3).try_collect().await.unwrap(), numbers(1..=200));
    assert_eq!(list.most_in_flight(), 3);
    let mut asked = list.requested_pages();
    asked.sort_unstable();
    assert_eq!(asked, numbers(1..=10));
    // The first page alone, then nine pages, three at a time. Sequentially it would take 10 s.
    assert_eq!(start.elapsed().as_secs(), 4);
}

#[tokio::test(start_paused = true)]
async fn prefetched_pages_arrive_while_an_item_is_processed() {
    let list = List::of(60);
    let mut pager = list.pager().prefetch(2);
    pager.try_next().await.unwrap();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let start = tokio::time::Instant::now();
    assert_eq!(pager.try_collect().await.unwrap(), numbers(2..=60));
    assert_eq!(start.elapsed().as_secs(), 0);
}

#[tokio::test(start_paused = true)]
async fn dropped_pager_cancels_its_requests() {
    let mut pager = List::of(100).pager().prefetch(3);
    pager.try_next().await.unwrap();
    drop(pager);
    // The clock does not advance while this task is ready, so the requests cannot complete.
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn options_apply_to_every_page() {
    let page = |n: u64| Answer::json(&json!({"data": [n], "meta": {"page_number": n, "total_pages": 2}}));
    let scripted = Scripted::new([page(1), page(2), Answer::status(503)]);
    let pager = || Pager::<u64>::numbered(scripted.client().request(Method::GET, "/ai/numbers")).max_retries(0);
    let pages = pager().header("x-tenant", "acme").query("sort", "up").try_collect().await.unwrap();
    assert_eq!(pages, [1, 2]);
    for attempt in scripted.attempts() {
        assert_eq!(attempt.headers["x-tenant"], "acme");
        assert!(attempt.url.contains("sort=up"), "{}", attempt.url);
    }
    assert_eq!(pager().try_collect().await.unwrap_err().attempts(), 1);

    let error = List::of(1).pager().timeout(Duration::from_millis(1)).try_collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let error = List::of(1).pager().header("bad name", "x").try_collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
}

#[tokio::test]
async fn wrapper_of_a_list_passes_the_options_on() {
    /// The numbers of a list, doubled.
    struct Doubled(Client, CallOptions);

    #[async_trait]
    impl PageSource for Doubled {
        type Item = u64;

        async fn page(&self, at: Cursor) -> Result<Page<u64>, Error> {
            let list = Pager::<u64>::numbered(self.0.request(Method::GET, "/ai/numbers"));
            let page = list.options(self.1.clone()).starting_at(at).into_pages().try_next().await?;
            Ok(Page::new(page.into_iter().flat_map(|page| page.data).map(|number| 2 * number)))
        }

        fn options(&mut self) -> Option<&mut CallOptions> {
            Some(&mut self.1)
        }
    }

    let page = |data: &[u64]| Answer::json(&json!({"data": data, "meta": {"page_number": 1, "total_pages": 2}}));
    let scripted = Scripted::new([page(&[1, 2]), page(&[])]);
    let doubled = Pager::new(Doubled(scripted.client(), CallOptions::default()));
    let items = doubled.header("x-tenant", "acme").query("sort", "up").try_collect().await.unwrap();
    assert_eq!(items, [2, 4]);
    for attempt in scripted.attempts() {
        assert_eq!(attempt.headers["x-tenant"], "acme");
        assert!(attempt.url.contains("sort=up"), "{}", attempt.url);
    }
}

#[tokio::test(start_paused = true)]
async fn prefetch_stops_at_the_last_page_and_needs_to_know_it() {
    let list = List::of(45);
    assert_eq!(list.pager().prefetch(8).try_collect().await.unwrap().len(), 45);
    assert_eq!(list.requested_pages(), [1, 2, 3]);

    let list = List::of(45).with(|list| list.with_meta = false);
    assert_eq!(list.pager().prefetch(8).try_collect().await.unwrap().len(), 45);
    assert_eq!((list.requested_pages(), list.most_in_flight()), (vec![1, 2, 3, 4], 1));
}

#[tokio::test(start_paused = true)]
async fn error_follows_the_items_before_it_and_ends_the_list() {
    for prefetch in [0, 1, 8] {
        let list = List::of(100).with(|list| list.fails_at = Some(3));
        let mut pager = list.pager().prefetch(prefetch);
        for expected in 1..=40 {
            assert_eq!(pager.try_next().await.unwrap(), Some(expected));
        }
        let error = pager.try_next().await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Api, 502));
        assert_eq!(pager.try_next().await.unwrap(), None);

        // The cursor has the position, so the list can be continued.
        list.0.lock().unwrap().fails_at = None;
        let rest = list.pager().starting_at(pager.cursor()).try_collect().await.unwrap();
        assert_eq!(rest, numbers(41..=100));
    }
}

/// Each page is a separate call with its own retries.
#[tokio::test(start_paused = true)]
async fn page_is_retried() {
    let page = |n: u64| json!({"data": [n], "meta": {"page_number": n, "total_pages": 2}});
    let scripted = Scripted::new([Answer::json(&page(1)), Answer::status(503), Answer::json(&page(2))]);
    let pager: Pager<u64> = Pager::numbered(scripted.client().request(Method::GET, "/ai/numbers"));
    assert_eq!(pager.try_collect().await.unwrap(), [1, 2]);
    assert_eq!(scripted.attempts().len(), 3);
}

#[tokio::test]
async fn item_of_the_wrong_type_is_an_error_with_its_path_and_operation() {
    let answer = json!({"data": [{"id": "tool-1", "type": "webhook", "tool_definition": []}]});
    let scripted = Scripted::new([Answer::json(&answer)]);
    let error = Telnyx::new(scripted.client()).tools().list(ListTools::new()).try_collect().await.unwrap_err();
    let message = error.to_string();
    assert!(message.starts_with("GET /ai/tools failed: "), "{message}");
    assert!(message.contains("at `data[0].tool_definition`: invalid type: sequence"), "{message}");

    let scripted = Scripted::new([Answer::json(&json!([{"id": 1}]))]);
    let servers = Telnyx::new(scripted.client()).mcp_servers();
    let error = servers.list(ListMcpServers::new()).try_collect().await.unwrap_err();
    assert!(error.to_string().contains("at `[0].id`: "), "{error}");
}

#[tokio::test]
async fn custom_source_is_paged() {
    struct Letters;

    #[async_trait]
    impl PageSource for Letters {
        type Item = char;

        async fn page(&self, at: Cursor) -> Result<Page<char>, Error> {
            Ok(Page::new(match at.page() {
                1 => vec!['a', 'b'],
                2 => vec!['c'],
                _ => vec![],
            }))
        }
    }

    assert_eq!(Pager::new(Letters).try_collect().await.unwrap(), ['a', 'b', 'c']);
}

#[tokio::test]
async fn pager_from_items_is_a_list() {
    assert_eq!(Pager::from_items([1, 2, 3]).limit(2).try_collect().await.unwrap(), [1, 2]);
    let mut pages = Pager::from_items([1, 2, 3]).into_pages();
    assert_eq!(pages.try_next().await.unwrap().unwrap().data, [1, 2, 3]);
    assert!(pages.try_next().await.unwrap().is_none());
    assert!(Pager::from_items([1, 2, 3]).limit(0).into_pages().try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn pager_moves_between_tasks() {
    let mut pager = Pager::from_items([1, 2, 3]);
    assert_eq!(pager.try_next().await.unwrap(), Some(1));
    let rest = tokio::spawn(async move { pager.try_collect().await.unwrap() });
    assert_eq!(rest.await.unwrap(), [2, 3]);
}

/// Some servers number pages from 0, or do not number them.
#[tokio::test]
async fn unusual_page_number_does_not_hide_the_items() {
    for number in [0, u64::MAX] {
        let tool = |id: &str| json!({"id": id, "type": "webhook", "tool_definition": {}});
        let page = json!({
            "data": [tool("t1"), tool("t2")],
            "meta": {"page_number": number, "page_size": 2, "total_pages": 1, "total_results": 2},
        });
        let scripted = Scripted::new([Answer::json(&page)]);
        let tools = Telnyx::new(scripted.client()).tools().list(ListTools::new()).try_collect().await.unwrap();
        assert_eq!(tools.iter().map(|tool| tool.id.as_str()).collect::<Vec<_>>(), ["t1", "t2"]);
    }
}

//! Lists that come in pages: in order, from anywhere, to their end and no further.

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
use telnyx_ai::{Body, BoxError, Client, Cursor, Error, ErrorKind, Page, PageSource, Pager, Telnyx};

/// A server of one list of numbers. Each page takes it a second of the paused clock.
#[derive(Clone)]
struct List(Arc<Mutex<State>>);

struct State {
    items: Vec<u64>,
    with_meta: bool,
    bare: bool,
    ignores_number: bool,
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
        assert_eq!(parameters["sort"], "up", "the call's own query goes with every page");
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
                "page_number": number, "page_size": size, "total_pages": total.div_ceil(size), "total_results": total,
            }}),
        };
        Response::new(Body::full(body.to_string()))
    }

    /// The numbers of the pages that were asked for.
    fn asked(&self) -> Vec<u64> {
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
async fn items_come_in_order_and_the_last_page_is_known() {
    let list = List::of(45);
    assert_eq!(list.pager().try_collect().await.unwrap(), numbers(1..=45));
    assert_eq!(list.asked(), [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_fills_its_last_page_is_not_asked_for_more() {
    let list = List::of(40);
    assert_eq!(list.pager().try_collect().await.unwrap().len(), 40);
    assert_eq!(list.asked(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn an_empty_list_is_empty() {
    for list in [List::of(0), List::of(0).with(|l| l.with_meta = false), List::of(0).with(|l| l.bare = true)] {
        assert_eq!(list.pager().try_next().await.unwrap(), None);
        assert_eq!(list.asked(), [1]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_pager_is_a_stream() {
    let list = List::of(45);
    let even: Vec<u64> = list.pager().try_filter(|n| std::future::ready(n % 2 == 0)).try_collect().await.unwrap();
    assert_eq!(even.len(), 22);
    let first = list.pager().take(3).collect::<Vec<_>>().await;
    assert_eq!(first.into_iter().map(Result::unwrap).collect::<Vec<_>>(), [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_page_is_asked_for_when_it_is_needed() {
    let list = List::of(45);
    let mut pager = list.pager();
    assert!(list.asked().is_empty());
    for _ in 0..20 {
        pager.try_next().await.unwrap();
    }
    assert_eq!(list.asked(), [1]);
    assert_eq!(pager.try_next().await.unwrap(), Some(21));
    assert_eq!(list.asked(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn pages_tell_of_the_whole_list() {
    let list = List::of(45);
    let mut pages = list.pager().page_size(30).into_pages();
    let first = pages.try_next().await.unwrap().unwrap();
    let meta = first.meta.unwrap();
    assert_eq!((first.data.len(), meta.page_number, meta.total_pages, meta.total_results), (30, 1, 2, Some(45)));
    assert_eq!(pages.try_next().await.unwrap().unwrap().data, numbers(31..=45));
    assert!(pages.try_next().await.unwrap().is_none());
    assert_eq!(list.0.lock().unwrap().asked, [(1, 30), (2, 30)]);
}

#[tokio::test(start_paused = true)]
async fn a_limit_ends_the_list_and_the_asking() {
    let list = List::of(45);
    assert_eq!(list.pager().limit(25).try_collect().await.unwrap(), numbers(1..=25));
    assert_eq!(list.asked(), [1, 2]);
    assert!(List::of(45).pager().limit(0).try_collect().await.unwrap().is_empty());

    let list = List::of(45);
    let pages: Vec<Page<u64>> = list.pager().limit(25).into_pages().try_collect().await.unwrap();
    assert_eq!(pages.iter().map(|page| page.data.len()).collect::<Vec<_>>(), [20, 5]);
    assert_eq!(list.asked(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn nothing_beyond_the_limit_is_prefetched() {
    for (limit, pages) in [(1, 1), (20, 1), (21, 2), (60, 3), (61, 4)] {
        let list = List::of(500);
        let read = list.pager().prefetch(8).limit(limit).try_collect().await.unwrap();
        assert_eq!(read.len(), limit);
        assert_eq!(list.asked(), (1..=pages).collect::<Vec<_>>(), "limit {limit}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_can_be_opened_at_any_page() {
    let page = NonZero::new(3).unwrap();
    let list = List::of(45);
    assert_eq!(list.pager().starting_at(Cursor::at_page(page)).try_collect().await.unwrap(), numbers(41..=45));
    assert_eq!(list.asked(), [3]);
}

#[tokio::test(start_paused = true)]
async fn a_cursor_goes_on_where_another_pager_stopped() {
    for stop in [0, 1, 19, 20, 21, 40, 44, 45] {
        let list = List::of(45);
        let mut first = list.pager().page_size(20);
        let mut read = Vec::new();
        for _ in 0..stop {
            read.push(first.try_next().await.unwrap().unwrap());
        }
        // Kept as text, it outlives the process.
        let cursor: Cursor = first.cursor().to_string().parse().unwrap();
        assert_eq!(cursor, first.cursor());
        let rest = list.pager().starting_at(cursor).try_collect().await.unwrap();
        read.extend(rest);
        assert_eq!(read, numbers(1..=45), "stopped after {stop} at {cursor}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_cursor_keeps_the_page_size() {
    let list = List::of(45);
    let mut pager = list.pager().page_size(7);
    for _ in 0..10 {
        pager.try_next().await.unwrap();
    }
    let cursor = pager.cursor();
    assert_eq!((cursor.page(), cursor.skip(), cursor.page_size()), (2, 3, Some(7)));
    assert_eq!(cursor.to_string(), "2.3.7");
    assert_eq!(list.pager().starting_at(cursor).limit(5).try_collect().await.unwrap(), numbers(11..=15));
}

#[test]
fn a_text_that_is_no_cursor() {
    for text in ["", "1", "x.1", "0.0", "1.2.3.4", "1.-1", "1.2.x"] {
        let error = text.parse::<Cursor>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Request);
        assert_eq!(error.to_string(), format!("{text:?} is no cursor of a list"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_ignores_the_page_is_asked_twice_and_no_more() {
    for list in [
        List::of(45).with(|list| list.ignores_number = true),
        List::of(45).with(|list| (list.ignores_number, list.with_meta) = (true, false)),
        List::of(45).with(|list| (list.ignores_number, list.bare) = (true, true)),
    ] {
        assert_eq!(list.pager().try_collect().await.unwrap(), numbers(1..=20));
        assert_eq!(list.asked(), [1, 2]);
    }
}

#[tokio::test(start_paused = true)]
async fn without_meta_an_empty_page_ends_the_list() {
    for list in [List::of(45).with(|list| list.with_meta = false), List::of(45).with(|list| list.bare = true)] {
        assert_eq!(list.pager().try_collect().await.unwrap(), numbers(1..=45));
        assert_eq!(list.asked(), [1, 2, 3, 4]);
    }
}

#[tokio::test(start_paused = true)]
async fn pages_that_are_the_same_by_chance_are_not_a_loop() {
    let list = List::of(0).with(|list| list.items = vec![7; 60]);
    assert_eq!(list.pager().try_collect().await.unwrap(), [7; 60]);
}

#[tokio::test(start_paused = true)]
async fn prefetched_pages_come_in_order_and_no_more_are_under_way_than_allowed() {
    let start = tokio::time::Instant::now();
    let list = List::of(200);
    assert_eq!(list.pager().prefetch(3).try_collect().await.unwrap(), numbers(1..=200));
    assert_eq!(list.most_in_flight(), 3);
    let mut asked = list.asked();
    asked.sort_unstable();
    assert_eq!(asked, numbers(1..=10));
    // The first page alone, then nine by three at a time; one by one it would be ten seconds.
    assert_eq!(start.elapsed().as_secs(), 4);
}

#[tokio::test(start_paused = true)]
async fn prefetch_does_not_go_beyond_the_last_page_or_the_end_that_is_unknown() {
    let list = List::of(45);
    assert_eq!(list.pager().prefetch(8).try_collect().await.unwrap().len(), 45);
    assert_eq!(list.asked(), [1, 2, 3]);

    let list = List::of(45).with(|list| list.with_meta = false);
    assert_eq!(list.pager().prefetch(8).try_collect().await.unwrap().len(), 45);
    assert_eq!((list.asked(), list.most_in_flight()), (vec![1, 2, 3, 4], 1));
}

#[tokio::test(start_paused = true)]
async fn an_error_comes_in_its_place_and_ends_the_list() {
    for prefetch in [0, 1, 8] {
        let list = List::of(100).with(|list| list.fails_at = Some(3));
        let mut pager = list.pager().prefetch(prefetch);
        for expected in 1..=40 {
            assert_eq!(pager.try_next().await.unwrap(), Some(expected));
        }
        let error = pager.try_next().await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Api, 502));
        assert_eq!(pager.try_next().await.unwrap(), None);

        // The cursor tells where it was, so the list can be taken up again.
        list.0.lock().unwrap().fails_at = None;
        let rest = list.pager().starting_at(pager.cursor()).try_collect().await.unwrap();
        assert_eq!(rest, numbers(41..=100));
    }
}

/// Each page is a call of its own and is retried as one.
#[tokio::test(start_paused = true)]
async fn a_page_is_retried() {
    let page = |n: u64| json!({"data": [n], "meta": {"page_number": n, "total_pages": 2}});
    let scripted = telnyx_ai_tests::scripted::Scripted::new([
        telnyx_ai_tests::Answer::json(&page(1)),
        telnyx_ai_tests::Answer::status(503),
        telnyx_ai_tests::Answer::json(&page(2)),
    ]);
    let pager: Pager<u64> = Pager::numbered(scripted.client().request(Method::GET, "/ai/numbers"));
    assert_eq!(pager.try_collect().await.unwrap(), [1, 2]);
    assert_eq!(scripted.attempts().len(), 3);
}

#[tokio::test]
async fn an_item_of_the_wrong_type_names_its_path_and_operation() {
    let answer = json!({"data": [{"id": "tool-1", "type": "webhook", "tool_definition": []}]});
    let scripted = telnyx_ai_tests::scripted::Scripted::new([telnyx_ai_tests::Answer::json(&answer)]);
    let error = Telnyx::new(scripted.client()).tools().list(ListTools::new()).try_collect().await.unwrap_err();
    let said = error.to_string();
    assert!(said.starts_with("GET /ai/tools failed: "), "{said}");
    assert!(said.contains("at `data[0].tool_definition`: invalid type: sequence"), "{said}");

    let scripted = telnyx_ai_tests::scripted::Scripted::new([telnyx_ai_tests::Answer::json(&json!([{"id": 1}]))]);
    let servers = Telnyx::new(scripted.client()).mcp_servers();
    let error = servers.list(ListMcpServers::new()).try_collect().await.unwrap_err();
    assert!(error.to_string().contains("at `[0].id`: "), "{error}");
}

#[tokio::test]
async fn a_source_of_your_own_is_paged_just_the_same() {
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
async fn items_at_hand_are_a_list() {
    assert_eq!(Pager::from_items([1, 2, 3]).limit(2).try_collect().await.unwrap(), [1, 2]);
    let mut pages = Pager::from_items([1, 2, 3]).into_pages();
    assert_eq!(pages.try_next().await.unwrap().unwrap().data, [1, 2, 3]);
    assert!(pages.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_pager_moves_between_tasks() {
    let mut pager = Pager::from_items([1, 2, 3]);
    assert_eq!(pager.try_next().await.unwrap(), Some(1));
    let rest = tokio::spawn(async move { pager.try_collect().await.unwrap() });
    assert_eq!(rest.await.unwrap(), [2, 3]);
}

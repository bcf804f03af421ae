//! The request log.

use axum::{
    Router,
    extract::{Path, Query, State},
    http::HeaderMap,
    routing::{get, post},
};
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Console, Failure, Page,
    address::Address,
    done,
    format::{api_time, duration, time_of_day},
    layout::{self, Tab, empty},
    live::{live, part},
};
use crate::{
    app::App,
    path_pattern::PathPattern,
    request_log::{Direction, Entry, LoggedRequest},
};

/// The maximum number of requests on the page.
const MAX_SHOWN: usize = 100;

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const STATUSES: [(&str, &str); 5] = [("2", "2xx"), ("3", "3xx"), ("4", "4xx"), ("5", "5xx"), ("none", "No response")];
const DIRECTIONS: [(&str, &str); 2] = [("in", "To the emulator"), ("out", "From the emulator")];

const HINT: &str = "Point a client at this emulator, or run:";

pub(super) fn routes() -> Router<Console> {
    Router::new()
        .route("/requests", get(page))
        .route("/requests/clear", post(clear))
        .route("/requests/{number}", get(one))
        .route("/parts/requests", get(list_part))
        .route("/parts/requests/{number}", get(detail_part))
}

/// The filter. Default: all requests.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Filter {
    method: String,
    /// A part of the path, or a pattern with `*`.
    path: String,
    /// The first digit of the status, or `none`.
    status: String,
    direction: String,
}

impl Filter {
    fn matches(&self, request: &Entry, path: &PathPattern) -> bool {
        (self.method.is_empty() || request.method.as_str().eq_ignore_ascii_case(&self.method))
            && (self.path.is_empty() || path.matches(&request.path))
            && (self.direction.is_empty() || request.direction.as_str() == self.direction)
            && match (self.status.as_str(), request.status) {
                ("", _) | ("none", None) => true,
                (first, Some(status)) => status.to_string().starts_with(first),
                (_, None) => false,
            }
    }

    fn pattern(&self) -> PathPattern {
        let path = self.path.trim();
        if path.contains('*') { PathPattern::new(path) } else { PathPattern::new(format!("**{path}**")) }
    }

    fn is_empty(&self) -> bool {
        [&self.method, &self.path, &self.status, &self.direction].into_iter().all(String::is_empty)
    }

    /// The URL of the filtered list.
    fn url(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in
            [("method", &self.method), ("path", &self.path), ("status", &self.status), ("direction", &self.direction)]
        {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        let query = query.finish();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("/console/parts/requests{mark}{query}")
    }
}

async fn page(State(app): State<App>, address: Address, Query(filter): Query<Filter>) -> Page {
    let content = html! {
        div.title {
            h1 { "Requests" }
            form method="post" action="/console/requests/clear" data-quietly {
                button type="submit" { "Clear the log" }
            }
        }
        form #filter .filter method="get" action="/console/requests" role="search" aria-label="Filter requests" {
            div.field.wide {
                label for="path" { "Path" }
                input #path name="path" type="search" value=(filter.path) placeholder="chat, or /ai/assistants/*"
                    autocomplete="off" spellcheck="false";
            }
            (choice("method", "Method", &METHODS.map(|method| (method, method)), &filter.method))
            (choice("status", "Status", &STATUSES, &filter.status))
            (choice("direction", "Direction", &DIRECTIONS, &filter.direction))
            noscript { button type="submit" { "Filter" } }
        }
        (list(&app, &filter, &address))
    };
    layout::page(&app, "Requests", Tab::Requests, &content)
}

fn choice(name: &str, label: &str, options: &[(&str, &str)], chosen: &str) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            select id=(name) name=(name) {
                option value="" { "Any" }
                @for (value, text) in options {
                    option value=(value) selected[*value == chosen] { (text) }
                }
            }
        }
    }
}

async fn list_part(State(app): State<App>, address: Address, Query(filter): Query<Filter>, headers: HeaderMap) -> Page {
    Ok(part(&headers, list(&app, &filter, &address)))
}

fn list(app: &App, filter: &Filter, address: &Address) -> Markup {
    let pattern = filter.pattern();
    let requests = app.log.latest(MAX_SHOWN, |request| filter.matches(request, &pattern));
    live(
        "requests",
        &filter.url(),
        &html! {
            @if !requests.is_empty() {
                ol.items { @for request in &requests { (row(request)) } }
            } @else if filter.is_empty() {
                (empty("There are no requests yet.", HINT, Some(address.curl("/assistants", None))))
            } @else {
                (empty("No request matches the filter.", "Change the filter to see others.", None))
            }
            @if requests.len() == MAX_SHOWN { p.quiet { "The latest " (MAX_SHOWN) " are shown." } }
        },
    )
}

fn row(request: &Entry) -> Markup {
    let number = request.number;
    html! {
        li id={ "request-" (number) } {
            details.request data-from={ "/console/parts/requests/" (number) } {
                summary {
                    span.method { (request.method.as_str()) }
                    span.path {
                        @if request.direction == Direction::Out { span.badge.idle { "out" } " " }
                        (request.path)
                        @if !request.query.is_empty() { span.quiet { "?" (request.query) } }
                    }
                    (status(request.status))
                    span.took { (duration(request.duration)) }
                    (time_of_day(request.at))
                }
                div.detail data-keep {
                    p { a href={ "/console/requests/" (number) } { "Headers and bodies of request " (number) } }
                }
            }
        }
    }
}

fn status(status: Option<u16>) -> Markup {
    let tone = match status {
        Some(200..300) => "good",
        Some(300..400) => "idle",
        Some(400..500) => "wait",
        _ => "bad",
    };
    html! {
        span class={ "badge " (tone) } {
            @match status {
                Some(status) => (status),
                None => "no response",
            }
        }
    }
}

async fn one(State(app): State<App>, Path(number): Path<String>) -> Page {
    let request = find(&app, &number)?;
    let title = format!("Request {number}");
    let content = html! {
        div.title {
            p.crumb { a href="/console/requests" { "Requests" } }
            h1 { (request.method) " " (request.path) }
        }
        section.card { (detail(&request)) }
    };
    layout::page(&app, &title, Tab::Requests, &content)
}

async fn detail_part(State(app): State<App>, Path(number): Path<String>, headers: HeaderMap) -> Page {
    Ok(part(&headers, detail(&find(&app, &number)?)))
}

fn find(app: &App, number: &str) -> Result<LoggedRequest, Failure> {
    number.parse().ok().and_then(|number| app.log.get(number)).ok_or_else(|| {
        let detail = format!("Request {number} is not in the log. The log keeps the latest requests only.");
        Failure::new(app, StatusCode::NOT_FOUND, detail)
    })
}

fn detail(request: &LoggedRequest) -> Markup {
    html! {
        p.quiet {
            (status(request.status)) " after " (duration(request.duration)) ", at " (api_time(request.at.as_str()))
            " · " code.id { (request.id) }
        }
        div.exchange {
            (side("Request", &request.query, &request.headers, &request.body))
            (side("Response", &[], &request.response_headers, &request.response_body))
        }
    }
}

fn side(name: &str, query: &[(String, String)], headers: &[(String, String)], body: &Value) -> Markup {
    let shown = match body {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        json => serde_json::to_string_pretty(json).unwrap_or_default(),
    };
    html! {
        section {
            h2 { (name) }
            @if !query.is_empty() { (pairs("Query", query)) }
            @if headers.is_empty() { p.quiet { "No headers." } } @else { (pairs("Headers", headers)) }
            @if shown.is_empty() { p.quiet { "No body." } }
            @else { pre tabindex="0" aria-label={ "Body of the " (name.to_lowercase()) } { code { (shown) } } }
        }
    }
}

fn pairs(name: &str, pairs: &[(String, String)]) -> Markup {
    html! {
        dl.pairs aria-label=(name) {
            @for (name, value) in pairs { div { dt { (name) } dd { (value) } } }
        }
    }
}

async fn clear(State(app): State<App>, headers: HeaderMap) -> Page {
    app.log.clear();
    done(&headers, "/console/requests", "The log is empty.".to_owned())
}

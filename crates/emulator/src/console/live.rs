//! Live parts of pages.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use maud::{Markup, html};

/// A part of a page that the script refreshes from `url`.
pub(super) fn live(id: &str, url: &str, content: &Markup) -> Markup {
    html! { div id=(id) data-live=(url) { (content) } }
}

/// Responds with a part, or 304 if the browser has the same one.
pub(super) fn part(headers: &HeaderMap, part: Markup) -> Response {
    unless_unchanged(headers, "text/html; charset=utf-8", part.into_string())
}

/// Responds with a text, or 304 if the browser has the same one.
pub(super) fn unless_unchanged(headers: &HeaderMap, content_type: &'static str, text: String) -> Response {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let tag = format!("\"{:016x}\"", hasher.finish());
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, content_type)], text).into_response()
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

//! Static files.

use axum::{Router, http::HeaderMap, routing::get};

use super::{Console, live};

pub(super) fn routes() -> Router<Console> {
    let file = |content_type: &'static str, text: &'static str| {
        get(move |headers: HeaderMap| async move { live::unless_unchanged(&headers, content_type, text.to_owned()) })
    };
    Router::new()
        .route("/console/console.css", file("text/css; charset=utf-8", include_str!("assets/console.css")))
        .route("/console/console.js", file("text/javascript; charset=utf-8", include_str!("assets/console.js")))
        .route("/console/icon.svg", file("image/svg+xml", include_str!("assets/icon.svg")))
}

//! The console: web pages that show the emulator's contents.
//!
//! The pages are at `/` and below `/console`. They work without a script. A script requests their live parts (`data-live`)
//! each second and replaces the changed ones. Requests to the console are not logged, but the requests that it sends to the
//! API (chats and test runs) are.

mod address;
mod assets;
mod assistants;
mod chat;
mod clock;
mod conversations;
mod format;
mod guard;
mod layout;
mod links;
mod live;
mod requests;
mod schedule;
mod sessions;
mod tests;

use std::sync::Arc;

use axum::{
    Router,
    extract::{FromRef, State},
    http::{Uri, header},
    middleware::{from_fn_with_state, map_response},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use maud::html;

use crate::{
    app::App,
    domain::{self, Context},
    http::{ApiError, layers, read_body},
};
use chat::accepts;
use layout::{Frame, Tab};
use sessions::Sessions;

/// Allows scripts, styles and images from this server only, and none inline.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The state of the pages.
#[derive(Clone, FromRef)]
struct Console {
    app: App,
    /// The API as clients see it.
    #[from_ref(skip)]
    api: Router,
    #[from_ref(skip)]
    sessions: Arc<Sessions>,
}

type Page = Result<Response, Failure>;

fn read_store<T>(app: &App, rules: impl FnOnce(&Context<'_>) -> domain::Result<T>) -> Result<T, Failure> {
    app.domain.run(rules).map_err(|error| {
        let error = ApiError::from(error);
        Failure::new(app, error.status, error.to_string())
    })
}

fn form_field(form: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(form).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// The response to an action: a redirect, or a text for the script.
fn done(headers: &HeaderMap, to: &str, text: String) -> Page {
    Ok(if accepts(headers, "text/html") { Redirect::to(to).into_response() } else { text.into_response() })
}

/// All pages. `api` is the whole API.
pub(crate) fn router(app: App, api: Router) -> Router {
    let console = Console { app, api, sessions: Arc::default() };
    let pages = Router::new()
        .route("/", get(Redirect::to("/")))
        .merge(assistants::routes())
        .merge(chat::routes())
        .merge(clock::routes())
        .merge(conversations::routes())
        .merge(requests::routes())
        .merge(schedule::routes())
        .merge(tests::routes())
        .fallback(no_such_page)
        .method_not_allowed_fallback(no_such_page);
    Router::new()
        .route("/", get(assistants::all))
        .nest("/console", pages)
        .layer(from_fn_with_state(read_body::Limit::CONTROL, read_body::read))
        .layer(from_fn_with_state(console.clone(), guard::signed_in))
        .merge(assets::routes())
        .merge(guard::routes())
        .layer(map_response(add_security_headers))
        .layer(from_fn_with_state(console.app.clone(), layers::wait_for_flush))
        .layer(layers::catch_panics())
        .with_state(console)
}

async fn add_security_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn no_such_page(State(app): State<App>, uri: Uri) -> Failure {
    let path = uri.path();
    Failure::new(&app, StatusCode::NOT_FOUND, format!("The console has no page at {path}."))
}

/// An error page with a status and a reason.
#[derive(Debug)]
struct Failure {
    status: StatusCode,
    detail: String,
    needs_key: bool,
}

impl Failure {
    fn new(app: &App, status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), needs_key: app.access.api_key().is_some() }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let title = match self.status {
            StatusCode::NOT_FOUND => "Not found",
            StatusCode::FORBIDDEN => "Refused",
            _ => "Failed",
        };
        let frame = Frame { title, tab: Tab::None, needs_key: self.needs_key };
        let page = frame.page(&html! {
            section.failure {
                p.code { (self.status.as_u16()) }
                h1 { (title) }
                p { (self.detail) }
                p { a.button href="/" { "Assistants" } }
            }
        });
        (self.status, page).into_response()
    }
}

//! Who may see the console, and whose forms are heeded.
//!
//! Without an API key the emulator listens on loopback only, and everybody on this machine may see the console. What is
//! left are web pages of others in the browser of somebody on this machine: they can not read answers unless a name of
//! theirs points here (so only names of this machine are answered to), and can not send forms that a browser calls
//! cross-site. With an API key, the console asks for it once.

use std::net::IpAddr;

use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::uri::Authority,
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use maud::html;
use uuid::Uuid;

use super::{
    Console, Failure,
    layout::{Frame, Tab},
};
use crate::app::App;

const LOGIN: &str = "/console/login";
const COOKIE: &str = "telnyx-ai-emulator";

pub(super) fn routes() -> Router<Console> {
    Router::new().route(LOGIN, get(ask).post(sign_in)).route("/console/logout", post(sign_out))
}

/// What nobody can guess.
pub(super) fn new_session() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

/// Turns down what another site had the browser send.
pub(super) async fn from_here(State(app): State<App>, request: Request, next: Next) -> Response {
    let host = host(request.headers(), request.uri());
    // Where a key is needed, a name that points here is no way in: the cookie belongs to the name it was set for.
    if app.api_key.is_none() && !host.as_ref().is_some_and(is_loopback) {
        let detail = "The console answers at localhost and the loopback addresses only.";
        return Failure::new(&app, StatusCode::FORBIDDEN, detail).into_response();
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads && !is_same_origin(request.headers(), host.as_ref()) {
        return Failure::new(&app, StatusCode::FORBIDDEN, "This form was sent by another site.").into_response();
    }
    next.run(request).await
}

/// Asks for the API key where one is needed and was not given yet.
pub(super) async fn signed_in(State(console): State<Console>, request: Request, next: Next) -> Response {
    if console.app.api_key.is_none() || has_session(&console, request.headers(), request.uri()) {
        return next.run(request).await;
    }
    let is_part = request.uri().path().starts_with("/console/parts/");
    if request.method() == Method::GET && !is_part {
        return Redirect::to(LOGIN).into_response();
    }
    Failure::new(&console.app, StatusCode::UNAUTHORIZED, "Sign in with the API key first.").into_response()
}

async fn ask(State(app): State<App>) -> Response {
    if app.api_key.is_none() { Redirect::to("/").into_response() } else { form(false).into_response() }
}

async fn sign_in(State(console): State<Console>, headers: HeaderMap, uri: Uri, body: Bytes) -> Response {
    let given = form_urlencoded::parse(&body).find(|(name, _)| name == "key").map(|(_, value)| value);
    if console.app.api_key.as_deref() != given.as_deref().map(str::trim) {
        return (StatusCode::UNAUTHORIZED, form(true)).into_response();
    }
    with_cookie(&format!("{}={}; Path=/; HttpOnly; SameSite=Strict", cookie_name(&headers, &uri), console.session))
}

async fn sign_out(headers: HeaderMap, uri: Uri) -> Response {
    with_cookie(&format!("{}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0", cookie_name(&headers, &uri)))
}

fn with_cookie(cookie: &str) -> Response {
    let mut response = Redirect::to("/").into_response();
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

fn form(was_wrong: bool) -> Response {
    let frame = Frame { title: "Sign in", tab: Tab::None, needs_key: false };
    let page = frame.bare(&html! {
        section.sign-in {
            h1 { "Sign in" }
            p { "This emulator was started with an API key. The console needs the same one." }
            form method="post" action=(LOGIN) {
                label for="key" { "API key" }
                input #key name="key" type="password" autocomplete="current-password" required autofocus
                    aria-invalid=[was_wrong.then_some("true")] aria-describedby=[was_wrong.then_some("wrong")];
                @if was_wrong {
                    p #wrong .error role="alert" { "This is not the key." }
                }
                button.primary type="submit" { "Sign in" }
            }
        }
    });
    page.into_response()
}

fn has_session(console: &Console, headers: &HeaderMap, uri: &Uri) -> bool {
    let name = cookie_name(headers, uri);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .any(|(key, value)| key == name && value == &*console.session)
}

/// Cookies do not tell ports apart, so that the name of this one has to.
fn cookie_name(headers: &HeaderMap, uri: &Uri) -> String {
    match host(headers, uri).and_then(|host| host.port_u16()) {
        Some(port) => format!("{COOKIE}-{port}"),
        None => COOKIE.to_owned(),
    }
}

/// The name and port that the request was sent to.
pub(super) fn host(headers: &HeaderMap, uri: &Uri) -> Option<Authority> {
    match headers.get(header::HOST) {
        Some(host) => host.to_str().ok()?.parse().ok(),
        None => uri.authority().cloned(),
    }
}

fn is_loopback(host: &Authority) -> bool {
    let name = host.host();
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Browsers say where a form comes from in one of two headers; who says nothing is no browser.
fn is_same_origin(headers: &HeaderMap, host: Option<&Authority>) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, authority)| authority);
    origin.zip(host).is_some_and(|(origin, host)| origin.eq_ignore_ascii_case(host.as_str()))
}

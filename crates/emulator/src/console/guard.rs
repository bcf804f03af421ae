//! Sign-in to the console.
//!
//! If the emulator has an API key, the console asks for it once.

use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use maud::html;

use super::{
    Console, Failure, address, form_field,
    layout::{Frame, Tab},
    sessions::LoginError,
};
use crate::app::App;

const LOGIN: &str = "/console/login";
const COOKIE: &str = "telnyx-ai-emulator";

pub(super) fn routes() -> Router<Console> {
    Router::new().route(LOGIN, get(sign_in_page).post(sign_in)).route("/console/logout", post(sign_out))
}

/// Shows the sign-in page if an API key is required and there is no session.
pub(super) async fn signed_in(State(console): State<Console>, request: Request, next: Next) -> Response {
    let mut sessions = sessions(request.headers(), request.uri()).into_iter();
    if console.app.access.api_key().is_none() || sessions.any(|session| console.sessions.is_active(session)) {
        return next.run(request).await;
    }
    let is_part = request.uri().path().starts_with("/console/parts/");
    if request.method() == Method::GET && !is_part {
        return Redirect::to(LOGIN).into_response();
    }
    Failure::new(&console.app, StatusCode::UNAUTHORIZED, "Sign in with the API key first.").into_response()
}

async fn sign_in_page(State(app): State<App>) -> Response {
    if app.access.api_key().is_none() { Redirect::to("/").into_response() } else { form(None).into_response() }
}

async fn sign_in(State(console): State<Console>, headers: HeaderMap, uri: Uri, body: Bytes) -> Response {
    let is_right = form_field(&body, "key").is_some_and(|key| console.app.access.is_api_key(key.trim()));
    match console.sessions.sign_in(is_right) {
        Ok(session) => {
            with_cookie(&format!("{}={session}; Path=/; HttpOnly; SameSite=Strict", cookie_name(&headers, &uri)))
        }
        Err(LoginError::WrongKey) => (StatusCode::UNAUTHORIZED, form(Some("This is not the API key."))).into_response(),
        Err(LoginError::TooManyAttempts(wait)) => {
            let secs = wait.as_secs() + 1;
            let message = format!("There were too many wrong keys. Wait {secs} s.");
            let retry_after = [(header::RETRY_AFTER, secs.to_string())];
            (StatusCode::TOO_MANY_REQUESTS, retry_after, form(Some(&message))).into_response()
        }
    }
}

async fn sign_out(State(console): State<Console>, headers: HeaderMap, uri: Uri) -> Response {
    for session in sessions(&headers, &uri) {
        console.sessions.sign_out(session);
    }
    with_cookie(&format!("{}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0", cookie_name(&headers, &uri)))
}

fn with_cookie(cookie: &str) -> Response {
    let mut response = Redirect::to("/").into_response();
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

fn form(error: Option<&str>) -> Response {
    let frame = Frame { title: "Sign in", tab: Tab::None, needs_key: false };
    let page = frame.bare(&html! {
        section.sign-in {
            h1 { "Sign in" }
            p { "This emulator was started with an API key. The console needs the same one." }
            form method="post" action=(LOGIN) {
                label for="key" { "API key" }
                input #key name="key" type="password" autocomplete="current-password" required autofocus
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| "wrong")];
                @if let Some(error) = error {
                    p #wrong .error role="alert" { (error) }
                }
                button.primary type="submit" { "Sign in" }
            }
        }
    });
    page.into_response()
}

/// The session ids in the cookies of a request.
fn sessions<'a>(headers: &'a HeaderMap, uri: &Uri) -> Vec<&'a str> {
    let name = cookie_name(headers, uri);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value)
        .collect()
}

/// The name of the cookie.
///
/// It includes the port, because browsers do not separate cookies by port.
fn cookie_name(headers: &HeaderMap, uri: &Uri) -> String {
    match address::host(headers, uri).and_then(|host| host.port_u16()) {
        Some(port) => format!("{COOKIE}-{port}"),
        None => COOKIE.to_owned(),
    }
}

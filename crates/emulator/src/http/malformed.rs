//! Responses to malformed requests.
//!
//! The HTTP library responds to a request that it cannot parse with an empty response. The connection replaces that
//! response with an error in the API's form and logs the request.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method, StatusCode, header, uri::PathAndQuery};
use uuid::Uuid;

use super::{ApiError, MAX_HEAD_BYTES};
use crate::{
    assumptions::REQUEST_ID_HEADER,
    domain::Domain,
    request_log::{Direction, Head, RequestLog},
};

#[derive(Debug, Clone)]
pub(super) struct Malformed {
    pub(super) domain: Domain,
    pub(super) log: RequestLog,
}

impl Malformed {
    /// Whether these bytes are a response of the HTTP library itself.
    ///
    /// Such a response is an empty error without a request id.
    pub(super) fn is_automatic(bytes: &[u8]) -> bool {
        let Ok(text) = std::str::from_utf8(bytes) else { return false };
        text.starts_with("HTTP/1.1 4") && text.ends_with("\r\n\r\n") && !text.contains(REQUEST_ID_HEADER)
    }

    /// The response to a request with this head, which replaces the automatic one.
    pub(super) fn respond(&self, head: &[u8], automatic: &[u8]) -> Vec<u8> {
        let status = automatic.get(9..12).and_then(|status| StatusCode::from_bytes(status).ok());
        let status = status.unwrap_or(StatusCode::BAD_REQUEST);
        let line = String::from_utf8_lossy(head.split(|byte| *byte == b'\r').next().unwrap_or_default()).into_owned();
        let mut words = line.splitn(2, ' ');
        let method = words.next().and_then(|method| method.parse::<Method>().ok()).unwrap_or(Method::GET);
        let target = words.next().unwrap_or_default().rsplit_once(" HTTP/").map_or("", |(target, _)| target);
        let body = ApiError::of_status(status, explanation(status, target)).body().to_string();

        let id = Uuid::new_v4().to_string();
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        headers.insert(header::CONTENT_LENGTH, body.len().into());
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let logged = Head {
            direction: Direction::In,
            id: id.clone(),
            at: self.domain.time().now(),
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            headers: &HeaderMap::new(),
            warning: None,
        };
        let response = Some((status.as_u16(), &headers));
        self.log.add(logged, self.log.body(), response, Duration::ZERO).push(body.as_bytes());

        let mut text = format!("HTTP/1.1 {status}\r\n{REQUEST_ID_HEADER}: {id}\r\n");
        for (name, value) in &headers {
            text.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap_or_default()));
        }
        (text + "\r\n" + &body).into_bytes()
    }
}

fn explanation(status: StatusCode, target: &str) -> String {
    match status {
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
            format!("The head of the request has more than {MAX_HEAD_BYTES} bytes or more than 100 headers.")
        }
        StatusCode::URI_TOO_LONG => "The URL of the request is too long.".to_owned(),
        _ => match target.chars().find(|c| !is_allowed(*c)) {
            Some(c) => {
                let mut bytes = [0; 4];
                let encoded: String = c.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")).collect();
                format!("The URL of the request has the character {c:?}, which must be written as {encoded}.")
            }
            None if !target.is_empty() && !target.starts_with('/') && !target.contains("://") => {
                format!("The URL of the request, {target:?}, does not start with '/'.")
            }
            None => "The request is not valid HTTP/1.1.".to_owned(),
        },
    }
}

/// Whether a character is allowed in a path or query.
///
/// The server rejects quotes that the URL type accepts.
fn is_allowed(c: char) -> bool {
    c != '"' && [format!("/{c}"), format!("/?{c}")].into_iter().any(|target| PathAndQuery::try_from(target).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_names_the_forbidden_character() {
        let target = "/v2/ai/conversations?metadata->assistant_id=eq.a";
        assert_eq!(
            explanation(StatusCode::BAD_REQUEST, target),
            "The URL of the request has the character '>', which must be written as %3E."
        );
        assert!(explanation(StatusCode::BAD_REQUEST, "/v2/ai?name=\"a\"").contains("written as %22"));
        assert!(explanation(StatusCode::BAD_REQUEST, "v2/ai").contains("does not start with '/'"));
        assert_eq!(explanation(StatusCode::BAD_REQUEST, "/v2"), "The request is not valid HTTP/1.1.");
    }

    #[test]
    fn only_empty_errors_are_automatic() {
        let automatic = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        assert!(Malformed::is_automatic(automatic.as_bytes()));
        for other in [
            "HTTP/1.1 404 Not Found\r\nx-request-id: 1\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\n\r\n",
        ] {
            assert!(!Malformed::is_automatic(other.as_bytes()), "{other}");
        }
    }
}

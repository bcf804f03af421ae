use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::Value;
use telnyx_ai::Body;

/// What a server answers.
#[derive(Debug, Clone)]
pub struct Answer {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: String,
}

impl Answer {
    /// That status, and no body.
    ///
    /// # Panics
    /// Where it is no status.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self { status: StatusCode::from_u16(status).expect("a status"), headers: Vec::new(), body: String::new() }
    }

    /// 200 with JSON.
    #[must_use]
    pub fn json(body: &Value) -> Self {
        Self::status(200).with_json(body)
    }

    /// 200 with a text of some type.
    #[must_use]
    pub fn text(content_type: &str, body: impl Into<String>) -> Self {
        Self { body: body.into(), ..Self::status(200).with_header("content-type", content_type) }
    }

    /// The same with JSON.
    #[must_use]
    pub fn with_json(self, body: &Value) -> Self {
        Self { body: body.to_string(), ..self.with_header("content-type", "application/json") }
    }

    /// The same with another status.
    ///
    /// # Panics
    /// Where it is no status.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status: StatusCode::from_u16(status).expect("a status"), ..self }
    }

    /// The same with a header more.
    ///
    /// # Panics
    /// Where it can be no header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        let header = (name.parse().expect("a header's name"), value.parse().expect("a header's value"));
        self.headers.push(header);
        self
    }

    /// The answer as an HTTP message.
    #[must_use]
    pub fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::full(self.body));
        *response.status_mut() = self.status;
        response.headers_mut().extend(self.headers);
        response
    }
}

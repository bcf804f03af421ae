use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::Value;
use telnyx_ai::Body;

/// A response of a test server.
#[derive(Debug, Clone)]
pub struct Answer {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: String,
}

impl Answer {
    /// A response with a status and without a body.
    ///
    /// # Panics
    /// If the status is invalid.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self { status: StatusCode::from_u16(status).expect("a status"), headers: Vec::new(), body: String::new() }
    }

    /// A 200 response with JSON.
    #[must_use]
    pub fn json(body: &Value) -> Self {
        Self::status(200).with_json(body)
    }

    /// A 200 response with a text of a content type.
    #[must_use]
    pub fn text(content_type: &str, body: impl Into<String>) -> Self {
        Self { body: body.into(), ..Self::status(200).with_header("content-type", content_type) }
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn with_json(self, body: &Value) -> Self {
        Self { body: body.to_string(), ..self.with_header("content-type", "application/json") }
    }

    /// Sets the status.
    ///
    /// # Panics
    /// If the status is invalid.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status: StatusCode::from_u16(status).expect("a status"), ..self }
    }

    /// Adds a header.
    ///
    /// # Panics
    /// If the header is invalid.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        let header = (name.parse().expect("a header's name"), value.parse().expect("a header's value"));
        self.headers.push(header);
        self
    }

    /// Converts the answer into an HTTP response.
    #[must_use]
    pub fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::full(self.body));
        *response.status_mut() = self.status;
        response.headers_mut().extend(self.headers);
        response
    }
}

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{Request, Uri};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::attempt_clock::AttemptClock;
use crate::operation::add_query;
use crate::options::IDEMPOTENCY_KEY;
use crate::{Body, CallOptions, Client, Operation};

/// The request of a call.
#[derive(Clone)]
pub(crate) struct CallRequest {
    pub(crate) client: Client,
    pub(crate) operation: Operation,
    /// The percent-encoded path below the base URL, or the reason why it is invalid.
    path: Result<String, String>,
    /// The percent-encoded query of the endpoint.
    pub(crate) query: String,
    pub(crate) body: Option<Bytes>,
    pub(crate) idempotency: Idempotency,
    pub(crate) response_body: ResponseBody,
    pub(crate) options: CallOptions,
}

/// The use of idempotency keys by an operation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Idempotency {
    /// The operation takes no key.
    None,
    /// The operation takes a key if the caller sets one.
    IfGiven,
    /// The operation takes a key. A random one is generated unless the caller sets one.
    Always,
}

/// The part of the response's body that an attempt reads, subject to its time limit and retries.
#[derive(Clone, Copy)]
pub(crate) enum ResponseBody {
    Whole,
    /// The start. Errors in the rest are ignored.
    Ignored,
    /// Nothing. The call returns the body as a stream.
    Streamed,
}

impl CallRequest {
    pub(crate) fn new(
        client: &Client,
        operation: Operation,
        path: Result<String, String>,
        idempotency: Idempotency,
    ) -> Self {
        let (client, query, options) = (client.clone(), String::new(), CallOptions::default());
        Self { client, operation, path, query, body: None, idempotency, response_body: ResponseBody::Whole, options }
    }

    /// Builds the URL and the body, which all attempts share.
    pub(crate) fn prepare(&mut self) -> Result<(Uri, Bytes), String> {
        let path = self.path.as_ref().map_err(String::clone)?;
        let options = &mut self.options;
        if let Some(problem) = options.problem.take() {
            return Err(problem);
        }
        for (name, value) in &options.query {
            add_query(&mut self.query, name, value);
        }
        let base = &self.client.0.base_url;
        let mut url = String::with_capacity(base.len() + path.len() + self.query.len() + 1);
        url.push_str(base);
        url.push_str(path);
        if !self.query.is_empty() {
            url.push(if path.contains('?') { '&' } else { '?' });
            url.push_str(&self.query);
        }
        let uri = Uri::from_maybe_shared(Bytes::from(url))
            .map_err(|error| format!("the path {path:?} is not valid in a URL: {error}"))?;
        if self.idempotency == Idempotency::Always && !options.headers.contains_key(IDEMPOTENCY_KEY) {
            let mut text = Uuid::encode_buffer();
            let key = Uuid::new_v4().hyphenated().encode_lower(&mut text);
            let key = HeaderValue::from_str(key).map_err(|error| error.to_string())?;
            options.headers.insert(IDEMPOTENCY_KEY, key);
        }
        if !options.extra_body.is_empty() {
            let body = with_extra(self.body.take(), std::mem::take(&mut options.extra_body))?;
            self.body = Some(body);
        }
        if self.body.is_some() {
            options.headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        }
        Ok((uri, self.body.take().unwrap_or_default()))
    }

    /// The authorization of the call, or else of the client.
    pub(crate) fn authorization(&self) -> Option<&HeaderValue> {
        self.options.headers.get(AUTHORIZATION).or_else(|| self.client.0.headers.get(AUTHORIZATION))
    }

    /// The HTTP request of one attempt.
    // Not inlined, to keep the future small.
    #[inline(never)]
    pub(crate) fn message(&self, uri: &Uri, body: &Bytes, clock: &AttemptClock) -> Request<Body> {
        let mut message = Request::new(Body::full(body.clone()));
        *message.method_mut() = self.operation.method().clone();
        *message.uri_mut() = uri.clone();
        *message.headers_mut() = self.client.0.headers.clone();
        for (name, value) in &self.options.headers {
            message.headers_mut().insert(name.clone(), value.clone());
        }
        if self.client.0.has_extensions {
            message.extensions_mut().insert(clock.clone());
            message.extensions_mut().insert(self.operation.clone());
        }
        message
    }
}

fn with_extra(body: Option<Bytes>, extra: Vec<(String, Value)>) -> Result<Bytes, String> {
    let mut fields: Map<String, Value> = match body {
        Some(body) => serde_json::from_slice(&body)
            .map_err(|_| "the body is not a JSON object, so `extra_body` cannot add a field".to_owned())?,
        None => Map::new(),
    };
    fields.extend(extra);
    serde_json::to_vec(&fields).map(Bytes::from).map_err(|error| error.to_string())
}

use bytes::Bytes;
use http::HeaderMap;
use http::response::Parts;

use crate::call_request::CallRequest;
use crate::decode_error::DecodeError;
use crate::options::Deadline;
use crate::stream::{ByteStream, StreamCall};
use crate::{Body, Error, Response};

/// A response with a success status, together with its request.
pub(crate) struct RawResponse {
    pub(crate) request: Box<CallRequest>,
    pub(crate) attempts: u32,
    pub(crate) parts: Parts,
    /// The whole body in memory, or the body that is still to be read.
    pub(crate) body: Body,
    pub(crate) ends: Option<Deadline>,
}

impl RawResponse {
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// The body in memory. It is empty if the body was not read.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.body.as_bytes().map_or(&[], Bytes::as_ref)
    }

    /// The body in memory. It is empty if the body was not read.
    pub(crate) fn into_bytes(self) -> Bytes {
        self.body.into_bytes().unwrap_or_default()
    }

    /// The error of a body that does not deserialize.
    pub(crate) fn unreadable(&self, error: DecodeError) -> Error {
        let body = self.body.as_bytes().cloned().unwrap_or_default();
        Error::decode(error, self.parts.status, self.parts.headers.clone(), body)
            .during(&self.request.operation, self.attempts)
            .without_key(self.request.authorization())
    }

    pub(crate) fn with<T>(self, value: T) -> Response<T> {
        let body = self.body.into_bytes().unwrap_or_default();
        Response { value, status: self.parts.status, headers: self.parts.headers, body, attempts: self.attempts }
    }

    /// The body as a stream.
    pub(crate) fn take_stream(&mut self) -> ByteStream {
        let CallRequest { client, operation, .. } = &*self.request;
        let call = StreamCall {
            operation: operation.clone(),
            attempts: self.attempts,
            authorization: self.request.authorization().cloned(),
            max_text: client.0.max_answer_bytes,
        };
        ByteStream::new(std::mem::take(&mut self.body), client.0.stream_idle_timeout, self.ends, Some(call))
    }
}

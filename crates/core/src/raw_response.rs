use bytes::Bytes;
use http::response::Parts;

use crate::call::Read;
use crate::call_request::CallRequest;
use crate::options::Deadline;
use crate::stream::ByteStream;
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
    /// The body in memory. It is empty if the body was not read.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.body.as_bytes().map_or(&[], Bytes::as_ref)
    }

    /// Converts the response.
    pub(crate) fn read<T>(mut self, read: Read<T>) -> Result<Response<T>, Error> {
        let value = read(&mut self);
        let Self { request, attempts, parts: Parts { status, headers, .. }, body, .. } = self;
        let body = body.as_bytes().cloned().unwrap_or_default();
        match value {
            Ok(value) => Ok(Response { value, status, headers, body, attempts }),
            Err(error) => Err(Error::decode(error, status, headers, body).during(&request.operation, attempts)),
        }
    }

    /// The body as a stream.
    pub(crate) fn take_stream(&mut self) -> ByteStream {
        let idle = self.request.client.0.stream_idle_timeout;
        let head = Self { request: self.request.clone(), parts: self.parts.clone(), body: Body::empty(), ..*self };
        ByteStream::new(std::mem::take(&mut self.body), idle, Some(Box::new(head)))
    }
}

//! Idempotency keys: a request with a key runs once, and each repetition gets the same response.

use super::{Context, Error, Result, ViolationKind};
use crate::store::Recorded;

/// The retention time of a response, in seconds.
const KEPT_SECONDS: i64 = 24 * 60 * 60;

/// A request with an idempotency key.
#[derive(Debug)]
pub(crate) struct KeyedRequest {
    /// The method and path.
    pub(crate) operation: String,
    pub(crate) key: String,
    /// The query in a canonical form.
    pub(crate) query: String,
    pub(crate) body: Vec<u8>,
}

/// A successful response.
#[derive(Debug)]
pub(crate) struct RecordedResponse {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

/// The recorded response to a request. Fails if the key was used for another request.
pub(crate) fn recorded(cx: &Context<'_>, request: &KeyedRequest) -> Result<Option<RecordedResponse>> {
    cx.tx.delete_recorded_before(cx.now.as_second().saturating_sub(KEPT_SECONDS))?;
    let Some(recorded) = cx.tx.recorded(&request.operation, &request.key)? else { return Ok(None) };
    if recorded.query != request.query || recorded.request != request.body {
        let detail = format!("Idempotency-Key '{}' was used for another request.", request.key);
        return Err(Error::invalid(ViolationKind::NotAllowed, "", detail));
    }
    Ok(Some(RecordedResponse { status: recorded.status, content_type: recorded.content_type, body: recorded.response }))
}

pub(crate) fn record(cx: &Context<'_>, request: &KeyedRequest, response: RecordedResponse) -> Result<()> {
    let recorded = Recorded {
        query: request.query.clone(),
        request: request.body.clone(),
        status: response.status,
        content_type: response.content_type,
        response: response.body,
        created_at: cx.now.as_second(),
    };
    Ok(cx.tx.record(&request.operation, &request.key, &recorded)?)
}

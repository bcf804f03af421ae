//! Idempotency keys: each repetition of a request gets the same response.

use super::{Context, Error, Result, ViolationKind};
pub(crate) use crate::store::{KeyedRequest, RecordedResponse};

/// The retention time of a response, in seconds.
const KEPT_SECONDS: i64 = 24 * 60 * 60;

/// The recorded response to a request.
///
/// Fails if the key was used for another request.
pub(crate) fn recorded(cx: &Context<'_>, request: &KeyedRequest) -> Result<Option<RecordedResponse>> {
    let now = cx.now.as_second();
    // The clock may have been moved back.
    cx.tx.delete_recorded_outside(now.saturating_sub(KEPT_SECONDS), now.saturating_add(KEPT_SECONDS))?;
    let Some((recorded, response)) = cx.tx.recorded(&request.operation, &request.key)? else { return Ok(None) };
    if recorded != *request {
        let detail = format!("Idempotency-Key '{}' was used for another request.", request.key);
        return Err(Error::invalid(ViolationKind::NotAllowed, "", detail));
    }
    Ok(Some(response))
}

pub(crate) fn record(cx: &Context<'_>, request: &KeyedRequest, response: &RecordedResponse) -> Result<()> {
    Ok(cx.tx.record(request, response, cx.now.as_second())?)
}

//! Reading of whole bodies.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::timeout;

use crate::{Body, Error};

/// Whether JSON of many tiny values, such as `[[],[],…]`, would take more than 16 times `limit` in memory.
pub(crate) fn is_too_dense(body: &[u8], limit: usize) -> bool {
    // The size in memory of a value in a list or an object, without its key.
    const VALUE: usize = 100;
    let most = limit.saturating_mul(16);
    // One of these characters precedes every value except the first.
    body.len().saturating_mul(VALUE) > most
        && body.iter().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count().saturating_mul(VALUE) > most
}

/// Reads the whole body into one buffer.
pub(crate) async fn collect(body: Body, limit: usize) -> Result<Bytes, Error> {
    if body.size_hint().lower() > limit as u64 {
        return Err(Error::too_long(limit));
    }
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Error::too_long(limit)),
        Err(error) => Err(Error::transport(error)),
    }
}

/// Reads the start of a body, up to a number of bytes and a time limit.
pub(crate) async fn collect_some(mut body: Body, limit: usize, time: Duration) -> Bytes {
    let mut all = BytesMut::new();
    let collected = async {
        while all.len() < limit
            && let Some(Ok(frame)) = body.frame().await
        {
            if let Ok(data) = frame.into_data() {
                all.extend_from_slice(&data[..data.len().min(limit - all.len())]);
            }
        }
    };
    // After a timeout, the bytes that have arrived are kept.
    let _ = timeout(time, collected).await;
    all.freeze()
}

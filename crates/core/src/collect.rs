//! Reading of whole bodies.

use std::pin::pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::Body as _;
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
    let expected = body.size_hint().lower();
    if expected > limit as u64 {
        return Err(Error::too_long(limit));
    }
    let mut body = pin!(body);
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(frame) = std::future::poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let Ok(data) = frame.map_err(Error::transport)?.into_data() else {
            continue;
        };
        if first.len() + all.len() + data.len() > limit {
            return Err(Error::too_long(limit));
        }
        if first.is_empty() && all.is_empty() {
            first = data;
            continue;
        }
        if all.is_empty() {
            all.reserve(usize::try_from(expected).unwrap_or_default().max(first.len() + data.len()));
            all.extend_from_slice(&std::mem::take(&mut first));
        }
        all.extend_from_slice(&data);
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// Reads the start of a body, up to a number of bytes and a time limit.
pub(crate) async fn collect_some(body: Body, limit: usize, time: Duration) -> Bytes {
    let mut all = BytesMut::new();
    let collected = async {
        let mut body = pin!(body);
        while all.len() < limit {
            match std::future::poll_fn(|context| body.as_mut().poll_frame(context)).await {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        all.extend_from_slice(&data[..data.len().min(limit - all.len())]);
                    }
                }
                Some(Err(_)) | None => break,
            }
        }
    };
    // After a timeout, the bytes that have arrived are kept.
    let _ = timeout(time, collected).await;
    all.freeze()
}

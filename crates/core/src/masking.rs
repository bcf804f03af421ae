//! Masking of the API key in responses that repeat it.

use http::{HeaderMap, HeaderValue};

const MASKED: &str = "[masked]";

pub(crate) fn mask(text: &mut String, key: &str) {
    if text.contains(key) {
        *text = text.replace(key, MASKED);
    }
}

/// Masks every header value that contains the key.
pub(crate) fn mask_headers(headers: &mut HeaderMap, key: &str) {
    for value in headers.values_mut().filter(|value| contains(value.as_bytes(), key)) {
        *value = HeaderValue::from_static(MASKED);
    }
}

pub(crate) fn masked_body(body: &[u8], key: &str) -> Option<String> {
    contains(body, key).then(|| String::from_utf8_lossy(body).replace(key, MASKED))
}

fn contains(bytes: &[u8], key: &str) -> bool {
    bytes.windows(key.len()).any(|window| window == key.as_bytes())
}

//! Masking of secrets.

use http::{HeaderMap, HeaderValue};

const MASKED: &str = "[masked]";

/// The API key in an `authorization` header. A key under 8 bytes is not one of the API's and may be a common word.
pub(crate) fn key_in(authorization: Option<&HeaderValue>) -> Option<&str> {
    let value = authorization?.to_str().ok()?;
    let key = value.split_once(' ').map_or(value, |(_scheme, key)| key.trim());
    (key.len() >= 8).then_some(key)
}

/// Masks the API key in a text.
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

/// The text of a body that contains the key, with the key masked.
pub(crate) fn masked_body(body: &[u8], key: &str) -> Option<String> {
    contains(body, key).then(|| String::from_utf8_lossy(body).replace(key, MASKED))
}

fn contains(bytes: &[u8], key: &str) -> bool {
    bytes.windows(key.len()).any(|window| window == key.as_bytes())
}

/// Whether a field of that name contains a secret. A reference to a stored secret (`api_key_ref`) is not secret.
pub(crate) fn names_a_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !name.ends_with("_ref")
        && [
            "password", "passwd", "passphrase", "pwd", "secret", "token", "authorization", "bearer", "credential",
            "api_key", "apikey", "api-key", "access_key", "accesskey", "access-key", "private_key", "privatekey",
            "private-key", "headers", "cookie",
        ]
        .iter()
        .any(|word| name.contains(word))
}

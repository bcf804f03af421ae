//! Signatures for tests.

use std::fmt;
use std::time::SystemTime;

use base64::Engine;
use ed25519_dalek::{Signer as _, SigningKey};
use http::{HeaderMap, HeaderValue};

use crate::verify::{BASE64, key_bytes, seconds_since_1970, signed_message};
use crate::{KeyError, SIGNATURE_HEADER, TIMESTAMP_HEADER};

/// Signs requests like Telnyx, for tests of webhook receivers.
///
/// ```
/// use telnyx_ai_webhooks::{Signer, Verifier};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let telnyx = Signer::generate();
/// let headers = telnyx.sign_now(br#"{"data": {}}"#);
/// Verifier::new(&telnyx.public_key_base64())?.verify(&headers, br#"{"data": {}}"#)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Signer(SigningKey);

impl Signer {
    /// Creates a signer with a random key.
    ///
    /// # Panics
    /// If the operating system provides no random numbers.
    #[must_use]
    pub fn generate() -> Self {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).expect("the operating system provides random numbers");
        Self(SigningKey::from_bytes(&seed))
    }

    /// Creates a signer with the key of a seed (base64 of 32 bytes).
    ///
    /// # Errors
    /// If the text is not a seed.
    pub fn from_seed_base64(seed_base64: &str) -> Result<Self, KeyError> {
        Ok(Self(SigningKey::from_bytes(&key_bytes(seed_base64)?)))
    }

    /// Returns the public key, for a [`Verifier`](crate::Verifier).
    #[must_use]
    pub fn public_key_base64(&self) -> String {
        BASE64.encode(self.0.verifying_key().as_bytes())
    }

    /// Returns the two signature headers of a body, with the current time.
    #[must_use]
    pub fn sign_now(&self, raw_body: &[u8]) -> HeaderMap {
        self.sign(seconds_since_1970(SystemTime::now()), raw_body)
    }

    /// Returns the two signature headers of a body, with a time in seconds since 1970.
    #[must_use]
    pub fn sign(&self, timestamp: i64, raw_body: &[u8]) -> HeaderMap {
        let signature = self.0.sign(&signed_message(timestamp.to_string().as_bytes(), raw_body));
        let signature = BASE64.encode(signature.to_bytes());
        let signature = HeaderValue::try_from(signature).expect("base64 is a valid header value");
        HeaderMap::from_iter([
            (http::HeaderName::from_static(SIGNATURE_HEADER), signature),
            (http::HeaderName::from_static(TIMESTAMP_HEADER), timestamp.into()),
        ])
    }
}

/// Shows only the public key.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("public_key", &self.public_key_base64()).finish_non_exhaustive()
    }
}

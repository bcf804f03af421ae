//! Signing as Telnyx does.

use std::fmt;
use std::time::SystemTime;

use base64::Engine;
use ed25519_dalek::{Signer as _, SigningKey};
use http::{HeaderMap, HeaderValue};

use crate::verify::{BASE64, key_bytes, seconds_since_1970, signed_message};
use crate::{KeyError, SIGNATURE_HEADER, TIMESTAMP_HEADER};

/// Signs requests as Telnyx does, for tests of what receives them.
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
    /// A signer with a new key.
    ///
    /// # Panics
    /// Where the operating system has no randomness to give.
    #[must_use]
    pub fn generate() -> Self {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).expect("the operating system gives randomness");
        Self(SigningKey::from_bytes(&seed))
    }

    /// A signer with the key that grows from this seed, base64 of 32 bytes: the same in every run.
    ///
    /// # Errors
    /// Where the text is no such seed.
    pub fn from_seed_base64(seed_base64: &str) -> Result<Self, KeyError> {
        Ok(Self(SigningKey::from_bytes(&key_bytes(seed_base64)?)))
    }

    /// The key to give to a [`Verifier`](crate::Verifier).
    #[must_use]
    pub fn public_key_base64(&self) -> String {
        BASE64.encode(self.0.verifying_key().as_bytes())
    }

    /// The two headers for a body that is sent now.
    #[must_use]
    pub fn sign_now(&self, raw_body: &[u8]) -> HeaderMap {
        self.sign(seconds_since_1970(SystemTime::now()), raw_body)
    }

    /// The two headers for a body that is sent at this moment, in seconds since 1970.
    ///
    /// # Panics
    /// Never: base64 is fit for a header.
    #[must_use]
    pub fn sign(&self, timestamp: i64, raw_body: &[u8]) -> HeaderMap {
        let signature = self.0.sign(&signed_message(timestamp.to_string().as_bytes(), raw_body));
        let signature = BASE64.encode(signature.to_bytes());
        let signature = HeaderValue::try_from(signature).expect("base64 is fit for a header");
        HeaderMap::from_iter([
            (http::HeaderName::from_static(SIGNATURE_HEADER), signature),
            (http::HeaderName::from_static(TIMESTAMP_HEADER), timestamp.into()),
        ])
    }
}

/// Shows the public key alone.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("public_key", &self.public_key_base64()).finish_non_exhaustive()
    }
}

//! Whether a request is from Telnyx.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use ed25519_dalek::{Signature, VerifyingKey};
use http::HeaderMap;

/// The header with the signature: base64 of the 64 bytes of an Ed25519 signature.
pub const SIGNATURE_HEADER: &str = "telnyx-signature-ed25519";

/// The header with the moment of signing: seconds since 1970.
pub const TIMESTAMP_HEADER: &str = "telnyx-timestamp";

/// The variable that [`Verifier::from_env`] reads.
pub const PUBLIC_KEY_VARIABLE: &str = "TELNYX_PUBLIC_KEY";

/// Base64 as usual; missing padding is forgiven.
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Tells whether a request is from Telnyx: whether the one who holds your account's key signed its body, and lately.
///
/// What is signed are the bytes of the body, of whatever type it is, so verify before anything parses it: the same JSON
/// written again is another text. Cloning is cheap.
///
/// ```
/// use std::time::Duration;
/// use telnyx_ai_webhooks::{Signer, Verifier, VerifyError};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (today, tomorrow) = (Signer::generate(), Signer::generate());
/// let verifier = Verifier::new(&today.public_key_base64())?
///     .with_key(&tomorrow.public_key_base64())? // while keys are changed, either is good
///     .tolerance(Duration::from_secs(60));
///
/// let headers = tomorrow.sign_now(b"CallStatus=completed");
/// assert_eq!(verifier.verify(&headers, b"CallStatus=completed"), Ok(()));
/// assert_eq!(verifier.verify(&headers, b"CallStatus=failed"), Err(VerifyError::WrongSignature));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Verifier {
    keys: Arc<[VerifyingKey]>,
    tolerance: Duration,
}

impl Verifier {
    /// A verifier with one public key, which the Mission Control Portal shows under "Keys & Credentials": base64 of 32
    /// bytes.
    ///
    /// # Errors
    /// Where the text is no such key.
    pub fn new(public_key_base64: &str) -> Result<Self, KeyError> {
        Ok(Self { keys: Arc::new([public_key(public_key_base64)?]), tolerance: Duration::from_secs(300) })
    }

    /// The same with the key from the environment's `TELNYX_PUBLIC_KEY`.
    ///
    /// # Errors
    /// Where the variable is not set, is blank, or holds no key.
    pub fn from_env() -> Result<Self, KeyError> {
        match std::env::var(PUBLIC_KEY_VARIABLE) {
            Ok(key) if !key.trim().is_empty() => Self::new(&key),
            _ => Err(KeyError::Unset),
        }
    }

    /// Accepts another key as well, so that a key can be changed without losing an event.
    ///
    /// # Errors
    /// Where the text is no key.
    pub fn with_key(mut self, public_key_base64: &str) -> Result<Self, KeyError> {
        let added = public_key(public_key_base64)?;
        self.keys = self.keys.iter().copied().chain([added]).collect();
        Ok(self)
    }

    /// How far a timestamp may be from now, to both sides. Default: 300 seconds.
    ///
    /// It bounds how long a request that someone recorded can be played back to you.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Whether the request with these headers and this body is from Telnyx, and of these minutes.
    ///
    /// # Errors
    /// Where it is not, or can not be told; nothing of the request is to be believed then.
    pub fn verify(&self, headers: &HeaderMap, raw_body: &[u8]) -> Result<(), VerifyError> {
        self.verify_at(headers, raw_body, SystemTime::now())
    }

    /// The same at a given time, for tests and for requests that were stored.
    ///
    /// # Errors
    /// Those of [`verify`](Self::verify).
    pub fn verify_at(&self, headers: &HeaderMap, raw_body: &[u8], now: SystemTime) -> Result<(), VerifyError> {
        let signature = BASE64
            .decode(header(headers, SIGNATURE_HEADER)?)
            .ok()
            .and_then(|bytes| Signature::from_slice(&bytes).ok())
            .ok_or(VerifyError::MalformedSignature)?;
        let timestamp = header(headers, TIMESTAMP_HEADER)?;
        self.check_age(timestamp, now)?;

        let message = signed_message(timestamp, raw_body);
        if self.keys.iter().any(|key| key.verify_strict(&message, &signature).is_ok()) {
            Ok(())
        } else {
            Err(VerifyError::WrongSignature)
        }
    }

    fn check_age(&self, timestamp: &[u8], now: SystemTime) -> Result<(), VerifyError> {
        let signed_at = std::str::from_utf8(timestamp)
            .ok()
            .and_then(|seconds| seconds.parse().ok())
            .ok_or(VerifyError::MalformedTimestamp)?;
        let now = seconds_since_1970(now);
        let (seconds, tolerance) = (now.abs_diff(signed_at), self.tolerance.as_secs());
        match seconds <= tolerance {
            true => Ok(()),
            false if signed_at < now => Err(VerifyError::TooOld { seconds, tolerance }),
            false => Err(VerifyError::FromTheFuture { seconds, tolerance }),
        }
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.keys.iter().map(|key| BASE64.encode(key.as_bytes())).collect();
        f.debug_struct("Verifier").field("keys", &keys).field("tolerance", &self.tolerance).finish()
    }
}

/// What Telnyx signs: the timestamp, as the header says it, a bar, and the body.
pub(crate) fn signed_message(timestamp: &[u8], raw_body: &[u8]) -> Vec<u8> {
    [timestamp, b"|", raw_body].concat()
}

pub(crate) fn seconds_since_1970(at: SystemTime) -> i64 {
    match at.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
    }
}

/// Decodes base64 of a key's 32 bytes.
pub(crate) fn key_bytes(key_base64: &str) -> Result<[u8; 32], KeyError> {
    let bytes = BASE64.decode(key_base64.trim()).map_err(|_| KeyError::NotBase64)?;
    <[u8; 32]>::try_from(bytes).map_err(|bytes| KeyError::WrongLength(bytes.len()))
}

fn public_key(key_base64: &str) -> Result<VerifyingKey, KeyError> {
    VerifyingKey::from_bytes(&key_bytes(key_base64)?).ok().filter(|key| !key.is_weak()).ok_or(KeyError::NotAKey)
}

fn header<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<&'h [u8], VerifyError> {
    headers.get(name).map(|value| value.as_bytes()).ok_or(VerifyError::MissingHeader(name))
}

/// Why a text is not a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The environment names no key.
    #[error(
        "TELNYX_PUBLIC_KEY is not set: it is the public key that the Mission Control Portal shows for your account"
    )]
    Unset,
    /// The text is not base64.
    #[error("the key is not base64: give it as the Mission Control Portal shows it, without a PEM frame")]
    NotBase64,
    /// The text is base64 of another number of bytes: of this many.
    #[error("the key is {0} bytes long, and one for Ed25519 has 32: is it an API key, or a secret of something else?")]
    WrongLength(usize),
    /// The 32 bytes are no public key that could be relied on.
    #[error("these 32 bytes are no Ed25519 public key, or one that anybody could sign for")]
    NotAKey,
}

/// Why a request is not taken for one from Telnyx.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The request lacks this header.
    #[error("the header `{0}` is missing: the request is not from Telnyx, or a proxy on its way dropped the header")]
    MissingHeader(&'static str),
    /// The header with the signature holds something else.
    #[error("the header `telnyx-signature-ed25519` is not base64 of a signature's 64 bytes")]
    MalformedSignature,
    /// The header with the timestamp holds something else.
    #[error("the header `telnyx-timestamp` is not a number of seconds since 1970")]
    MalformedTimestamp,
    /// The request was signed too long ago.
    #[error(
        "signed {seconds} s ago, and {tolerance} s are tolerated: the request was held back or is played back, or this \
         machine's clock is ahead"
    )]
    TooOld {
        /// How many seconds ago it was signed.
        seconds: u64,
        /// How many are tolerated.
        tolerance: u64,
    },
    /// The request says that it was signed later than now.
    #[error("signed {seconds} s in the future, and {tolerance} s are tolerated: this machine's clock is behind")]
    FromTheFuture {
        /// How many seconds from now it was signed.
        seconds: u64,
        /// How many are tolerated.
        tolerance: u64,
    },
    /// The signature is not one of this timestamp and this body by any of the keys.
    #[error(
        "the signature does not match: the raw body must be verified, before anything parses it or writes it again, and \
         the public key must be that of the account that sends"
    )]
    WrongSignature,
}

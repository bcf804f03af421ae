//! Verification of signatures.

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

/// The header with the time of the signature, in seconds since 1970.
pub const TIMESTAMP_HEADER: &str = "telnyx-timestamp";

/// The environment variable that [`Verifier::from_env`] reads.
pub const PUBLIC_KEY_VARIABLE: &str = "TELNYX_PUBLIC_KEY";

/// Standard base64 with optional padding.
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Verifies that a request is from Telnyx.
///
/// The signature covers the timestamp and the bytes of the body, but not the method, the URL and the other headers. Verify
/// the unmodified body, before it is parsed: JSON that is serialized again has other bytes. Cloning is cheap.
///
/// ```
/// use std::time::Duration;
/// use telnyx_ai_webhooks::{Signer, Verifier, VerifyError};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (today, tomorrow) = (Signer::generate(), Signer::generate());
/// let verifier = Verifier::new(&today.public_key_base64())?
///     .with_key(&tomorrow.public_key_base64())? // both are valid while you rotate the key
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
    /// Creates a verifier with a public key (base64 of 32 bytes).
    ///
    /// The Mission Control Portal shows it under "Keys & Credentials".
    ///
    /// # Errors
    /// If the text is not a public key.
    pub fn new(public_key_base64: &str) -> Result<Self, KeyError> {
        Ok(Self { keys: Arc::new([public_key(public_key_base64)?]), tolerance: Duration::from_secs(300) })
    }

    /// Creates a verifier with the key in the environment variable `TELNYX_PUBLIC_KEY`.
    ///
    /// # Errors
    /// If the variable is not set, is empty, or is not a public key.
    pub fn from_env() -> Result<Self, KeyError> {
        match std::env::var(PUBLIC_KEY_VARIABLE) {
            Ok(key) if !key.trim().is_empty() => Self::new(&key),
            _ => Err(KeyError::Unset),
        }
    }

    /// Accepts another key as well, to rotate the key without losing events.
    ///
    /// # Errors
    /// If the text is not a public key.
    pub fn with_key(mut self, public_key_base64: &str) -> Result<Self, KeyError> {
        let added = public_key(public_key_base64)?;
        self.keys = self.keys.iter().copied().chain([added]).collect();
        Ok(self)
    }

    /// Sets the tolerance of timestamps, in the past and in the future. Default: 300 s.
    ///
    /// It limits the time in which a recorded request can be replayed.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Verifies the signature and the timestamp of a request.
    ///
    /// # Errors
    /// If the request is not from Telnyx, or is too old. Do not use any part of it.
    pub fn verify(&self, headers: &HeaderMap, raw_body: &[u8]) -> Result<(), VerifyError> {
        self.verify_at(headers, raw_body, SystemTime::now())
    }

    /// Verifies a request at a given time, for tests and stored requests.
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

/// The message that Telnyx signs: the timestamp from the header, `|`, and the body.
pub(crate) fn signed_message(timestamp: &[u8], raw_body: &[u8]) -> Vec<u8> {
    [timestamp, b"|", raw_body].concat()
}

pub(crate) fn seconds_since_1970(at: SystemTime) -> i64 {
    match at.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
    }
}

/// Decodes the 32 bytes of a key from base64.
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

/// The error of an invalid key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The environment variable is not set.
    #[error("TELNYX_PUBLIC_KEY is not set; set it to the public key of your account from the Mission Control Portal")]
    Unset,
    /// The text is not base64.
    #[error("the key is not base64; copy it from the Mission Control Portal, without a PEM header")]
    NotBase64,
    /// The key has this number of bytes instead of 32.
    #[error("the key has {0} bytes, but an Ed25519 public key has 32; check that it is not an API key")]
    WrongLength(usize),
    /// The 32 bytes are not a secure public key.
    #[error("the 32 bytes are not a secure Ed25519 public key; copy the key from the Mission Control Portal")]
    NotAKey,
}

/// The error of a request that could not be verified.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// This header is missing.
    #[error("the header `{0}` is missing; the request is not from Telnyx, or a proxy removed the header")]
    MissingHeader(&'static str),
    /// The signature header is malformed.
    #[error("the header `telnyx-signature-ed25519` is not the base64 of a 64-byte signature")]
    MalformedSignature,
    /// The timestamp header is malformed.
    #[error("the header `telnyx-timestamp` is not a number of seconds since 1970")]
    MalformedTimestamp,
    /// The request is too old.
    #[error(
        "signed {seconds} s ago, but only {tolerance} s are allowed; the request was delayed or replayed, or the clock of \
         this machine is fast"
    )]
    TooOld {
        /// The age of the signature in seconds.
        seconds: u64,
        /// The tolerance in seconds.
        tolerance: u64,
    },
    /// The timestamp is in the future.
    #[error("signed {seconds} s in the future, but only {tolerance} s are allowed; the clock of this machine is slow")]
    FromTheFuture {
        /// The number of seconds until the timestamp.
        seconds: u64,
        /// The tolerance in seconds.
        tolerance: u64,
    },
    /// The signature does not match the timestamp and the body, with any of the keys.
    #[error(
        "the signature does not match; verify the unmodified body, and check that the public key is that of the account"
    )]
    WrongSignature,
}

//! Salted hashes of secrets.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The salt of a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Salt(String);

impl Salt {
    pub(super) fn random() -> Self {
        Self(uuid::Uuid::new_v4().simple().to_string())
    }

    /// The SHA-256 of the salt and the text, in hexadecimal digits.
    pub(crate) fn hash(&self, text: &str) -> String {
        digest(&[self.0.as_bytes(), b":", text.as_bytes()])
    }
}

/// The SHA-256 of the parts, in hexadecimal digits.
fn digest(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

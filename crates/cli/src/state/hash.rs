//! Salted hashes of secrets.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Salt(String);

impl Salt {
    pub(super) fn random() -> Self {
        Self(uuid::Uuid::new_v4().simple().to_string())
    }

    /// The SHA-256 of the salt and the text, in hexadecimal digits.
    pub(crate) fn hash(&self, text: &str) -> String {
        digest(&format!("{}:{text}", self.0))
    }
}

/// The SHA-256 of a text, in hexadecimal digits.
pub(crate) fn digest(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

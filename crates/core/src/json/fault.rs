use std::fmt;

/// Why a text could not be read. Where that was is told by its reader, which went no further; see
/// [`DecodeError`](crate::decode::DecodeError).
#[derive(Debug)]
pub struct Fault(Box<What>);

#[derive(Debug)]
struct What {
    message: String,
    syntax: bool,
}

impl Fault {
    /// What was read is JSON and not what is wanted.
    #[cold]
    pub fn new(message: impl Into<String>) -> Self {
        Self(Box::new(What { message: message.into(), syntax: false }))
    }

    /// What was read is no JSON.
    #[cold]
    pub(super) fn syntax(message: impl Into<String>) -> Self {
        Self(Box::new(What { message: message.into(), syntax: true }))
    }

    pub(crate) fn missing(name: &[u8]) -> Self {
        Self::new(format!("missing field `{}`", name.escape_ascii()))
    }

    pub(crate) fn into_message(self) -> String {
        self.0.message
    }

    pub(crate) const fn is_syntax(&self) -> bool {
        self.0.syntax
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Fault {}

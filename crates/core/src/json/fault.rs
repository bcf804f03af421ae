use std::fmt;

/// Why a text could not be read. Where that was is told by its reader, which went no further; see
/// [`DecodeError`](crate::decode::DecodeError).
#[derive(Debug)]
pub struct Fault(Box<What>);

#[derive(Debug)]
struct What {
    message: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The text is no JSON.
    Syntax,
    /// The reader's own words: a value shows in them in quotes, before `, expected `.
    Mismatch,
    /// Somebody else's words.
    Other,
}

impl Fault {
    /// What was read is JSON and not what is wanted.
    ///
    /// Where a field's name says that it is a secret, the message is masked.
    #[cold]
    pub fn new(message: impl Into<String>) -> Self {
        Self::of(Kind::Other, message.into())
    }

    /// What was read is no JSON.
    #[cold]
    pub(super) fn syntax(message: impl Into<String>) -> Self {
        Self::of(Kind::Syntax, message.into())
    }

    /// Another value or another field is there than was expected.
    #[cold]
    pub(super) fn mismatch(message: String) -> Self {
        Self::of(Kind::Mismatch, message)
    }

    pub(crate) fn missing(name: &[u8]) -> Self {
        Self::mismatch(format!("missing field `{}`", String::from_utf8_lossy(name)))
    }

    pub(crate) fn twice(name: &[u8]) -> Self {
        Self::mismatch(format!("duplicate field `{}`", String::from_utf8_lossy(name)))
    }

    fn of(kind: Kind, message: String) -> Self {
        Self(Box::new(What { message, kind }))
    }

    pub(crate) fn into_message(self) -> String {
        self.0.message
    }

    /// The message without the value that it may show: `invalid type: string [masked], expected a sequence`.
    pub(crate) fn into_masked_message(self) -> String {
        let What { message, kind } = *self.0;
        if kind == Kind::Other {
            return "the value is refused; why is masked, because it may show a secret".to_owned();
        }
        let Some((found, expected)) = message.rsplit_once(", expected ") else {
            return message;
        };
        match found.split_once(['"', '`']) {
            Some((kind, _)) => format!("{kind}[masked], expected {expected}"),
            None => message,
        }
    }

    pub(crate) fn is_syntax(&self) -> bool {
        self.0.kind == Kind::Syntax
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Fault {}

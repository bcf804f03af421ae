//! The reasons for exit codes other than 0.

use std::fmt;

use serde_json::Value;

use crate::output::{Diagnostic, Output, counted};
use crate::resources::Address;

#[derive(Debug)]
pub(crate) enum Failure {
    /// Exit code 1, with this message.
    Error(String),
    /// Exit code 1: the API refused the API key, with this message.
    Unauthorized(String),
    /// Exit code 1: a resource or a version no longer exists, with this message.
    Deleted(String),
    /// Exit code 1, with errors in files.
    Files(Vec<Diagnostic>),
    /// Exit code 1; the command has reported why.
    Reported,
    /// Exit code 2: a negative result.
    No,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::Error(message.into())
    }

    /// A managed resource no longer exists.
    pub(crate) fn deleted(address: &Address) -> Self {
        Self::Deleted(format!(
            "{address} was deleted elsewhere, or the API key belongs to another account; if it was deleted, `telnyx-ai apply {address} --overwrite-drift` creates it again, `telnyx-ai pull {address}` removes its file"
        ))
    }

    /// Writes the reason to standard error and, as `error` and `diagnostics`, to the JSON document of the command.
    pub(crate) fn reported(&self, mut document: Value, output: &Output) -> Self {
        document["error"] = self.message(output).into();
        if let Self::Files(diagnostics) = self {
            document["diagnostics"] = diagnostics.iter().map(Diagnostic::json).collect();
            output.diagnostics(diagnostics, false);
        }
        output.document(&document);
        output.error(&self.message(output));
        Self::Reported
    }

    /// The reason. The message of the SDK names the default variable of the API key.
    fn message(&self, output: &Output) -> String {
        match (self, output.api_key_env()) {
            (Self::Unauthorized(message), Some(variable)) => {
                format!("{message}; this environment reads the key from {variable}")
            }
            _ => self.to_string(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(message) | Self::Unauthorized(message) | Self::Deleted(message) => f.write_str(message),
            Self::Files(diagnostics) => {
                write!(f, "{} in the files of the project", counted(diagnostics.len(), "error"))
            }
            Self::Reported | Self::No => Ok(()),
        }
    }
}

/// Advice of the SDK that only programs can follow, and what users of the command line can do.
const ADVICE: [(&str, &str); 3] = [
    ("slow the client down, for example with `RateLimitLayer`", "run the command again later"),
    ("allow plain http with `allow_plain_http` or ", "set the environment variable "),
    ("; see `Error::body`", ""),
];

pub(crate) fn message_of(error: &telnyx_ai::Error) -> String {
    with_cli_advice(&error.to_string())
}

/// A message of the SDK with the advice for users of the command line.
pub(crate) fn with_cli_advice(message: &str) -> String {
    ADVICE.iter().fold(message.to_owned(), |message, (sdk, cli)| message.replace(sdk, cli))
}

/// The error of a client that cannot be built. The environment reads its API key from this variable.
pub(crate) fn client_failure(error: &telnyx_ai::Error, key_variable: &str) -> Failure {
    let message = message_of(error).replace("`api_key` or TELNYX_API_KEY", &format!("the variable {key_variable}"));
    Failure::Error(
        message.replace("set the key with `api_key`", &format!("set the key with the variable {key_variable}")),
    )
}

impl From<telnyx_ai::Error> for Failure {
    fn from(error: telnyx_ai::Error) -> Self {
        let message = message_of(&error);
        if error.status().is_some_and(|status| status == 401) {
            Self::Unauthorized(message)
        } else {
            Self::Error(message)
        }
    }
}

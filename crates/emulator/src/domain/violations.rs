//! Collects everything that is wrong with a request body.

use serde::de::DeserializeOwned;
use serde_json::Value;
use telnyx_ai_core::decode;

use super::error::{Error, Result, Violation, ViolationKind};
use crate::json::{self, JsonError};

/// Collects violations, so that one response names all of them.
#[derive(Debug, Default)]
pub(crate) struct Violations(Vec<Violation>);

impl Violations {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a violation of the field at `pointer`, or of the whole body if that is empty.
    pub(crate) fn add(&mut self, kind: ViolationKind, pointer: impl Into<String>, message: impl Into<String>) {
        self.0.push(Violation::new(kind, pointer, message));
    }

    /// The number at `pointer`, if present, must be in `min..=max`.
    pub(crate) fn range(&mut self, body: &Value, pointer: &str, min: f64, max: f64) {
        if let Some(number) = body.pointer(pointer).and_then(Value::as_f64)
            && !(min..=max).contains(&number)
        {
            self.add(ViolationKind::OutOfRange, pointer, format!("{number} is not between {min} and {max}."));
        }
    }

    /// Adds an error as violations of the field at `at`.
    pub(crate) fn add_error(&mut self, error: Error, at: &str) {
        self.0.extend(error.into_violations(at));
    }

    /// `Ok` if there are no violations.
    pub(crate) fn finish(self) -> Result<()> {
        none_of(self.0)
    }
}

/// Reads a `T` from JSON.
pub(crate) fn typed<T: DeserializeOwned>(value: &Value) -> Result<T> {
    decode::from_slice(value.to_string().as_bytes()).map_err(|error| wrong_type(&error))
}

/// `Ok` if there are no violations.
pub(crate) fn none_of(violations: Vec<Violation>) -> Result<()> {
    if violations.is_empty() { Ok(()) } else { Err(Error::Invalid(violations)) }
}

/// Checks that JSON is a `T`.
pub(crate) fn check_type<T: DeserializeOwned>(value: &Value) -> Result<()> {
    typed::<T>(value).map(|_| ())
}

/// The violation of a JSON text that cannot be read.
pub(crate) fn unreadable(error: JsonError) -> Error {
    match error {
        JsonError::Number { number, pointer } => {
            Error::invalid(ViolationKind::OutOfRange, pointer, json::loses_digits(&number))
        }
        JsonError::TooDeep(limit) => {
            let detail = format!("Lists and objects may be nested {limit} levels deep.");
            Error::invalid(ViolationKind::NotAllowed, "", detail)
        }
        error => Error::invalid(ViolationKind::NotAllowed, "", format!("This is {error}.")),
    }
}

/// The violation of a body that is not of its type. A missing field is named by its own pointer.
fn wrong_type(error: &decode::DecodeError) -> Error {
    let (message, pointer) = (error.message(), error.pointer());
    match message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        Some(field) => {
            let pointer = if pointer.ends_with(&format!("/{field}")) { pointer } else { format!("{pointer}/{field}") };
            Error::invalid(ViolationKind::Missing, pointer, format!("The field {field} is required."))
        }
        None => Error::invalid(ViolationKind::NotAllowed, pointer, format!("{message}.")),
    }
}

//! Collects the violations of a request body.

use serde::de::DeserializeOwned;
use serde_json::Value;
use telnyx_ai_core::decode;

use super::error::{Error, Result, Violation, ViolationKind};
use crate::json::{self, JsonError};

/// Collects violations, so that one response lists all of them.
#[derive(Debug, Default)]
pub(crate) struct Violations(Vec<Violation>);

impl Violations {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a violation of the field at `pointer`. An empty pointer is the whole body.
    pub(crate) fn add(&mut self, kind: ViolationKind, pointer: impl Into<String>, message: impl Into<String>) {
        self.0.push(Violation::new(kind, pointer, message));
    }

    /// Adds the violations of an error, with pointers below `at`.
    pub(crate) fn add_error(&mut self, error: Error, at: &str) {
        self.0.extend(error.into_violations(at));
    }

    /// Fails if there are violations.
    pub(crate) fn finish(self) -> Result<()> {
        none_of(self.0)
    }
}

pub(crate) fn typed<T: DeserializeOwned>(value: &Value) -> Result<T> {
    decode::from_slice(value.to_string().as_bytes()).map_err(|error| wrong_type(&error))
}

/// Fails if there are violations.
pub(crate) fn none_of(violations: Vec<Violation>) -> Result<()> {
    if violations.is_empty() { Ok(()) } else { Err(Error::Invalid(violations)) }
}

/// Checks that JSON is a `T`.
pub(crate) fn check_type<T: DeserializeOwned>(value: &Value) -> Result<()> {
    typed::<T>(value).map(|_| ())
}

/// The violation for JSON that cannot be parsed.
pub(crate) fn unreadable(error: JsonError) -> Error {
    match error {
        JsonError::Number { number, pointer } => {
            Error::invalid(ViolationKind::OutOfRange, pointer, json::loses_digits(&number))
        }
        JsonError::TooDeep(limit) => {
            let detail = format!("Arrays and objects can be nested at most {limit} levels deep.");
            Error::invalid(ViolationKind::NotAllowed, "", detail)
        }
        error => Error::invalid(ViolationKind::NotAllowed, "", format!("This is {error}.")),
    }
}

/// The violation for a body of the wrong type. For a missing field, the pointer is that of the field.
fn wrong_type(error: &decode::DecodeError) -> Error {
    let (message, pointer) = (error.message(), error.pointer());
    match message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        Some(field) => {
            let pointer = if pointer.ends_with(&format!("/{field}")) { pointer } else { format!("{pointer}/{field}") };
            Error::invalid(ViolationKind::Missing, pointer, format!("The field {field} is required."))
        }
        None => Error::invalid(ViolationKind::NotAllowed, pointer, format!("{}.", in_words_of_json(message))),
    }
}

/// Replaces serde's names of types by those of JSON: `invalid type: sequence, expected a map` by `invalid type: array, expected
/// an object`.
fn in_words_of_json(message: &str) -> String {
    let Some((found, expected)) = message.rsplit_once(", expected ") else { return message.to_owned() };
    let found = match found {
        "invalid type: sequence" => "invalid type: array",
        "invalid type: map" => "invalid type: object",
        other => other,
    };
    let expected = match expected {
        "a sequence" => "an array",
        "a map" => "an object",
        "f64" => "a number",
        "u16" | "a whole number (u16)" => "a whole number from 0 to 65535",
        "u32" | "a whole number (u32)" => "a whole number from 0 to 4294967295",
        "u64" | "a whole number (u64)" => "a whole number of at least 0",
        // The name of the Rust type follows in parentheses.
        other => other.split(" (").next().unwrap_or(other),
    };
    format!("{found}, expected {expected}")
}

//! Collects the violations of a request body.

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use telnyx_ai_core::decode;

use super::error::{Error, Result, Violation, ViolationKind};
use crate::{
    json::{self, JsonError},
    time::{self, TimeError},
};

/// Collects violations, so that one response lists all of them.
#[derive(Debug, Default)]
pub(crate) struct Violations(Vec<Violation>);

impl Violations {
    /// Adds a violation of the field at `pointer`. An empty pointer is the whole body.
    pub(crate) fn add(&mut self, kind: ViolationKind, pointer: impl Into<String>, message: impl Into<String>) {
        self.0.push(Violation::new(kind, pointer, message));
    }

    /// Adds the violations of an error, with pointers below `at`.
    pub(crate) fn add_error(&mut self, error: Error, at: &str) {
        self.0.extend(error.into_violations(at));
    }

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

/// Parses the time at `pointer`.
pub(crate) fn moment(text: &str, pointer: &str) -> Result<Timestamp> {
    time::parse(text).map_err(|error| {
        let kind = match error {
            TimeError::Syntax(_) => ViolationKind::Format,
            TimeError::TooEarly(_) | TimeError::TooLate(_) => ViolationKind::OutOfRange,
        };
        Error::invalid(kind, pointer, format!("{error}."))
    })
}

/// Checks that a request is a `T`. Returns it with its unknown fields.
///
/// A nested field that is `null` but not nullable counts as absent.
pub(crate) fn object<T: DeserializeOwned + Serialize>(request: &Value) -> Result<Map<String, Value>> {
    let read = serde_json::to_value(typed::<T>(request)?);
    let read = read.map_err(|error| Error::Internal(format!("A request cannot be serialized: {error}.")))?;
    let mut object = json::object(request);
    for (field, value) in &mut object {
        drop_absent(value, &read[field]);
    }
    Ok(object)
}

/// Removes `null` fields that the typed form of the same value does not have.
fn drop_absent(value: &mut Value, read: &Value) {
    match (value, read) {
        (Value::Object(fields), Value::Object(read)) => {
            fields.retain(|field, value| !value.is_null() || read.contains_key(field));
            for (field, value) in fields {
                drop_absent(value, read.get(field).unwrap_or(&Value::Null));
            }
        }
        (Value::Array(items), Value::Array(read)) => {
            items.iter_mut().zip(read).for_each(|(item, read)| drop_absent(item, read));
        }
        _ => {}
    }
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

/// The violation for a body of the wrong type.
///
/// For a missing field, the pointer is that of the field.
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

/// Replaces serde's names of types by those of JSON.
///
/// `invalid type: sequence, expected a map` becomes `invalid type: array, expected an object`.
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

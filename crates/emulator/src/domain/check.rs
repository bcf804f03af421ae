//! Checks on request bodies, gathered into one 422 answer.

use serde_json::Value;
use telnyx_ai_core::decode::DecodeError;

use super::problem::{Code, Issue, Kind, Problem};

/// Gathers what is wrong with a request, so that one answer tells all of it.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    issues: Vec<Issue>,
}

impl Checks {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Notes that the field at `pointer` is wrong, or the whole body where that is empty.
    pub(crate) fn fail(&mut self, code: Code, pointer: impl Into<String>, detail: impl Into<String>) {
        let pointer = Some(pointer.into()).filter(|pointer: &String| !pointer.is_empty());
        self.issues.push(Issue { code, detail: detail.into(), pointer });
    }

    /// The number at `pointer`, where there is one, lies in `min..=max`.
    pub(crate) fn range(&mut self, body: &Value, pointer: &str, min: f64, max: f64) {
        if let Some(number) = body.pointer(pointer).and_then(Value::as_f64)
            && !(min..=max).contains(&number)
        {
            self.fail(Code::RANGE, pointer, format!("{number} is not between {min} and {max}."));
        }
    }

    /// The text at `pointer`, where there is one, has `min..=max` characters.
    pub(crate) fn length(&mut self, body: &Value, pointer: &str, min: usize, max: usize) {
        if let Some(text) = body.pointer(pointer).and_then(Value::as_str) {
            let length = text.chars().count();
            if !(min..=max).contains(&length) {
                self.fail(Code::LENGTH, pointer, format!("{length} characters are not between {min} and {max}."));
            }
        }
    }

    /// The text at `pointer`, where there is one, is one of `allowed`.
    pub(crate) fn one_of(&mut self, body: &Value, pointer: &str, allowed: &[&str]) {
        if let Some(text) = body.pointer(pointer).and_then(Value::as_str)
            && !allowed.contains(&text)
        {
            self.fail(Code::ENUM, pointer, format!("'{text}' is none of {}.", allowed.join(", ")));
        }
    }

    /// Takes over the issues of `others`, whose pointers start at `at`.
    pub(crate) fn take(&mut self, others: Self, at: &str) {
        self.issues.extend(
            others
                .issues
                .into_iter()
                .map(|issue| Issue { pointer: issue.pointer.map(|pointer| format!("{at}{pointer}")), ..issue }),
        );
    }

    /// `Ok` where nothing was wrong.
    pub(crate) fn finish(self) -> Result<(), Problem> {
        if self.issues.is_empty() { Ok(()) } else { Err(Problem { kind: Kind::Invalid, issues: self.issues }) }
    }
}

/// The problem with a body that is not of its type. What is missing is pointed at where it should be.
pub(crate) fn not_a_t(error: &DecodeError) -> Problem {
    let (message, pointer) = (error.message(), error.pointer());
    match message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        Some(field) => {
            let pointer = if pointer.ends_with(&format!("/{field}")) { pointer } else { format!("{pointer}/{field}") };
            Problem::invalid(Code::MISSING, pointer, format!("The field {field} is required."))
        }
        None => Problem::invalid(Code::UNPROCESSABLE, pointer, format!("{message}.")),
    }
}

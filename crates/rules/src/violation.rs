//! Violations of the rules.

use std::{cell::RefCell, fmt, ops::RangeInclusive};

use serde_json::Value;
use telnyx_ai_types::UnknownMember;

/// A violation of a rule by a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The kind of the rule.
    pub kind: ViolationKind,
    /// The location: a JSON pointer into the request body, such as `/tools/0/type`. Empty for the whole body.
    pub pointer: String,
    /// The problem and the allowed values, in one sentence.
    pub message: String,
}

impl Violation {
    /// Creates a violation of the field at `pointer`.
    #[must_use]
    pub fn new(kind: ViolationKind, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind, pointer: pointer.into(), message: message.into() }
    }

    /// Prepends `parent`, the pointer of the request in a larger document.
    #[must_use]
    pub fn under(mut self, parent: &str) -> Self {
        self.pointer.insert_str(0, parent);
        self
    }
}

/// Writes `pointer: message`.
impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.pointer.is_empty() {
            write!(f, "{}: ", self.pointer)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Violation {}

/// The kind of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ViolationKind {
    /// A field is required here.
    Missing,
    /// A text or list is too short or too long.
    Length,
    /// A number is out of range.
    OutOfRange,
    /// A value is not one of the allowed values.
    UnknownValue,
    /// A text does not have the required form.
    Format,
    /// Two items of the request have the same name or id.
    Duplicate,
    /// The request refers to something that does not exist.
    UnknownReference,
    /// Two settings contradict each other, or one requires another.
    Combination,
    /// Only one tool of a type is allowed.
    OneOnly,
    /// A model or provider does not support this value.
    Unsupported,
    /// A field is not allowed here.
    Unexpected,
    /// A value is not allowed for another reason.
    NotAllowed,
}

impl ViolationKind {
    /// Returns a stable name for programs, such as `out_of_range`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Length => "length",
            Self::OutOfRange => "out_of_range",
            Self::UnknownValue => "unknown_value",
            Self::Format => "format",
            Self::Duplicate => "duplicate",
            Self::UnknownReference => "unknown_reference",
            Self::Combination => "combination",
            Self::OneOnly => "one_only",
            Self::Unsupported => "unsupported",
            Self::Unexpected => "unexpected",
            Self::NotAllowed => "not_allowed",
        }
    }
}

impl fmt::Display for ViolationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A location in a request whose values are checked.
pub(crate) struct At<'a> {
    violations: &'a RefCell<Vec<Violation>>,
    pointer: String,
}

/// Collects the violations that `rules` finds in a request.
pub(crate) fn collect(rules: impl FnOnce(&At<'_>)) -> Vec<Violation> {
    let violations = RefCell::default();
    rules(&At { violations: &violations, pointer: String::new() });
    violations.into_inner()
}

impl<'a> At<'a> {
    /// Returns a field of this object.
    pub(crate) fn field(&self, name: &str) -> At<'a> {
        let name = name.replace('~', "~0").replace('/', "~1");
        At { pointer: format!("{}/{name}", self.pointer), violations: self.violations }
    }

    /// Returns an item of this list.
    pub(crate) fn item(&self, index: usize) -> At<'a> {
        At { pointer: format!("{}/{index}", self.pointer), violations: self.violations }
    }

    pub(crate) fn add(&self, kind: ViolationKind, message: impl Into<String>) {
        self.add_under("", kind, message);
    }

    /// Adds a violation at a pointer relative to this location.
    pub(crate) fn add_under(&self, pointer: &str, kind: ViolationKind, message: impl Into<String>) {
        self.violations.borrow_mut().push(Violation::new(kind, format!("{}{pointer}", self.pointer), message));
    }

    /// The name of this field, for messages.
    fn name(&self) -> &str {
        self.pointer.rsplit('/').next().unwrap_or_default()
    }

    /// Checks that the number, if any, is in the range.
    pub(crate) fn range(&self, value: Option<impl Into<f64>>, range: RangeInclusive<f64>) {
        let Some(value) = value.map(Into::into).filter(|value| !range.contains(value)) else { return };
        let message = format!("{} is {value}; it must be between {} and {}.", self.name(), range.start(), range.end());
        self.add(ViolationKind::OutOfRange, message);
    }

    /// Checks that the number of characters of the text, if any, is in the range.
    pub(crate) fn length(&self, value: Option<&str>, range: RangeInclusive<usize>) {
        let Some(length) = value.map(|text| text.chars().count()).filter(|length| !range.contains(length)) else {
            return;
        };
        let allowed = match (range.start(), range.end()) {
            (min, &usize::MAX) => format!("at least {min}"),
            (0, max) => format!("at most {max}"),
            (min, max) => format!("{min} to {max}"),
        };
        let message = format!("{} has {length} characters; it must have {allowed}.", self.name());
        self.add(ViolationKind::Length, message);
    }

    /// Checks the tag of a member of a union: it must be a text, known or not.
    pub(crate) fn tag(&self, member: &UnknownMember, name: &str) {
        match member.fields().get(name) {
            Some(Value::String(_)) => {}
            Some(_) => self.field(name).add(ViolationKind::NotAllowed, format!("The field {name} must be a string.")),
            None => self.field(name).add(ViolationKind::Missing, format!("The field {name} is required.")),
        }
    }

    /// Adds a violation for a value that is not one of the allowed values.
    pub(crate) fn unknown_value(&self, value: &str, allowed: &[&str]) {
        let message = format!("{} is '{value}'; it must be one of {}.", self.name(), allowed.join(", "));
        self.add(ViolationKind::UnknownValue, message);
    }
}

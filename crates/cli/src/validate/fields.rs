//! Checks fields and types.

use serde_json::{Map, Value};

use super::Problem;
use crate::closest::closest;
use crate::output::Severity;
use crate::project::{Pointer, Step, what};
use crate::resources::Kind;
use crate::resources::shape::{Concrete, Field, ObjectShape, Shape};

/// The errors in content in template form with the values of variables.
pub(super) fn check(kind: Kind, content: &Value, is_known: &dyn Fn(&Pointer) -> bool) -> Vec<Problem> {
    let mut checker = Checker { kind, is_known, problems: Vec::new() };
    checker.value(kind.shape(), content, &Pointer::default());
    checker.problems
}

struct Checker<'c> {
    kind: Kind,
    is_known: &'c dyn Fn(&Pointer) -> bool,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn add(&mut self, severity: Severity, at: &Pointer, is_name: bool, message: String, help: String) {
        self.problems.push(Problem { severity, at: at.clone(), is_name, message, help: Some(help) });
    }

    fn value(&mut self, shape: &Shape, value: &Value, at: &Pointer) {
        match (shape.concrete(value), value) {
            (Concrete::Plain(Shape::Integer { unsigned }), Value::Number(number)) => {
                let is_whole = number.as_f64().is_some_and(|number| number.fract() == 0.0);
                let is_negative = number.as_f64().is_some_and(|number| number < 0.0);
                if !is_whole {
                    self.wrong(at, &format!("the number {number}"), "a whole number");
                } else if *unsigned && is_negative {
                    self.wrong(at, &format!("the number {number}"), "a whole number that is not negative");
                }
            }
            (Concrete::Plain(Shape::Enum(allowed)), Value::String(text)) => {
                if !allowed.contains(text) && !text.contains("${") {
                    self.unknown_value(at, text, allowed.iter().map(String::as_str));
                }
            }
            (Concrete::Plain(plain), value) if plain.admits(value) => {}
            (Concrete::List(item), Value::Array(items)) => {
                for (n, value) in items.iter().enumerate() {
                    self.value(item, value, &at.item(n));
                }
            }
            (Concrete::Object(object, tag), Value::Object(fields)) => self.object(object, tag, fields, at),
            (Concrete::UnknownMember { tag, members }, Value::Object(fields)) => {
                let names = members.iter().map(|(name, _)| name.as_str());
                match fields.get(tag) {
                    Some(Value::String(text)) => self.unknown_value(&at.field(tag), text, names),
                    Some(_) => self.wrong(&at.field(tag), "not a text", "a text"),
                    None if self.is_absent_in_api(at, tag) => {}
                    None => {
                        let help = format!("it is one of {}", names.collect::<Vec<_>>().join(", "));
                        self.add(Severity::Error, at, false, format!("the field `{tag}` is missing"), help);
                    }
                }
            }
            // The API takes `null` as "not set".
            (_, Value::Null) if !at.0.is_empty() && !matches!(at.0.last(), Some(Step::Item(_))) => {}
            (Concrete::NoneOf(members), value) => {
                let expected = members.iter().map(Shape::what).collect::<Vec<_>>().join(" or ");
                self.wrong(at, what(value), &expected);
            }
            (_, value) => self.wrong(at, what(value), &shape.what()),
        }
    }

    fn object(&mut self, object: &ObjectShape, tag: Option<&str>, fields: &Map<String, Value>, at: &Pointer) {
        // Required fields that are present under a misspelled name.
        let mut misspelled = Vec::new();
        for (name, value) in fields {
            let place = at.field(name);
            match object.get(name) {
                Some(field) if field.is_read_only => self.set_by_api(name, &place),
                // A required field that is `null` is reported as missing.
                Some(field) if field.is_required && value.is_null() && !field.shape.admits(value) => {
                    self.wrong(&place, "null", &field.shape.what());
                }
                Some(field) => self.value(&field.shape, value, &place),
                None if Some(name.as_str()) == tag => {}
                None if at.0.is_empty() && self.kind.write_only().contains(&name.as_str()) => {}
                None if at.0.is_empty() && self.kind.set_by_api().contains(&name.as_str()) => {
                    self.set_by_api(name, &place);
                }
                None => match &object.others {
                    Some(others) => self.value(others, value, &place),
                    None => misspelled.extend(self.unknown_field(object, name, &place)),
                },
            }
        }
        let is_missing = |(name, field): &&(String, Field)| {
            field.is_required
                && !fields.contains_key(name)
                && !misspelled.contains(&name.as_str())
                && !self.is_absent_in_api(at, name)
        };
        let missing: Vec<_> = object.fields.iter().filter(is_missing).map(|(name, _)| name).collect();
        for name in missing {
            let help = if at.0.is_empty() {
                format!("{} {} needs it", self.kind.article(), self.kind.singular())
            } else {
                format!("add `{name}:`")
            };
            self.add(Severity::Error, at, false, format!("the field `{name}` is missing"), help);
        }
    }

    fn set_by_api(&mut self, name: &str, place: &Pointer) {
        let message = format!("the API sets `{name}` itself");
        self.add(Severity::Error, place, true, message, "remove it".to_owned());
    }

    /// Whether the API has returned this object without the field.
    fn is_absent_in_api(&self, at: &Pointer, name: &str) -> bool {
        !at.0.is_empty() && (self.is_known)(at) && !(self.is_known)(&at.field(name))
    }

    /// Returns the field that it is probably meant to be.
    fn unknown_field<'s>(&mut self, object: &'s ObjectShape, name: &str, place: &Pointer) -> Option<&'s str> {
        if (self.is_known)(place) {
            return None;
        }
        let names = || object.fields.iter().filter(|(_, field)| !field.is_read_only).map(|(name, _)| name.as_str());
        match closest(name, names()) {
            Some(close) => {
                let help = format!("did you mean `{close}`?");
                self.add(Severity::Error, place, true, format!("unknown field `{name}`"), help);
                Some(close)
            }
            None => {
                let mut names: Vec<_> = names().collect();
                names.sort_unstable();
                let help = format!("it is sent as it is; the known fields here are {}", names.join(", "));
                self.add(Severity::Warning, place, true, format!("unknown field `{name}`"), help);
                None
            }
        }
    }

    fn unknown_value<'n>(&mut self, at: &Pointer, text: &str, allowed: impl Iterator<Item = &'n str> + Clone) {
        let message = format!("unknown value `{text}`");
        match closest(text, allowed.clone()) {
            _ if (self.is_known)(at) => {}
            Some(close) => self.add(Severity::Error, at, false, message, format!("did you mean `{close}`?")),
            None => {
                let help = format!("the known values are {}", allowed.collect::<Vec<_>>().join(", "));
                self.add(Severity::Warning, at, false, message, help);
            }
        }
    }

    fn wrong(&mut self, at: &Pointer, is: &str, expected: &str) {
        let name = match at.0.last() {
            Some(Step::Field(name)) => format!("`{name}`"),
            Some(Step::Item(_)) => "this item".to_owned(),
            None => "this".to_owned(),
        };
        self.add(Severity::Error, at, false, format!("{name} is {is}"), format!("it must be {expected}"));
    }
}

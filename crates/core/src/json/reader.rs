use std::borrow::Cow;
use std::fmt;

use serde::de::Unexpected;
use serde_json::{Map, Number as JsonNumber, Value};

use super::scan::{Number, Scan, out_of_range};
use super::{Fault, FieldNames, FromJson as _};
use crate::data::__private::unknown_value;
use crate::{Extra, UnknownValue};

/// How deep arrays and objects may stand in each other.
pub(super) const MAX_DEPTH: u8 = 128;

/// A JSON text that is being read, value by value; see [the module](self::super).
///
/// Its `Debug` tells how far it has come, and nothing of the text.
pub struct Reader<'t> {
    pub(super) scan: Scan<'t>,
    depth: u8,
    /// The field to leave out of the object that comes next.
    left_out: Option<&'static str>,
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("at", &self.scan.at).field("depth", &self.depth).finish_non_exhaustive()
    }
}

/// An object that is being read, whatever its type.
pub trait Fields {
    /// Reads the value that comes next into the field with that number.
    fn read_field(&mut self, number: usize, json: &mut Reader<'_>) -> Result<(), Fault>;

    /// The fields that have no number.
    fn extra_mut(&mut self) -> &mut Extra;
}

/// Takes the value of the field with that name.
type ReadEntry<'r, 't> = dyn FnMut(Cow<'t, str>, &mut Reader<'t>) -> Result<(), Fault> + 'r;

/// What tells which member of a union an object is.
#[derive(Debug)]
pub(crate) enum Head<'t> {
    /// Its tag.
    Tag(Cow<'t, str>),
    /// The names of its fields, where it has no tag.
    Names(Vec<Cow<'t, str>>),
}

impl<'t> Reader<'t> {
    pub(crate) const fn new(text: &'t str) -> Self {
        Self { scan: Scan::new(text), depth: 0, left_out: None }
    }

    /// How many bytes have been read.
    pub(crate) const fn at(&self) -> usize {
        self.scan.at
    }

    /// Checks that nothing is left.
    pub(crate) fn end(&mut self) -> Result<(), Fault> {
        match self.scan.peek() {
            None => Ok(()),
            Some(_) => Err(Fault::syntax("something follows the end of the document")),
        }
    }

    /// The first byte of what comes next, white space aside: it tells what kind of value that is.
    pub fn peek(&mut self) -> Option<u8> {
        self.scan.peek()
    }

    /// Takes a text; `expected` is what an error says was expected.
    ///
    /// # Errors
    /// Where something else comes next.
    pub fn text(&mut self, expected: &str) -> Result<Cow<'t, str>, Fault> {
        if self.peek() == Some(b'"') { self.scan.string() } else { Err(self.unexpected(expected)) }
    }

    /// Takes one of some words and gives its number, or what stands there in place of one.
    #[doc(hidden)]
    pub fn word(&mut self, words: &[&str]) -> Result<Result<usize, UnknownValue>, Fault> {
        let text = self.text("a string")?;
        Ok(words.iter().position(|word| *word == text).ok_or_else(|| unknown_value(&text)))
    }

    pub(super) fn number(&mut self, expected: &str) -> Result<Number, Fault> {
        match self.peek() {
            Some(b'-' | b'0'..=b'9') => self.scan.number(),
            _ => Err(self.unexpected(expected)),
        }
    }

    pub(super) fn bool(&mut self) -> Result<bool, Fault> {
        match self.peek() {
            Some(b't') => self.scan.word("true").map(|()| true),
            Some(b'f') => self.scan.word("false").map(|()| false),
            _ => Err(self.unexpected("a boolean")),
        }
    }

    /// Whether `null` comes next, or what is no JSON. It is looked at often, and where a value is read, white space is
    /// behind the reader.
    #[inline]
    pub(super) fn is_null(&self) -> bool {
        self.scan.byte() == Some(b'n')
    }

    /// Takes `null`.
    pub(super) fn null(&mut self) -> Result<(), Fault> {
        self.scan.word("null")
    }

    /// Takes the bracket that opens an array or an object.
    pub(super) fn open(&mut self, bracket: u8, expected: &str) -> Result<(), Fault> {
        if self.peek() != Some(bracket) {
            return Err(self.unexpected(expected));
        }
        if self.depth == MAX_DEPTH {
            return Err(Fault::syntax("arrays and objects stand in each other too deep"));
        }
        self.scan.at += 1;
        self.depth += 1;
        Ok(())
    }

    /// Goes on to the next part of an array or object, or takes the bracket that ends it: then there is none.
    pub(super) fn next(&mut self, end: u8, is_first: bool) -> Result<bool, Fault> {
        match self.peek() {
            Some(b',') if !is_first => {
                self.scan.at += 1;
                self.peek();
                Ok(true)
            }
            Some(found) if found == end => {
                self.scan.at += 1;
                self.depth -= 1;
                Ok(false)
            }
            Some(_) if is_first => Ok(true),
            _ => Err(self.scan.expected(match (end, is_first) {
                (b']', true) => "a value or `]`",
                (b']', false) => "`,` or `]`",
                (_, true) => "a field's name or `}`",
                (_, false) => "`,` or `}`",
            })),
        }
    }

    /// Takes a field's name and the colon behind it.
    fn name(&mut self) -> Result<Cow<'t, str>, Fault> {
        if self.peek() != Some(b'"') {
            return Err(self.scan.expected("a field's name"));
        }
        let name = self.scan.string()?;
        if self.peek() != Some(b':') {
            return Err(self.scan.expected("`:`"));
        }
        self.scan.at += 1;
        self.peek();
        Ok(name)
    }

    /// Reads an object, field by field.
    #[doc(hidden)]
    pub fn object(&mut self, names: &FieldNames, expected: &str, object: &mut dyn Fields) -> Result<(), Fault> {
        let left_out = self.left_out.take();
        self.open(b'{', expected)?;
        let (mut seen, mut place, mut is_first) = (0_u64, 0, true);
        while self.next(b'}', is_first)? {
            is_first = false;
            let number = match names.guess(place) {
                Some((number, name)) if self.scan.take_text(name) => {
                    self.peek();
                    number
                }
                _ => {
                    let name = self.name()?;
                    match names.find(place, &name) {
                        Some(number) => number,
                        None if left_out == Some(&*name) => {
                            self.skip()?;
                            continue;
                        }
                        None => {
                            let value = self.value()?;
                            object.extra_mut().insert(name, value);
                            continue;
                        }
                    }
                }
            };
            if left_out.is_some_and(|name| name.as_bytes() == names.name(number)) {
                self.skip()?;
                continue;
            }
            if seen & 1 << number != 0 {
                return Err(Fault::twice(names.name(number)));
            }
            seen |= 1 << number;
            place = number + 1;
            object.read_field(number, self)?;
        }
        match names.missing(seen) {
            None => Ok(()),
            Some(name) => Err(Fault::missing(name)),
        }
    }

    /// What tells which member of a union the object is that comes next. Nothing is taken.
    pub(crate) fn look_ahead(&mut self, tag: &str, expected: &str) -> Result<Head<'t>, Fault> {
        let (at, depth) = (self.scan.at, self.depth);
        self.open(b'{', expected)?;
        let mut names = Vec::new();
        let mut is_first = true;
        let head = loop {
            if !self.next(b'}', is_first)? {
                break Head::Names(names);
            }
            is_first = false;
            let name = self.name()?;
            if name == tag && self.peek() == Some(b'"') {
                break Head::Tag(self.scan.string()?);
            }
            self.skip()?;
            names.push(name);
        };
        (self.scan.at, self.depth) = (at, depth);
        Ok(head)
    }

    /// Leaves a field out of the object that comes next, or none.
    pub(crate) const fn leave_out(&mut self, name: Option<&'static str>) {
        self.left_out = name;
    }

    /// Takes any value.
    ///
    /// # Errors
    /// Where the text is no JSON.
    pub fn value(&mut self) -> Result<Value, Fault> {
        Ok(match self.peek() {
            Some(b'"') => self.scan.string()?.into_owned().into(),
            Some(b'{') => self.map("an object")?.into(),
            Some(b'[') => Vec::<Value>::from_json(self)?.into(),
            Some(b't' | b'f') => self.bool()?.into(),
            Some(b'n') => self.null().map(|()| Value::Null)?,
            _ => Value::Number(self.json_number("a value")?),
        })
    }

    pub(super) fn json_number(&mut self, expected: &str) -> Result<JsonNumber, Fault> {
        match self.number(expected)? {
            Number::Unsigned(number) => Ok(number.into()),
            Number::Signed(number) => Ok(number.into()),
            Number::Float(number) => JsonNumber::from_f64(number).ok_or_else(out_of_range),
        }
    }

    /// Takes an object of any shape; `expected` is what an error says was expected.
    ///
    /// # Errors
    /// Where something else comes next.
    pub fn map(&mut self, expected: &str) -> Result<Map<String, Value>, Fault> {
        let mut map = Map::new();
        self.entries(expected, &mut |name, json| {
            map.insert(name.into_owned(), json.value()?);
            Ok(())
        })?;
        Ok(map)
    }

    /// Takes an object, each of whose values `read` takes.
    pub(crate) fn entries(&mut self, expected: &str, read: &mut ReadEntry<'_, 't>) -> Result<(), Fault> {
        let left_out = self.left_out.take();
        self.open(b'{', expected)?;
        let mut is_first = true;
        while self.next(b'}', is_first)? {
            is_first = false;
            let name = self.name()?;
            if left_out == Some(&*name) {
                self.skip()?;
            } else {
                read(name, self)?;
            }
        }
        Ok(())
    }

    /// Takes the text of any value, and tells where it began.
    pub(super) fn take(&mut self) -> Result<(&'t str, usize), Fault> {
        self.peek();
        let start = self.scan.at;
        self.skip()?;
        Ok((self.scan.since(start), start))
    }

    /// Goes back, because the value that was taken is wrong there.
    pub(super) const fn back_to(&mut self, at: usize) {
        self.scan.at = at;
    }

    /// Passes over any value.
    pub(crate) fn skip(&mut self) -> Result<(), Fault> {
        let end = match self.peek() {
            Some(b'{') => b'}',
            Some(b'[') => b']',
            Some(b'"') => return self.scan.string().map(drop),
            Some(b't' | b'f') => return self.bool().map(drop),
            Some(b'n') => return self.null(),
            _ => return self.number("a value").map(drop),
        };
        self.open(end - 2, "a value")?;
        let mut is_first = true;
        while self.next(end, is_first)? {
            is_first = false;
            if end == b'}' {
                self.name()?;
            }
            self.skip()?;
        }
        Ok(())
    }

    /// The fault that what comes next is not what was expected.
    #[cold]
    pub fn unexpected(&mut self, expected: &str) -> Fault {
        let text;
        let found = match self.peek() {
            Some(b'"') => match self.scan.string() {
                Ok(string) => {
                    text = string;
                    Unexpected::Str(&text)
                }
                Err(fault) => return fault,
            },
            Some(b'-' | b'0'..=b'9') => match self.scan.number() {
                Ok(Number::Unsigned(number)) => Unexpected::Unsigned(number),
                Ok(Number::Signed(number)) => Unexpected::Signed(number),
                Ok(Number::Float(number)) => Unexpected::Float(number),
                Err(fault) => return fault,
            },
            Some(b't') if self.scan.word("true").is_ok() => Unexpected::Bool(true),
            Some(b'f') if self.scan.word("false").is_ok() => Unexpected::Bool(false),
            Some(b'n') if self.null().is_ok() => Unexpected::Other("null"),
            Some(b'[') => Unexpected::Seq,
            Some(b'{') => Unexpected::Map,
            _ => return self.scan.expected("a value"),
        };
        Fault::mismatch(format!("invalid type: {found}, expected {expected}"))
    }
}

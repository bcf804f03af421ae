//! Detection of the unknown parts of a value.

use std::fmt::Display;

use serde::ser::{self, Serialize, Serializer};

use crate::json_path::{JsonPath, Step};

/// The name of the newtype struct that unknown values serialize as. Formats ignore it, [`unknown_paths`] looks for it.
const MARK: &str = "telnyx_ai_core::Unknown";

/// A value that this version does not know.
pub(super) struct Unknown<T>(pub(super) T);

impl<T: Serialize> Serialize for Unknown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(MARK, &self.0)
    }
}

/// Returns the JSON paths of the parts of `value` that this version does not know.
///
/// These are unknown fields, unknown enum values, unknown union members, and fields whose value has an unexpected type, at
/// every depth. Call it on responses to learn what the API added, or on a configuration that was read from a file to find
/// misspelled fields.
///
/// ```
/// use telnyx_ai_core::{PageMeta, unknown_paths};
///
/// let meta: PageMeta = serde_json::from_str(r#"{"page_number": 1, "total_pages": 1, "took_ms": 3}"#)?;
/// assert_eq!(unknown_paths(&meta), ["took_ms"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn unknown_paths<T: Serialize + ?Sized>(value: &T) -> Vec<String> {
    let mut walk = Walk::default();
    // Only a failing `Serialize` of the value ends the walk early.
    let _ = value.serialize(&mut walk);
    walk.found
}

#[derive(Default)]
struct Walk {
    path: JsonPath,
    found: Vec<String>,
}

impl Walk {
    fn inside<T: Serialize + ?Sized>(&mut self, step: Step, value: &T) -> Result<(), Stopped> {
        self.path.0.push(step);
        let result = value.serialize(&mut *self);
        self.path.0.pop();
        result
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Stopped(String);

impl ser::Error for Stopped {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

macro_rules! scalars {
    ($($method:ident: $ty:ty),* $(,)?) => {
        $(fn $method(self, _: $ty) -> Result<(), Stopped> {
            Ok(())
        })*
    };
}

impl<'w> Serializer for &'w mut Walk {
    type Ok = ();
    type Error = Stopped;
    type SerializeSeq = Items<'w>;
    type SerializeTuple = Items<'w>;
    type SerializeTupleStruct = Items<'w>;
    type SerializeTupleVariant = Items<'w>;
    type SerializeMap = Fields<'w>;
    type SerializeStruct = Fields<'w>;
    type SerializeStructVariant = Fields<'w>;

    scalars! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_f32: f32,
        serialize_f64: f64, serialize_char: char, serialize_str: &str, serialize_bytes: &[u8],
        serialize_unit_struct: &'static str,
    }

    fn serialize_none(self) -> Result<(), Stopped> {
        Ok(())
    }

    fn serialize_unit(self) -> Result<(), Stopped> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Stopped> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), Stopped> {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<(), Stopped> {
        if name == MARK {
            self.found.push(self.path.to_string());
            return Ok(());
        }
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Stopped> {
        self.inside(Step::Field(variant.to_owned()), value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'w>, Stopped> {
        Ok(Items { walk: self, next: 0 })
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'w>, Stopped> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items<'w>, Stopped> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Items<'w>, Stopped> {
        self.serialize_seq(None)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fields<'w>, Stopped> {
        Ok(Fields { walk: self, key: String::new() })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'w>, Stopped> {
        self.serialize_map(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Fields<'w>, Stopped> {
        self.serialize_map(None)
    }
}

/// A walk through an array.
struct Items<'w> {
    walk: &'w mut Walk,
    next: usize,
}

impl Items<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stopped> {
        let step = Step::Item(self.next);
        self.next += 1;
        self.walk.inside(step, value)
    }
}

macro_rules! items {
    ($($trait:ident :: $method:ident),*) => {
        $(impl ser::$trait for Items<'_> {
            type Ok = ();
            type Error = Stopped;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stopped> {
                self.item(value)
            }

            fn end(self) -> Result<(), Stopped> {
                Ok(())
            }
        })*
    };
}

items!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

/// A walk through an object.
struct Fields<'w> {
    walk: &'w mut Walk,
    key: String,
}

impl ser::SerializeMap for Fields<'_> {
    type Ok = ();
    type Error = Stopped;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Stopped> {
        self.key = match serde_json::to_value(key) {
            Ok(serde_json::Value::String(text)) => text,
            Ok(other) => other.to_string(),
            Err(error) => return Err(ser::Error::custom(error)),
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stopped> {
        let key = std::mem::take(&mut self.key);
        self.walk.inside(Step::Field(key), value)
    }

    fn end(self) -> Result<(), Stopped> {
        Ok(())
    }
}

macro_rules! fields {
    ($($trait:ident),*) => {
        $(impl ser::$trait for Fields<'_> {
            type Ok = ();
            type Error = Stopped;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Stopped> {
                self.walk.inside(Step::Field(name.to_owned()), value)
            }

            fn end(self) -> Result<(), Stopped> {
                Ok(())
            }
        })*
    };
}

fields!(SerializeStruct, SerializeStructVariant);

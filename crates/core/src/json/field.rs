use std::collections::BTreeMap;

use serde::de::Unexpected;
use serde_json::{Map, Value};

use super::scan::Number;
use super::{Fault, Reader};
use crate::{Nullable, Scalar, Secret, Timestamp};

/// What the SDK's own reader can make of a JSON text: every type of the API, texts, numbers, lists,
/// [`serde_json::Value`].
///
/// `derive(Object)`, `derive(OpenEnum)` and `derive(Union)` implement it. A type that has serde's `Deserialize` instead is
/// read inside of [`Json`](super::Json).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not read by the SDK's own reader of JSON",
    note = "a type with serde's `Deserialize` is read inside of `Json<{Self}>`"
)]
pub trait FromJson: Sized {
    /// Reads the value that comes next.
    ///
    /// # Errors
    /// Where it has another type than is wanted, or the text is no JSON.
    fn from_json(json: &mut Reader<'_>) -> Result<Self, Fault>;
}

/// What can stand in a field of an [`Object`](crate::Object): read where it stands, because objects are large, and one that
/// is handed up from call to call is copied each time.
///
/// The derives implement it. A type of your own that has [`FromJson`] implements [`blank`](Self::blank) and nothing else.
pub trait Field: FromJson {
    /// Whether `read` is more than `from_json`.
    #[doc(hidden)]
    const IN_PLACE: bool = false;

    /// What stands in the field until it is read.
    fn blank() -> Self;

    /// Reads the value that comes next into a blank.
    ///
    /// # Errors
    /// Those of `from_json`. What stands there then is of no use.
    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), Fault> {
        *self = Self::from_json(json)?;
        Ok(())
    }
}

/// `from_json` for what is read in its place.
#[doc(hidden)]
pub fn read_blank<T: Field>(json: &mut Reader<'_>) -> Result<T, Fault> {
    let mut value = T::blank();
    value.read(json)?;
    Ok(value)
}

macro_rules! plain {
    ($($ty:ty: $json:ident => $read:expr, $blank:expr;)*) => {
        $(impl FromJson for $ty {
            #[inline(never)]
            fn from_json($json: &mut Reader<'_>) -> Result<Self, Fault> {
                $read
            }
        }

        impl Field for $ty {
            fn blank() -> Self {
                $blank
            }
        })*
    };
}

plain! {
    bool: json => json.bool(), false;
    f64: json => Ok(match json.number("a number")? {
        Number::Float(number) => number,
        #[allow(clippy::cast_precision_loss)]
        Number::Unsigned(number) => number as f64,
        #[allow(clippy::cast_precision_loss)]
        Number::Signed(number) => number as f64,
    }), 0.0;
    String: json => Ok(json.text("a string")?.into_owned()), String::new();
    Timestamp: json => String::from_json(json).map(Self::from), Self::from(String::new());
    Secret: json => String::from_json(json).map(Self::from), Self::from("");
    Value: json => json.value(), Self::Null;
    Map<String, Value>: json => json.map("an object"), Self::new();
}

impl FromJson for Scalar {
    fn from_json(json: &mut Reader<'_>) -> Result<Self, Fault> {
        Ok(match json.peek() {
            Some(b'"') => Self::String(String::from_json(json)?),
            Some(b't' | b'f') => Self::Bool(json.bool()?),
            _ => Self::Number(json.json_number("a string, a number or a boolean")?),
        })
    }
}

impl Field for Scalar {
    fn blank() -> Self {
        Self::Bool(false)
    }
}

macro_rules! whole {
    ($($ty:ty)*) => {
        $(impl FromJson for $ty {
            #[inline(never)]
            fn from_json(json: &mut Reader<'_>) -> Result<Self, Fault> {
                whole(json, concat!("a whole number (", stringify!($ty), ")"))
            }
        }

        impl Field for $ty {
            fn blank() -> Self {
                0
            }
        })*
    };
}

whole!(u8 u16 u32 u64 i32 i64);

/// Some services write a whole number as `28.0`.
fn whole<T: TryFrom<i128>>(json: &mut Reader<'_>, expected: &str) -> Result<T, Fault> {
    let (number, found) = match json.number(expected)? {
        Number::Unsigned(number) => (i128::from(number), Unexpected::Unsigned(number)),
        Number::Signed(number) => (i128::from(number), Unexpected::Signed(number)),
        // A float beyond i128 saturates, and no integer type takes that either.
        #[allow(clippy::cast_possible_truncation)]
        Number::Float(number) if number.fract() == 0.0 => (number as i128, Unexpected::Float(number)),
        Number::Float(number) => return Err(invalid_value(Unexpected::Float(number), expected)),
    };
    T::try_from(number).map_err(|_| invalid_value(found, expected))
}

#[cold]
fn invalid_value(found: Unexpected<'_>, expected: &str) -> Fault {
    Fault::mismatch(format!("invalid value: {found}, expected {expected}"))
}

impl<T: FromJson> FromJson for Box<T> {
    fn from_json(json: &mut Reader<'_>) -> Result<Self, Fault> {
        T::from_json(json).map(Self::new)
    }
}

impl<T: Field> Field for Box<T> {
    const IN_PLACE: bool = true;

    fn blank() -> Self {
        Self::new(T::blank())
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), Fault> {
        T::read(self, json)
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(json: &mut Reader<'_>) -> Result<Self, Fault> {
        if json.is_null() { json.null().map(|()| None) } else { T::from_json(json).map(Some) }
    }
}

impl<T: Field> Field for Option<T> {
    const IN_PLACE: bool = true;

    fn blank() -> Self {
        None
    }

    #[inline(never)]
    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), Fault> {
        if json.is_null() {
            return json.null();
        }
        if T::IN_PLACE {
            return self.get_or_insert_with(T::blank).read(json);
        }
        *self = Some(T::from_json(json)?);
        Ok(())
    }
}

/// A field that is read is there, so it is `null` or a value.
impl<T: FromJson> FromJson for Nullable<T> {
    #[inline(never)]
    fn from_json(json: &mut Reader<'_>) -> Result<Self, Fault> {
        if json.is_null() { json.null().map(|()| Self::Null) } else { T::from_json(json).map(Self::Value) }
    }
}

impl<T: FromJson> Field for Nullable<T> {
    fn blank() -> Self {
        Self::Absent
    }
}

/// Makes room for one more. Most lists are short, and there are many: one that is left with room for four wastes three.
pub(crate) fn grow<T>(items: &mut Vec<T>) {
    if items.len() == items.capacity() {
        items.reserve_exact(items.len().max(1));
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    #[inline(never)]
    fn from_json(json: &mut Reader<'_>) -> Result<Self, Fault> {
        json.open(b'[', "a sequence")?;
        let mut items = Self::new();
        while json.next(b']', items.is_empty())? {
            grow(&mut items);
            items.push(T::from_json(json)?);
        }
        items.shrink_to_fit();
        Ok(items)
    }
}

impl<T: FromJson> Field for Vec<T> {
    fn blank() -> Self {
        Self::new()
    }
}

impl<T: FromJson> FromJson for BTreeMap<String, T> {
    fn from_json(json: &mut Reader<'_>) -> Result<Self, Fault> {
        let mut map = Self::new();
        json.entries("a map", &mut |name, json| {
            map.insert(name.into_owned(), T::from_json(json)?);
            Ok(())
        })?;
        Ok(map)
    }
}

impl<T: FromJson> Field for BTreeMap<String, T> {
    fn blank() -> Self {
        Self::new()
    }
}

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A struct that is a JSON object and keeps the fields it does not know; see the derive of the same name.
///
/// ```
/// use telnyx_ai_core::{Extra, Object};
///
/// /// A server.
/// #[derive(Debug, Clone, PartialEq, Object)]
/// pub struct Server {
///     /// Its name.
///     pub name: String,
///     /// What kind it is.
///     #[wire("type")]
///     pub kind: Option<String>,
///     /// Fields this version does not know.
///     pub extra: Extra,
/// }
///
/// let server: Server = serde_json::from_str(r#"{"name": "crm", "type": "http", "new": [1]}"#)?;
/// assert_eq!(server.kind.as_deref(), Some("http"));
/// assert_eq!(server.extra.get("new"), Some(&serde_json::json!([1])));
/// assert_eq!(serde_json::to_string(&server)?, r#"{"name":"crm","type":"http","new":[1]}"#);
/// assert_eq!(serde_json::to_string(&Server::new("crm"))?, r#"{"name":"crm"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub trait Object: Sized {
    /// The required fields, by their names on the wire.
    const REQUIRED: &'static [&'static str];

    #[doc(hidden)]
    const EXPECTING: &'static str;

    /// Reads the fields from the entries of a map.
    ///
    /// # Errors
    /// Where a required field is missing or a known one has another type.
    fn read<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;

    /// Writes the fields as entries of a map, the unknown ones last.
    ///
    /// # Errors
    /// Those of the serializer.
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

impl<T: Object> Object for Box<T> {
    const REQUIRED: &'static [&'static str] = T::REQUIRED;
    const EXPECTING: &'static str = T::EXPECTING;

    fn read<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        T::read(map).map(Self::new)
    }

    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        T::write(self, map)
    }
}

#[doc(hidden)]
pub fn serialize_object<T: Object, S: Serializer>(object: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    object.write(&mut map)?;
    map.end()
}

#[doc(hidden)]
pub fn deserialize_object<'de, T: Object, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct ObjectVisitor<T>(PhantomData<T>);

    impl<'de, T: Object> Visitor<'de> for ObjectVisitor<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(T::EXPECTING)
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::read(map)
        }
    }

    deserializer.deserialize_map(ObjectVisitor(PhantomData))
}

/// A field's name, borrowed from the input where it can be.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct Key<'de>(Cow<'de, str>);

impl Deref for Key<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field's name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(name.to_owned())))
            }

            fn visit_string<E>(self, name: String) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(name)))
            }
        }

        deserializer.deserialize_str(KeyVisitor)
    }
}

impl<'de> Key<'de> {
    pub(super) fn into_cow(self) -> Cow<'de, str> {
        self.0
    }
}

/// A whole number, which some services write as `28.0`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Whole<T>(pub T);

impl<T: Serialize> Serialize for Whole<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: TryFrom<i128>> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WholeVisitor<T>(PhantomData<T>);

        impl<T: TryFrom<i128>> WholeVisitor<T> {
            fn whole<E: Error>(self, n: i128, seen: Unexpected<'_>) -> Result<Whole<T>, E> {
                T::try_from(n).map(Whole).map_err(|_| E::invalid_value(seen, &self))
            }
        }

        impl<T: TryFrom<i128>> Visitor<'_> for WholeVisitor<T> {
            type Value = Whole<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a whole number ({})", std::any::type_name::<T>())
            }

            fn visit_u64<E: Error>(self, n: u64) -> Result<Self::Value, E> {
                self.whole(n.into(), Unexpected::Unsigned(n))
            }

            fn visit_i64<E: Error>(self, n: i64) -> Result<Self::Value, E> {
                self.whole(n.into(), Unexpected::Signed(n))
            }

            fn visit_f64<E: Error>(self, n: f64) -> Result<Self::Value, E> {
                if n.fract() == 0.0 {
                    // A float beyond i128 saturates, and no integer type takes that either.
                    #[allow(clippy::cast_possible_truncation)]
                    self.whole(n as i128, Unexpected::Float(n))
                } else {
                    Err(E::invalid_value(Unexpected::Float(n), &self))
                }
            }
        }

        deserializer.deserialize_i64(WholeVisitor(PhantomData))
    }
}

//! The second read of a JSON document, after the first read failed.
//!
//! It finds the path of the failure. A lenient read also recovers: it keeps values of an unexpected type as raw JSON wherever
//! a type accepts that. Such a type requests its value as a newtype struct with the name [`HAND_OVER`]. Other formats ignore
//! the name. The second read hands itself over, so that the type can read the value and keep it raw if that fails.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::iter::Enumerate;
use std::rc::Rc;
use std::slice;

use serde::de::value::MapAccessDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Map, Value};

use crate::decode_error::DecodeError;
use crate::json_path::{JsonPath, Step};
use crate::tree::Tree;

/// The name of a newtype struct whose visitor takes the deserializer in `visit_unit`.
pub(crate) const HAND_OVER: &str = "$telnyx_ai_core::Reread";

thread_local! {
    /// The deserializer that is handed over. It is set only while `visit_unit` runs.
    static HANDED_OVER: RefCell<Option<Reread<'static>>> = const { RefCell::new(None) };
}

/// Deserializes the document strictly. An error has its path.
pub(crate) fn strict<T: DeserializeOwned>(document: Tree) -> Result<T, DecodeError> {
    read(document, &Rc::default())
}

/// Deserializes the document leniently, and lists the paths of the values that were kept raw.
pub(crate) fn lenient<T: DeserializeOwned>(document: Tree) -> Result<(T, Vec<JsonPath>), DecodeError> {
    let track = Rc::new(Track { lenient: true, ..Track::default() });
    Ok((read(document, &track)?, track.set_aside.take()))
}

fn read<T: DeserializeOwned>(document: Tree, track: &Rc<Track>) -> Result<T, DecodeError> {
    let document = Reread { tree: Cow::Owned(document), track: Rc::clone(track) };
    T::deserialize(document).map_err(|error| DecodeError::data(track.failed_at.take(), &error))
}

/// The state of a read. The default is that of a strict read. Paths start at the current value.
#[derive(Default)]
struct Track {
    lenient: bool,
    /// The path of the last error.
    failed_at: RefCell<JsonPath>,
    /// The paths of the values that were kept raw.
    set_aside: RefCell<Vec<JsonPath>>,
}

impl Track {
    /// Reads an item or a field of the current value.
    fn inside<T>(&self, step: impl Fn() -> Step, read: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        let before = self.set_aside.borrow().len();
        self.failed_at.take();
        let value = read();
        self.set_aside.borrow_mut()[before..].iter_mut().for_each(|path| path.0.insert(0, step()));
        if value.is_err() {
            self.failed_at.borrow_mut().0.insert(0, step());
        }
        value
    }
}

/// A deserializer of one value of the document.
pub(crate) struct Reread<'t> {
    pub(crate) tree: Cow<'t, Tree>,
    track: Rc<Track>,
}

impl<'t> Reread<'t> {
    /// A strict read of a value.
    pub(crate) fn strict(tree: Tree) -> Self {
        Self { tree: Cow::Owned(tree), track: Rc::default() }
    }

    fn of(tree: &'t Tree, track: &Rc<Track>) -> Self {
        Self { tree: Cow::Borrowed(tree), track: Rc::clone(track) }
    }

    /// Takes the deserializer that is handed over, in `visit_unit`. Other formats hand over none.
    pub(crate) fn handed_over() -> Option<Reread<'static>> {
        HANDED_OVER.take()
    }

    /// Reads the value. If that fails in a lenient read, returns the raw value.
    pub(crate) fn typed_or_raw<T>(
        self,
        read: impl FnOnce(Reread<'_>) -> Result<T, Error>,
    ) -> Result<Result<T, Value>, Error> {
        let Self { tree, track } = self;
        let before = track.set_aside.borrow().len();
        match read(Reread::of(&tree, &track)) {
            Err(_) if track.lenient => {
                track.failed_at.take();
                let mut set_aside = track.set_aside.borrow_mut();
                // The raw value includes the values that were kept raw inside it.
                set_aside.truncate(before);
                set_aside.push(JsonPath::default());
                Ok(Err(tree.into_owned().into()))
            }
            read => read.map(Ok),
        }
    }

    /// Removes the first field of that name.
    pub(crate) fn without(mut self, name: &str) -> Self {
        if let Tree::Object(fields) = self.tree.to_mut() {
            let fields = Rc::make_mut(fields);
            if let Some(index) = fields.iter().position(|(present, _)| present == name) {
                fields.remove(index);
            }
        }
        self
    }
}

impl<'de> Deserializer<'de> for Reread<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.tree.unexpected() {
            Unexpected::Unit => visitor.visit_unit(),
            Unexpected::Bool(value) => visitor.visit_bool(value),
            Unexpected::Unsigned(number) => visitor.visit_u64(number),
            Unexpected::Signed(number) => visitor.visit_i64(number),
            Unexpected::Float(number) => visitor.visit_f64(number),
            Unexpected::Str(text) => visitor.visit_str(text),
            Unexpected::Seq => self.deserialize_seq(visitor),
            _ => self.deserialize_map(visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Tree::Array(items) = &*self.tree else {
            return Err(Error::invalid_type(self.tree.unexpected(), &visitor));
        };
        let mut rest = Items { items: items.iter().enumerate(), track: &self.track };
        let value = visitor.visit_seq(&mut rest)?;
        match rest.items.len() {
            0 => Ok(value),
            _ => Err(Error::invalid_length(items.len(), &"fewer elements in the array")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Tree::Object(fields) = &*self.tree else {
            return Err(Error::invalid_type(self.tree.unexpected(), &visitor));
        };
        visitor.visit_map(Entries { fields: fields.iter(), current: None, track: &self.track })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match *self.tree {
            Tree::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        /// Empties the slot, even if the visitor does not take the deserializer.
        struct HandOver;

        impl Drop for HandOver {
            fn drop(&mut self) {
                HANDED_OVER.take();
            }
        }

        if name != HAND_OVER {
            return visitor.visit_newtype_struct(self);
        }
        let _hand_over = HandOver;
        HANDED_OVER.set(Some(Reread { tree: Cow::Owned(self.tree.into_owned()), track: self.track }));
        visitor.visit_unit()
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match &*self.tree {
            Tree::String(text) => text.as_str().into_deserializer().deserialize_enum(name, variants, visitor),
            Tree::Object(fields) if fields.len() == 1 => {
                let entries = Entries { fields: fields.iter(), current: None, track: &self.track };
                visitor.visit_enum(MapAccessDeserializer::new(entries))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple tuple_struct
        struct identifier ignored_any
    }
}

struct Items<'t> {
    items: Enumerate<slice::Iter<'t, Tree>>,
    track: &'t Rc<Track>,
}

impl<'de> SeqAccess<'de> for &mut Items<'_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let track = self.track;
        let Some((index, tree)) = self.items.next() else {
            return Ok(None);
        };
        track.inside(|| Step::Item(index), || seed.deserialize(Reread::of(tree, track))).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Entries<'t> {
    fields: slice::Iter<'t, (String, Tree)>,
    /// The field whose key was read and whose value was not.
    current: Option<&'t (String, Tree)>,
    track: &'t Rc<Track>,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        self.current = self.fields.next();
        let Some((name, _)) = self.current else {
            return Ok(None);
        };
        self.track.inside(|| Step::Field(name.clone()), || read_key(name, seed)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let track = self.track;
        let (name, tree) = self.current.take().ok_or_else(|| Error::custom("a value was requested before its key"))?;
        track.inside(|| Step::Field(name.clone()), || seed.deserialize(Reread::of(tree, track)))
    }
}

/// Reads a key as `serde_json` does, which accepts numbers and booleans in quotes.
fn read_key<'de, K: DeserializeSeed<'de>>(name: &str, seed: K) -> Result<K::Value, Error> {
    struct KeyVisitor<K>(K);

    impl<'de, K: DeserializeSeed<'de>> Visitor<'de> for KeyVisitor<K> {
        type Value = K::Value;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a key")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<K::Value, A::Error> {
            let key = map.next_key_seed(self.0)?.ok_or_else(|| A::Error::custom("a key is missing"))?;
            map.next_value::<IgnoredAny>()?;
            Ok(key)
        }
    }

    Value::Object(Map::from_iter([(name.to_owned(), Value::Null)])).deserialize_map(KeyVisitor(seed))
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    /// A visitor that does not take the deserializer.
    struct Careless {
        panics: bool,
    }

    impl Visitor<'_> for Careless {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("nothing")
        }

        fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
            assert!(!self.panics, "a panic");
            Err(E::custom("an error"))
        }
    }

    #[test]
    fn deserializer_that_was_not_taken_is_not_handed_to_the_next_read() {
        for panics in [false, true] {
            let read = || Reread::strict(Tree::Null).deserialize_newtype_struct(HAND_OVER, Careless { panics });
            assert!(!matches!(catch_unwind(read), Ok(Ok(()))));
            assert!(Reread::handed_over().is_none());
        }
    }
}

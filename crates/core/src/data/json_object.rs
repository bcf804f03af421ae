use std::collections::HashMap;
use std::fmt;
use std::ops::Index;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::decode::{self, DecodeError};
use crate::json::{Fault, Field, FromJson, Reader, grow};

/// A JSON object of any shape, its fields in the order they came in: dynamic variables, a tool's arguments, a JSON Schema.
/// Objects inside of it are [`Value`]s, which have their fields in alphabetical order, and so does what serde's `Deserialize` reads.
///
/// Its `Debug` masks what stands under names such as `headers`, `password` or `token`. It is made for objects of a few
/// fields, which it keeps in less space than a [`serde_json::Map`]; a field is searched for among all, so turn one with hundreds
/// [into a map](Self::into_map) to look up many.
///
/// ```
/// use telnyx_ai_core::JsonObject;
///
/// let mut variables = JsonObject::from([("name", "Ada".into()), ("visits", 3.into())]);
/// assert_eq!(variables["visits"], 3);
/// variables.insert("visits", 4);
/// assert_eq!(serde_json::to_string(&variables)?, r#"{"name":"Ada","visits":4}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct JsonObject(Vec<(String, Value)>);

impl JsonObject {
    /// An empty object.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// What `value` is as JSON: for a typed object where one of any shape is asked for.
    ///
    /// ```
    /// use telnyx_ai_core::{JsonObject, PageMeta};
    ///
    /// let meta = JsonObject::of(&PageMeta::new(1_u64, 3_u64))?;
    /// assert_eq!(meta["total_pages"], 3);
    /// assert_eq!(meta.read::<PageMeta>()?.total_pages, 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Where it is no object, or can not be written as JSON.
    pub fn of(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        let text = serde_json::to_vec(value)?;
        decode::from_slice(&text).map_err(serde::de::Error::custom)
    }

    /// Reads it into a type: a tool's arguments, or the definition of a shared tool.
    ///
    /// # Errors
    /// Where a required field is missing or one has another type; the error names it.
    pub fn read<T: FromJson>(&self) -> Result<T, DecodeError> {
        decode::from_slice(&serde_json::to_vec(self).unwrap_or_default())
    }

    /// The value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The value of a field, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.0.iter_mut().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Whether there is such a field.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Sets a field; gives back what it was before.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        let (name, value) = (name.into(), value.into());
        if let Some(present) = self.get_mut(&name) {
            return Some(std::mem::replace(present, value));
        }
        self.0.push((name, value));
        None
    }

    /// Takes a field out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let place = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.remove(place).1)
    }

    /// The fields with their names, in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The names of the fields.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.iter().map(|(name, _)| name)
    }

    /// How many fields there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same as a map.
    #[must_use]
    pub fn into_map(self) -> Map<String, Value> {
        self.0.into_iter().collect()
    }

    /// An object of these fields. Of those with the same name the last value counts, where the first one stood.
    fn of_fields(mut fields: Vec<(String, Value)>) -> Self {
        if has_doubles(&fields) {
            let mut places = HashMap::new();
            let mut single = Vec::with_capacity(fields.len());
            for (name, value) in fields {
                let place = *places.entry(name.clone()).or_insert(single.len());
                match single.get_mut(place) {
                    Some((_, first)) => *first = value,
                    None => single.push((name, value)),
                }
            }
            fields = single;
        }
        Self(fields)
    }
}

fn has_doubles(fields: &[(String, Value)]) -> bool {
    if fields.len() <= 16 {
        return (1..fields.len()).any(|n| fields[..n].iter().any(|(name, _)| *name == fields[n].0));
    }
    let mut names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.windows(2).any(|two| two[0] == two[1])
}

/// The order does not count.
impl PartialEq for JsonObject {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.len() == other.len() && self.clone().into_map() == other.clone().into_map()
    }
}

impl Index<&str> for JsonObject {
    type Output = Value;

    /// `null` where there is no such field.
    fn index(&self, name: &str) -> &Value {
        self.get(name).unwrap_or(&Value::Null)
    }
}

impl From<Map<String, Value>> for JsonObject {
    fn from(map: Map<String, Value>) -> Self {
        Self(map.into_iter().collect())
    }
}

impl From<JsonObject> for Value {
    fn from(object: JsonObject) -> Self {
        Self::Object(object.into_map())
    }
}

impl<K: Into<String>, const N: usize> From<[(K, Value); N]> for JsonObject {
    fn from(fields: [(K, Value); N]) -> Self {
        fields.into_iter().collect()
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for JsonObject {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(fields: I) -> Self {
        Self::of_fields(fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl<K: Into<String>, V: Into<Value>> Extend<(K, V)> for JsonObject {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, fields: I) {
        let mut all = std::mem::take(&mut self.0);
        all.extend(fields.into_iter().map(|(name, value)| (name.into(), value.into())));
        *self = Self::of_fields(all);
    }
}

impl IntoIterator for JsonObject {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Gives the value back where it is not an object.
impl TryFrom<Value> for JsonObject {
    type Error = Value;

    fn try_from(value: Value) -> Result<Self, Value> {
        match value {
            Value::Object(map) => Ok(map.into()),
            other => Err(other),
        }
    }
}

impl Serialize for JsonObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for JsonObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(Self::from)
    }
}

impl FromJson for JsonObject {
    fn from_json(json: &mut Reader<'_>) -> Result<Self, Fault> {
        let mut fields = Vec::new();
        json.entries("an object", &mut |name, json| {
            grow(&mut fields);
            fields.push((name.into_owned(), json.value()?));
            Ok(())
        })?;
        fields.shrink_to_fit();
        Ok(Self::of_fields(fields))
    }
}

impl Field for JsonObject {
    fn blank() -> Self {
        Self::new()
    }
}

impl fmt::Debug for JsonObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_map(self.iter(), false, f)
    }
}

/// A value as `Debug` may show it.
struct Masked<'v> {
    value: &'v Value,
    secret: bool,
}

impl fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secret = self.secret;
        match self.value {
            Value::Object(map) => debug_map(map.iter().map(|(name, value)| (name.as_str(), value)), secret, f),
            Value::Array(items) => f.debug_list().entries(items.iter().map(|value| Masked { value, secret })).finish(),
            _ if secret => f.write_str("[masked]"),
            plain => fmt::Display::fmt(plain, f),
        }
    }
}

fn debug_map<'v>(
    fields: impl Iterator<Item = (&'v str, &'v Value)>,
    secret: bool,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let masked = fields.map(|(name, value)| {
        let secret = secret || names_a_secret(name);
        (name, Masked { value, secret })
    });
    f.debug_map().entries(masked).finish()
}

/// A reference to a stored secret (`api_key_ref`) is not one.
pub(crate) fn names_a_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !name.ends_with("_ref")
        && ["password", "secret", "token", "authorization", "api_key", "apikey", "api-key", "headers", "cookie"]
            .iter()
            .any(|word| name.contains(word))
}

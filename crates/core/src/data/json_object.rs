use std::fmt;
use std::ops::{Deref, DerefMut, Index};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, map};

use crate::decode::{self, DecodeError};
use crate::masking::names_a_secret;

/// A JSON object of any shape, such as the arguments of a tool or a JSON Schema.
///
/// It dereferences to its [`serde_json::Map`]. Unlike that, its `Debug` masks values under names such as `headers`, `password`
/// or `token`. Fields keep their order at every depth. If a name occurs twice, the last value is kept.
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
#[derive(Clone, Default, PartialEq)]
pub struct JsonObject(Map<String, Value>);

impl JsonObject {
    /// An empty object.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Converts a typed object into a JSON object.
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
    /// If `value` does not serialize to a JSON object.
    pub fn of(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        serde_json::to_value(value).and_then(serde_json::from_value)
    }

    /// Deserializes the object into a type, such as the arguments of a tool.
    ///
    /// # Errors
    /// If a required field is missing or a field has another type. The error names the path of the field.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, DecodeError> {
        // Serializing a map with text keys does not fail.
        decode::from_slice(&serde_json::to_vec(self).unwrap_or_default())
    }

    /// Sets a field, whose value is converted. Returns the previous value.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.0.insert(name.into(), value.into())
    }

    /// Removes a field and returns its value. The other fields keep their order.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.0.shift_remove(name)
    }
}

impl Deref for JsonObject {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for JsonObject {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl Index<&str> for JsonObject {
    type Output = Value;

    /// The value of a field, or `null` if the object does not have it.
    fn index(&self, name: &str) -> &Value {
        self.get(name).unwrap_or(&Value::Null)
    }
}

impl From<Map<String, Value>> for JsonObject {
    fn from(map: Map<String, Value>) -> Self {
        Self(map)
    }
}

impl From<JsonObject> for Value {
    fn from(object: JsonObject) -> Self {
        Self::Object(object.0)
    }
}

impl<K: Into<String>, const N: usize> From<[(K, Value); N]> for JsonObject {
    fn from(fields: [(K, Value); N]) -> Self {
        fields.into_iter().collect()
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for JsonObject {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(fields: I) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl<K: Into<String>, V: Into<Value>> Extend<(K, V)> for JsonObject {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, fields: I) {
        self.0.extend(fields.into_iter().map(|(name, value)| (name.into(), value.into())));
    }
}

impl IntoIterator for JsonObject {
    type Item = (String, Value);
    type IntoIter = map::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a JsonObject {
    type Item = (&'a String, &'a Value);
    type IntoIter = map::Iter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl Serialize for JsonObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for JsonObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(Self)
    }
}

impl fmt::Debug for JsonObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_map(&self.0, false, f)
    }
}

/// A value for `Debug`, with secrets masked.
pub(super) struct Masked<'v> {
    pub(super) value: &'v Value,
    pub(super) secret: bool,
}

impl fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secret = self.secret;
        match self.value {
            Value::Object(map) => debug_map(map, secret, f),
            Value::Array(items) => f.debug_list().entries(items.iter().map(|value| Masked { value, secret })).finish(),
            _ if secret => f.write_str("[masked]"),
            plain => fmt::Display::fmt(plain, f),
        }
    }
}

fn debug_map(fields: &Map<String, Value>, secret: bool, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let masked = fields.iter().map(|(name, value)| {
        let secret = secret || names_a_secret(name);
        (name, Masked { value, secret })
    });
    f.debug_map().entries(masked).finish()
}

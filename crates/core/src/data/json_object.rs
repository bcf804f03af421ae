use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::decode::{self, DecodeError};
use crate::json::FromJson;

/// A JSON object of any shape: dynamic variables, a tool's arguments, a JSON Schema.
///
/// It is a [`serde_json::Map`] whose `Debug` masks what stands under names such as `headers`, `password` or `token`.
///
/// ```
/// use telnyx_ai_core::JsonObject;
///
/// let variables = JsonObject::from([("name", "Ada".into()), ("visits", 3.into())]);
/// assert_eq!(variables["visits"], 3);
/// ```
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JsonObject(Map<String, Value>);

impl JsonObject {
    /// An empty object.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
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
        serde_json::to_value(value).and_then(serde_json::from_value)
    }

    /// Reads it into a type: a tool's arguments, or the definition of a shared tool.
    ///
    /// # Errors
    /// Where a required field is missing or one has another type; the error names it.
    pub fn read<T: FromJson>(&self) -> Result<T, DecodeError> {
        decode::from_slice(&serde_json::to_vec(&self.0).unwrap_or_default())
    }

    /// The map itself.
    #[must_use]
    pub fn into_map(self) -> Map<String, Value> {
        self.0
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

impl From<Map<String, Value>> for JsonObject {
    fn from(map: Map<String, Value>) -> Self {
        Self(map)
    }
}

impl<K: Into<String>, const N: usize> From<[(K, Value); N]> for JsonObject {
    fn from(entries: [(K, Value); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for JsonObject {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self(entries.into_iter().map(|(k, v)| (k.into(), v.into())).collect())
    }
}

/// Gives the value back where it is not an object.
impl TryFrom<Value> for JsonObject {
    type Error = Value;

    fn try_from(value: Value) -> Result<Self, Value> {
        match value {
            Value::Object(map) => Ok(Self(map)),
            other => Err(other),
        }
    }
}

impl fmt::Debug for JsonObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_map(&self.0, false, f)
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
            Value::Object(map) => debug_map(map, secret, f),
            Value::Array(items) => f.debug_list().entries(items.iter().map(|value| Masked { value, secret })).finish(),
            _ if secret => f.write_str("[masked]"),
            plain => fmt::Display::fmt(plain, f),
        }
    }
}

fn debug_map(map: &Map<String, Value>, secret: bool, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let masked = map.iter().map(|(name, value)| {
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

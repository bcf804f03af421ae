//! The way between types that know the reader and those that know serde.

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{Fault, FromJson, Reader};
use crate::decode;

/// A value of any type that serde can read, where the SDK's own reader is at work: in [`Call::json`](crate::Call::json), in a
/// list, in [`decode`]. In the field of a derived [`Object`](crate::Object) it can not stand.
///
/// ```
/// use telnyx_ai_core::decode;
/// use telnyx_ai_core::json::Json;
///
/// #[derive(serde::Deserialize)]
/// struct Order {
///     number: u32,
/// }
///
/// let Json(order) = decode::from_slice::<Json<Order>>(br#"{"number": 42}"#)?;
/// assert_eq!(order.number, 42);
/// # Ok::<(), telnyx_ai_core::decode::DecodeError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromJson for Json<T> {
    fn from_json(json: &mut Reader<'_>) -> Result<Self, Fault> {
        let (text, start) = json.take()?;
        serde_json::from_str(text).map(Self).map_err(|error| {
            json.back_to(start + offset(text, &error));
            let position = format!(" at line {} column {}", error.line(), error.column());
            let message = error.to_string();
            Fault::new(message.strip_suffix(&position).unwrap_or(&message).to_owned())
        })
    }
}

impl<T: Serialize> Serialize for Json<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Where in a text an error of `serde_json` is.
fn offset(text: &str, error: &serde_json::Error) -> usize {
    let line_start = match error.line() {
        0 | 1 => 0,
        line => text.match_indices('\n').nth(line - 2).map_or(0, |(at, _)| at + 1),
    };
    line_start + error.column()
}

/// Reads a type of the API from any format that tells what it holds, as JSON and YAML do: what the derives' `Deserialize` does.
///
/// All that comes is taken as a [`Value`] first, so that there is one way to read a type. Of a field that comes twice the last
/// one counts then, and objects of any shape have their fields in alphabetical order. The client does not go this way.
#[doc(hidden)]
pub fn deserialize<'de, T: FromJson, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let text = Value::deserialize(from)?.to_string();
    decode::from_slice(text.as_bytes()).map_err(D::Error::custom)
}

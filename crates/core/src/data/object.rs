use serde::ser::{SerializeMap, Serializer};

/// A struct that represents a JSON object and keeps unknown fields.
///
/// Implement it with the derive of the same name.
///
/// ```
/// use telnyx_ai_core::{Extra, Object};
///
/// /// A server.
/// #[derive(Debug, Clone, PartialEq, Object)]
/// pub struct Server {
///     /// The name.
///     pub name: String,
///     /// The protocol.
///     #[wire("type")]
///     pub kind: Option<String>,
///     /// Unknown fields.
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
pub trait Object {
    /// The wire names of the required fields.
    const REQUIRED: &'static [&'static str];

    /// Serializes the fields as entries of a map, the unknown ones last.
    ///
    /// # Errors
    /// Those of the serializer.
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

#[doc(hidden)]
pub fn serialize_object<T: Object, S: Serializer>(object: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    object.write(&mut map)?;
    map.end()
}

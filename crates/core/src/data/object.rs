use serde::ser::{Serialize, SerializeMap, Serializer};

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

/// Serializes a field. All types share the code that serializes its name.
#[doc(hidden)]
pub fn write_field<M: SerializeMap, T: Serialize + ?Sized>(
    map: &mut M,
    name: &'static str,
    value: &T,
) -> Result<(), M::Error> {
    #[inline(never)]
    fn write_name<M: SerializeMap>(map: &mut M, name: &'static str) -> Result<(), M::Error> {
        map.serialize_key(name)
    }

    write_name(map, name)?;
    map.serialize_value(value)
}

#[doc(hidden)]
pub fn serialize_object<T: Object, S: Serializer>(object: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    object.write(&mut map)?;
    map.end()
}

//! JSON Schemas of types, with their doc comments as descriptions.

use std::path::Path;

use serde_json::{Map, Value, json};
use syn::Type;

use super::definitions::{Definition, Kind, Member, snake_case};
use super::types::{is_one_of, name_and_arguments};
use super::{CodeError, Definitions, find};

/// Returns a JSON Schema with definitions of the types `roots`, which are pairs of crate and name, and of their parts.
///
/// It uses two keywords of OpenAPI: `format: password` marks secrets, and `discriminator` has the tag of a union.
///
/// # Errors
/// If a file cannot be read, or a type has an unsupported form.
pub fn schemas(crates: &Path, roots: &[(&str, &str)]) -> Result<Value, CodeError> {
    let (definitions, _) = super::parse(crates)?;
    let mut writer = Writer { definitions: &definitions, written: Map::new() };
    for (package, name) in roots {
        writer.reference(name, package, &[])?;
    }
    writer.written.sort_keys();
    Ok(json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": writer.written }))
}

struct Writer<'d> {
    definitions: &'d Definitions,
    written: Map<String, Value>,
}

impl Writer<'_> {
    fn schema(&mut self, ty: &Type, package: &str, parameters: &[(String, Value)]) -> Result<Value, CodeError> {
        let path = if let Type::Path(path) = ty { name_and_arguments(path) } else { None };
        let (name, inner) = path.ok_or_else(|| {
            CodeError::new(package, "a data type must be a name, with optional types in angle brackets")
        })?;
        if let Some((_, argument)) = parameters.iter().find(|(parameter, _)| *parameter == name) {
            return Ok(argument.clone());
        }
        let inner = inner.into_iter().map(|ty| self.schema(ty, package, parameters)).collect::<Result<Vec<_>, _>>()?;
        Ok(match (name.as_str(), inner.as_slice()) {
            ("String", []) => json!({ "type": "string" }),
            ("Secret", []) => json!({ "type": "string", "format": "password", "writeOnly": true }),
            ("Timestamp", []) => json!({ "type": "string", "format": "date-time" }),
            ("bool", []) => json!({ "type": "boolean" }),
            ("u8" | "u16" | "u32" | "u64", []) => json!({ "type": "integer", "minimum": 0 }),
            ("i32" | "i64", []) => json!({ "type": "integer" }),
            ("f64", []) => json!({ "type": "number" }),
            ("Value", []) => json!({}),
            ("JsonObject", []) => json!({ "type": "object" }),
            ("Option" | "Box", [inner]) => inner.clone(),
            ("Nullable", [inner]) => json!({ "anyOf": [inner, { "type": "null" }] }),
            ("Vec", [inner]) => json!({ "type": "array", "items": inner }),
            ("BTreeMap", [_, inner]) => json!({ "type": "object", "additionalProperties": inner }),
            _ => self.reference(&name, package, &inner)?,
        })
    }

    /// Returns a reference to the definition of a type. A generic type has no definition, so its schema is inlined.
    fn reference(&mut self, name: &str, package: &str, arguments: &[Value]) -> Result<Value, CodeError> {
        let (owner, definition) = find(self.definitions, name, package)?;
        let parameters: Vec<_> = definition.parameters.iter().cloned().zip(arguments.iter().cloned()).collect();
        if !parameters.is_empty() {
            return self.definition(definition, owner, &parameters);
        }
        if !self.written.contains_key(name) {
            // A type can contain itself.
            self.written.insert(name.to_owned(), Value::Null);
            let schema = self.definition(definition, owner, &[])?;
            self.written.insert(name.to_owned(), schema);
        }
        Ok(json!({ "$ref": format!("#/$defs/{name}") }))
    }

    fn definition(
        &mut self,
        definition: &Definition,
        owner: &str,
        parameters: &[(String, Value)],
    ) -> Result<Value, CodeError> {
        let mut schema = match &definition.kind {
            Kind::Object { fields, open } => {
                let mut properties = Map::new();
                for member in fields {
                    properties.insert(member.name.clone(), self.member(member, owner, parameters)?);
                }
                let required = fields.iter().filter(|member| !is_one_of(&member.ty, &["Option", "Nullable"]));
                let required: Vec<_> = required.map(|member| member.name.as_str()).collect();
                let mut object = json!({ "type": "object", "properties": properties, "required": required });
                if *open {
                    object["additionalProperties"] = true.into();
                }
                object
            }
            Kind::OpenEnum(names) => json!({ "type": "string", "enum": names }),
            Kind::Choice(members) => {
                let members =
                    members.iter().map(|ty| self.schema(ty, owner, parameters)).collect::<Result<Vec<_>, _>>()?;
                json!({ "anyOf": members })
            }
            Kind::Union { tag, members, .. } => {
                let mut mapping = Map::new();
                for (text, ty) in members {
                    let member = self.schema(ty, owner, parameters)?;
                    mapping.insert(text.clone(), member["$ref"].clone());
                }
                let any_of: Vec<_> = mapping
                    .iter()
                    .map(|(text, member)| {
                        json!({ "$ref": member, "properties": { tag: { "const": text } }, "required": [tag] })
                    })
                    .collect();
                json!({ "anyOf": any_of, "discriminator": { "propertyName": tag, "mapping": mapping } })
            }
        };
        describe(&mut schema, &definition.doc);
        Ok(schema)
    }

    fn member(&mut self, member: &Member, owner: &str, parameters: &[(String, Value)]) -> Result<Value, CodeError> {
        let mut schema = self.schema(&member.ty, owner, parameters)?;
        describe(&mut schema, &member.doc);
        if let Some(default) = default(&member.doc) {
            schema["default"] = default;
        }
        if member.doc.contains("Read-only") {
            schema["readOnly"] = true.into();
        }
        Ok(schema)
    }
}

fn describe(schema: &mut Value, doc: &str) {
    let description = plain(doc);
    if !description.is_empty() {
        schema["description"] = description.into();
    }
}

/// Removes code blocks and link targets from a doc comment.
fn plain(doc: &str) -> String {
    let text = doc.split("```").next().unwrap_or_default();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut plain = String::new();
    let mut rest = text.as_str();
    while let Some((before, link)) = rest.split_once('[') {
        plain.push_str(before);
        let Some((label, after)) = link.split_once(']') else {
            plain.push('[');
            rest = link;
            break;
        };
        plain.push_str(label);
        rest = match after.strip_prefix('(').and_then(|target| target.split_once(')')) {
            Some((_, after)) => after,
            None => after,
        };
    }
    (plain + rest).trim_end_matches(':').to_owned()
}

/// The default value in a doc comment: a number, a boolean, `null`, or a variant of an enum.
fn default(doc: &str) -> Option<Value> {
    let text = doc.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, after) = text.split_once("Default: ")?;
    let word = after.split([' ', ',', ';']).next()?.trim_end_matches('.');
    if let Some(variant) = word.strip_prefix("[`").and_then(|link| link.strip_suffix("`]")) {
        return Some(snake_case(variant.split_once("::")?.1).into());
    }
    serde_json::from_str(word).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_have_no_links_and_no_code() {
        let doc = "Calls [`A`], see [the page](crate::page).\nAnd more [here].\n\n```\ncode\n```";
        assert_eq!(plain(doc), "Calls `A`, see the page. And more here.");
    }

    #[test]
    fn defaults_are_values() {
        for (doc, value) in [
            ("Milliseconds. Default: 1500.", json!(1500)),
            ("Speed. Default: 1.0; less is slower.", json!(1.0)),
            ("Whether. Default: false; then nothing.", json!(false)),
            ("Sound. Default: null, none.", Value::Null),
            ("Mode. Default:\n[`PiiRedaction::Disabled`].", json!("disabled")),
        ] {
            assert_eq!(default(doc), Some(value), "{doc}");
        }
        assert_eq!(default("Default: one that Telnyx picks."), None);
    }
}

//! Replaces references by their values.

use std::collections::BTreeMap;

use serde_json::Value;

use super::map_texts;
use super::template::{Reference, Template};
use crate::resources::Address;

pub(crate) type Lookup<'l> = dyn Fn(&Reference) -> Option<String> + 'l;

/// Replaces the references in content by their values, for a request. Returns the references without a value otherwise.
pub(crate) fn resolve(content: &Value, lookup: &Lookup<'_>) -> Result<Value, Vec<Reference>> {
    let mut missing = Vec::new();
    let resolved = map_texts(content, &mut |_, text| {
        let value = |reference: &Reference| {
            lookup(reference).unwrap_or_else(|| {
                missing.push(reference.clone());
                String::new()
            })
        };
        Template::parse(text).written(str::to_owned, value).into()
    });
    if missing.is_empty() { Ok(resolved) } else { Err(missing) }
}

/// Replaces variables by their values. A text that is only a reference takes the type of the variable. Unknown variables are kept.
pub(crate) fn with_variables(content: &Value, variables: &BTreeMap<String, Value>) -> Value {
    map_texts(content, &mut |_, text| {
        if !text.contains("${") {
            return text.into();
        }
        let value_of = |reference: &Reference| variables.get(reference.variable()?);
        let template = Template::parse(text);
        match template.as_reference().and_then(value_of) {
            Some(value) if !value.is_string() => value.clone(),
            _ => template.with_values(|reference| value_of(reference).map(text_of)).to_string().into(),
        }
    })
}

/// The value of a variable in a longer text.
pub(crate) fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Replaces the references to some resources by these ids.
pub(crate) fn without_references(content: &Value, ids: &BTreeMap<Address, String>) -> Value {
    map_texts(content, &mut |_, text| {
        let template = Template::parse(text);
        let id_of = |reference: &Reference| match reference {
            Reference::Resource(address) => ids.get(address).cloned(),
            _ => None,
        };
        if !template.references().any(|(reference, _)| id_of(reference).is_some()) {
            return text.into();
        }
        template.with_values(id_of).to_string().into()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_are_replaced_once() {
        let content = json!({"a": "x ${assistants.billing} $${y}", "b": ["Bearer ${secret.TOKEN}"], "c": 1});
        let known = |reference: &Reference| match reference {
            Reference::Resource(address) if address.key == "billing" => Some("assistant-1".to_owned()),
            Reference::Secret(name) if name == "TOKEN" => Some("${not.again}".to_owned()),
            _ => None,
        };
        assert_eq!(
            resolve(&content, &known),
            Ok(json!({"a": "x assistant-1 ${y}", "b": ["Bearer ${not.again}"], "c": 1}))
        );
        let missing = resolve(&json!({"a": ["${secret.OTHER}", "${tools.x}"]}), &known).expect_err("two are missing");
        assert_eq!(missing.iter().map(ToString::to_string).collect::<Vec<_>>(), ["${secret.OTHER}", "${tools.x}"]);
    }

    #[test]
    fn variables_keep_their_type_if_alone() {
        let variables = BTreeMap::from([("host".to_owned(), json!("h${x}")), ("ms".to_owned(), json!(1500))]);
        let content =
            json!({"a": "${var.ms}", "b": "in ${var.ms} ms at ${var.host}", "c": "${var.other} $${var.ms} ${$}1"});
        assert_eq!(
            with_variables(&content, &variables),
            json!({"a": 1500, "b": "in 1500 ms at h$${x}", "c": "${var.other} $${var.ms} $1"})
        );
    }
}

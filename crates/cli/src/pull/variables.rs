//! Keeps the variables of texts that were changed elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::references::{Part, Reference, Template, map_texts, references_in, text_of};

/// A live value with the variables of the file in place of their values, and the variables that it cannot have.
///
/// `file` is the value in the file, in the same place.
pub(super) fn with_variables_of(
    file: &Value,
    live: &Value,
    variables: &BTreeMap<String, Value>,
) -> (Value, Vec<String>) {
    let kept = map_texts(live, &mut |at, text| {
        let template = at.look_up(file).and_then(Value::as_str).map(Template::parse);
        template.map_or_else(|| text.to_owned(), |template| restored(&template, text, variables)).into()
    });
    let used = |value: &Value| -> BTreeSet<String> {
        references_in(value).iter().filter_map(|(_, reference)| reference.variable().map(str::to_owned)).collect()
    };
    let lost = used(file).difference(&used(&kept)).cloned().collect();
    (kept, lost)
}

/// A live text with the variables of the text of the file, as far as their values occur as often as in it.
fn restored(file: &Template, live: &str, variables: &BTreeMap<String, Value>) -> String {
    let value_of = |name: &str| variables.get(name).map(text_of).filter(|value| !value.is_empty());
    let used = file.references().filter_map(|(reference, _)| value_of(reference.variable()?));
    let mut values: Vec<String> = used.collect::<BTreeSet<_>>().into_iter().collect();
    if values.is_empty() {
        return live.to_owned();
    }
    // One value may contain another.
    values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    let mut template = Template::parse(live);
    for value in values {
        // What each occurrence of the value is in the file: a variable, or a part of the text.
        let sources: Vec<Option<&Reference>> = file
            .parts
            .iter()
            .flat_map(|part| match part {
                Part::Text(text) => vec![None; text.matches(&value).count()],
                Part::Reference(reference @ Reference::Variable(name), _)
                    if value_of(name).as_ref() == Some(&value) =>
                {
                    vec![Some(reference)]
                }
                Part::Reference(..) => Vec::new(),
            })
            .collect();
        let first = sources.first().copied().flatten();
        let is_one = sources.iter().all(|source| source.is_some() && *source == first);
        let occurrences = |part: &Part| match part {
            Part::Text(text) => text.matches(&value).count(),
            Part::Reference(..) => 0,
        };
        if is_one || template.parts.iter().map(occurrences).sum::<usize>() == sources.len() {
            let mut sources = sources.into_iter();
            let mut next = || if is_one { first } else { sources.next().flatten() };
            template = template.with_literals(|literal| split(literal, &value, &mut next));
        }
    }
    template.to_string()
}

/// Replaces each occurrence of a value by the next reference, if there is one.
fn split<'r>(literal: &str, value: &str, next: &mut impl FnMut() -> Option<&'r Reference>) -> Vec<Part> {
    let mut parts = Vec::new();
    for (n, piece) in literal.split(value).enumerate() {
        if n > 0 {
            parts.push(next().map_or_else(|| Part::Text(value.to_owned()), |reference| reference.clone().into()));
        }
        parts.push(Part::Text(piece.to_owned()));
    }
    parts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn variables_are_kept_where_their_values_occur() {
        let variables = BTreeMap::from([
            ("host".to_owned(), json!("https://x.example")),
            ("name".to_owned(), json!("x")),
            ("ms".to_owned(), json!(15)),
        ]);
        for (file, live, expected, lost) in [
            ("See ${var.host}.", "Go to https://x.example/a!", "Go to ${var.host}/a!", &[][..]),
            ("See ${var.host}.", "See nothing.", "See nothing.", &["host"]),
            ("${var.name} or x", "x and x", "${var.name} and x", &[]),
            ("${var.name} or x", "x", "x", &["name"]),
            ("${var.name} at ${var.host}", "https://x.example, x", "${var.host}, ${var.name}", &[]),
            ("${var.ms} ms, $${a}", "15 s, $${b} ${tools.t}", "${var.ms} s, $${b} ${tools.t}", &[]),
            ("${var.name}", "$x", "${$}${var.name}", &[]),
        ] {
            let (kept, missing) = with_variables_of(&json!([file]), &json!([live]), &variables);
            assert_eq!(
                (kept, missing.as_slice()),
                (json!([expected]), lost.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>().as_slice()),
                "{file} {live}"
            );
        }
        let (kept, missing) = with_variables_of(&json!("${var.ms}"), &json!(16), &variables);
        assert_eq!((kept, missing), (json!(16), vec!["ms".to_owned()]));
    }
}

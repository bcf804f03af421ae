//! Whether two values mean the same.

use serde_json::{Number, Value};

use crate::resources::is_set;

/// Whether two values mean the same to the API: `28` is `28.0`, and some lists have no order. A checkout on Windows can change
/// the line breaks of a text, so these do not count.
pub(crate) fn is_same(a: &Value, b: &Value) -> bool {
    is_same_in("", a, b)
}

/// The same for the values of a field.
pub(super) fn is_same_in(name: &str, a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => is_same_number(a, b),
        (Value::String(a), Value::String(b)) => a == b || a.replace("\r\n", "\n") == b.replace("\r\n", "\n"),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() && is_set(name) => {
            let mut left: Vec<&Value> = b.iter().collect();
            a.iter().all(|item| {
                let found = left.iter().position(|other| is_same(item, other));
                found.map(|index| left.swap_remove(index)).is_some()
            })
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| is_same_in(name, a, b)))
        }
        (a, b) => a == b,
    }
}

fn is_same_number(a: &Number, b: &Number) -> bool {
    a == b || a.as_f64().is_some() && a.as_f64() == b.as_f64() && (a.is_f64() || b.is_f64())
}

/// Whether two values differ in more than fields that are `null`.
pub(crate) fn differs(before: &Value, after: &Value) -> bool {
    differs_in("", before, after)
}

fn differs_in(name: &str, before: &Value, after: &Value) -> bool {
    match (before, after) {
        _ if is_same_in(name, before, after) => false,
        (Value::Object(a), Value::Object(b)) => {
            a.iter().any(|(name, value)| differs_in(name, value, b.get(name).unwrap_or(&Value::Null)))
                || b.iter().any(|(name, value)| !a.contains_key(name) && !value.is_null())
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() && !is_set(name) => {
            a.iter().zip(b).any(|(a, b)| differs(a, b))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_with_the_same_meaning_are_the_same() {
        for (a, b, same) in [
            (json!(28), json!(28.0), true),
            (json!(28), json!(28.5), false),
            (json!(9_007_199_254_740_993_u64), json!(9_007_199_254_740_992_u64), false),
            (json!({"a": 1, "b": 2}), json!({"b": 2, "a": 1.0}), true),
            (json!({"tags": ["x", "y"]}), json!({"tags": ["y", "x"]}), true),
            (json!({"tags": ["x", "x"]}), json!({"tags": ["x", "y"]}), false),
            (json!({"rubric": ["x", "y"]}), json!({"rubric": ["y", "x"]}), false),
            (json!(null), json!(""), false),
            (json!("a\r\nb"), json!("a\nb"), true),
            (json!("a\n"), json!("a"), false),
        ] {
            assert_eq!(is_same(&a, &b), same, "{a} {b}");
        }
    }

    #[test]
    fn null_is_no_difference() {
        let before = json!({"rubric": [{"x": 1, "y": null}], "tags": ["x"], "a": null});
        for (after, expected) in [
            (json!({"rubric": [{"x": 1.0, "z": null}], "tags": ["x"]}), false),
            (json!({"rubric": [{"x": 1, "y": 1}], "tags": ["x"]}), true),
            (json!({"rubric": [{"x": 1}], "tags": ["x"], "b": 1}), true),
            (json!({"rubric": [{"x": 1}], "tags": ["y"]}), true),
            (json!({"rubric": [{"x": 1}]}), true),
        ] {
            assert_eq!(differs(&before, &after), expected, "{after}");
        }
    }
}

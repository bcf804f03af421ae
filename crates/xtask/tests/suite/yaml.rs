//! Writes YAML in block style.

use std::fmt::Write;

use serde_json::Value;

pub(crate) fn yaml(value: &Value) -> String {
    let mut text = String::new();
    write(value, 0, &mut text);
    text
}

fn write(value: &Value, depth: usize, text: &mut String) {
    let inside = |value: &Value, text: &mut String| match value {
        Value::Array(items) if !items.is_empty() => {
            text.push('\n');
            write(value, depth + 1, text);
        }
        Value::Object(entries) if !entries.is_empty() => {
            text.push('\n');
            write(value, depth + 1, text);
        }
        scalar => {
            let _ = writeln!(text, " {scalar}");
        }
    };
    match value {
        Value::Array(items) => {
            for item in items {
                let _ = write!(text, "{:1$}-", "", depth * 2);
                inside(item, text);
            }
        }
        Value::Object(entries) => {
            for (name, item) in entries {
                // Response codes are written as numbers.
                let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                let name = if is_plain { name.clone() } else { Value::from(name.as_str()).to_string() };
                let _ = write!(text, "{:1$}{name}:", "", depth * 2);
                inside(item, text);
            }
        }
        scalar => {
            let _ = writeln!(text, "{scalar}");
        }
    }
}

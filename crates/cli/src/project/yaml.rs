//! Writes YAML as people write it. Texts that a reader of YAML could take for something else are quoted.

use serde_json::Value;

/// A document with a line break at the end.
pub(crate) fn to_yaml(value: &Value) -> String {
    if !is_block(value) {
        return format!("{}\n", scalar(value, 0));
    }
    let mut text = String::new();
    block(value, 0, &mut text);
    text
}

/// The fields or items of a value that has some, each on lines of its own.
pub(super) fn block(value: &Value, indent: usize, text: &mut String) {
    let pad = " ".repeat(indent);
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                text.push_str(&format!("{pad}{}:{}\n", key(name), after_key(value, indent)));
            }
        }
        Value::Array(items) => {
            for item in items {
                text.push_str(&format!("{pad}-{}\n", after_dash(item, indent)));
            }
        }
        _ => {}
    }
}

/// The text after the colon of a field that is indented by `indent`.
pub(super) fn after_key(value: &Value, indent: usize) -> String {
    if is_block(value) {
        let mut text = "\n".to_owned();
        block(value, indent + 2, &mut text);
        text.trim_end_matches('\n').to_owned()
    } else {
        format!(" {}", scalar(value, indent + 2))
    }
}

/// The text after the dash of an item that is indented by `indent`.
pub(super) fn after_dash(value: &Value, indent: usize) -> String {
    let text = after_key(value, indent);
    // The first field is in the line of the dash.
    text.strip_prefix('\n').map_or(text.clone(), |block| format!(" {}", block.trim_start_matches(' ')))
}

fn is_block(value: &Value) -> bool {
    match value {
        Value::Object(fields) => !fields.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    }
}

fn key(name: &str) -> String {
    if is_plain(name) { name.to_owned() } else { quoted(name) }
}

/// A text, a number and so on; texts of several lines as a block that is indented by `indent`.
pub(super) fn scalar(value: &Value, indent: usize) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        Value::String(text) => lines(text, indent).unwrap_or_else(|| quoted(text)),
        other => other.to_string(),
    }
}

/// A value inside of `{}` or `[]`.
pub(super) fn flow(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) && !text.contains(['{', '}', '[', ']', ',']) => text.clone(),
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

/// A text of several lines as `|` block, if it can be one.
fn lines(text: &str, indent: usize) -> Option<String> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let is_printable =
        |c: char| c == '\n' || !c.is_control() && !matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}');
    let can_be = body.contains('\n')
        && !body.ends_with('\n')
        && !body.starts_with(['\n', ' '])
        && body.chars().all(is_printable);
    if !can_be {
        return None;
    }
    let pad = " ".repeat(indent);
    let lines = body.split('\n').map(|line| if line.is_empty() { String::new() } else { format!("{pad}{line}") });
    let sign = if body.len() == text.len() { "|-" } else { "|" };
    Some(format!("{sign}\n{}", lines.collect::<Vec<_>>().join("\n")))
}

fn quoted(text: &str) -> String {
    let json = Value::from(text).to_string();
    let is_special = |c: char| matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}');
    if !json.contains(is_special) {
        return json;
    }
    json.chars().map(|c| if is_special(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() }).collect()
}

/// Whether every reader of YAML takes the bare text as this text.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 11] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", ".nan"];
    let first = text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '$' | '/' | '_' | '('));
    let all = |c: char| c == ' ' || (!c.is_control() && !c.is_whitespace() && c != '\u{feff}');
    first
        && text.chars().all(all)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Source, read::read};
    use super::*;

    #[test]
    fn yaml_is_written_without_unnecessary_quotes() {
        let value = json!({
            "name": "Support: EU",
            "greeting": "Hi, I am ${var.name}.",
            "phone": "+15550100",
            "answer": "no",
            "instructions": "Be polite.\n\n  - And brief.",
            "tools": [{"type": "hangup", "hangup": {}}, {"type": "webhook", "webhook": {"name": "x", "required": ["a", "1"]}}],
            "empty": [],
            "speed": 1.5,
        });
        assert_eq!(
            to_yaml(&value),
            "name: \"Support: EU\"\ngreeting: Hi, I am ${var.name}.\nphone: \"+15550100\"\nanswer: \"no\"\ninstructions: |-\n  Be polite.\n\n    - And brief.\n\
             tools:\n  - type: hangup\n    hangup: {}\n  - type: webhook\n    webhook:\n      name: x\n      required:\n        - a\n        - \"1\"\nempty: []\nspeed: 1.5\n"
        );
    }

    #[test]
    fn texts_are_read_back() {
        let texts = [
            "", " x", "x ", "a: b", "a #b", "# a", "- a", "a\n", "a\nb", "a\nb\n", "a\n\n", "\na", " a\nb",
            "a\n b\n  c", "\t", "a\tb", "a\r\nb", "null", "~", "1e3", "0x1f", "2001-01-01", "{a}", "[a]", "\"a\"",
            "'a'", "&a", "*a", "!a", "|", ">", "%", "@", "`", "a:", "?", "\u{85}", "\u{2028}x", "😀", "\u{0}", "a\\b",
            "---", "${secret.X}", "<assistant>", "a\n---\nb", "a\n  \nb", "x\n#y",
        ];
        for text in texts {
            for value in [json!({"k": text}), json!([text]), json!([[text], {text: {"a": text}}])] {
                let yaml = to_yaml(&value);
                let read = read(&Source::new("a.yaml", yaml.clone())).map(|node| node.to_value());
                assert_eq!(read.map_err(|error| error.message), Ok(value), "{text:?} was written as {yaml}");
            }
        }
    }
}

//! Parsing of external JSON.

use std::{borrow::Cow, sync::LazyLock};

use regex::{Captures, Regex};
use serde_json::Value;

use super::pointer_to;

/// The maximum depth of arrays and objects in external JSON.
///
/// `serde_json` reads at most 127, and exports nest the values some levels deeper.
const MAX_DEPTH: usize = 100;

/// The prefix of a string that replaces an unreadable number.
const MARK: &str = "\u{0}unreadable number\u{0}";

/// The error for JSON that cannot be parsed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JsonError {
    #[error("not JSON: {0}")]
    Syntax(#[from] serde_json::Error),
    #[error("not UTF-8: the byte at {} is invalid", .0.valid_up_to())]
    Encoding(#[from] std::str::Utf8Error),
    /// `pointer` is a JSON pointer to the number.
    #[error("JSON with the number {number} (at {pointer}), whose digits would be lost")]
    Number { number: String, pointer: String },
    #[error("JSON with arrays and objects nested more than {0} levels deep")]
    TooDeep(usize),
}

/// Parses JSON.
///
/// Skips a byte order mark. Replaces lone surrogates by U+FFFD, as in most languages. Fails for numbers that are not
/// [readable](is_readable), and for more than [`MAX_DEPTH`] levels.
pub(crate) fn read(bytes: &[u8]) -> Result<Value, JsonError> {
    read_within(bytes, MAX_DEPTH)
}

/// Like [`read`], with another depth limit.
pub(crate) fn read_within(bytes: &[u8], max_depth: usize) -> Result<Value, JsonError> {
    let text = std::str::from_utf8(strip_bom(bytes))?;
    let text = replace_lone_surrogates(text);
    let text = mark_numbers(&text);
    let value = serde_json::from_str(&text)?;
    if let Cow::Owned(_) = text
        && let Some((pointer, number)) = find_mark(&value, String::new())
    {
        return Err(JsonError::Number { number, pointer });
    }
    if depth(&value) > max_depth { Err(JsonError::TooDeep(max_depth)) } else { Ok(value) }
}

pub(crate) fn strip_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// The depth of arrays and objects. Other values have the depth 0.
pub(crate) fn depth(value: &Value) -> usize {
    let mut deepest = 0;
    let mut open = vec![(value, 0)];
    while let Some((value, level)) = open.pop() {
        deepest = deepest.max(level);
        match value {
            Value::Array(items) => open.extend(items.iter().map(|item| (item, level + 1))),
            Value::Object(fields) => open.extend(fields.values().map(|field| (field, level + 1))),
            _ => continue,
        }
        deepest = deepest.max(level + 1);
    }
    deepest
}

/// Replaces the escapes of lone surrogates.
///
/// Escapes occur in strings only, so there is no need to find the strings.
fn replace_lone_surrogates(text: &str) -> Cow<'_, str> {
    static SURROGATE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\\ud[89a-f]"));
    static ESCAPE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?is)(?<pair>\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2})|(?<lone>\\ud[89a-f][0-9a-f]{2})|\\.")
    });

    if !SURROGATE.is_match(text) {
        return Cow::Borrowed(text);
    }
    ESCAPE.replace_all(text, |escape: &Captures<'_>| match escape.name("lone") {
        Some(_) => "\\ufffd".to_owned(),
        None => escape[0].to_owned(),
    })
}

/// Replaces each unreadable number by a string with the prefix [`MARK`].
fn mark_numbers(text: &str) -> Cow<'_, str> {
    // A fast check: most texts have no long numbers or large exponents.
    static SUSPICIOUS: LazyLock<Regex> = LazyLock::new(|| pattern(r"[0-9]{19}|[0-9][eE][+-]?[0-9]{2}"));
    static TOKEN: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"(?s)"(?:[^"\\]|\\.)*"|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"#));

    if !SUSPICIOUS.is_match(text) {
        return Cow::Borrowed(text);
    }
    let marked = TOKEN.replace_all(text, |token: &Captures<'_>| {
        let token = &token[0];
        if token.starts_with('"') || is_readable(token) {
            token.to_owned()
        } else {
            Value::from(format!("{MARK}{token}")).to_string()
        }
    });
    if marked == text { Cow::Borrowed(text) } else { marked }
}

/// The error message for a number that is not [readable](is_readable).
pub(crate) fn loses_digits(number: &str) -> String {
    format!(
        "The number {number} would lose digits. Use an integer of 64 bits, a decimal number up to 1.7e308, or a string."
    )
}

/// Whether a number is an integer of 64 bits or a finite double.
///
/// A number that would be rounded to zero is not readable.
pub(crate) fn is_readable(number: &str) -> bool {
    if !number.contains(['.', 'e', 'E']) {
        return number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok();
    }
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    let is_zero = !mantissa.contains(|c: char| ('1'..='9').contains(&c));
    number.parse::<f64>().is_ok_and(|value| value.is_finite() && (value != 0.0 || is_zero))
}

/// The pointer to the first unreadable number, and the number.
fn find_mark(value: &Value, at: String) -> Option<(String, String)> {
    match value {
        Value::String(text) => text.strip_prefix(MARK).map(|number| (at, number.to_owned())),
        Value::Array(items) => items.iter().enumerate().find_map(|(n, item)| find_mark(item, format!("{at}/{n}"))),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| find_mark(value, pointer_to(&at, name))),
        _ => None,
    }
}

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a valid pattern")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lone_surrogates_become_replacement_characters() {
        for (text, expected) in [
            (r#""Hi \ud83d""#, "Hi \u{fffd}"),
            (r#""\uDE00 \ud83d\ude00""#, "\u{fffd} 😀"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
            (r#""\\ud83d""#, "\\ud83d"),
            (r#""\\\ud83dx""#, "\\\u{fffd}x"),
            (r#""\ud83d\n""#, "\u{fffd}\n"),
        ] {
            assert_eq!(read(text.as_bytes()).expect("JSON"), expected, "{text}");
        }
        assert!(read(br#""\ud8""#).is_err(), "an escape of two digits");
    }

    #[test]
    fn numbers_that_lose_digits_are_errors_with_a_pointer() {
        for (text, expected) in [
            (r#"{"a/b":[0,12345678901234567890123]}"#, ("/a~1b/1", "12345678901234567890123")),
            (r#"{"f":1e400}"#, ("/f", "1e400")),
            (r#"{"f":-1.5E+309}"#, ("/f", "-1.5E+309")),
            (r#"{"f":1e-400}"#, ("/f", "1e-400")),
            ("18446744073709551616", ("", "18446744073709551616")),
            ("-9223372036854775809", ("", "-9223372036854775809")),
        ] {
            match read(text.as_bytes()) {
                Err(JsonError::Number { number, pointer }) => {
                    assert_eq!((pointer.as_str(), number.as_str()), expected, "{text}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn other_numbers_are_read() {
        for text in [
            "18446744073709551615", "-9223372036854775808", "1e22", "0e999", "-0.0", "3.14159265358979323846",
            r#""12345678901234567890123""#, r#""say \"1e400\"""#,
        ] {
            assert!(read(text.as_bytes()).is_ok(), "{text}");
        }
        assert!(matches!(read(b"[1e400"), Err(JsonError::Syntax(_))));
    }

    #[test]
    fn depth_is_limited() {
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(read(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert!(matches!(read(nested(MAX_DEPTH + 1).as_bytes()), Err(JsonError::TooDeep(_))));
        assert!(read(nested(100_000).as_bytes()).is_err());
        assert_eq!([depth(&json!(1)), depth(&json!([])), depth(&json!({ "a": [1] }))], [0, 1, 2]);
    }
}

//! Repair of JSON text that other parsers accept and `serde_json` rejects.

/// Repairs JSON text so that `serde_json` parses it.
///
/// Skips a byte order mark, replaces each lone half of a surrogate pair with U+FFFD, and quotes numbers beyond `f64`. Text that is
/// not JSON stays invalid.
pub(crate) fn repair(text: &str) -> String {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut repaired = String::with_capacity(rest.len());
    while let Some(next) = rest.find(|c: char| matches!(c, '"' | '-' | '0'..='9')) {
        repaired.push_str(&rest[..next]);
        rest = &rest[next..];
        if let Some(string) = rest.strip_prefix('"') {
            repaired.push('"');
            rest = repair_string(string, &mut repaired);
        } else {
            let is_number = |c: char| matches!(c, '+' | '-' | '.' | '0'..='9' | 'e' | 'E');
            let (number, after) = rest.split_at(rest.find(|c| !is_number(c)).unwrap_or(rest.len()));
            match number.parse::<f64>() {
                Ok(value) if value.is_infinite() => repaired.extend(["\"", number, "\""]),
                _ => repaired.push_str(number),
            }
            rest = after;
        }
    }
    repaired.push_str(rest);
    repaired
}

/// Appends a string up to its closing quote, and returns the text after it.
fn repair_string<'t>(mut rest: &'t str, repaired: &mut String) -> &'t str {
    while let Some(next) = rest.find(['"', '\\']) {
        repaired.push_str(&rest[..next]);
        rest = &rest[next..];
        if let Some(after) = rest.strip_prefix('"') {
            repaired.push('"');
            return after;
        }
        let length = match (utf16_escape(rest), rest.get(6..).and_then(utf16_escape)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                repaired.push(char::REPLACEMENT_CHARACTER);
                rest = &rest[6..];
                continue;
            }
            _ => rest.chars().take(2).map(char::len_utf8).sum(),
        };
        repaired.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    repaired.push_str(rest);
    ""
}

/// The UTF-16 code unit of the `\uXXXX` at the start of `text`.
fn utf16_escape(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

//! Masking of secrets.
//!
//! Secrets are recognized by their names: `password`, `apiKey`, `x-auth-token`. Passwords in URLs are masked too.

use std::{borrow::Cow, sync::LazyLock};

use http::{HeaderName, header};
use regex::{Captures, Regex};
use serde_json::Value;

pub(super) const MASK: &str = "***";

/// Words that mark a name as a secret's, anywhere in the name.
const SECRET_PARTS: [&str; 13] = [
    "password", "passwd", "passphrase", "passcode", "secret", "credential", "authorization", "apikey", "cookie",
    "bearer", "jwt", "cardnumber", "verificationcode",
];

/// Words that mark a name as a secret's, at the end of the name.
const SECRET_ENDINGS: [&str; 12] =
    ["auth", "key", "token", "signature", "sig", "session", "pwd", "pw", "pin", "otp", "cvc", "cvv"];

/// Words that mark a name as public if they precede a word of [`SECRET_ENDINGS`].
const PUBLIC: [&str; 2] = ["public", "idempotency"];

/// The headers whose values are not masked. All others may contain secrets.
const SHOWN_HEADERS: [&str; 43] = [
    "accept", "accept-encoding", "accept-language", "allow", "cache-control", "connection", "content-disposition",
    "content-encoding", "content-language", "content-length", "content-type", "date", "etag", "expect", "host",
    "idempotency-key", "idempotency-replayed", "if-match", "if-modified-since", "if-none-match", "last-modified",
    "location", "origin", "referer", "retry-after", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "server",
    "te", "telnyx-signature-ed25519", "telnyx-timestamp", "traceparent", "transfer-encoding", "user-agent", "vary",
    "x-conversation-id", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-request-id",
    "x-telnyx-call-control-id", "x-trace",
];

/// Masks the secrets of a JSON value.
///
/// These are values of fields with a secret's name, values of headers, and secrets in URLs.
pub(crate) fn mask(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if name.eq_ignore_ascii_case("headers") || name.eq_ignore_ascii_case("custom_headers") {
                    mask_headers(value);
                } else if is_secret(name) {
                    mask_all(value);
                } else {
                    mask(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::String(string) => {
            if let Cow::Owned(masked) = embedded(string) {
                *string = masked;
            }
        }
        _ => {}
    }
}

/// Masks the secrets of a string that may contain JSON or a form.
///
/// The arguments of tool calls contain JSON.
fn embedded(string: &str) -> Cow<'_, str> {
    if string.trim_start().starts_with(['{', '['])
        && let Ok(mut json) = serde_json::from_str::<Value>(string)
    {
        let before = json.clone();
        mask(&mut json);
        return if json == before { Cow::Borrowed(string) } else { Cow::Owned(json.to_string()) };
    }
    match text(string) {
        Cow::Borrowed(_) if FORM.is_match(string) => Cow::Owned(query(string)),
        masked => masked,
    }
}

/// Masks headers, which are a list of names and values, or a map.
fn mask_headers(headers: &mut Value) {
    match headers {
        Value::Array(items) => items.iter_mut().for_each(|item| match item.get_mut("value") {
            Some(value) => mask_all(value),
            None => mask_all(item),
        }),
        other => mask_all(other),
    }
}

fn mask_all(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(mask_all),
        Value::Object(fields) => fields.values_mut().for_each(mask_all),
        Value::Null => {}
        other => *other = MASK.into(),
    }
}

/// Whether a name is a secret's.
///
/// References to stored secrets (`api_key_ref`) are not secret.
fn is_secret(name: &str) -> bool {
    let words = words(name);
    let Some((last, before)) = words.split_last() else { return false };
    if last == "ref" {
        return false;
    }
    let joined = words.concat();
    SECRET_PARTS.iter().any(|part| joined.contains(part))
        || (SECRET_ENDINGS.contains(&last.as_str()) || last.ends_with("token"))
            && !before.last().is_some_and(|word| PUBLIC.contains(&word.as_str()))
}

/// The words of a name in lower case.
///
/// `apiKey`, `api-key` and `API_KEY` all give `api`, `key`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        was_lower = c.is_lowercase() || c.is_ascii_digit();
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Masks the secrets of a text.
///
/// These are passwords and secret parameters of URLs, bearer tokens and API keys.
pub(crate) fn text(text: &str) -> Cow<'_, str> {
    static SECRET: LazyLock<Regex> = LazyLock::new(|| {
        let url = r"(?<scheme>[A-Za-z][A-Za-z0-9+.-]*://)[^/?#\s@]*@";
        let parameter = r"(?<name>[?&;#][^?&;=#\s]+=)(?<value>[^&;#\s]+)";
        let bearer = r"(?<bearer>\b[Bb]earer )[^\s,;]+";
        let key = r"\bKEY[0-9A-Za-z]{16,}(?:_[0-9A-Za-z]+)?";
        pattern(&format!("{url}|{parameter}|{bearer}|{key}"))
    });

    SECRET.replace_all(text, |found: &Captures<'_>| {
        if let Some(scheme) = found.name("scheme") {
            return format!("{}{MASK}@", scheme.as_str());
        }
        if let (Some(name), Some(value)) = (found.name("name"), found.name("value")) {
            return format!("{}{}", name.as_str(), parameter(&name.as_str()[1..], value.as_str()));
        }
        found.name("bearer").map_or(MASK.to_owned(), |bearer| format!("{}{MASK}", bearer.as_str()))
    })
}

/// Masks the secrets of a query or form.
pub(super) fn query(query: &str) -> String {
    let parameters = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, value)) => format!("{name}={}", parameter(name, value)),
        None => pair.to_owned(),
    });
    parameters.collect::<Vec<_>>().join("&")
}

/// The encoded value of a parameter, masked if it is or contains a secret.
fn parameter(name: &str, value: &str) -> String {
    let pair = format!("{}={value}", name.trim_end_matches('='));
    let Some((name, decoded)) = form_urlencoded::parse(pair.as_bytes()).next() else { return value.to_owned() };
    if is_secret(&name) {
        return MASK.to_owned();
    }
    match text(&decoded) {
        Cow::Owned(masked) if masked != decoded => form_urlencoded::byte_serialize(masked.as_bytes()).collect(),
        _ => value.to_owned(),
    }
}

/// Matches an encoded form: names and values without whitespace.
static FORM: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[^\s=&{}\[\]<>:/]+=[^\s]*$"));

/// Masks a body that is not JSON. For a multipart form, returns its length only.
pub(super) fn other_body(bytes: &[u8]) -> Value {
    static PARTS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)content-disposition\s*:\s*form-data"));
    static ELEMENT: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"<(?<name>[\p{L}_][\p{L}\p{N}_.:-]*)(?<rest>[^<>]*)>[^<>]+"));
    static STRING: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(?s)"(?:[^"\\]|\\.)*"?(?<colon>\s*:)?"#));
    static PAIR: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r#"(?is)(?<name>[\p{L}_][\p{L}\p{N}_.-]*)(?<gap>["']?\s*[:=]\s*)(?<value>"(?:[^"\\]|\\.)*"?|'[^']*'?|(?:(?:basic|bearer|digest)\s+)?[^\s&,;"'}\]<>]+)"#,
        )
    });

    let body = String::from_utf8_lossy(bytes);
    if PARTS.is_match(&body) {
        return format!("({} bytes)", bytes.len()).into();
    }
    if FORM.is_match(body.trim()) {
        return query(&body).into();
    }
    // In invalid JSON, only the field names are known to be harmless.
    let body = if body.trim_start().starts_with(['{', '[', '"', '\u{feff}']) {
        STRING.replace_all(&body, |string: &Captures<'_>| match string.name("colon") {
            Some(_) => string[0].to_owned(),
            None => format!("\"{MASK}\""),
        })
    } else {
        body
    };
    let body = ELEMENT.replace_all(&body, |element: &Captures<'_>| match is_secret(&element["name"]) {
        true => format!("<{}{}>{MASK}", &element["name"], &element["rest"]),
        false => element[0].to_owned(),
    });
    let body = PAIR.replace_all(&body, |pair: &Captures<'_>| {
        let value = if is_secret(&pair["name"]) { MASK } else { &pair["value"] };
        format!("{}{}{value}", &pair["name"], &pair["gap"])
    });
    text(&body).into()
}

/// Masks a header. The scheme of an authorization is not secret.
pub(super) fn header(name: &HeaderName, value: &[u8]) -> String {
    let value = String::from_utf8_lossy(value);
    if *name == header::AUTHORIZATION || *name == header::PROXY_AUTHORIZATION {
        return value.split_once(' ').map_or(MASK.to_owned(), |(scheme, _)| format!("{scheme} {MASK}"));
    }
    if SHOWN_HEADERS.contains(&name.as_str()) { text(&value).into_owned() } else { MASK.to_owned() }
}

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a valid pattern")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_of_secrets_are_recognized() {
        for name in [
            "password", "sip_auth_password", "API_KEY", "apiKey", "apikey", "x-auth", "X-Access-Token", "accesstoken",
            "client_secret", "secret_value", "key", "sig", "signature", "Set-Cookie", "aws_session_token",
            "credentials", "pw", "card_number", "cvc",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "name", "max_tokens", "api_key_ref", "token_retrieval_url", "keyterm", "public_key", "Idempotency-Key",
            "sip_auth_username", "author", "design", "monkey", "", "-",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn secrets_of_json_are_masked() {
        let mut body = json!({
            "name": "a",
            "api_key_ref": "crm",
            "pin": 1234,
            "is_secret": true,
            "token": null,
            "credentials": { "user": "u", "codes": [1, "b"] },
            "url": "https://user:pass@h.example/x?token=t&page=2#a",
            "callback": "https://h.example/#access_token=t",
            "form": "user=u&password=p",
            "arguments": "{\"api_key\":\"s\",\"n\":1}",
            "example": "{\"n\": 1}",
            "said": "my key is KEY0123456789ABCDEF0123_abc",
            "tools": [{ "webhook": { "headers": [{ "name": "X-Key", "value": "v" }], "url": "http://x" } }],
        });
        mask(&mut body);
        assert_eq!(
            body,
            json!({
                "name": "a",
                "api_key_ref": "crm",
                "pin": "***",
                "is_secret": "***",
                "token": null,
                "credentials": { "user": "***", "codes": ["***", "***"] },
                "url": "https://***@h.example/x?token=***&page=2#a",
                "callback": "https://h.example/#access_token=***",
                "form": "user=u&password=***",
                "arguments": "{\"api_key\":\"***\",\"n\":1}",
                "example": "{\"n\": 1}",
                "said": "my key is ***",
                "tools": [{ "webhook": { "headers": [{ "name": "X-Key", "value": "***" }], "url": "http://x" } }],
            })
        );
    }

    #[test]
    fn secrets_of_queries_are_masked() {
        assert_eq!(query("api%5Fkey=s&page%5Bsize%5D=2&flag&a=b"), "api%5Fkey=***&page%5Bsize%5D=2&flag&a=b");
        assert_eq!(query("to=https%3A%2F%2Fu%3Ap%40h%2F"), "to=https%3A%2F%2F***%40h%2F");
        assert_eq!(query("a=x;token=s&b=1"), "a=x%3Btoken%3D***&b=1");
        assert_eq!(query(""), "");
    }

    #[test]
    fn secrets_of_other_bodies_are_masked() {
        for (body, shown) in [
            (r#"{"name":"n","api_key":"s","#, r#"{"name":"***","api_key":***,"#),
            (r#"{"pin": 12, "n": 3"#, r#"{"pin": ***, "n": 3"#),
            (r#"{"a":["s","t"#, r#"{"a":["***","***""#),
            ("{'token': 's', name: 'n'", "{'token': ***, name: 'n'"),
            ("name=n&password=s+t", "name=n&password=***"),
            ("password: s\nname: n", "password: ***\nname: n"),
            ("Authorization: Basic s", "Authorization: ***"),
            ("<a pin='1'><token>s</token><n>1</n></a>", "<a pin=***><token>***</token><n>1</n></a>"),
            ("Hello, how are you?", "Hello, how are you?"),
        ] {
            assert_eq!(other_body(body.as_bytes()), shown, "{body}");
        }
        let parts = "--x\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\ns\r\n--x--";
        assert_eq!(other_body(parts.as_bytes()), format!("({} bytes)", parts.len()));
    }

    #[test]
    fn only_known_headers_are_shown() {
        for (name, value, shown) in [
            ("authorization", "Bearer key", "Bearer ***"),
            ("accept", "*/*", "*/*"),
            ("x-anything", "s", "***"),
            ("location", "http://u:p@h/?sig=s", "http://***@h/?sig=***"),
        ] {
            assert_eq!(header(&HeaderName::from_static(name), value.as_bytes()), shown);
        }
    }
}

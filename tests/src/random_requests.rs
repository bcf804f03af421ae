//! Random requests to the emulator: mostly valid, with some unusual values.

use http::{Request, header};
use serde_json::{Map, Value, json};

use crate::contract::{Contract, Operation, Schema};

/// The maximum depth of a body.
const MAX_DEPTH: usize = 8;

/// One in this many values is unusual.
const ODDITY: usize = 12;

/// The emulator's control endpoints and pages.
const OWN: [(&str, &str); 12] = [
    ("GET", "/_emulator/clock"),
    ("POST", "/_emulator/clock"),
    ("PUT", "/_emulator/scripts"),
    ("POST", "/_emulator/calls"),
    ("GET", "/_emulator/calls"),
    ("GET", "/_emulator/requests"),
    ("GET", "/_emulator/export"),
    ("POST", "/_emulator/reset"),
    ("GET", "/"),
    ("GET", "/console/conversations"),
    ("GET", "/console/schedule"),
    ("GET", "/console/requests"),
];

/// The fields of the emulator's control endpoints.
const OWN_FIELDS: [&str; 12] = [
    "set", "freeze", "advance_secs", "sync", "chat", "words", "pattern", "reply", "call", "target", "outcomes",
    "delay_ms",
];

/// Texts with and without a special meaning.
const TEXTS: [&str; 30] = [
    "",
    " ",
    "a",
    "hello {{name}}",
    "{{",
    "}}{{#integration_secret}}x",
    "{{telnyx_current_time}}",
    "ünïcödé \u{1f600} \u{0}\u{7}",
    "like.*a*b*",
    "eq.null",
    "(or(name.eq.a,and(id.gt.1)))",
    "in.(a,b,\"c\")",
    "not.is.null",
    "metadata->a->>b.desc.nullsfirst",
    "9999-12-30T22:00:00.5Z",
    "2026-03-02T08:30:00Z",
    "0000-00-00",
    "-1",
    "1e400",
    "99999999999999999999",
    "true",
    "null",
    "http://127.0.0.1:9/{id}?a=1",
    "ftp://[::",
    "+15550100",
    "busy",
    "web_chat",
    "sms_chat",
    "phone_call",
    "../..",
];

/// Generates requests from choices.
pub struct RandomRequests<'a> {
    contract: &'a Contract,
    /// Returns a number below the given one, or 0.
    choose: &'a mut dyn FnMut(usize) -> usize,
    /// Ids and names from responses.
    known: Vec<String>,
}

impl<'a> RandomRequests<'a> {
    /// Generates requests from the numbers that `choose` returns.
    ///
    /// Each number must be below the argument of `choose`.
    pub fn new(contract: &'a Contract, choose: &'a mut dyn FnMut(usize) -> usize) -> Self {
        Self { contract, choose, known: Vec::new() }
    }

    /// Collects ids from a response, so that later requests refer to existing resources.
    pub fn learn(&mut self, response: &Value) {
        match response {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value {
                        Value::String(text)
                            if (name == "id" || name.ends_with("_id")) && !self.known.contains(text) =>
                        {
                            self.known.push(text.clone());
                        }
                        other => self.learn(other),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.learn(item)),
            _ => {}
        }
        // Only the newest ids are kept.
        self.known.drain(..self.known.len().saturating_sub(100));
    }

    /// Generates the next request.
    ///
    /// # Panics
    /// If the generated request is not valid HTTP.
    pub fn next_request(&mut self) -> Request<String> {
        let contract = self.contract;
        let (method, path, body) = if self.chance(10) {
            let (method, path) = *self.one_of(&OWN);
            let body = if method == "GET" { Value::Null } else { self.own_body(0) };
            (method.to_owned(), path.to_owned() + &self.query(&["path", "limit", "status", "after"]), body)
        } else {
            let operation = self.one_of(&contract.operations);
            let query: Vec<&str> = operation.query.iter().map(String::as_str).chain(["order", "or", "name"]).collect();
            let path = format!("/v2{}{}", self.path(operation), self.query(&query));
            let body = operation.request.as_ref().map_or(Value::Null, |schema| self.value(schema, "body", 0));
            (operation.method().to_owned(), path, body)
        };
        let mut request =
            Request::builder().method(method.as_str()).uri(path).header(header::AUTHORIZATION, "Bearer KEY");
        if self.chance(5) {
            let key = format!("key-{}", self.below(4));
            request = request.header("idempotency-key", key);
        }
        if self.chance(60) {
            request = request.header(header::CONTENT_ENCODING, "gzip");
        }
        let body = if body.is_null() { String::new() } else { self.garbled(body.to_string()) };
        request.body(body).expect("a valid request")
    }

    fn below(&mut self, n: usize) -> usize {
        if n < 2 { 0 } else { (self.choose)(n) % n }
    }

    /// Whether one of `n` cases occurs.
    fn chance(&mut self, n: usize) -> bool {
        self.below(n) == 1
    }

    fn one_of<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }

    fn path(&mut self, operation: &Operation) -> String {
        let mut path = String::new();
        for step in operation.template().split('/').skip(1) {
            path.push('/');
            if !step.starts_with('{') {
                path.push_str(step);
            } else if self.chance(40) {
                path.push_str("%ff");
            } else {
                let id = self.id();
                path.push_str(&encoded(&id));
            }
        }
        path
    }

    /// A known id, or sometimes another text.
    fn id(&mut self) -> String {
        if self.known.is_empty() || self.chance(ODDITY) {
            return (*self.one_of(&TEXTS)).to_owned();
        }
        let at = self.below(self.known.len());
        self.known[at].clone()
    }

    fn query(&mut self, names: &[&str]) -> String {
        let mut query = String::new();
        while self.chance(3) && query.len() < 200 {
            let value = match self.below(3) {
                0 => self.id(),
                1 => format!("{}.{}", self.one_of(&["eq", "like", "ilike", "gt", "not.in", "is"]), self.id()),
                _ => (*self.one_of(&TEXTS)).to_owned(),
            };
            let name = *self.one_of(names);
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(&format!("{}={}", encoded(name), encoded(&value)));
        }
        query
    }

    /// A value of a schema, or an unusual one.
    fn value(&mut self, schema: &'a Schema, name: &str, depth: usize) -> Value {
        if depth > 0 && self.chance(ODDITY) {
            return self.odd();
        }
        match schema {
            Schema::Named(schema) => self.value(self.contract.schema(schema), name, depth),
            Schema::Constant(text) => text.as_str().into(),
            Schema::OneOf(values) => self.one_of(values).as_str().into(),
            Schema::AnyOf(members) => {
                let member = self.one_of(members);
                self.value(member, name, depth + 1)
            }
            Schema::List(_) if depth > MAX_DEPTH => json!([]),
            Schema::List(item) => (0..self.below(3)).map(|_| self.value(item, name, depth + 1)).collect(),
            Schema::Object { fields, others } => {
                let mut object = Map::new();
                for field in fields {
                    if field.required || (depth < MAX_DEPTH && self.chance(4)) {
                        object.insert(field.name.clone(), self.value(&field.schema, &field.name, depth + 1));
                    }
                }
                if let Some(others) = others {
                    object.insert(self.id(), self.value(others, "value", depth + 1));
                }
                object.into()
            }
            Schema::Number { least, greatest } => {
                let span = usize::try_from(greatest - least).unwrap_or_default() + 1;
                (least + i64::try_from(self.below(span)).unwrap_or_default()).into()
            }
            Schema::Text => self.text(name).into(),
            Schema::Boolean => self.chance(2).into(),
            Schema::Null => Value::Null,
            Schema::Anything => self.odd(),
        }
    }

    fn text(&mut self, name: &str) -> String {
        match name {
            _ if name.ends_with("_at") || name.contains("datetime") => "2030-03-02T08:30:00Z".to_owned(),
            _ if name == "url" || name.ends_with("_url") => "http://127.0.0.1:9/".to_owned(),
            _ if name == "id" || name.ends_with("_id") || name == "destination" => self.id(),
            _ => (*self.one_of(&TEXTS)).to_owned(),
        }
    }

    fn odd(&mut self) -> Value {
        match self.below(12) {
            0 => Value::Null,
            1 => json!([]),
            2 => json!({}),
            3 => i64::MIN.into(),
            4 => u64::MAX.into(),
            5 => json!(1.0e308),
            6 => json!(-0.5),
            7 => true.into(),
            8 => "x".repeat(5_000).into(),
            9 => (0..self.below(130)).fold(json!(0), |value, _| json!([value])),
            10 => json!({ "a": { "b": [1, "2", null] }, "": "", "type": "webhook" }),
            _ => (*self.one_of(&TEXTS)).into(),
        }
    }

    /// A body for the emulator's control endpoints.
    fn own_body(&mut self, depth: usize) -> Value {
        match self.below(if depth > 3 { 2 } else { 4 }) {
            0 => self.odd(),
            1 => self.id().into(),
            2 => (0..self.below(3)).map(|_| self.own_body(depth + 1)).collect(),
            _ => {
                let fields =
                    (0..=self.below(3)).map(|_| ((*self.one_of(&OWN_FIELDS)).to_owned(), self.own_body(depth + 1)));
                fields.collect::<Map<_, _>>().into()
            }
        }
    }

    /// The text of a body, sometimes malformed.
    fn garbled(&mut self, mut body: String) -> String {
        if self.chance(30) {
            let end = (0..=self.below(body.len() + 1)).rev().find(|end| body.is_char_boundary(*end));
            body.truncate(end.unwrap_or_default());
        } else if self.chance(30) {
            let odd = *self.one_of(&["12345678901234567890123", "1e999", "\"\\ud800\"", "NaN", "\u{feff}"]);
            body = body.replacen("true", odd, 1).replacen("null", odd, 1);
        }
        body
    }
}

impl std::fmt::Debug for RandomRequests<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RandomRequests").field("known", &self.known).finish_non_exhaustive()
    }
}

/// Percent-encodes a text for a path or a query.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => encoded.push(byte.into()),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
        encoded
    })
}

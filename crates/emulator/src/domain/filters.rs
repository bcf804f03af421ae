//! Filters, order and limit in `PostgREST` syntax.
//!
//! Examples: `name=like.Voice%`, `metadata->assistant_id=eq.X`, `or=(created_at.gte.2026-01-01,name.eq.x)`,
//! `order=created_at.desc`, `limit=10`.

use std::{borrow::Cow, cmp::Ordering};

use regex::{Regex, RegexBuilder};
use serde_json::Value;

use super::{Error, Result};
use crate::json::as_text;
use crate::time;

/// The maximum nesting depth of condition groups.
const MAX_DEPTH: usize = 16;

/// The maximum length of a pattern, in bytes.
const MAX_PATTERN: usize = 256;

#[derive(Debug, Default)]
pub(crate) struct Query {
    conditions: Vec<Condition>,
    order: Vec<Order>,
    limit: Option<usize>,
    offset: usize,
}

/// The order by one column.
#[derive(Debug)]
struct Order {
    column: Column,
    descending: bool,
    /// Default: only in descending order.
    nulls_first: Option<bool>,
}

#[derive(Debug)]
enum Condition {
    Is { column: Column, negated: bool, test: Test },
    Group { any: bool, negated: bool, of: Vec<Condition> },
}

#[derive(Debug)]
enum Test {
    In(Vec<String>),
    Compared(&'static [Ordering], String),
    Like(Regex),
    Null,
}

/// `name`, or `metadata->key`.
#[derive(Debug)]
struct Column {
    path: Vec<String>,
    is_time: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Columns {
    pub(crate) names: &'static [&'static str],
    /// The columns with times.
    pub(crate) times: &'static [&'static str],
}

impl Query {
    /// Parses a query. Empty parameters count as absent.
    ///
    /// Fails if it uses an unknown column or an unreadable time.
    pub(crate) fn parse<'a>(params: impl Iterator<Item = (&'a str, &'a str)>, columns: Columns) -> Result<Self> {
        let mut query = Self::default();
        for (name, value) in params.filter(|(_, value)| !value.is_empty()) {
            let number = || {
                value
                    .parse::<usize>()
                    .map_err(|_| Error::NotPossible(format!("{name} is '{value}'; it must be a whole number.")))
            };
            match name {
                "limit" => query.limit = Some(number()?),
                "offset" => query.offset = number()?,
                "order" => query.order = value.split(',').map(|part| order(part, columns)).collect::<Result<_>>()?,
                "select" => {}
                "or" | "and" | "not.or" | "not.and" => query.conditions.push(group(name, value, columns, 0)?),
                _ => query.conditions.push(condition(name, value, columns)?),
            }
        }
        Ok(query)
    }

    /// The documents that match, in order.
    pub(crate) fn apply(&self, mut documents: Vec<Value>) -> Vec<Value> {
        documents.retain(|document| self.conditions.iter().all(|condition| condition.holds(document)));
        if !self.order.is_empty() {
            documents.sort_by(|a, b| {
                self.order
                    .iter()
                    .map(|order| order.compare(a, b))
                    .find(|order| order.is_ne())
                    .unwrap_or(Ordering::Equal)
            });
        }
        documents.into_iter().skip(self.offset).take(self.limit.unwrap_or(usize::MAX)).collect()
    }
}

impl Order {
    fn compare(&self, a: &Value, b: &Value) -> Ordering {
        match (self.column.of(a), self.column.of(b)) {
            (Some(a), Some(b)) if self.descending => total_order(b, a),
            (Some(a), Some(b)) => total_order(a, b),
            (a, b) if self.nulls_first.unwrap_or(self.descending) => a.is_some().cmp(&b.is_some()),
            (a, b) => a.is_none().cmp(&b.is_none()),
        }
    }
}

/// A total order of JSON values.
///
/// Types are ordered as in SQLite: booleans and numbers, then strings, then arrays and objects.
fn total_order(a: &Value, b: &Value) -> Ordering {
    let number = |value: &Value| value.as_f64().or_else(|| value.as_bool().map(f64::from));
    match (number(a), number(b), a.as_str(), b.as_str()) {
        (Some(a), Some(b), ..) => a.total_cmp(&b),
        (.., Some(a), Some(b)) => a.cmp(b),
        (None, None, None, None) => a.to_string().cmp(&b.to_string()),
        (a_number, b_number, a_text, b_text) => {
            (a_number.is_none(), a_text.is_none()).cmp(&(b_number.is_none(), b_text.is_none()))
        }
    }
}

impl Condition {
    fn holds(&self, document: &Value) -> bool {
        match self {
            Self::Group { any, negated, of } => {
                let mut of = of.iter();
                let holds = |condition: &Self| condition.holds(document);
                (if *any { of.any(holds) } else { of.all(holds) }) != *negated
            }
            Self::Is { column, negated, test } => {
                let equal = if column.is_time { is_same_time } else { is_equal };
                let holds = match (test, column.of(document)) {
                    (Test::Null, value) => value.is_none(),
                    // A missing value does not match any comparison.
                    (_, None) => return false,
                    (Test::In(others), Some(value)) => others.iter().any(|other| equal(value, other)),
                    (Test::Compared(orders, other), Some(value)) => orders.contains(&compare(&as_text(value), other)),
                    (Test::Like(pattern), Some(value)) => pattern.is_match(&as_text(value)),
                };
                holds != *negated
            }
        }
    }
}

impl Column {
    fn parse(text: &str, columns: Columns) -> Result<Self> {
        let step = |step: &str| step.trim_start_matches('>').trim_matches('"').to_owned();
        let path: Vec<String> = text.split("->").map(step).collect();
        let is_in = |columns: &[&str]| path.first().is_some_and(|name| columns.contains(&name.as_str()));
        if !is_in(columns.names) {
            let (name, names) = (path.first().map_or("", String::as_str), columns.names.join(", "));
            return Err(Error::NotPossible(format!("There is no column '{name}'. The columns are {names}.")));
        }
        let is_time = path.len() == 1 && is_in(columns.times);
        Ok(Self { path, is_time })
    }

    /// A value to compare the column with. Fails if the column is a time and the text is not.
    fn operand(&self, text: String) -> Result<String> {
        if self.is_time && time::parse(&text).is_err() {
            let name = self.path.concat();
            return Err(Error::NotPossible(format!("'{text}' is not a time to compare {name} with.")));
        }
        Ok(text)
    }

    fn of<'a>(&self, document: &'a Value) -> Option<&'a Value> {
        let value = self.path.iter().try_fold(document, |value, step| value.get(step))?;
        Some(value).filter(|value| !value.is_null())
    }
}

/// Whether a value equals the operand of a condition.
///
/// JSON numbers are compared as numbers, everything else as text.
fn is_equal(value: &Value, other: &str) -> bool {
    match value {
        Value::Number(number) => match (number.as_i128(), other.parse::<i128>()) {
            (Some(value), Ok(other)) => value == other,
            _ => other.parse() == Ok(number.as_f64().unwrap_or(f64::NAN)),
        },
        value => as_text(value) == other,
    }
}

/// Whether a value is the time of an operand. A date is its first second.
fn is_same_time(value: &Value, other: &str) -> bool {
    matches!((time::parse(&as_text(value)), time::parse(other)), (Ok(value), Ok(other)) if value == other)
}

/// Orders a value and the operand of a condition.
///
/// They are compared as times (a date is its first second), as numbers, or else as strings.
fn compare(value: &str, other: &str) -> Ordering {
    if let (Ok(a), Ok(b)) = (time::parse(value), time::parse(other)) {
        return a.cmp(&b);
    }
    if let (Ok(a), Ok(b)) = (value.parse::<f64>(), other.parse::<f64>())
        && let Some(order) = a.partial_cmp(&b)
    {
        return order;
    }
    value.cmp(other)
}

/// Compiles a pattern: `%` and `*` match any text, `_` any character.
fn like(pattern: &str, any_case: bool) -> Result<Regex> {
    let bad =
        || Error::NotPossible(format!("The pattern has {} bytes; it can have at most {MAX_PATTERN}.", pattern.len()));
    if pattern.len() > MAX_PATTERN {
        return Err(bad());
    }
    let mut regex = String::from(r"\A");
    for c in pattern.chars() {
        match c {
            '%' | '*' if regex.ends_with(".*") => {}
            '%' | '*' => regex.push_str(".*"),
            '_' => regex.push('.'),
            c => regex.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    regex.push_str(r"\z");
    RegexBuilder::new(&regex).dot_matches_new_line(true).case_insensitive(any_case).build().map_err(|_| bad())
}

/// Parses a column with `.asc`, `.desc`, `.nullsfirst` and `.nullslast`.
///
/// By default, nulls come last, or first in descending order.
fn order(part: &str, columns: Columns) -> Result<Order> {
    let mut words = part.trim().split('.');
    let column = Column::parse(words.next().unwrap_or_default(), columns)?;
    let mut order = Order { column, descending: false, nulls_first: None };
    for word in words {
        match word {
            "asc" => order.descending = false,
            "desc" => order.descending = true,
            "nullsfirst" => order.nulls_first = Some(true),
            "nullslast" => order.nulls_first = Some(false),
            _ => {
                return Err(Error::NotPossible(format!(
                    "'{part}' is not an order direction: use asc, desc, nullsfirst or nullslast."
                )));
            }
        }
    }
    Ok(order)
}

/// Parses `operator.value`, optionally after `not.`.
fn condition(column: &str, text: &str, columns: Columns) -> Result<Condition> {
    let (negated, rest) = text.strip_prefix("not.").map_or((false, text), |rest| (true, rest));
    let bad = || {
        Error::NotPossible(format!(
            "'{text}' is not a condition for {column}: write eq., neq., gt., gte., lt., lte., like., ilike., in. or is. \
             before the value."
        ))
    };
    let (operator, value) = rest.split_once('.').ok_or_else(bad)?;
    let column = Column::parse(column, columns)?;
    let other = || column.operand(plus_restored(&unquoted(value)));
    let test = match operator {
        "eq" | "neq" => Test::In(vec![other()?]),
        "gt" => Test::Compared(&[Ordering::Greater], other()?),
        "gte" => Test::Compared(&[Ordering::Greater, Ordering::Equal], other()?),
        "lt" => Test::Compared(&[Ordering::Less], other()?),
        "lte" => Test::Compared(&[Ordering::Less, Ordering::Equal], other()?),
        "like" => Test::Like(like(&unquoted(value), false)?),
        "ilike" => Test::Like(like(&unquoted(value), true)?),
        "in" => {
            let items = split(inside(value).ok_or_else(bad)?).flat_map(list_item);
            Test::In(items.map(|item| column.operand(item)).collect::<Result<_>>()?)
        }
        "is" if value.eq_ignore_ascii_case("null") => Test::Null,
        "is" => Test::In(vec![other()?]),
        _ => return Err(bad()),
    };
    Ok(Condition::Is { column, negated: negated != (operator == "neq"), test })
}

/// Parses `(condition,condition,…)` after `or`, `and`, `not.or` or `not.and`.
fn group(name: &str, text: &str, columns: Columns, depth: usize) -> Result<Condition> {
    if depth > MAX_DEPTH {
        return Err(Error::NotPossible(format!("Conditions can be nested at most {MAX_DEPTH} levels deep.")));
    }
    let bad = || Error::NotPossible(format!("'{text}' is not a list of conditions in parentheses: {name}."));
    let (negated, name) = name.strip_prefix("not.").map_or((false, name), |name| (true, name));
    let of = split(inside(text).ok_or_else(bad)?)
        .map(str::trim)
        .map(|part| {
            match ["or", "and", "not.or", "not.and"]
                .iter()
                .find(|name| part.strip_prefix(**name).is_some_and(|rest| rest.starts_with('(')))
            {
                Some(name) => group(name, &part[name.len()..], columns, depth + 1),
                None => {
                    let (column, rest) = part.split_once('.').ok_or_else(bad)?;
                    condition(column, rest, columns)
                }
            }
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Condition::Group { any: name == "or", negated, of })
}

fn inside(text: &str) -> Option<&str> {
    text.strip_prefix('(')?.strip_suffix(')')
}

/// Splits at commas outside quotes and parentheses.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    text.split(move |c| {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && !quoted && depth == 0
    })
}

/// The values that an item of a list can mean.
///
/// A space before digits is a separator or an unescaped `+`.
fn list_item(item: &str) -> impl Iterator<Item = String> {
    let digits = item.strip_prefix(' ').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    [plus_restored(&unquoted(item.trim()))].into_iter().chain(digits.map(|digits| format!("+{digits}")))
}

/// Restores the `+` of a phone number. In a query, an unescaped `+` is a space.
fn plus_restored(text: &str) -> String {
    match text.strip_prefix(' ') {
        Some(digits) if digits.starts_with(|c: char| c.is_ascii_digit()) => format!("+{digits}"),
        _ => text.to_owned(),
    }
}

/// Removes the quotes around a text, and the backslashes of its escapes.
fn unquoted(text: &str) -> Cow<'_, str> {
    let Some(inside) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else { return text.into() };
    let mut escaped = false;
    let is_kept = |c: &char| {
        escaped = *c == '\\' && !escaped;
        !escaped
    };
    inside.chars().filter(is_kept).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const COLUMNS: Columns = Columns { names: &["id", "name", "created_at", "metadata"], times: &["created_at"] };

    fn ids(query: &[(&str, &str)]) -> Vec<String> {
        let documents = vec![
            json!({"id": "a", "name": "Voice 1", "created_at": "2026-01-01T10:00:00Z", "metadata": {"k": "x"}}),
            json!({"id": "b", "name": "Chat", "created_at": "2026-02-01T10:00:00Z", "metadata": {"k": "y"}}),
            json!({"id": "c", "created_at": "2026-03-01T10:00:00Z", "metadata": {}}),
        ];
        apply(query, documents)
    }

    fn apply(query: &[(&str, &str)], documents: Vec<Value>) -> Vec<String> {
        let query = Query::parse(query.iter().copied(), COLUMNS).expect("a query");
        query.apply(documents).iter().map(|document| as_text(&document["id"])).collect()
    }

    #[test]
    fn conditions_select_documents() {
        assert_eq!(ids(&[("metadata->k", "eq.x")]), ["a"]);
        assert_eq!(ids(&[("metadata->>k", "neq.x")]), ["b"]);
        assert_eq!(ids(&[("name", "like.Voice%")]), ["a"]);
        assert_eq!(ids(&[("name", "like.V_ice (1)")]), [""; 0]);
        assert_eq!(ids(&[("name", "not.ilike.voice%")]), ["b"]);
        assert_eq!(ids(&[("name", "is.null")]), ["c"]);
        assert_eq!(ids(&[("created_at", "gte.2026-02-01")]), ["b", "c"]);
        assert_eq!(ids(&[("id", "in.(a,\"c\")")]), ["a", "c"]);
        assert_eq!(ids(&[("or", "(id.eq.a,and(name.eq.Chat,created_at.lt.2026-02-02))")]), ["a", "b"]);
    }

    #[test]
    fn quoted_values_can_have_escaped_quotes() {
        let documents = vec![
            json!({"id": "a", "name": "say \"hi\"", "metadata": {"k": "a\"b"}}),
            json!({"id": "b", "name": "x,\\", "metadata": {"k": "\\d"}}),
        ];
        for (query, expected) in [
            (("name", r#"in.("say \"hi\"")"#), &["a"][..]),
            (("name", r#"in.("x,\\","say \"hi\"")"#), &["a", "b"]),
            (("name", r#"eq."say \"hi\"""#), &["a"]),
            (("or", r#"(metadata->k.eq."a\"b",name.eq.zz)"#), &["a"]),
            (("name", r#"not.like."%\"%""#), &["b"]),
            (("metadata->k", r"eq.\d"), &["b"]),
        ] {
            assert_eq!(apply(&[query], documents.clone()), expected, "{query:?}");
        }
    }

    #[test]
    fn unescaped_plus_is_part_of_a_phone_number() {
        let documents = vec![json!({"id": "a", "metadata": {"to": "+15550100"}}), json!({"id": "b", "name": " 1"})];
        assert_eq!(apply(&[("metadata->to", "eq. 15550100")], documents.clone()), ["a"]);
        assert_eq!(apply(&[("metadata->to", "in.( 15550100,+1)")], documents), ["a"]);
    }

    #[test]
    fn invalid_queries_are_errors() {
        let check = |query: (&str, &str)| Query::parse([query].into_iter(), COLUMNS);
        let long = format!("like.{}", "*a".repeat(MAX_PATTERN));
        for query in [("id", "eq.a"), ("metadata->at", "gt.soon"), ("created_at", "is.null"), ("order", "created_at")] {
            assert!(check(query).is_ok(), "{query:?}");
        }
        for query in [
            ("assistant_id", "eq.a"),
            ("order", "age.desc"),
            ("created_at", "lt.yesterday"),
            ("or", "(id.eq.a,and(created_at.gt.soon,id.eq.b))"),
            ("not.and", "(age.eq.1,id.eq.b)"),
            ("id", "a"),
            ("or", "id.eq.a"),
            ("limit", "many"),
            ("id", "near.a"),
            ("order", "id.up"),
            ("name", &long),
        ] {
            assert!(check(query).is_err(), "{query:?}");
        }
    }

    #[test]
    fn order_and_limit_apply() {
        assert_eq!(ids(&[("order", "created_at.desc"), ("limit", "2")]), ["c", "b"]);
        assert_eq!(ids(&[("order", "name.asc")]), ["b", "a", "c"]);
        assert_eq!(ids(&[("order", "name.desc")]), ["c", "a", "b"]);
        assert_eq!(ids(&[("order", "name.desc.nullslast")]), ["a", "b", "c"]);
        assert_eq!(ids(&[("order", "name.nullsfirst")]), ["c", "b", "a"]);
    }

    /// Sorting needs a total order.
    ///
    /// The comparison of conditions is not transitive for `9`, `10`, `1a`.
    #[test]
    fn order_is_total_across_types() {
        let values = [json!("9"), json!("10"), json!("1a"), json!("A-7"), json!(10), json!(9), json!(true), json!([1])];
        let documents = values.iter().map(|value| json!({ "id": value, "name": value })).cycle().take(400).collect();
        let sorted = apply(&[("order", "name")], documents);
        let mut distinct = sorted.clone();
        distinct.dedup();
        assert_eq!(distinct, ["true", "9", "10", "1a", "9", "A-7", "[1]"]);
        assert_eq!(sorted.len(), 400);
    }

    #[test]
    fn hostile_pattern_takes_linear_time() {
        let pattern = format!("like.{}b", "*a".repeat(100));
        let document = json!({ "id": "x", "name": "a".repeat(10_000) });
        assert_eq!(apply(&[("name", &pattern)], vec![document]), [""; 0]);
    }
}

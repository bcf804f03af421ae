//! Filters, order and limit in the way of `PostgREST`: `name=like.Voice%`, `metadata->assistant_id=eq.X`,
//! `or=(created_at.gte.2026-01-01,name.eq.x)`, `order=created_at.desc`, `limit=10`.

use std::cmp::Ordering;

use serde_json::Value;

use super::{Outcome, Problem, variables::as_text};

/// What is asked of a list.
#[derive(Debug, Default)]
pub(crate) struct Query {
    conditions: Vec<Condition>,
    order: Vec<(Column, Direction)>,
    limit: Option<usize>,
    offset: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Direction {
    Ascending,
    Descending,
}

#[derive(Debug)]
enum Condition {
    Is { column: Column, negated: bool, test: Test },
    All { negated: bool, of: Vec<Condition> },
    Any { negated: bool, of: Vec<Condition> },
}

#[derive(Debug)]
enum Test {
    Equal(String),
    Different(String),
    Compared(&'static [Ordering], String),
    Like { pattern: String, any_case: bool },
    In(Vec<String>),
    Null,
}

/// `name`, or `metadata->key`.
#[derive(Debug, Clone)]
struct Column(Vec<String>);

impl Query {
    /// Reads a query. Empty parameters count as absent.
    pub(crate) fn parse<'a>(params: impl Iterator<Item = (&'a str, &'a str)>) -> Outcome<Self> {
        let mut query = Self::default();
        for (name, value) in params.filter(|(_, value)| !value.is_empty()) {
            let number = || {
                value
                    .parse::<usize>()
                    .map_err(|_| Problem::bad_request(format!("'{value}' is not a whole number: {name}.")))
            };
            match name {
                "limit" => query.limit = Some(number()?),
                "offset" => query.offset = number()?,
                "order" => query.order = order(value)?,
                "select" => {}
                "or" | "and" | "not.or" | "not.and" => query.conditions.push(group(name, value)?),
                _ => query.conditions.push(condition(name, value)?),
            }
        }
        Ok(query)
    }

    /// The documents that are asked for, in the order that is asked for.
    pub(crate) fn apply(&self, mut documents: Vec<Value>) -> Vec<Value> {
        documents.retain(|document| self.conditions.iter().all(|condition| condition.holds(document)));
        documents.sort_by(|a, b| {
            self.order.iter().fold(Ordering::Equal, |before, (column, direction)| {
                before.then_with(|| {
                    let order = match (column.of(a), column.of(b)) {
                        (Some(a), Some(b)) => compare(&a, &b),
                        (a, b) => a.is_none().cmp(&b.is_none()),
                    };
                    if *direction == Direction::Descending { order.reverse() } else { order }
                })
            })
        });
        documents.into_iter().skip(self.offset).take(self.limit.unwrap_or(usize::MAX)).collect()
    }
}

impl Condition {
    fn holds(&self, document: &Value) -> bool {
        match self {
            Self::All { negated, of } => of.iter().all(|condition| condition.holds(document)) != *negated,
            Self::Any { negated, of } => of.iter().any(|condition| condition.holds(document)) != *negated,
            Self::Is { column, negated, test } => {
                let value = column.of(document);
                let holds = match (test, &value) {
                    (Test::Null, value) => value.is_none(),
                    // Nothing compares with what is not there.
                    (_, None) => return false,
                    (Test::Equal(other), Some(value)) => compare(value, other) == Ordering::Equal,
                    (Test::Different(other), Some(value)) => compare(value, other) != Ordering::Equal,
                    (Test::Compared(orders, other), Some(value)) => orders.contains(&compare(value, other)),
                    (Test::Like { pattern, any_case: false }, Some(value)) => like(value, pattern),
                    (Test::Like { pattern, any_case: true }, Some(value)) => {
                        like(&value.to_lowercase(), &pattern.to_lowercase())
                    }
                    (Test::In(others), Some(value)) => {
                        others.iter().any(|other| compare(value, other) == Ordering::Equal)
                    }
                };
                holds != *negated
            }
        }
    }
}

impl Column {
    fn parse(text: &str) -> Self {
        Self(text.split("->").map(|step| step.trim_start_matches('>').trim_matches('"').to_owned()).collect())
    }

    fn of(&self, document: &Value) -> Option<String> {
        let value = self.0.iter().try_fold(document, |value, step| value.get(step))?;
        (!value.is_null()).then(|| as_text(value))
    }
}

/// Moments as moments (a date is its first second), numbers as numbers, and everything else as text.
fn compare(a: &str, b: &str) -> Ordering {
    if let (Some(a), Some(b)) = (super::moment(a), super::moment(b)) {
        return a.cmp(&b);
    }
    if let (Ok(a), Ok(b)) = (a.parse::<f64>(), b.parse::<f64>())
        && let Some(order) = a.partial_cmp(&b)
    {
        return order;
    }
    a.cmp(b)
}

/// `%` (or `*`) stands for any text and `_` for any character.
fn like(text: &str, pattern: &str) -> bool {
    let mut chars = pattern.chars();
    match chars.next() {
        None => text.is_empty(),
        Some('%' | '*') => {
            let rest = chars.as_str();
            text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| like(&text[at..], rest))
        }
        Some(first) => {
            let mut text = text.chars();
            text.next().is_some_and(|c| first == '_' || first == c) && like(text.as_str(), chars.as_str())
        }
    }
}

fn order(value: &str) -> Outcome<Vec<(Column, Direction)>> {
    value
        .split(',')
        .map(|part| {
            let mut words = part.trim().split('.');
            let column = Column::parse(words.next().unwrap_or_default());
            let mut direction = Direction::Ascending;
            for word in words {
                direction = match word {
                    "asc" => Direction::Ascending,
                    "desc" => Direction::Descending,
                    "nullsfirst" | "nullslast" => direction,
                    _ => return Err(Problem::bad_request(format!("'{part}' is no order."))),
                };
            }
            Ok((column, direction))
        })
        .collect()
}

/// `operator.value`, perhaps after `not.`.
fn condition(column: &str, text: &str) -> Outcome<Condition> {
    let (negated, rest) = text.strip_prefix("not.").map_or((false, text), |rest| (true, rest));
    let bad = || {
        Problem::bad_request(format!(
            "'{text}' is no condition for {column}: write eq., neq., gt., gte., lt., lte., like., ilike., in. or is. \
             before the value."
        ))
    };
    let (operator, value) = rest.split_once('.').ok_or_else(bad)?;
    let other = || unquoted(value).to_owned();
    let test = match operator {
        "eq" => Test::Equal(other()),
        "neq" => Test::Different(other()),
        "gt" => Test::Compared(&[Ordering::Greater], other()),
        "gte" => Test::Compared(&[Ordering::Greater, Ordering::Equal], other()),
        "lt" => Test::Compared(&[Ordering::Less], other()),
        "lte" => Test::Compared(&[Ordering::Less, Ordering::Equal], other()),
        "like" => Test::Like { pattern: other(), any_case: false },
        "ilike" => Test::Like { pattern: other(), any_case: true },
        "in" => Test::In(parts(inside(value).ok_or_else(bad)?).into_iter().map(|v| unquoted(v).to_owned()).collect()),
        "is" if value.eq_ignore_ascii_case("null") => Test::Null,
        "is" => Test::Equal(other()),
        _ => return Err(bad()),
    };
    Ok(Condition::Is { column: Column::parse(column), negated, test })
}

/// `(condition,condition,…)` after `or`, `and`, `not.or` or `not.and`.
fn group(name: &str, text: &str) -> Outcome<Condition> {
    let bad = || Problem::bad_request(format!("'{text}' is no list of conditions in parentheses: {name}."));
    let (negated, name) = name.strip_prefix("not.").map_or((false, name), |name| (true, name));
    let of = parts(inside(text).ok_or_else(bad)?)
        .into_iter()
        .map(|part| {
            match ["or", "and", "not.or", "not.and"]
                .iter()
                .find(|name| part.strip_prefix(**name).is_some_and(|rest| rest.starts_with('(')))
            {
                Some(name) => group(name, &part[name.len()..]),
                None => part.split_once('.').ok_or_else(bad).and_then(|(column, rest)| condition(column, rest)),
            }
        })
        .collect::<Outcome<Vec<_>>>()?;
    Ok(if name == "or" { Condition::Any { negated, of } } else { Condition::All { negated, of } })
}

fn inside(text: &str) -> Option<&str> {
    text.strip_prefix('(')?.strip_suffix(')')
}

/// Splits at commas that are neither quoted nor in parentheses.
fn parts(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quoted) = (Vec::new(), 0, 0_usize, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            ',' if !quoted && depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}

fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ids(query: &[(&str, &str)]) -> Vec<String> {
        let documents = vec![
            json!({"id": "a", "name": "Voice 1", "created_at": "2026-01-01T10:00:00Z", "metadata": {"k": "x"}}),
            json!({"id": "b", "name": "Chat", "created_at": "2026-02-01T10:00:00Z", "metadata": {"k": "y"}}),
            json!({"id": "c", "created_at": "2026-03-01T10:00:00Z", "metadata": {}}),
        ];
        let query = Query::parse(query.iter().copied()).expect("a query");
        query.apply(documents).iter().map(|document| as_text(&document["id"])).collect()
    }

    #[test]
    fn filters() {
        assert_eq!(ids(&[("metadata->k", "eq.x")]), ["a"]);
        assert_eq!(ids(&[("metadata->>k", "neq.x")]), ["b"]);
        assert_eq!(ids(&[("name", "like.Voice%")]), ["a"]);
        assert_eq!(ids(&[("name", "not.ilike.voice%")]), ["b"]);
        assert_eq!(ids(&[("name", "is.null")]), ["c"]);
        assert_eq!(ids(&[("created_at", "gte.2026-02-01")]), ["b", "c"]);
        assert_eq!(ids(&[("id", "in.(a,\"c\")")]), ["a", "c"]);
        assert_eq!(ids(&[("or", "(id.eq.a,and(name.eq.Chat,created_at.lt.2026-02-02))")]), ["a", "b"]);
    }

    #[test]
    fn orders_and_limits() {
        assert_eq!(ids(&[("order", "created_at.desc"), ("limit", "2")]), ["c", "b"]);
        assert_eq!(ids(&[("order", "name.asc")]), ["b", "a", "c"]);
    }

    #[test]
    fn turns_down_what_it_can_not_read() {
        for (name, value) in [("id", "a"), ("or", "id.eq.a"), ("limit", "many"), ("id", "near.a"), ("order", "id.up")] {
            assert!(Query::parse([(name, value)].into_iter()).is_err(), "{name}={value}");
        }
    }
}

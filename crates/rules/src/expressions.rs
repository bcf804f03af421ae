//! Conditions of the edges of conversation flows, over dynamic variables.
//!
//! An expression is a tree of JSON objects. `comparison`, `bool_op` and `arithmetic` have operands; `variable`,
//! `string_literal`, `number_literal` and `bool_literal` are the leaves.

use std::{cmp::Ordering, fmt};

use serde_json::Value;

/// The maximum nesting depth of expressions.
const MAX_DEPTH: usize = 64;

/// A parsed expression.
///
/// ```
/// use serde_json::{Value, json};
/// use telnyx_ai_rules::expressions::Expression;
///
/// let expression = Expression::parse(&json!({
///     "type": "comparison",
///     "op": ">=",
///     "left": {"type": "variable", "name": "orders"},
///     "right": {"type": "number_literal", "value": 3},
/// }))?;
/// assert_eq!(expression.is_true(|name| (name == "orders").then(|| Value::from("4"))), Ok(true));
/// assert_eq!(expression.is_true(|_| None), Ok(false));
/// # Ok::<(), telnyx_ai_rules::expressions::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Expression(Node);

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Literal(Value),
    Variable(String),
    Comparison(Comparison, Box<[Node; 2]>),
    Arithmetic(Arithmetic, Box<[Node; 2]>),
    /// Whether any of the nodes, or all of them, are true.
    Group {
        any: bool,
        of: Vec<Node>,
    },
    Not(Box<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    NotContains,
}

const COMPARISONS: [(&str, Comparison); 8] = [
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    ("<", Comparison::Less),
    ("<=", Comparison::LessOrEqual),
    (">", Comparison::Greater),
    (">=", Comparison::GreaterOrEqual),
    ("contains", Comparison::Contains),
    ("not_contains", Comparison::NotContains),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

const ARITHMETIC: [(&str, Arithmetic); 5] = [
    ("+", Arithmetic::Add),
    ("-", Arithmetic::Subtract),
    ("*", Arithmetic::Multiply),
    ("/", Arithmetic::Divide),
    ("%", Arithmetic::Remainder),
];

/// The error of an expression that cannot be parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseError {
    /// The location: a JSON pointer into the expression. Empty for its root.
    pub pointer: String,
    /// The problem.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = if self.pointer.is_empty() { "its root" } else { &self.pointer };
        write!(f, "at {at}: {}", self.message)
    }
}

impl std::error::Error for ParseError {}

impl Expression {
    /// Parses an expression.
    ///
    /// # Errors
    ///
    /// If a part has an unknown type or operator, lacks an operand, or is nested more than 64 levels deep.
    pub fn parse(value: &Value) -> Result<Self, ParseError> {
        node(value, "", 0).map(Self)
    }

    /// Whether the expression is true. `variable` returns the value of a variable by its name.
    ///
    /// A missing variable equals only another missing variable, and is neither less nor greater than any value. An
    /// arithmetic expression with it is missing too. As a condition it is false. Because the values of variables are
    /// often strings, `"3"` is the number 3 and `"true"` is `true`. Two strings that are not numbers are compared as
    /// strings.
    ///
    /// # Errors
    ///
    /// If an operator does not apply to a value, such as a sum of strings.
    pub fn is_true(&self, variable: impl Fn(&str) -> Option<Value>) -> Result<bool, String> {
        as_bool(&value_of(&self.0, &variable)?)
    }
}

fn node(value: &Value, at: &str, depth: usize) -> Result<Node, ParseError> {
    let wrong = |field: &str, message: String| Err(ParseError { pointer: format!("{at}{field}"), message });
    let child = |field: &str| node(&value[field], &format!("{at}/{field}"), depth + 1);
    if depth > MAX_DEPTH {
        return wrong("", format!("An expression can be nested at most {MAX_DEPTH} levels deep."));
    }
    if !value.is_object() {
        return wrong("", "An expression must be an object with a type.".to_owned());
    }
    let literal = &value["value"];
    match value["type"].as_str().unwrap_or_default() {
        "comparison" => {
            let op = operator(&value["op"], &COMPARISONS, at)?;
            Ok(Node::Comparison(op, Box::new([child("left")?, child("right")?])))
        }
        "arithmetic" => {
            let op = operator(&value["op"], &ARITHMETIC, at)?;
            Ok(Node::Arithmetic(op, Box::new([child("left")?, child("right")?])))
        }
        "bool_op" => bool_operation(value, at, depth),
        "variable" => match value["name"].as_str().map(strip_braces) {
            Some(name) if !name.is_empty() => Ok(Node::Variable(name.to_owned())),
            _ => wrong("/name", "A variable must have a name.".to_owned()),
        },
        "string_literal" if literal.is_string() => Ok(Node::Literal(literal.clone())),
        "string_literal" => wrong("/value", "The value of a string_literal must be a string.".to_owned()),
        "number_literal" if literal.is_number() => Ok(Node::Literal(literal.clone())),
        "number_literal" => wrong("/value", "The value of a number_literal must be a number.".to_owned()),
        "bool_literal" if literal.is_boolean() => Ok(Node::Literal(literal.clone())),
        "bool_literal" => wrong("/value", "The value of a bool_literal must be true or false.".to_owned()),
        other => {
            let what =
                if other.is_empty() { "A type is required".to_owned() } else { format!("'{other}' is not a type") };
            wrong(
                "/type",
                format!(
                    "{what}; the types of expressions are comparison, bool_op, arithmetic, variable, string_literal, \
                     number_literal and bool_literal."
                ),
            )
        }
    }
}

fn bool_operation(value: &Value, at: &str, depth: usize) -> Result<Node, ParseError> {
    let op = operator(&value["op"], &[("and", "and"), ("or", "or"), ("not", "not")], at)?;
    let operands = value["operands"].as_array().into_iter().flatten().enumerate();
    let mut operands = operands
        .map(|(n, operand)| node(operand, &format!("{at}/operands/{n}"), depth + 1))
        .collect::<Result<Vec<Node>, ParseError>>()?;
    let wrong = |message: &str| Err(ParseError { pointer: format!("{at}/operands"), message: message.to_owned() });
    match (op, operands.len()) {
        ("not", 1) => Ok(Node::Not(Box::new(operands.remove(0)))),
        ("not", _) => wrong("The operator 'not' must have exactly one operand."),
        (_, 0 | 1) => wrong("The operators 'and' and 'or' must have at least two operands."),
        _ => Ok(Node::Group { any: op == "or", of: operands }),
    }
}

fn operator<T: Copy>(op: &Value, known: &[(&str, T)], at: &str) -> Result<T, ParseError> {
    let name = op.as_str().unwrap_or_default();
    known.iter().find(|(known, _)| *known == name).map(|(_, op)| *op).ok_or_else(|| ParseError {
        pointer: format!("{at}/op"),
        message: {
            let known = known.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
            if name.is_empty() {
                format!("An op is required: one of {known}.")
            } else {
                format!("'{name}' is not one of {known}.")
            }
        },
    })
}

/// The name of a variable, without the braces that are allowed around it.
fn strip_braces(name: &str) -> &str {
    let name = name.trim();
    name.strip_prefix("{{").and_then(|name| name.strip_suffix("}}")).map_or(name, str::trim)
}

/// The value of a node. `null` if it is missing.
fn value_of(node: &Node, variable: &impl Fn(&str) -> Option<Value>) -> Result<Value, String> {
    Ok(match node {
        Node::Literal(value) => value.clone(),
        Node::Variable(name) => variable(name).unwrap_or_default(),
        Node::Comparison(op, sides) => {
            compare(*op, &value_of(&sides[0], variable)?, &value_of(&sides[1], variable)?).into()
        }
        Node::Arithmetic(op, sides) => compute(*op, &value_of(&sides[0], variable)?, &value_of(&sides[1], variable)?)?,
        Node::Group { any, of } => {
            for node in of {
                if as_bool(&value_of(node, variable)?)? == *any {
                    return Ok((*any).into());
                }
            }
            (!any).into()
        }
        Node::Not(node) => (!as_bool(&value_of(node, variable)?)?).into(),
    })
}

fn as_bool(value: &Value) -> Result<bool, String> {
    match value {
        Value::Null => Ok(false),
        Value::Bool(value) => Ok(*value),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        other => Err(format!("{other} is neither true nor false")),
    }
}

fn compare(op: Comparison, left: &Value, right: &Value) -> bool {
    match op {
        Comparison::Equal => equal(left, right),
        Comparison::NotEqual => !equal(left, right),
        Comparison::Less => ordering(left, right).is_some_and(Ordering::is_lt),
        Comparison::LessOrEqual => ordering(left, right).is_some_and(Ordering::is_le),
        Comparison::Greater => ordering(left, right).is_some_and(Ordering::is_gt),
        Comparison::GreaterOrEqual => ordering(left, right).is_some_and(Ordering::is_ge),
        Comparison::Contains => contains(left, right),
        Comparison::NotContains => !contains(left, right),
    }
}

fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => left == right,
        (Value::Bool(_), _) | (_, Value::Bool(_)) => as_text(left).eq_ignore_ascii_case(&as_text(right)),
        _ => ordering(left, right).map_or_else(|| left == right, Ordering::is_eq),
    }
}

fn ordering(left: &Value, right: &Value) -> Option<Ordering> {
    match (number(left), number(right), left.as_str(), right.as_str()) {
        (Some(left), Some(right), ..) => left.partial_cmp(&right),
        (.., Some(left), Some(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

fn contains(whole: &Value, part: &Value) -> bool {
    match whole {
        Value::Null => false,
        Value::Array(items) => items.iter().any(|item| equal(item, part)),
        _ if part.is_null() => false,
        whole => as_text(whole).contains(&as_text(part)),
    }
}

fn compute(op: Arithmetic, left: &Value, right: &Value) -> Result<Value, String> {
    if left.is_null() || right.is_null() {
        return Ok(Value::Null);
    }
    let operand = |value: &Value| number(value).ok_or_else(|| format!("{value} is not a number"));
    let (left, right) = (operand(left)?, operand(right)?);
    if right == 0.0 && matches!(op, Arithmetic::Divide | Arithmetic::Remainder) {
        return Err(format!("{left} cannot be divided by zero"));
    }
    Ok(match op {
        Arithmetic::Add => left + right,
        Arithmetic::Subtract => left - right,
        Arithmetic::Multiply => left * right,
        Arithmetic::Divide => left / right,
        // The remainder has the sign of the divisor, as in modular arithmetic.
        Arithmetic::Remainder => left - right * (left / right).floor(),
    }
    .into())
}

fn number(value: &Value) -> Option<f64> {
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    number.is_finite().then_some(number)
}

/// A value as text: strings without quotes, everything else as JSON.
fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn variable_of(name: &str) -> Option<Value> {
        let variables = json!({
            "tier": "gold", "orders": "12", "total": 45.5, "shipping": 5, "open": true, "vip": "True",
            "tags": ["a", "7"], "customer": { "age": 30 }, "due": "2026-03-02", "nothing": null,
        });
        variables.pointer(&format!("/{}", name.replace('.', "/"))).filter(|value| !value.is_null()).cloned()
    }

    fn holds(expression: &Value) -> Result<bool, String> {
        Expression::parse(expression).expect("an expression").is_true(variable_of)
    }

    fn variable(name: &str) -> Value {
        json!({ "type": "variable", "name": name })
    }

    fn literal(value: Value) -> Value {
        let kind = match value {
            Value::String(_) => "string_literal",
            Value::Bool(_) => "bool_literal",
            _ => "number_literal",
        };
        json!({ "type": kind, "value": value })
    }

    fn comparison(left: Value, op: &str, right: Value) -> Value {
        json!({ "type": "comparison", "left": left, "op": op, "right": right })
    }

    #[test]
    fn variables_are_compared_with_values() {
        for (name, op, value, expected) in [
            ("tier", "==", json!("gold"), true),
            ("{{tier}}", "==", json!("gold"), true),
            ("{{ customer.age }}", "<", json!(31), true),
            ("tier", "==", json!("Gold"), false),
            ("tier", "!=", json!("silver"), true),
            ("tier", "==", json!(1), false),
            ("tier", ">", json!(1), false),
            ("orders", "==", json!(12), true),
            ("orders", ">", json!(9), true),
            ("orders", ">", json!("9"), true),
            ("orders", "<=", json!("12"), true),
            ("total", ">=", json!(45.5), true),
            ("due", "<", json!("2026-04-01"), true),
            ("open", "==", json!(true), true),
            ("open", "==", json!("true"), true),
            ("vip", "==", json!(true), true),
            ("tags", "contains", json!("a"), true),
            ("tags", "contains", json!(7), true),
            ("tags", "not_contains", json!("b"), true),
            ("tier", "contains", json!("ol"), true),
            ("tier", "not_contains", json!("ol"), false),
        ] {
            let expression = comparison(variable(name), op, literal(value.clone()));
            assert_eq!(holds(&expression), Ok(expected), "{name} {op} {value}");
        }
    }

    #[test]
    fn missing_variable_is_false_and_equals_no_value() {
        for name in ["nobody", "nothing", "customer.name"] {
            for (op, expected) in
                [("==", false), ("!=", true), ("<", false), (">=", false), ("contains", false), ("not_contains", true)]
            {
                let expression = comparison(variable(name), op, literal(json!("null")));
                assert_eq!(holds(&expression), Ok(expected), "{name} {op}");
            }
            assert_eq!(holds(&variable(name)), Ok(false));
            assert_eq!(holds(&comparison(variable(name), "==", variable("nowhere"))), Ok(true));
            let sum = json!({ "type": "arithmetic", "op": "+", "left": variable(name), "right": literal(json!(1)) });
            assert_eq!(holds(&comparison(sum, ">", literal(json!(0)))), Ok(false));
        }
    }

    #[test]
    fn conditions_are_combined() {
        let (yes, no) = (literal(json!(true)), comparison(variable("tier"), "==", literal(json!("iron"))));
        for (op, operands, expected) in [
            ("and", vec![yes.clone(), variable("open"), variable("vip")], true),
            ("and", vec![yes.clone(), no.clone()], false),
            ("or", vec![no.clone(), no.clone(), yes.clone()], true),
            ("or", vec![no.clone(), variable("nobody")], false),
            ("not", vec![no.clone()], true),
            ("not", vec![yes], false),
            ("not", vec![json!({ "type": "bool_op", "op": "or", "operands": [no.clone(), no] })], true),
        ] {
            assert_eq!(holds(&json!({ "type": "bool_op", "op": op, "operands": operands })), Ok(expected), "{op}");
        }
    }

    #[test]
    fn numbers_are_computed() {
        for (left, op, right, expected) in [
            (variable("total"), "+", variable("shipping"), 50.5),
            (variable("orders"), "-", literal(json!(20)), -8.0),
            (literal(json!(3)), "*", literal(json!("2.5")), 7.5),
            (variable("orders"), "/", literal(json!(5)), 2.4),
            (variable("orders"), "%", literal(json!(5)), 2.0),
            (literal(json!(-7)), "%", literal(json!(5)), 3.0),
        ] {
            let result = json!({ "type": "arithmetic", "op": op, "left": left, "right": right });
            assert_eq!(holds(&comparison(result, "==", literal(json!(expected)))), Ok(true), "{left} {op} {right}");
        }
    }

    #[test]
    fn operator_that_does_not_apply_is_an_error() {
        let sum = |right: Value| json!({ "type": "arithmetic", "op": "/", "left": variable("total"), "right": right });
        for (expression, reason) in [
            (variable("tier"), "\"gold\" is neither true nor false"),
            (comparison(sum(variable("tier")), ">", literal(json!(1))), "\"gold\" is not a number"),
            (comparison(sum(literal(json!(0))), ">", literal(json!(1))), "45.5 cannot be divided by zero"),
        ] {
            assert_eq!(holds(&expression), Err(reason.to_owned()));
        }
    }

    #[test]
    fn parse_error_has_the_location() {
        for (expression, place) in [
            (json!("tier == gold"), "at its root: An expression must be an object"),
            (json!({ "variable": "tier", "operator": "eq", "value": "gold" }), "at /type: A type is required"),
            (json!({ "type": "regex" }), "at /type: 'regex' is not a type"),
            (comparison(variable("a"), "eq", variable("b")), "at /op: 'eq' is not one of ==, !=, <"),
            (json!({ "type": "comparison", "op": "==", "left": variable("a") }), "at /right: An expression must be"),
            (comparison(variable("{{}}"), "==", variable("b")), "at /left/name: A variable must have a name."),
            (comparison(variable("a"), "==", json!({ "type": "number_literal", "value": "1" })), "at /right/value: "),
            (json!({ "type": "bool_op", "op": "xor", "operands": [] }), "at /op: 'xor' is not one of and, or, not."),
            (json!({ "type": "bool_op", "op": "and", "operands": [variable("a")] }), "at /operands: "),
            (json!({ "type": "bool_op", "op": "not" }), "at /operands: The operator 'not'"),
            (
                json!({ "type": "bool_op", "op": "or", "operands": [variable("a"), { "type": "variable" }] }),
                "at /operands/1/name: ",
            ),
        ] {
            let message = Expression::parse(&expression).expect_err("unreadable").to_string();
            assert!(message.starts_with(place), "{message}\nand not: {place}");
        }
    }

    #[test]
    fn expression_nested_too_deeply_is_an_error() {
        let deep = |depth: usize| {
            let not = |inner: Value| json!({ "type": "bool_op", "op": "not", "operands": [inner] });
            Expression::parse(&(0..depth).fold(json!({ "type": "bool_literal", "value": true }), |inner, _| not(inner)))
        };
        assert!(deep(MAX_DEPTH).is_ok());
        assert!(deep(MAX_DEPTH + 1).is_err());
    }
}

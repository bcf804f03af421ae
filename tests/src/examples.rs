//! Request and response bodies, generated from the contract.
//!
//! Together they contain every field, every member of a union and every value of an enum.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Map, Value, json};

use crate::contract::{Contract, Field, Schema};

/// An example of a body.
#[derive(Debug, Clone)]
pub struct Example {
    /// The kind of example.
    pub kind: Kind,
    /// The body.
    pub body: Value,
}

/// The kind of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only the required fields.
    Least,
    /// All fields.
    Most,
    /// All fields, with another value of an enum or member of a union.
    Variant,
}

/// The settings for generating examples.
#[derive(Debug, Clone, Copy, Default)]
pub struct Recipe {
    /// The seed of the texts and numbers.
    pub seed: u64,
    /// Whether to add unknown parts.
    ///
    /// Each object gets a field, each enum a value, and each tagged union a member.
    pub unknown: bool,
}

/// The name of a field that is added to an object.
pub const UNKNOWN_FIELD: &str = "zz_not_in_contract";
/// A value that is added to an enum.
pub const UNKNOWN_VALUE: &str = "zz_new_value";
/// The tag of a member that is added to a tagged union.
pub const UNKNOWN_MEMBER: &str = "zz_new_member";

/// Generates all examples of a schema.
#[must_use]
pub fn examples(contract: &Contract, schema: &Schema, recipe: Recipe) -> Vec<Example> {
    let mut least = Builder::new(contract, recipe, recipe.seed, Choices::new());
    least.required_only = true;
    let mut examples = vec![Example { kind: Kind::Least, body: least.body(schema) }];

    // Alternatives that a body does not use are used in other bodies, until all of them are covered.
    let mut planned = BTreeSet::new();
    let mut plans = VecDeque::from([Choices::new()]);
    while let Some(choices) = plans.pop_front() {
        let seed = recipe.seed + examples.len() as u64;
        let mut builder = Builder::new(contract, recipe, seed, choices.clone());
        let kind = if examples.len() == 1 { Kind::Most } else { Kind::Variant };
        examples.push(Example { kind, body: builder.body(schema) });
        for (place, ways) in builder.met {
            for way in 1..ways {
                if planned.insert((place.clone(), way)) {
                    let mut further = choices.clone();
                    further.insert(place.clone(), way);
                    plans.push_back(further);
                }
            }
        }
    }
    examples
}

/// The alternative for each place. The default is the first one.
///
/// A place is identified by its schema, so it is the same for all uses of the schema.
type Choices = BTreeMap<String, usize>;

struct Builder<'c> {
    contract: &'c Contract,
    recipe: Recipe,
    required_only: bool,
    choices: Choices,
    /// The places with alternatives, and their number.
    met: BTreeMap<String, usize>,
    /// The named schemas that are being generated, outermost first.
    inside: Vec<&'c str>,
    random: u64,
}

impl<'c> Builder<'c> {
    fn new(contract: &'c Contract, recipe: Recipe, seed: u64, choices: Choices) -> Self {
        Self { contract, recipe, required_only: false, choices, met: BTreeMap::new(), inside: Vec::new(), random: seed }
    }

    fn body(&mut self, schema: &'c Schema) -> Value {
        self.value(schema, "body", "body").expect("a body does not contain itself")
    }

    /// A value for the field `name`, or `None` if the schema is recursive.
    fn value(&mut self, schema: &'c Schema, name: &str, place: &str) -> Option<Value> {
        Some(match schema {
            Schema::Named(schema) => {
                if self.inside.iter().filter(|outer| *outer == schema).count() == 2 {
                    return None;
                }
                self.inside.push(schema);
                let value = self.value(self.contract.schema(schema), name, schema);
                self.inside.pop();
                return value;
            }
            Schema::Constant(text) => text.as_str().into(),
            Schema::OneOf(values) => {
                let way = self.choose(place, values.len() + usize::from(self.recipe.unknown));
                values.get(way).map_or(UNKNOWN_VALUE, String::as_str).into()
            }
            Schema::AnyOf(members) => {
                let tag = members.iter().find_map(|member| self.contract.tag(member)).filter(|_| self.recipe.unknown);
                let way = self.choose(place, members.len() + usize::from(tag.is_some()));
                match (members.get(way), tag) {
                    (Some(member), _) => return self.value(member, name, &format!("{place}|{way}")),
                    (None, tag) => json!({ tag.unwrap_or_default(): UNKNOWN_MEMBER, "zz_payload": self.anything() }),
                }
            }
            Schema::List(item) => {
                let singular = name.strip_suffix('s').unwrap_or(name);
                self.value(item, singular, &format!("{place}[]")).into_iter().collect()
            }
            Schema::Object { fields, others } => self.object(fields, others.as_deref(), place),
            Schema::Number { least, greatest } => self.number(*least, *greatest).into(),
            Schema::Text => self.text(name).into(),
            Schema::Boolean => true.into(),
            Schema::Null => Value::Null,
            Schema::Anything => self.anything(),
        })
    }

    fn object(&mut self, fields: &'c [Field], others: Option<&'c Schema>, place: &str) -> Value {
        let mut object = Map::new();
        for field in fields {
            if self.required_only && !field.required {
                continue;
            }
            let value = self.value(&field.schema, &field.name, &format!("{place}.{}", field.name));
            object.extend(value.map(|value| (field.name.clone(), value)));
        }
        if let Some(others) = others {
            let name = format!("key-{}", self.number(1, 99));
            object.extend(self.value(others, "value", &format!("{place}.*")).map(|value| (name, value)));
        }
        if self.recipe.unknown && !fields.is_empty() {
            object.insert(UNKNOWN_FIELD.to_owned(), json!({ "kept": [1, "two", null] }));
        }
        Value::Object(object)
    }

    fn choose(&mut self, place: &str, ways: usize) -> usize {
        self.met.insert(place.to_owned(), ways);
        self.choices.get(place).copied().unwrap_or_default()
    }

    fn text(&mut self, name: &str) -> String {
        match name {
            _ if name.ends_with("_at") || name.ends_with("_date") || name.contains("datetime") => {
                format!("2026-03-{:02}T13:07:28.764000Z", self.number(1, 28))
            }
            _ if name == "url" || name.ends_with("_url") => {
                format!("https://example.com/{name}/{}", self.number(1, 999))
            }
            _ => format!("{name}-{}", self.number(1, 999)),
        }
    }

    fn anything(&mut self) -> Value {
        json!({ "free": "form", "n": self.number(1, 99) })
    }

    /// A random number from SplitMix64.
    fn number(&mut self, least: i64, greatest: i64) -> i64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.random;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^= bits >> 31;
        least + (bits % (greatest - least + 1).unsigned_abs()).cast_signed()
    }
}

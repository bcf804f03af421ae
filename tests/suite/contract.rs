//! Each body of the contract round-trips through its type.

use std::collections::BTreeSet;

use serde_json::Value;
use telnyx_ai_tests::contract::{Contract, Operation, Schema};
use telnyx_ai_tests::examples::{Example, Kind, Recipe, UNKNOWN_FIELD, UNKNOWN_MEMBER, UNKNOWN_VALUE, examples};
use telnyx_ai_tests::operations::{OPERATIONS, RoundTrip, Trip, Typed, differences};

const SEEDS: [u64; 2] = [0, 1_000_003];

#[test]
fn every_operation_has_its_types() {
    let contract = Contract::load();
    let names: BTreeSet<&str> = OPERATIONS.iter().map(|operation| operation.name).collect();
    assert_eq!(names.len(), OPERATIONS.len(), "an operation is in the table twice");
    for operation in &contract.operations {
        let typed = Typed::find(&operation.name).unwrap_or_else(|| panic!("{} has no types", operation.name));
        assert_eq!(typed.request.is_some(), operation.request.is_some(), "the request of {}", operation.name);
        assert_eq!(typed.response.is_some(), operation.response.is_some(), "the response of {}", operation.name);
    }
}

#[test]
fn bodies_of_the_contract_round_trip_without_unknown_parts() {
    let contract = Contract::load();
    for seed in SEEDS {
        for_each_body(&contract, Recipe { seed, unknown: false }, |place, schema, body, trip| {
            if !trip.unknown.is_empty() {
                let free = contract.free_texts(schema, body);
                let unknown: Vec<_> = trip.unknown.iter().filter(|path| !free.contains(*path)).collect();
                assert!(unknown.is_empty(), "{place}: unknown parts: {unknown:?}");
            }
        });
    }
}

#[test]
fn unknown_parts_round_trip_and_are_listed() {
    let contract = Contract::load();
    let mut added = BTreeSet::new();
    for_each_body(&contract, Recipe { seed: SEEDS[0], unknown: true }, |place, schema, body, trip| {
        let free = contract.free_texts(schema, body);
        for path in trip.unknown.iter().filter(|path| !free.contains(*path)) {
            let what = added_part(body, path);
            added.insert(what.unwrap_or_else(|| panic!("{place}: {path} is in the contract")));
        }
    });
    assert_eq!(added, BTreeSet::from([UNKNOWN_FIELD, UNKNOWN_MEMBER, UNKNOWN_VALUE]), "all added parts are listed");
}

/// The added part at `path`, or `None` if the contract has this path.
fn added_part(body: &Value, path: &str) -> Option<&'static str> {
    let pointer = match path {
        "$" => String::new(),
        path => format!("/{}", path.replace('[', "/").replace(']', "").replace('.', "/")).replace("//", "/"),
    };
    if pointer.ends_with(UNKNOWN_FIELD) {
        return Some(UNKNOWN_FIELD);
    }
    match body.pointer(&pointer)? {
        Value::String(text) => (text == UNKNOWN_VALUE).then_some(UNKNOWN_VALUE),
        // A member of a union with an unknown tag is kept as a whole.
        Value::Object(member) => member.values().find_map(|value| match value.as_str()? {
            UNKNOWN_MEMBER => Some(UNKNOWN_MEMBER),
            UNKNOWN_VALUE => Some(UNKNOWN_VALUE),
            _ => None,
        }),
        _ => None,
    }
}

#[test]
fn body_without_a_required_field_is_an_error() {
    let contract = Contract::load();
    let mut missing_is_fine = BTreeSet::new();
    let mut checked = 0;
    for (operation, schema, trip) in parts(&contract).filter(|(_, schema, _)| !matches!(schema, Schema::Anything)) {
        let Example { body: Value::Object(least), .. } = &examples(&contract, schema, Recipe::default())[0] else {
            continue;
        };
        for name in least.keys() {
            let mut lacking = least.clone();
            lacking.remove(name);
            match trip(&Value::Object(lacking).to_string()) {
                Ok(_) => drop(missing_is_fine.insert(name.clone())),
                Err(error) => {
                    assert_eq!(error.to_string(), format!("at `$`: missing field `{name}`"), "{}", operation.name);
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 90, "only {checked} fields are required");
    // A list can lack `meta`, and an event of an unknown channel is kept unchanged.
    assert_eq!(missing_is_fine, BTreeSet::from(["meta".to_owned(), "telnyx_conversation_channel".to_owned()]));
}

#[test]
fn examples_reach_every_field_member_and_value() {
    let contract = Contract::load();
    for operation in &contract.operations {
        for schema in [&operation.request, &operation.response].into_iter().flatten() {
            let mut expected = BTreeSet::new();
            field_names_and_constants(&contract, schema, &mut Vec::new(), &mut expected);
            for example in examples(&contract, schema, Recipe::default()) {
                assert!(example.kind != Kind::Least || example.body.as_array().is_none_or(|items| items.len() < 2));
                remove_found(&example.body, &mut expected);
            }
            assert!(expected.is_empty(), "{}: no example contains {expected:?}", operation.name);
        }
    }
}

/// The field names and constants of a schema.
fn field_names_and_constants(
    contract: &Contract,
    schema: &Schema,
    inside: &mut Vec<String>,
    found: &mut BTreeSet<String>,
) {
    match schema {
        Schema::Named(name) if inside.contains(name) => {}
        Schema::Named(name) => {
            inside.push(name.clone());
            field_names_and_constants(contract, contract.schema(name), inside, found);
        }
        Schema::Constant(text) => drop(found.insert(text.clone())),
        Schema::OneOf(values) => found.extend(values.iter().cloned()),
        Schema::AnyOf(members) => {
            members.iter().for_each(|member| field_names_and_constants(contract, member, inside, found))
        }
        Schema::List(item) => field_names_and_constants(contract, item, inside, found),
        Schema::Object { fields, others } => {
            found.extend(fields.iter().map(|field| field.name.clone()));
            let schemas = fields.iter().map(|field| &field.schema).chain(others.as_deref());
            schemas.for_each(|schema| field_names_and_constants(contract, schema, inside, found));
        }
        _ => {}
    }
}

fn remove_found(body: &Value, expected: &mut BTreeSet<String>) {
    match body {
        Value::String(text) => drop(expected.remove(text)),
        Value::Array(items) => items.iter().for_each(|item| remove_found(item, expected)),
        Value::Object(object) => {
            for (name, value) in object {
                expected.remove(name);
                remove_found(value, expected);
            }
        }
        _ => {}
    }
}

#[test]
fn differences_are_found_at_every_depth() {
    let read = serde_json::json!({"a": [1, {"b": "x", "gone": null}], "c": 28});
    let written = serde_json::json!({"a": [1.0, {"b": "y"}, 2], "c": 28.0, "new": true});
    let found = differences(&read, &written);
    assert_eq!(
        found,
        [
            r#"$.a[1].b: "x" became "y""#,
            "$.a[1].gone: null became nothing",
            "$.a[2]: nothing became 2",
            "$.new: nothing became true",
        ]
    );
}

/// Calls `check` for each example of each operation, after a round trip.
fn for_each_body(contract: &Contract, recipe: Recipe, mut check: impl FnMut(&str, &Schema, &Value, RoundTrip)) {
    let mut bodies = 0;
    for (operation, schema, round_trip) in parts(contract) {
        for (n, Example { kind, body }) in examples(contract, schema, recipe).into_iter().enumerate() {
            let place = format!("{} {kind:?} {n}", operation.name);
            let trip = round_trip(&body.to_string()).unwrap_or_else(|error| panic!("{place}: {error}\n{body:#}"));
            let differences = differences(&body, &trip.written);
            assert!(differences.is_empty(), "{place}: {differences:#?}");
            check(&place, schema, &body, trip);
            bodies += 1;
        }
    }
    assert!(bodies > 1000, "there are only {bodies} bodies");
}

/// The requests and responses of all operations, each with its round trip. A schema with the same type occurs once.
fn parts(contract: &Contract) -> impl Iterator<Item = (&Operation, &Schema, Trip)> {
    let mut seen = BTreeSet::new();
    let all = contract.operations.iter().flat_map(|operation| {
        let typed = Typed::find(&operation.name);
        let request = operation.request.as_ref().zip(typed.and_then(|typed| typed.request));
        let response = operation.response.as_ref().zip(typed.and_then(|typed| typed.response));
        request.into_iter().chain(response).map(move |(schema, trip)| (operation, schema, trip))
    });
    all.filter(move |(_, schema, trip)| seen.insert((format!("{schema:?}"), *trip as usize)))
}

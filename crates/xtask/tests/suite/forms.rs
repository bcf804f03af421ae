//! Equivalent and different forms of schemas.

use serde_json::{Value, json};
use xtask::compare::{Rules, compare};
use xtask::openapi;

/// The differences of two responses of an operation, which can refer to `schemas`.
fn drift(ours: Value, theirs: Value, schemas: &Value) -> Vec<String> {
    let api = |schema: Value| {
        let document = json!({
            "openapi": "3.1.0",
            "paths": {"/ai/tools": {"get": {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}}},
            "components": {"schemas": schemas},
        });
        openapi::read(&document, |_| true).unwrap_or_else(|error| panic!("{error}"))
    };
    compare(&api(ours), &api(theirs), Rules::Document).iter().map(ToString::to_string).collect()
}

fn object(fields: Value) -> Value {
    json!({"type": "object", "properties": fields})
}

#[test]
fn equivalent_forms_are_not_drift() {
    let schemas = json!({
        "Name": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
        "Alias": {"$ref": "#/components/schemas/Name"},
        "Either": {"anyOf": [{"type": "string"}, {"type": "number"}]},
        // Recursive schemas.
        "Tree": {"type": "object", "properties": {"child": {"$ref": "#/components/schemas/Tree"}}},
        "Loop": {"$ref": "#/components/schemas/Loop"},
        "Ring": {"anyOf": [{"$ref": "#/components/schemas/Ring"}, {"type": "string"}]},
        "Whole": {"allOf": [{"$ref": "#/components/schemas/Whole"}, {"type": "object", "properties": {"a": {}}}]},
    });
    let name = json!({"$ref": "#/components/schemas/Name"});
    let text = json!({"type": "string"});
    for (ours, theirs) in [
        (json!({"type": "string", "nullable": true}), json!({"anyOf": [text, {"type": "null"}]})),
        (json!({"type": ["string", "null"]}), json!({"oneOf": [{"type": "null"}, text]})),
        (json!({"const": "a"}), json!({"type": "string", "enum": ["a"]})),
        (json!({"enum": ["a", "b", null]}), json!({"nullable": true, "type": "string", "enum": ["b", "a"]})),
        (json!({"oneOf": [{"const": "a"}, {"const": "b"}]}), json!({"enum": ["a", "b"]})),
        (json!({"allOf": [name], "description": "Who."}), name.clone()),
        (json!({"allOf": [name], "nullable": true}), json!({"anyOf": [name, {"type": "null"}]})),
        (
            json!({"allOf": [name, object(json!({"age": {"type": "integer"}})), {"required": ["age"]}]}),
            json!({
                "type": "object",
                "properties": {"age": {"type": "integer"}, "name": text},
                "required": ["name", "age"],
            }),
        ),
        (
            json!({"allOf": [name], "oneOf": [object(json!({"a": text})), object(json!({"b": text}))]}),
            json!({"anyOf": [
                {"type": "object", "properties": {"name": text, "b": text}, "required": ["name"]},
                {"type": "object", "properties": {"name": text, "a": text}, "required": ["name"]},
            ]}),
        ),
        (
            json!({"type": "object", "properties": {"a": text}, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}),
            object(json!({"a": text})),
        ),
        (json!({"type": "object"}), json!({"type": "object", "additionalProperties": {}})),
        (
            json!({"properties": {"a": text}}),
            json!({"type": "object", "properties": {"a": text}, "additionalProperties": true}),
        ),
        (
            json!({"type": "array", "items": text}),
            json!({"items": {"type": "string", "format": "date-time", "maxLength": 9}}),
        ),
        (
            json!({"anyOf": [{"$ref": "#/components/schemas/Either"}, {"type": "null"}]}),
            json!({"type": ["number", "string", "null"]}),
        ),
        (name.clone(), json!({"$ref": "#/components/schemas/Alias"})),
    ] {
        let reported: Vec<_> = drift(ours.clone(), theirs.clone(), &schemas)
            .into_iter()
            // The forms use different schemas, and limits do not count.
            .filter(|line| !line.starts_with("moved") && !line.starts_with("limit"))
            .collect();
        assert!(reported.is_empty(), "{ours}\n{theirs}\n{reported:#?}");
    }
    for name in ["Tree", "Loop", "Ring", "Whole"] {
        let schema = json!({"$ref": format!("#/components/schemas/{name}")});
        assert!(drift(schema.clone(), schema, &schemas).is_empty(), "{name}");
    }
}

#[test]
fn different_forms_are_reported() {
    let text = json!({"type": "string"});
    let node =
        |tag: &str| json!({"type": "object", "properties": {"kind": {"const": tag}, "id": text}, "required": ["kind"]});
    for (ours, theirs, line) in [
        (json!({"type": "string"}), json!({"type": "integer"}), "changed …: string → integer"),
        (json!({"type": "number"}), json!({"type": "integer"}), "changed …: number → integer"),
        (json!({}), json!({"type": "string"}), "changed …: anything → string"),
        (json!({"type": "string"}), json!({"enum": ["a"]}), "changed …: string → \"a\""),
        (json!({"enum": ["a", "b"]}), json!({"enum": ["a"]}), "removed … › \"b\""),
        (json!({"items": text}), json!({"items": {"type": "boolean"}}), "changed … › []: string → boolean"),
        (
            json!({"additionalProperties": text, "type": "object"}),
            json!({"additionalProperties": {"type": "number"}, "type": "object"}),
            "changed … › <any>: string → number",
        ),
        (text.clone(), json!({"type": ["string", "number"]}), "changed …: string → string | number"),
        (json!({"oneOf": [node("a"), node("b")]}), json!({"oneOf": [node("a")]}), "removed … › \"b\": {id, kind}"),
        (
            json!({"oneOf": [node("a"), node("b")]}),
            json!({"oneOf": [node("b"), node("a"), {"type": "object", "properties": {"kind": {"const": "c"}}}]}),
            "added … › \"c\": {kind}",
        ),
        (
            object(json!({"a": object(json!({"b": {"items": object(json!({"c": text}))}}))})),
            object(json!({"a": object(json!({"b": {"items": object(json!({"c": text, "d": text}))}}))})),
            "added … › a.b[].d: string",
        ),
    ] {
        let line = line.replace('…', "GET /ai/tools › response 200");
        assert_eq!(drift(ours, theirs, &json!({})), [line]);
    }
}

#[test]
fn shared_and_deep_parameters_are_compared() {
    let document = |operation: Value, item: Value| {
        let mut document = json!({
            "openapi": "3.0.3",
            "paths": {"/v2/ai/tools/{id}": item},
            "components": {
                "schemas": {"Page": {"type": "object", "properties": {"number": {"type": "integer"}, "size": {"type": "integer"}}}},
                "parameters": {
                    "Page": {"in": "query", "name": "page", "style": "deepObject", "schema": {"$ref": "#/components/schemas/Page"}},
                    "Key": {"in": "header", "name": "idempotency-key", "schema": {"type": "string"}},
                },
            },
        });
        document["paths"]["/v2/ai/tools/{id}"]["get"] = operation;
        openapi::read(&document, |path| path == "/ai/tools/{id}").unwrap_or_else(|error| panic!("{error}"))
    };
    let integer = json!({"type": "integer"});
    let plain = document(
        json!({"parameters": [
            {"in": "path", "name": "id", "required": true, "schema": {"type": "string"}},
            {"in": "query", "name": "page[size]", "schema": integer},
            {"in": "query", "name": "page[number]", "schema": integer},
            {"in": "header", "name": "Idempotency-Key", "schema": {"type": "string"}},
        ]}),
        json!({}),
    );
    let shared = document(
        json!({"parameters": [{"$ref": "#/components/parameters/Page"}]}),
        json!({"parameters": [{"$ref": "#/components/parameters/Key"}]}),
    );
    assert_eq!(compare(&plain, &shared, Rules::Document), []);
    let none = document(json!({}), json!({}));
    let reported: Vec<_> = compare(&plain, &none, Rules::Document).iter().map(ToString::to_string).collect();
    assert_eq!(
        reported,
        [
            "removed GET /ai/tools/{id} › header › Idempotency-Key: string",
            "removed GET /ai/tools/{id} › query › page[number]: integer",
            "removed GET /ai/tools/{id} › query › page[size]: integer",
        ]
    );
}

//! The generated contract.

use std::fs;

use serde_json::json;
use xtask::compare::{Rules, compare};
use xtask::{contract, openapi};

use crate::program::{contract, contract_path, file, run};

#[test]
fn contract_is_in_the_generated_form() {
    let path = contract_path();
    let result = run(&["contract", path.to_str().expect("paths are UTF-8"), "--output", "-"]);
    assert_eq!((result.status, result.err.as_str()), (0, ""));
    let contract = fs::read_to_string(path).expect("the contract is there");
    assert!(result.out == contract, "run `cargo run -p xtask -- contract tests/contract/wire.json`");
}

#[test]
fn contract_has_no_descriptions_and_no_unused_parts() {
    let mut document = contract();
    document["paths"]["/ai/tools"]["get"]["summary"] = "A sentence.".into();
    document["paths"]["/calls"]["post"] = json!({"responses": {"200": {"description": "Another API."}}});
    document["components"]["schemas"]["TestStatus"]["description"] = "A sentence.".into();
    document["components"]["schemas"]["Unused"] = json!({"type": "string"});
    let output = file("written.json", "");
    let result = run(&["contract", &file("sentences.json", &document.to_string()), "--output", &output]);
    assert_eq!((result.status, result.out.as_str(), result.err.as_str()), (0, "", ""));
    let written = fs::read_to_string(output).expect("it is written");
    assert!(written == fs::read_to_string(contract_path()).expect("the contract is there"));
}

#[test]
fn written_contract_reads_as_the_same_api() {
    let document = json!({
        "openapi": "3.0.0",
        "info": {"version": "7"},
        "paths": {"/ai/tools/{id}": {"post": {
            "parameters": [{"in": "query", "name": "deep", "required": true, "style": "deepObject", "schema": {
                "type": "object", "properties": {"a": {"type": "integer", "minimum": 1}}, "required": ["a"],
            }}],
            "requestBody": {"required": true, "content": {"text/plain": {"schema": {"type": "string", "pattern": "^a"}}}},
            "responses": {
                "204": {"description": "Done."},
                "default": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/a~1b"}}}},
            },
        }}},
        "components": {"schemas": {"a/b": {
            "oneOf": [
                {"type": "object", "properties": {"kind": {"type": "string", "enum": ["x"]}}, "required": ["kind"]},
                {"type": "array", "items": {"type": "boolean", "nullable": true}},
                {"type": "object", "additionalProperties": {"enum": [1, 2.5]}},
            ],
        }}},
    });
    let read = openapi::read(&document, |_| true).unwrap_or_else(|error| panic!("{error}"));
    let written = contract::text(&read);
    let again = openapi::read(&serde_json::from_str(&written).expect("JSON"), |_| true).expect("OpenAPI");
    assert_eq!(compare(&read, &again, Rules::Document), []);
    assert_eq!(contract::text(&again), written);
    for fact in ["\"const\": \"x\"", "\"minimum\": 1", "\"pattern\": \"^a\"", "\"version\": \"7\"", "2.5", "deep[a]"] {
        assert!(written.contains(fact), "{fact} is missing in {written}");
    }
}

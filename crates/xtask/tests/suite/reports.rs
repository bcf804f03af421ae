//! The forms of a report.

use serde_json::{Value, json};

use crate::program::{Said, file, run};

/// A contract and a document of a few lines, in the format asked for.
fn report(format: &str) -> Said {
    let api = |fields: Value, name: &str| {
        let schema = json!({"$ref": format!("#/components/schemas/{name}")});
        let content = json!({"application/json": {"schema": schema}});
        let mut document = json!({
            "openapi": "3.1.0",
            "paths": {"/ai/tools": {"get": {"responses": {"200": {"content": content}}}}},
            "components": {"schemas": {}},
        });
        document["components"]["schemas"][name] = json!({"type": "object", "properties": fields});
        document
    };
    let ours = api(json!({"id": {"type": "string"}, "is_on": {"type": "boolean"}}), "Tool");
    let mut theirs = api(json!({"id": {"type": ["string", "null"]}}), "SharedTool");
    theirs["paths"]["/ai/tools"]["put"] = json!({});
    let contract = file(&format!("{format}-contract.json"), &ours.to_string());
    let spec = file(&format!("{format}-spec.json"), &theirs.to_string());
    let ignore = file(&format!("{format}-accepted.txt"), "added PUT * # Later.\nremoved DELETE * # Gone.\n");
    run(&["drift", &spec, "--contract", &contract, "--format", format, "--ignore", &ignore])
}

#[test]
fn text_is_a_line_for_each_difference() {
    let said = report("text");
    assert_eq!(
        said.out,
        "\
changed schema Tool (SharedTool) › id: string → string | null
    in GET /ai/tools › response 200
removed schema Tool (SharedTool) › is_on: boolean
    in GET /ai/tools › response 200
moved schema Tool: now SharedTool
    in GET /ai/tools › response 200
stale line 2: removed DELETE *
3 differences, 1 accepted, 1 stale line
"
    );
    assert_eq!(said.status, 1);
}

#[test]
fn markdown_has_a_heading_for_each_schema() {
    let said = report("markdown");
    assert_eq!(
        said.out,
        "\
# Drift

3 differences, 1 accepted, 1 stale line.

## `schema Tool (SharedTool)`

In `GET /ai/tools › response 200`.

- **changed** `id`: string → string \\| null
- **removed** `is_on`: boolean

## `schema Tool`

In `GET /ai/tools › response 200`.

- **moved**: now SharedTool

## Accepted, but gone

- line 2: `removed DELETE *`
"
    );
    assert_eq!(said.status, 1);
}

#[test]
fn json_has_it_all() {
    let said = report("json");
    let found: Value = serde_json::from_str(&said.out).expect("it is JSON");
    let used = ["GET /ai/tools › response 200"];
    let within = "schema Tool (SharedTool)";
    assert_eq!(
        found,
        json!({
            "differences": [
                {"kind": "changed", "within": within, "at": "id", "from": "string", "to": "string | null", "used": used},
                {"kind": "removed", "within": within, "at": "is_on", "from": "boolean", "to": null, "used": used},
                {"kind": "moved", "within": "schema Tool", "at": "", "from": "Tool", "to": "SharedTool", "used": used},
            ],
            "accepted": 1,
            "stale": [{"line": 2, "pattern": "removed DELETE *"}],
        })
    );
    assert_eq!(said.status, 1);
}

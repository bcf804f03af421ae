//! The report formats.

use serde_json::{Value, json};

use crate::program::{RunResult, file, run};

/// Reports the differences of a small contract and document in a format.
fn report(format: &str) -> RunResult {
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
fn text_has_one_line_per_difference() {
    let result = report("text");
    assert_eq!(
        result.out,
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
    assert_eq!(result.status, 1);
}

#[test]
fn markdown_has_one_heading_per_schema() {
    let result = report("markdown");
    assert_eq!(
        result.out,
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

## Stale lines

- line 2: `removed DELETE *`
"
    );
    assert_eq!(result.status, 1);
}

#[test]
fn json_has_all_fields() {
    let result = report("json");
    let found: Value = serde_json::from_str(&result.out).expect("it is JSON");
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
    assert_eq!(result.status, 1);
}

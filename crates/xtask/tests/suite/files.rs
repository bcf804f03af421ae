//! Unreadable files and large files.

use serde_json::{Value, json};

use crate::program::{contract, file, run};
use crate::yaml::yaml;

#[test]
fn unreadable_file_is_an_error_with_its_line() {
    let missing = file("missing.json", "") + ".gone";
    let dangling = json!({
        "openapi": "3.1.0",
        "paths": {"/ai/tools": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {
            "$ref": "#/components/schemas/Gone"
        }}}}}}}},
    });
    let elsewhere = json!({"openapi": "3.0.0", "paths": {"/ai/tools": {"$ref": "tools.yaml#/get"}}});
    for (spec, why) in [
        (missing.clone(), format!("cannot read {missing}: ")),
        (file("broken.json", "{\"openapi\": \"3.1.0\",\n \"paths\": {,}}"), "broken.json:2: ".to_owned()),
        (file("broken.yaml", "openapi: 3.1.0\npaths:\n  - a\n b: c\n"), "broken.yaml:4: ".to_owned()),
        (
            file("twice.yaml", "openapi: 3.1.0\npaths: {}\npaths: {}\n"),
            "twice.yaml:3: duplicate mapping key: paths".to_owned(),
        ),
        (file("empty.yaml", ""), "empty.yaml:1: the text is empty".to_owned()),
        (file("text.yaml", "Hello!"), "text.yaml: this is not an OpenAPI 3 document: `openapi` is missing".to_owned()),
        (file("old.json", "{\"swagger\": \"2.0\"}"), "old.json: this is not an OpenAPI 3 document".to_owned()),
        (
            file("two.yaml", "openapi: '2.0'"),
            "two.yaml: this is not an OpenAPI 3 document: `openapi` is \"2.0\"".to_owned(),
        ),
        (file("bare.yaml", "openapi: 3.1"), "it has no object `paths`".to_owned()),
        (
            file("other.yaml", "openapi: 3.0.0\npaths: {/calls: {}}"),
            "the document has no path below /ai/assistants, ".to_owned(),
        ),
        (
            file("dangling.json", &dangling.to_string()),
            "GET /ai/tools › response 200: `#/components/schemas/Gone` is not in the document".to_owned(),
        ),
        (file("elsewhere.json", &elsewhere.to_string()), "`tools.yaml#/get` is not in the document".to_owned()),
    ] {
        let result = run(&["drift", &spec]);
        assert_eq!((result.status, result.out.as_str()), (2, ""), "{spec}: {}", result.err);
        assert!(result.err.starts_with("error: ") && result.err.contains(&why), "{spec}: {}", result.err);
    }
}

#[test]
fn invalid_command_line_shows_the_usage() {
    for arguments in [&["drift"][..], &["drift", "a", "--format", "xml"], &["drfit", "a"], &[]] {
        let result = run(arguments);
        assert_eq!((result.status, result.out.as_str()), (2, ""), "{arguments:?}: {}", result.err);
        assert!(result.err.contains("--help") || result.err.contains("Usage: xtask"), "{arguments:?}: {}", result.err);
    }
}

#[test]
fn large_document_is_compared() {
    let mut document = contract();
    let fields: Value =
        (0..20).map(|n| (format!("field_{n}"), json!({"type": "string", "description": "x".repeat(40)}))).collect();
    for n in 0.. {
        let name = format!("Unrelated{n}");
        let content = json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}});
        document["paths"][format!("/unrelated/{n}")]["get"] = json!({"responses": {"200": {"content": content}}});
        document["components"]["schemas"][name] = json!({"type": "object", "properties": fields});
        if n % 100 == 0 && document.to_string().len() > 2_500_000 {
            break;
        }
    }
    for (name, text) in [("large.json", document.to_string()), ("large.yaml", yaml(&document))] {
        let spec = file(name, &text);
        let result = run(&["drift", &spec]);
        assert_eq!((result.status, result.out.as_str()), (0, "no drift\n"), "{}", result.err);
    }
}

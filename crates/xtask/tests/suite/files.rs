//! Files that can not be read, and large ones.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::program::{contract, file, run};
use crate::yaml::yaml;

#[test]
fn what_can_not_be_read_is_told_with_its_line() {
    let missing = file("missing.json", "") + ".gone";
    let dangling = json!({
        "openapi": "3.1.0",
        "paths": {"/ai/tools": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {
            "$ref": "#/components/schemas/Gone"
        }}}}}}}},
    });
    let elsewhere = json!({"openapi": "3.0.0", "paths": {"/ai/tools": {"$ref": "tools.yaml#/get"}}});
    for (spec, why) in [
        (missing.clone(), format!("can not read {missing}: ")),
        (file("broken.json", "{\"openapi\": \"3.1.0\",\n \"paths\": {,}}"), "broken.json:2: ".to_owned()),
        (file("broken.yaml", "openapi: 3.1.0\npaths:\n  - a\n b: c\n"), "broken.yaml:4: ".to_owned()),
        (
            file("twice.yaml", "openapi: 3.1.0\npaths: {}\npaths: {}\n"),
            "twice.yaml:3: `paths` stands here twice".to_owned(),
        ),
        (file("empty.yaml", ""), "empty.yaml:1: the text is empty".to_owned()),
        (file("text.yaml", "Hello!"), "text.yaml: this is no OpenAPI 3 document: `openapi` is missing".to_owned()),
        (file("old.json", "{\"swagger\": \"2.0\"}"), "old.json: this is no OpenAPI 3 document".to_owned()),
        (
            file("two.yaml", "openapi: '2.0'"),
            "two.yaml: this is no OpenAPI 3 document: `openapi` is \"2.0\"".to_owned(),
        ),
        (file("bare.yaml", "openapi: 3.1"), "it has no object `paths`".to_owned()),
        (file("other.yaml", "openapi: 3.0.0\npaths: {/calls: {}}"), "it has no path below /ai/assistants, ".to_owned()),
        (
            file("dangling.json", &dangling.to_string()),
            "GET /ai/tools › response 200: `#/components/schemas/Gone` is not in the document".to_owned(),
        ),
        (file("elsewhere.json", &elsewhere.to_string()), "`tools.yaml#/get` is not in the document".to_owned()),
    ] {
        let said = run(&["drift", &spec]);
        assert_eq!((said.status, said.out.as_str()), (2, ""), "{spec}: {}", said.err);
        assert!(said.err.starts_with("error: ") && said.err.contains(&why), "{spec}: {}", said.err);
    }
}

#[test]
fn a_wrong_command_line_is_told() {
    for arguments in [&["drift"][..], &["drift", "a", "--format", "xml"], &["drfit", "a"], &[]] {
        let said = run(arguments);
        assert_eq!((said.status, said.out.as_str()), (2, ""), "{arguments:?}: {}", said.err);
        assert!(said.err.contains("--help") || said.err.contains("Usage: xtask"), "{arguments:?}: {}", said.err);
    }
}

#[test]
fn a_large_document_is_read_fast() {
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
        let began = Instant::now();
        let said = run(&["drift", &spec]);
        assert_eq!((said.status, said.out.as_str()), (0, "no drift\n"), "{}", said.err);
        assert!(began.elapsed() < Duration::from_secs(20), "{name} took {:?}", began.elapsed());
    }
}

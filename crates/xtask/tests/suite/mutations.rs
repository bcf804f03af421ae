//! Copies of the contract with one change each. The report has that change and no other.

use serde_json::{Value, json};

use crate::program::{contract, contract_path, file, run};
use crate::yaml::yaml;

/// A name, a change, and the line that reports it.
type Mutation = (&'static str, fn(&mut Value), &'static str);

const MUTATIONS: &[Mutation] = &[
    (
        "new-operation",
        |document| {
            let schema = json!({"type": "object", "properties": {"text": {"$ref": "#/components/schemas/UnheardOf"}}});
            let content = json!({"content": {"application/json": {"schema": schema}}});
            document["paths"]["/ai/assistants/{assistant_id}/unheard-of"]["post"] =
                json!({"responses": {"200": content}});
            document["components"]["schemas"]["UnheardOf"] = json!({"type": "string"});
        },
        "added POST /ai/assistants/{assistant_id}/unheard-of",
    ),
    (
        "removed-field",
        |document| remove(document, "/components/schemas/TelephonySettings/properties", "disable_dtmf"),
        "removed schema TelephonySettings › disable_dtmf: boolean",
    ),
    (
        "renamed-field",
        |document| {
            let fields = &mut document["components"]["schemas"]["WidgetSettings"]["properties"];
            fields["start_text"] = fields["start_call_text"].take();
            remove(document, "/components/schemas/WidgetSettings/properties", "start_call_text");
        },
        "renamed schema WidgetSettings: start_call_text → start_text",
    ),
    (
        "new-enum-value",
        |document| push(document, "/components/schemas/TestStatus/enum", json!("skipped")),
        "added schema TestStatus › \"skipped\"",
    ),
    (
        "changed-type",
        |document| {
            let speed = "/components/schemas/InferenceEmbeddingVoiceSettings/properties/speed";
            *at(document, speed) = json!({"type": "string"});
        },
        "changed schema InferenceEmbeddingVoiceSettings › speed: number → string",
    ),
    (
        "dropped-required-mark",
        |document| {
            let required = at(document, "/components/schemas/AssistantTest/required");
            required.as_array_mut().expect("a list").retain(|name| name != "name");
        },
        "changed schema AssistantTest › name: required → optional",
    ),
    (
        "new-tool",
        |document| {
            document["components"]["schemas"]["AssistantTool.Blink"] = json!({
                "type": "object",
                "properties": {"type": {"const": "blink"}, "blink": {"type": "object"}, "shared": {"type": "boolean"}},
                "required": ["type", "blink"],
            });
            let blink = json!({"$ref": "#/components/schemas/AssistantTool.Blink"});
            push(document, "/components/schemas/AssistantTool/anyOf", blink);
        },
        "added schema AssistantTool › \"blink\": AssistantTool.Blink",
    ),
    (
        "new-query-parameter",
        |document| {
            let parameter = json!({"name": "filter[owner]", "in": "query", "schema": {"type": "string"}});
            push(document, "/paths/~1ai~1tools/get/parameters", parameter);
        },
        "added GET /ai/tools › query › filter[owner]: string",
    ),
    (
        "new-response-code",
        |document| document["paths"]["/ai/assistants"]["post"]["responses"]["422"] = json!({"description": "No."}),
        "added POST /ai/assistants › response 422",
    ),
    (
        "moved-schema",
        |document| rename(document, "PayToolParams", "PaySettings"),
        "moved schema PayToolParams: now PaySettings",
    ),
    // Other changes.
    (
        "schema-put-in-place",
        |document| {
            let schema = at(document, "/components/schemas/AudioVisualizerConfig").take();
            *at(document, "/components/schemas/WidgetSettings/properties/audio_visualizer_config") = schema;
            remove(document, "/components/schemas", "AudioVisualizerConfig");
        },
        "moved schema AudioVisualizerConfig: now inline",
    ),
    (
        "schema-taken-out",
        |document| {
            let request =
                at(document, "/paths/~1ai~1assistants~1import/post/requestBody/content/application~1json/schema");
            let schema = std::mem::replace(request, json!({"$ref": "#/components/schemas/ImportRequest"}));
            document["components"]["schemas"]["ImportRequest"] = schema;
        },
        "moved schema ImportRequest: was inline",
    ),
    (
        "removed-operation",
        |document| remove(document, "/paths/~1ai~1tools~1{tool_id}", "patch"),
        "removed PATCH /ai/tools/{tool_id}",
    ),
    (
        "field-of-a-request",
        |document| {
            let request = at(document, "/paths/~1ai~1assistants/post/requestBody/content/application~1json/schema");
            request["properties"]["mood"] = json!({"enum": ["glad", "sad"]});
        },
        "added POST /ai/assistants › request › mood: \"glad\" | \"sad\"",
    ),
    (
        "no-longer-null",
        |document| {
            *at(document, "/components/schemas/PayToolParams/properties/description") = json!({"type": "string"});
        },
        "changed schema PayToolParams › description: string | null → string",
    ),
    (
        "another-schema",
        |document| {
            let status = "/components/schemas/TestRunResponse/properties/status";
            *at(document, status) = json!({"$ref": "#/components/schemas/EnabledFeatures"});
        },
        "changed schema TestRunResponse › status: TestStatus → EnabledFeatures",
    ),
    (
        "success-without-a-body",
        |document| {
            let responses = at(document, "/paths/~1ai~1tools~1{tool_id}/get/responses");
            *responses = json!({"204": {"description": "No content."}});
        },
        "changed GET /ai/tools/{tool_id} › response: 200 → 204 without a body",
    ),
    (
        "success-with-a-body",
        |document| {
            let responses = at(document, "/paths/~1ai~1tools~1{tool_id}/delete/responses");
            *responses = json!({"200": {"content": {"application/json": {"schema": {"type": "boolean"}}}}});
        },
        "changed DELETE /ai/tools/{tool_id} › response: 204 → 200 with boolean",
    ),
    (
        "success-with-another-code",
        |document| {
            let responses = at(document, "/paths/~1ai~1tools/post/responses");
            *responses = json!({"201": responses["200"]});
        },
        "changed POST /ai/tools › response: 200 → 201",
    ),
];

#[test]
fn contract_has_no_drift_from_itself() {
    let result = run(&["drift", contract_path().to_str().expect("paths are UTF-8")]);
    assert_eq!((result.status, result.out.as_str(), result.err.as_str()), (0, "no drift\n", ""));
    let spec = file("same.yaml", &yaml(&contract()));
    assert_eq!(run(&["drift", &spec]), result);
}

#[test]
fn each_change_alone_is_reported() {
    for &(name, mutate, line) in MUTATIONS {
        let mut document = contract();
        mutate(&mut document);
        for (extension, text) in [("json", document.to_string()), ("yaml", yaml(&document))] {
            let result = run(&["drift", &file(&format!("{name}.{extension}"), &text)]);
            assert_eq!(
                (result.status, result.lines(), result.err.as_str()),
                (1, vec![line, "1 difference"], ""),
                "{name}"
            );
        }
    }
}

#[test]
fn all_changes_together_are_reported_one_by_one() {
    let mut document = contract();
    let mut expected = Vec::new();
    for (_, mutate, line) in &MUTATIONS[..10] {
        mutate(&mut document);
        expected.push(*line);
    }
    let result = run(&["drift", &file("all.json", &document.to_string())]);
    let mut lines = result.lines();
    assert_eq!((result.status, lines.pop()), (1, Some("10 differences")));
    lines.sort_unstable();
    expected.sort_unstable();
    assert_eq!(lines, expected);
}

#[test]
fn renamed_path_parameter_is_a_rename() {
    let mut document = contract();
    let item = at(&mut document, "/paths/~1ai~1tools~1{tool_id}").take();
    remove(&mut document, "/paths", "/ai/tools/{tool_id}");
    document["paths"]["/ai/tools/{id}"] = item;
    let result = run(&["drift", &file("path.json", &document.to_string())]);
    assert_eq!(
        result.lines(),
        [
            "renamed DELETE /ai/tools/{id} › path: tool_id → id",
            "renamed GET /ai/tools/{id} › path: tool_id → id",
            "renamed PATCH /ai/tools/{id} › path: tool_id → id",
            "3 differences",
        ]
    );
}

#[test]
fn change_in_a_schema_is_reported_once_with_its_places() {
    let mut ours = contract();
    let fields: Value = (1..=5).map(|n| (n.to_string(), json!({"$ref": "#/components/schemas/Shared"}))).collect();
    ours["components"]["schemas"]["Page"] = json!({"type": "object", "properties": fields});
    ours["components"]["schemas"]["Shared"] = json!({"type": "object", "properties": {"a": {}, "b": {}}});
    let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}});
    ours["paths"]["/ai/tools/shared"]["get"] = json!({"responses": {"200": {"content": content}}});
    let mut theirs = ours.clone();
    remove(&mut theirs, "/components/schemas/Shared/properties", "b");
    let (ours, theirs) = (file("places-ours.json", &ours.to_string()), file("places.json", &theirs.to_string()));
    let result = run(&["drift", &theirs, "--contract", &ours]);
    assert_eq!(
        result.out,
        "\
removed schema Shared › b: anything
    in schema Page › 1, schema Page › 2, schema Page › 3 and 2 more
1 difference
"
    );
}

#[test]
fn details_of_a_new_schema_are_listed_once() {
    let mut document = contract();
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let body = |schema: Value| json!({"content": {"application/json": {"schema": schema}}});
    let schemas = &mut document["components"]["schemas"];
    schemas["Bell"] = json!({
        "type": "object",
        "properties": {"tone": reference("Tone"), "rings": {"type": "array", "items": {
            "type": "object", "properties": {"secs": {"type": "number"}}, "required": ["secs"],
        }}},
        "required": ["tone"],
    });
    schemas["Tone"] = json!({"enum": ["high", "low"]});
    schemas["TelephonySettings"]["properties"]["bell"] = reference("Bell");
    document["paths"]["/ai/tools/{tool_id}/ring"]["post"] = json!({
        "parameters": [{"name": "loud", "in": "query", "required": true, "schema": {"type": "boolean"}}],
        "requestBody": body(json!({"type": "object", "properties": {"bell": reference("Bell")}})),
        "responses": {"200": body(reference("Tone")), "204": {}},
    });
    let result = run(&["drift", &file("new.json", &document.to_string())]);
    let reported: Vec<_> = result.out.lines().filter(|line| !line.starts_with("    in ")).collect();
    assert_eq!(
        reported,
        [
            "added POST /ai/tools/{tool_id}/ring",
            "    query › loud: boolean, required",
            "    request › bell: Bell",
            "    response 200: Tone",
            "    response 204: no body",
            "    Bell › rings: [{secs}]",
            "    Bell › rings[].secs: number, required",
            "    Bell › tone: Tone, required",
            "    Tone: \"high\" | \"low\"",
            "added schema TelephonySettings › bell: Bell",
            "2 differences",
        ]
    );
    let accepted = file("new-accepted.txt", "added POST */ring # Later.\n");
    let result =
        run(&["drift", &file("new.json", &document.to_string()), "--ignore", &accepted, "--format", "markdown"]);
    assert!(result.out.contains("- **added** `bell`: Bell\n  - Bell › rings: \\[\\{secs\\}\\]\n"), "{}", result.out);
    let result = run(&["drift", &file("new.json", &document.to_string()), "--format", "json"]);
    let report: Value = serde_json::from_str(&result.out).expect("JSON");
    assert_eq!(report["differences"][0]["details"][0], "query › loud: boolean, required");
    assert_eq!(report["differences"][1].get("details"), None);
}

#[test]
fn limits_and_defaults_are_listed_and_are_not_drift() {
    let mut document = contract();
    let settings = at(&mut document, "/components/schemas/TelephonySettings/properties");
    settings["disable_dtmf"]["default"] = json!(false);
    settings["time_limit_secs"]["minimum"] = json!(30);
    let voice = at(&mut document, "/components/schemas/InferenceEmbeddingVoiceSettings/properties");
    voice["voice"]["maxLength"] = json!(100);
    voice["language_boost"]["default"] = Value::Null;
    at(&mut document, "/components/schemas/PayToolParams/properties/valid_card_types")["minItems"] = json!(1);
    let parameters = at(&mut document, "/paths/~1ai~1tools/get/parameters").as_array_mut().expect("a list");
    let size = parameters.iter_mut().find(|parameter| parameter["name"] == "page[size]").expect("lists have pages");
    size["schema"]["default"] = json!(20);
    size["schema"]["maximum"] = json!(100);
    let spec = file("limits.json", &document.to_string());
    let result = run(&["drift", &spec]);
    assert_eq!(
        (result.status, result.lines()),
        (
            0,
            vec![
                "limits and defaults (not drift):",
                "limit GET /ai/tools › query › page[size] › default: none → 20",
                "limit GET /ai/tools › query › page[size] › maximum: none → 100",
                "limit schema InferenceEmbeddingVoiceSettings › language_boost › default: none → null",
                "limit schema InferenceEmbeddingVoiceSettings › voice › maxLength: none → 100",
                "limit schema PayToolParams › valid_card_types › minItems: none → 1",
                "limit schema TelephonySettings › disable_dtmf › default: none → false",
                "limit schema TelephonySettings › time_limit_secs › minimum: none → 30",
                "no drift, 7 other limits",
            ]
        )
    );
    let result = run(&["drift", &spec, "--format", "markdown"]);
    assert_eq!(result.status, 0);
    assert!(result.out.contains("\n# Limits and defaults (not drift)\n"), "{}", result.out);
    // Limits in the contract are compared.
    let written = file("limits-contract.json", "");
    assert_eq!(run(&["contract", &spec, "--output", &written]).status, 0);
    assert_eq!(run(&["drift", &spec, "--contract", &written]).out, "no drift\n");
    let result = run(&["drift", &contract_path().display().to_string(), "--contract", &written]);
    assert!(
        result.out.contains("limit schema TelephonySettings › time_limit_secs › minimum: 30 → none"),
        "{}",
        result.out
    );
}

#[test]
fn paths_outside_the_scope_are_ignored() {
    let mut document = contract();
    document["paths"]["/ai/avatars"]["get"] = json!({"responses": {"200": {}}});
    document["paths"]["/ai/tools/{tool_id}/ring"]["post"] = json!({"responses": {"200": {}}});
    let spec = file("scope.json", &document.to_string());
    let result = run(&["drift", &spec]);
    assert_eq!(result.lines(), ["added POST /ai/tools/{tool_id}/ring", "1 difference"]);
    let scope = file("scope.txt", "# Other parts.\n/ai/avatars\n/ai/assistants\n");
    let result = run(&["drift", &spec, "--scope", &scope]);
    assert_eq!(result.lines(), ["added GET /ai/avatars", "1 difference"]);
    let result = run(&["contract", &spec, "--scope", &scope, "--output", "-"]);
    let written: Value = serde_json::from_str(&result.out).expect("JSON");
    let paths: Vec<_> = written["paths"].as_object().expect("paths").keys().collect();
    assert!(paths.iter().all(|path| path.starts_with("/ai/assistants") || *path == "/ai/avatars"), "{paths:?}");
    let result = run(&["drift", &spec, "--scope", &file("no-scope.txt", "\nai/tools\n")]);
    assert_eq!(result.status, 2);
    assert!(result.err.contains("no-scope.txt:2: `ai/tools` is not a path"), "{}", result.err);
}

fn at<'v>(document: &'v mut Value, pointer: &str) -> &'v mut Value {
    document.pointer_mut(pointer).unwrap_or_else(|| panic!("the contract has no {pointer}"))
}

fn push(document: &mut Value, pointer: &str, item: Value) {
    at(document, pointer).as_array_mut().expect("a list").push(item);
}

fn remove(document: &mut Value, pointer: &str, name: &str) {
    let removed = at(document, pointer).as_object_mut().expect("an object").remove(name);
    assert!(removed.is_some(), "the contract has no {name} at {pointer}");
}

/// Renames a schema and all references to it.
fn rename(document: &mut Value, from: &str, to: &str) {
    let schemas = at(document, "/components/schemas").as_object_mut().expect("an object");
    let schema = schemas.remove(from).expect("the contract has the schema");
    schemas.insert(to.to_owned(), schema);
    let reference = |name| format!("\"#/components/schemas/{name}\"");
    *document = serde_json::from_str(&document.to_string().replace(&reference(from), &reference(to))).expect("JSON");
}

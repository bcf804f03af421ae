//! Copies of the contract that are changed in one way each: that change is told, and nothing else.

use serde_json::{Value, json};

use crate::program::{contract, contract_path, file, run};
use crate::yaml::yaml;

/// A change, and the line that tells it.
type Mutation = (&'static str, fn(&mut Value), &'static str);

const MUTATIONS: [Mutation; 17] = [
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
    // And further ones.
    (
        "schema-put-in-place",
        |document| {
            let schema = at(document, "/components/schemas/AudioVisualizerConfig").take();
            *at(document, "/components/schemas/WidgetSettings/properties/audio_visualizer_config") = schema;
            remove(document, "/components/schemas", "AudioVisualizerConfig");
        },
        "moved schema AudioVisualizerConfig: now in the places themselves",
    ),
    (
        "schema-taken-out",
        |document| {
            let request =
                at(document, "/paths/~1ai~1assistants~1import/post/requestBody/content/application~1json/schema");
            let schema = std::mem::replace(request, json!({"$ref": "#/components/schemas/ImportRequest"}));
            document["components"]["schemas"]["ImportRequest"] = schema;
        },
        "moved schema ImportRequest: was in the places themselves",
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
        "success-with-another-code",
        |document| {
            let responses = at(document, "/paths/~1ai~1tools/post/responses");
            *responses = json!({"201": responses["200"]});
        },
        "changed POST /ai/tools › response: 200 → 201",
    ),
];

#[test]
fn the_contract_is_the_same_as_itself() {
    let said = run(&["drift", contract_path().to_str().expect("paths are UTF-8")]);
    assert_eq!((said.status, said.out.as_str(), said.err.as_str()), (0, "no drift\n", ""));
    let spec = file("same.yaml", &yaml(&contract()));
    assert_eq!(run(&["drift", &spec]), said);
}

#[test]
fn each_change_is_told_and_nothing_else() {
    for (name, mutate, line) in MUTATIONS {
        let mut document = contract();
        mutate(&mut document);
        for (extension, text) in [("json", document.to_string()), ("yaml", yaml(&document))] {
            let said = run(&["drift", &file(&format!("{name}.{extension}"), &text)]);
            assert_eq!((said.status, said.lines(), said.err.as_str()), (1, vec![line, "1 difference"], ""), "{name}");
        }
    }
}

#[test]
fn all_changes_at_once_are_told_one_by_one() {
    let mut document = contract();
    let mut expected = Vec::new();
    for (_, mutate, line) in &MUTATIONS[..10] {
        mutate(&mut document);
        expected.push(*line);
    }
    let said = run(&["drift", &file("all.json", &document.to_string())]);
    let mut lines = said.lines();
    assert_eq!((said.status, lines.pop()), (1, Some("10 differences")));
    lines.sort_unstable();
    expected.sort_unstable();
    assert_eq!(lines, expected);
}

#[test]
fn a_parameter_of_a_path_may_be_called_otherwise() {
    let mut document = contract();
    let item = at(&mut document, "/paths/~1ai~1tools~1{tool_id}").take();
    remove(&mut document, "/paths", "/ai/tools/{tool_id}");
    document["paths"]["/ai/tools/{id}"] = item;
    let said = run(&["drift", &file("path.json", &document.to_string())]);
    assert_eq!(
        said.lines(),
        [
            "renamed DELETE /ai/tools/{id} › path: tool_id → id",
            "renamed GET /ai/tools/{id} › path: tool_id → id",
            "renamed PATCH /ai/tools/{id} › path: tool_id → id",
            "3 differences",
        ]
    );
}

#[test]
fn a_change_in_a_schema_is_told_once_with_its_places() {
    let mut document = contract();
    remove(&mut document, "/components/schemas/InferenceEmbeddingVoiceSettings/properties", "style");
    let said = run(&["drift", &file("places.json", &document.to_string())]);
    assert_eq!(
        said.out,
        "\
removed schema InferenceEmbeddingVoiceSettings › style: number
    in POST /ai/assistants › request › voice_settings, POST /ai/assistants/{assistant_id} › request › voice_settings, \
POST /ai/assistants/{assistant_id}/versions/{version_id} › request › voice_settings and 3 more
1 difference
"
    );
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

/// Renames a schema, and everything that names it follows.
fn rename(document: &mut Value, from: &str, to: &str) {
    let schemas = at(document, "/components/schemas").as_object_mut().expect("an object");
    let schema = schemas.remove(from).expect("it is there");
    schemas.insert(to.to_owned(), schema);
    let reference = |name| format!("\"#/components/schemas/{name}\"");
    *document = serde_json::from_str(&document.to_string().replace(&reference(from), &reference(to))).expect("JSON");
}

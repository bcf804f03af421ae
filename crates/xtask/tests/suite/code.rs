//! The code and the contract describe the same API.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::{Value, json};
use xtask::accepted::{Accepted, Remaining};
use xtask::api::Api;
use xtask::compare::{Rules, compare};
use xtask::{code, openapi, report};

use crate::program::contract;

/// The API of the crates, which is read once.
fn code() -> &'static Api {
    static CODE: OnceLock<Api> = OnceLock::new();
    CODE.get_or_init(|| {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        code::read(&crates).unwrap_or_else(|error| panic!("{error}")).api
    })
}

fn left(contract: &Value) -> Remaining {
    let contract = openapi::read(contract, |_| true).expect("the contract is OpenAPI");
    let accepted = Accepted::parse(include_str!("../../accepted.txt")).expect("each line has its reason");
    accepted.apply(compare(code(), &contract, Rules::Code))
}

#[test]
fn code_and_contract_agree() {
    let left = left(&contract());
    assert!(
        left.differences.is_empty() && left.stale.is_empty(),
        "added: the contract alone has it; removed: the code alone has it; changed: code → contract\n{}",
        report::text(&left)
    );
}

#[test]
fn parts_that_only_the_code_has_are_found() {
    let at = |document: &mut Value, pointer: &str| document.pointer_mut(pointer).map(Value::take);
    type Change<'c> = (&'c dyn Fn(&mut Value), &'c str);
    let changes: [Change<'_>; 9] = [
        (
            &|document| drop(object(document, "/paths").remove("/ai/assistants/{assistant_id}/clone")),
            "removed POST /ai/assistants/{assistant_id}/clone",
        ),
        (
            &|document| {
                drop(object(document, "/components/schemas/TelephonySettings/properties").remove("disable_dtmf"))
            },
            "removed schema TelephonySettings › disable_dtmf: boolean",
        ),
        // A field of a macro, in one of the four structs that have it.
        (
            &|document| {
                let request = "/paths/~1ai~1assistants/post/requestBody/content/application~1json/schema/properties";
                object(document, request).remove("greeting");
            },
            "removed schema CreateAssistant › greeting: string",
        ),
        (
            &|document| drop(at(document, "/components/schemas/TestStatus/enum/0")),
            "removed schema TestStatus › \"error\"",
        ),
        (
            &|document| drop(object(document, "/components/schemas/AssistantTest").remove("required")),
            "changed schema Test (AssistantTest) › name: required → optional",
        ),
        (
            &|document| {
                document["components"]["schemas"]["AssistantTest"]["properties"]["name"] = json!({"type": "boolean"})
            },
            "changed schema Test (AssistantTest) › name: string → boolean",
        ),
        (
            &|document| document["paths"]["/ai/tools"]["get"]["parameters"] = json!([]),
            "removed GET /ai/tools › query › filter[name]: string",
        ),
        (
            &|document| document["paths"]["/ai/tools"]["post"]["parameters"] = json!([]),
            "removed POST /ai/tools › header › Idempotency-Key: string",
        ),
        (
            &|document| {
                let tools =
                    document.pointer_mut("/components/schemas/AssistantTool/anyOf").and_then(Value::as_array_mut);
                tools.expect("a list").retain(|tool| tool["$ref"] != "#/components/schemas/AssistantTool.Pay");
            },
            "removed schema Tool (AssistantTool) › \"pay\": Tool::pay",
        ),
    ];
    for (change, line) in changes {
        let mut document = contract();
        change(&mut document);
        let reported: Vec<_> = left(&document).differences.iter().map(ToString::to_string).collect();
        assert!(reported.iter().any(|reported| reported == line), "{line} is not among {reported:#?}");
    }
}

#[test]
fn parts_that_only_the_contract_has_are_found() {
    let mut document = contract();
    document["paths"]["/ai/tools"]["put"] = json!({});
    document["components"]["schemas"]["TelephonySettings"]["properties"]["ring_secs"] = json!({"type": "number"});
    document["components"]["schemas"]["Serve"]["required"] = json!(["version_id"]);
    let reported: Vec<_> = left(&document).differences.iter().map(ToString::to_string).collect();
    assert_eq!(
        reported,
        [
            "added PUT /ai/tools",
            "changed schema Serve › version_id: optional → required",
            "added schema TelephonySettings › ring_secs: number",
        ]
    );
}

#[test]
fn unsupported_code_is_an_error_with_its_line() {
    let crates = Path::new(env!("CARGO_TARGET_TMPDIR")).join("crates");
    fs::create_dir_all(crates.join("pings/src")).expect("there is a folder for files of tests");
    for (code, why) in [
        (
            "fn ping(&self) -> Call<Pong> { self.0.call(Method::GET, path(), &[]).json() }",
            "pings/src/lib.rs:2: the path must be a string, or",
        ),
        (
            "fn ping(&self) -> Call<Pong> { self.0.call(Method::GET, \"/ping\", &[]).json() }",
            "`Pong` is not a type with `Object`",
        ),
        (
            "fn ping(&self) { self.0.call(Method::GET, \"/ping\", &[]).json() }",
            "pings/src/lib.rs:2: a method with a call must return",
        ),
        (
            "fn ping(&self) -> Call<()> { self.0.call(Method::PUT, \"/ping\", &[]).body(&Ping::new()).empty() }",
            "pings/src/lib.rs:2: the body must be a parameter of the method",
        ),
        ("fn ping(", "pings/src/lib.rs:"),
    ] {
        fs::write(crates.join("pings/src/lib.rs"), format!("impl PingsApi for Pings {{\n{code}\n}}")).expect("a file");
        let error = code::read(&crates).expect_err(code).to_string();
        assert!(error.contains(why), "{code}\n{error}");
    }
}

fn object<'v>(document: &'v mut Value, pointer: &str) -> &'v mut serde_json::Map<String, Value> {
    document.pointer_mut(pointer).and_then(Value::as_object_mut).unwrap_or_else(|| panic!("no object at {pointer}"))
}

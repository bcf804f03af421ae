//! What is pulled is what is live, and what is applied elsewhere is the same.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use telnyx_ai::assistants::UpdateAssistant;
use telnyx_ai::prelude::*;
use telnyx_ai_emulator::Emulator;

use crate::contract::Contract;
use crate::examples::{Recipe, examples};
use crate::support::{Project, assert_same, assistant, count, create_assistant, normalized, telnyx};

/// An account with references in all directions, secrets and unknown fields.
fn account() -> Value {
    json!({
        "tools": [
            {"id": "tool-1", "type": "webhook", "display_name": "Look up", "webhook": {
                "name": "look_up", "description": "Looks up.", "url": "https://crm.example.com/look-up", "zz_new": {"a": [1]},
                "headers": [{"name": "Authorization", "value": "Bearer crm-secret"}],
            }},
        ],
        "mcp_servers": [{"id": "mcp-1", "name": "Files", "type": "http", "url": "https://mcp.example.com"}],
        "assistants": [
            {
                "id": "assistant-11111111-1111-4111-8111-111111111111",
                "name": "Support", "instructions": "Help.\n\n- Be polite.\n- Costs ${5}.", "model": "openai/gpt-4o",
                "tool_ids": ["tool-1"], "mcp_servers": [{"id": "mcp-1"}], "zz_future": {"x": [1, 2.5, null]},
                "tags": ["b", "a"], "greeting": "",
                "tools": [{"type": "handoff", "handoff": {"ai_assistants": [
                    {"name": "billing", "id": "assistant-22222222-2222-4222-8222-222222222222"}]}}],
            },
            {
                "id": "assistant-22222222-2222-4222-8222-222222222222",
                "name": "Billing", "instructions": "Bill. ".repeat(200), "voice_settings": {"voice": "Telnyx.KokoroTTS.af", "voice_speed": 1.2},
                "tools": [
                    {"type": "handoff", "handoff": {"ai_assistants": [
                        {"name": "support", "id": "assistant-11111111-1111-4111-8111-111111111111"}]}},
                    {"type": "webhook", "webhook": {"name": "pay", "description": "Pays.", "url": "https://x.example.com",
                        "headers": [{"name": "X-Key", "value": "inline-secret"}]}},
                ],
            },
            {"id": "assistant-33333333-3333-4333-8333-333333333333", "name": "Support", "instructions": "Another one of the same name."},
        ],
        "tests": [
            {"test_id": "test-1", "name": "Greets", "destination": "assistant-11111111-1111-4111-8111-111111111111",
             "instructions": "Say hello.", "rubric": [{"name": "polite", "criteria": "Is polite."}]},
        ],
    })
}

/// References in texts must exist at creation, so they cannot form a cycle.
#[tokio::test(flavor = "multi_thread")]
async fn assistants_whose_instructions_name_each_other_are_pulled() {
    let id = |digit: &str| format!("assistant-{0}-1111-4111-8111-111111111111", digit.repeat(8));
    let assistant = |name: &str, digit: &str, others: [&str; 2]| {
        let instructions = format!("Link to {} and {}.", id(others[0]), id(others[1]));
        json!({"id": id(digit), "name": name, "instructions": instructions, "model": "openai/gpt-4o"})
    };
    let account = json!({"assistants": [
        assistant("a", "1", ["1", "2"]), assistant("b", "2", ["1", "3"]), assistant("c", "3", ["2", "3"]),
    ]});
    let emulator = Emulator::builder().seed(account).start().await.expect("an emulator");
    let project = Project::new(&emulator);
    project.ok(&["pull", "--all"]).await;
    project.ok(&["validate"]).await;
    project.assert_no_changes("dev").await;
    let change = UpdateAssistant::new().with_instructions(format!("Link to {}.", id("1")));
    telnyx(&emulator).assistants().update(&id("1"), change).await.expect("an update");
    project.ok(&["pull"]).await;
    project.ok(&["validate"]).await;
    project.assert_no_changes("dev").await;
}

/// The test refers to the assistant, so the instructions of the assistant keep the id of the test.
#[tokio::test(flavor = "multi_thread")]
async fn assistant_whose_instructions_name_its_test_is_pulled() {
    let account = json!({
        "assistants": [{"id": "assistant-1", "name": "a", "instructions": "See test-1111-2222-3333.", "model": "openai/gpt-4o"}],
        "tests": [{"test_id": "test-1111-2222-3333", "name": "t", "destination": "assistant-1", "instructions": "x",
            "rubric": [{"name": "r", "criteria": "c"}]}],
    });
    let emulator = Emulator::builder().seed(account).start().await.expect("an emulator");
    let project = Project::new(&emulator);
    project.ok(&["pull", "--all"]).await;
    assert!(project.read("tests/t.yaml").contains("${assistants.a}"));
    project.ok(&["validate"]).await;
    project.assert_no_changes("dev").await;
    let files = project.files();
    project.ok(&["pull", "--all"]).await;
    assert_eq!(project.files(), files);
}

/// Equal tools are distinguished by the ids that were sent.
#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_equal_tools_replaces_the_other() {
    let (emulator, project) = Project::start().await;
    let tool = "type: webhook\nwebhook: { name: l, description: d, url: https://e.example }\n";
    for name in ["l", "m", "n"] {
        project.write(&format!("tools/{name}.yaml"), &format!("display_name: {name}\n{tool}"));
    }
    for name in ["l", "m", "n", "l"] {
        let text = format!("name: A\ninstructions: x\ntool_ids: ['${{tools.{name}}}']\n");
        project.write("assistants/a.yaml", &text).ok(&["apply", "--yes"]).await;
        project.assert_no_changes("dev").await;
        let export = emulator.export().expect("an export");
        let tools = export["tools"].as_array().expect("tools");
        let id = tools.iter().find(|tool| tool["display_name"] == name).expect("the tool")["id"].clone();
        assert_eq!(export["assistants"][0]["tool_ids"], json!([id]), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn assistants_with_equal_tools_have_no_changes_after_an_apply_and_a_pull() {
    let (emulator, project) = Project::start().await;
    // Pairs of tools with the same definition, and the same display name for all of them.
    for (n, name) in ["l", "l", "m", "m"].iter().enumerate() {
        let definition = format!("{{ name: {name}, description: d, url: https://e.example }}");
        let tool = format!("display_name: T\ntype: webhook\nwebhook: {definition}\n");
        project.write(&format!("tools/t{n}.yaml"), &tool);
    }
    for round in 0..4 {
        for n in 0..4 {
            let ids = match (n + round) % 4 {
                0 => "'${tools.t0}', '${tools.t2}'",
                1 => "'${tools.t3}', '${tools.t0}'",
                2 => "'${tools.t1}', '${tools.t3}'",
                _ => "'${tools.t1}'",
            };
            let text = format!("name: A\ninstructions: x\ntool_ids: [{ids}]\n");
            project.write(&format!("assistants/a{n}.yaml"), &text);
        }
        project.ok(&["apply", "--yes"]).await;
        project.assert_no_changes("dev").await;
        project.ok(&["pull", "--all"]).await;
        project.assert_no_changes("dev").await;
        assert_second_pull_writes_nothing(&project, "dev").await;
        let fresh = Project::new(&emulator);
        fresh.ok(&["pull", "--all"]).await;
        fresh.assert_no_changes("dev").await;
        assert_second_pull_writes_nothing(&fresh, "dev").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pulled_account_has_no_changes_and_can_be_applied_elsewhere() {
    let first = Emulator::builder().seed(account()).start().await.expect("an emulator");
    let second = Emulator::start().await.expect("an emulator");
    let project = Project::empty();
    project.environments(&[("first", &first), ("second", &second)]);
    let pulled = project.ok(&["pull", "--all"]).await;
    assert!(pulled.contains("LOOK_UP_AUTHORIZATION") && pulled.contains("BILLING_X_KEY"), "{pulled}");
    project.assert_no_changes("first").await;
    assert_second_pull_writes_nothing(&project, "first").await;
    let support = project.read("assistants/support.yaml");
    for expected in ["id: ${assistants.billing}", "- ${tools.look_up}", "id: ${mcp_servers.files}", "Costs $${5}."] {
        assert!(support.contains(expected), "{support}");
    }
    assert!(project.read("assistants/billing.yaml").contains("file: billing.md"));
    assert!(project.read("tests/greets.yaml").contains("destination: ${assistants.support}"));

    let project = project.with("LOOK_UP_AUTHORIZATION", "Bearer crm-secret").with("BILLING_X_KEY", "inline-secret");
    project.assert_no_changes("first").await;
    project.ok(&["apply", "--env", "second", "--yes"]).await;
    project.assert_no_changes("second").await;
    assert_same(&normalized(&second), &normalized(&first), "second");

    let files = project.files();
    project.ok(&["pull", "--env", "second"]).await;
    assert_eq!(project.files(), files);
    for (path, text) in files.into_iter().chain([("state".to_owned(), project.read(".telnyx-ai/second.json"))]) {
        assert!(!text.contains("crm-secret") && !text.contains("inline-secret"), "{path}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_refers_to_a_resource_by_its_key_once_it_is_managed() {
    let emulator = Emulator::builder().seed(account()).start().await.expect("an emulator");
    let project = Project::new(&emulator);
    project.ok(&["pull", "test-1", "--adopt"]).await;
    project.ok(&["pull", "assistant-11111111-1111-4111-8111-111111111111", "--adopt"]).await;
    let support = project.read("assistants/support.yaml");
    for id in ["assistant-22222222-2222-4222-8222-222222222222", "tool-1", "mcp-1"] {
        assert!(support.contains(id), "{support}");
    }
    project.ok(&["pull", "--all"]).await;
    assert!(project.read("tests/greets.yaml").contains("destination: ${assistants.support}"));
    let support = project.read("assistants/support.yaml");
    for expected in ["id: ${assistants.billing}", "- ${tools.look_up}", "id: ${mcp_servers.files}"] {
        assert!(support.contains(expected), "{support}");
    }
    project.assert_no_changes("dev").await;
}

/// 4 times 20 configurations from the contract's examples, with unknown fields, values and members in half of them.
#[tokio::test(flavor = "multi_thread")]
async fn contract_examples_survive_the_round_trip() {
    let cases = [(0, false), (1, true), (2, false), (3, true)];
    let cases = cases.map(|(seed, unknown)| tokio::spawn(round_trip(Recipe { seed: seed * 1000, unknown }, 20)));
    for case in cases {
        case.await.expect("the round trip succeeds");
    }
}

async fn round_trip(recipe: Recipe, configurations: usize) {
    let case = format!("{recipe:?}");
    let (first, second) =
        (Emulator::start().await.expect("an emulator"), Emulator::start().await.expect("an emulator"));
    let bodies = bodies(recipe);
    // Every n-th body, so that all kinds and variants occur.
    for n in 0..configurations {
        let (path, body) = &bodies[n * bodies.len() / configurations];
        create(&first, path, body.clone()).await;
    }
    let lists = ["assistants", "tools", "mcp_servers", "tests"];
    assert_eq!(lists.map(|list| count(&first, list)).iter().sum::<usize>(), configurations, "{case}");

    let mut project = Project::empty();
    project.environments(&[("first", &first), ("second", &second)]);
    project.ok(&["pull", "--all"]).await;
    assert_second_pull_writes_nothing(&project, "first").await;
    project.assert_no_changes("first").await;
    let names: BTreeSet<String> = project.files().iter().flat_map(|(_, text)| secret_names(text)).collect();
    for name in &names {
        project = project.with(name, &format!("value of {name}"));
    }
    project.ok(&["apply", "--env", "second", "--yes"]).await;
    project.assert_no_changes("second").await;
    let files = project.files();
    project.ok(&["pull", "--env", "second"]).await;
    assert_eq!(project.files(), files, "{case}");
    project.ok(&["pull", "--all", "--env", "second"]).await;
    assert_second_pull_writes_nothing(&project, "second").await;
}

/// Another `pull --all` changes neither files nor the state.
async fn assert_second_pull_writes_nothing(project: &Project, environment: &str) {
    let all = || (project.files(), project.read(&format!(".telnyx-ai/{environment}.json")));
    let before = all();
    project.ok(&["pull", "--all", "--env", environment]).await;
    assert_eq!(all(), before);
}

/// The bodies of all creations, with the paths of their operations.
fn bodies(recipe: Recipe) -> Vec<(&'static str, Value)> {
    let contract = Contract::load();
    let paths = ["/ai/tools", "/ai/mcp_servers", "/ai/assistants", "/ai/assistants/tests"];
    let bodies = paths.into_iter().flat_map(|path| {
        let schema = contract.operation(&format!("POST {path}")).request.as_ref().expect("a request");
        let bodies = examples(&contract, schema, recipe);
        bodies.into_iter().map(move |example| (path, example.body))
    });
    bodies.collect()
}

/// Creates a resource. Fields that the rules of the API do not allow together with the others are left out.
async fn create(emulator: &Emulator, path: &str, mut body: Value) {
    // The shared tools of these ids do not exist.
    body.as_object_mut().expect("an object").remove("tool_ids");
    let telnyx = telnyx(emulator);
    for _ in 0..20 {
        match telnyx.client().request(http::Method::POST, path).body(&body).await {
            Ok(_) => return,
            Err(error) => {
                assert!(error.status().is_some_and(|status| status == 422), "{error}: {body:#}");
                let pointers: Vec<_> = error.errors().iter().filter_map(|error| error.pointer()).collect();
                assert!(!pointers.is_empty(), "{error}: {body:#}");
                for pointer in pointers {
                    remove(&mut body, pointer);
                }
            }
        }
    }
    panic!("the emulator refuses {body:#}");
}

/// Removes what a JSON pointer refers to, or the nearest object that contains it.
fn remove(body: &mut Value, pointer: &str) {
    // An object that several pointers refer to is already removed.
    let Some((parent, name)) = pointer.rsplit_once('/') else { return };
    match body.pointer_mut(parent) {
        Some(Value::Object(fields)) if fields.contains_key(name) => drop(fields.remove(name)),
        Some(Value::Array(items)) if name.parse().is_ok_and(|n: usize| n < items.len()) => {
            items.remove(name.parse().expect("an index"));
        }
        _ => remove(body, parent),
    }
}

fn secret_names(text: &str) -> impl Iterator<Item = String> {
    text.split("${secret.").skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned())
}

/// `$${` is an escape, so the sign is written as `${$}` before a reference.
#[tokio::test(flavor = "multi_thread")]
async fn id_after_a_dollar_sign_is_sent_as_it_is() {
    let (emulator, project) = Project::start().await;
    project.write("assistants/b.yaml", "name: B\ninstructions: x\n").ok(&["apply", "--yes"]).await;
    let id = assistant(&emulator)["id"].as_str().expect("an id").to_owned();
    project.write("assistants/a.yaml", &format!("name: A\ninstructions: Pay ${id} to {id}\n"));
    project.ok(&["apply", "--yes"]).await;
    let assistants = emulator.export().expect("an export")["assistants"].clone();
    let texts: Vec<_> = assistants.as_array().expect("a list").iter().map(|it| it["instructions"].as_str()).collect();
    assert!(texts.contains(&Some(&format!("Pay ${id} to {id}"))), "{texts:?}");
    project.assert_no_changes("dev").await;
    project.ok(&["pull", "--all"]).await;
    project.assert_no_changes("dev").await;
}

/// `$${` is an escape wherever the dollar signs are from.
#[tokio::test(flavor = "multi_thread")]
async fn dollar_signs_of_texts_and_variables_are_sent_as_they_are() {
    let emulator = Emulator::start().await.expect("an emulator");
    let project = Project::empty().with("PRICE", "1234567");
    let variables = json!({"dollar": "$", "price": "5", "braces": "{var.price}", "none": ""});
    let environment = json!({"base_url": emulator.base_url(), "variables": variables});
    project.write("telnyx-ai.yaml", &json!({"environments": {"dev": environment}}).to_string());
    project.write("assistants/b.yaml", "name: B\ninstructions: x\n").ok(&["apply", "--yes"]).await;
    let id = assistant(&emulator)["id"].as_str().expect("an id").to_owned();
    for (file, live) in [
        ("Costs ${var.dollar}${var.price}.", "Costs $5."),
        ("Costs ${$}${var.price}.", "Costs $5."),
        ("Costs ${var.dollar}${secret.PRICE}.", "Costs $1234567."),
        ("Costs ${$}${$}${secret.PRICE}.", "Costs $$1234567."),
        ("Costs ${var.dollar}${var.none}${secret.PRICE}.", "Costs $1234567."),
        ("Costs ${var.dollar}${assistants.b}.", "Costs $ID."),
        ("Costs ${var.dollar}{var.price} or ${var.dollar}${var.braces}.", "Costs ${var.price} or ${var.price}."),
        ("Costs $${var.price}, $$${x} or $5$.", "Costs ${var.price}, $${x} or $5$."),
        ("${var.price}$", "5$"),
        ("$$${$${", "$${${"),
    ] {
        project.write("assistants/a.yaml", &json!({"name": "A", "instructions": file}).to_string());
        project.ok(&["apply", "--yes"]).await;
        let assistants = emulator.export().expect("an export")["assistants"].clone();
        let a = assistants.as_array().expect("a list").iter().find(|it| it["name"] == "A").expect("it exists");
        assert_eq!(a["instructions"], live.replace("ID", &id), "{file}");
        project.assert_no_changes("dev").await;
        project.ok(&["pull", "a"]).await;
        assert!(project.read("assistants/a.yaml").contains(file), "{file}: {}", project.read("assistants/a.yaml"));
    }
    // Written by another client.
    let with_id = format!("${id} $${id}");
    for (n, text) in ["$", "$$", "${", "$${x} ${var.price}", "$5 ${ {{x}} $$${", &with_id].into_iter().enumerate() {
        create_assistant(&emulator, json!({"name": format!("Other {n}"), "instructions": text})).await;
    }
    project.ok(&["pull", "--all"]).await;
    project.assert_no_changes("dev").await;
    let (_, document) = project.json(&["validate"]).await;
    assert_eq!(document["summary"]["errors"], 0, "{document}");
}

//! Every operation of the contract.

use http::Method;
use serde_json::Value;
use telnyx_ai::{Call, Client};
use telnyx_ai_emulator::Emulator;
use telnyx_ai_tests::contract::{Contract, Operation};
use telnyx_ai_tests::examples::{Kind, Recipe, examples};

/// A call of the operation with unknown ids and the smallest body.
fn call(client: &Client, contract: &Contract, operation: &Operation) -> Call<Value> {
    let steps = operation.template().split('/').map(|step| if step.starts_with('{') { "nothing-17" } else { step });
    let path = steps.collect::<Vec<_>>().join("/");
    let call = client.request(operation.method().parse::<Method>().unwrap(), path).max_retries(0);
    match &operation.request {
        Some(schema) => {
            let bodies = examples(contract, schema, Recipe::default());
            call.body(&bodies.iter().find(|example| example.kind == Kind::Least).unwrap().body)
        }
        None => call,
    }
}

async fn emulator() -> (Emulator, Client) {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::builder().api_key("KEY").base_url(emulator.base_url()).build().unwrap();
    (emulator, client)
}

#[tokio::test]
async fn unknown_resource_is_404() {
    let (_emulator, client) = emulator().await;
    let contract = Contract::load();
    for operation in contract.operations.iter().filter(|operation| operation.template().contains('{')) {
        let error = call(&client, &contract, operation).await.expect_err(&operation.name);
        assert_eq!((error.status().unwrap().as_u16(), error.code()), (404, Some("10005")), "{}", operation.name);
    }
}

#[tokio::test]
async fn idempotency_key_is_checked() {
    let (_emulator, client) = emulator().await;
    let contract = Contract::load();
    for operation in contract.operations.iter().filter(|operation| operation.idempotent) {
        let error = call(&client, &contract, operation).idempotency_key("order/17").await.expect_err(&operation.name);
        assert_eq!((error.status().unwrap().as_u16(), error.code()), (400, Some("10015")), "{}", operation.name);
    }
}

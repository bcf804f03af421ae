use http::Method;
use serde_json::json;
use telnyx_ai::assistants::types::{Handoff, HandoffAssistant, Pay, Retrieval, TelephonySettings, Tool};
use telnyx_ai::assistants::{
    CreateAssistant, CreateSharedTool, ListTools, SharedToolType, TestTool, UpdateAssistant, UpdateSharedTool,
};
use telnyx_ai::prelude::*;
use telnyx_ai::{Call, JsonObject};
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::server::RecordingServer;

use super::{Api, api_error};

fn webhook(base_url: &str) -> JsonObject {
    let parameters =
        |name: &str| json!({"type": "object", "properties": {name: {"type": "string"}}, "required": [name]});
    JsonObject::from([
        ("name", json!("order_status")),
        ("description", json!("Looks up an order.")),
        ("url", json!(format!("{base_url}/orders/{{order_id}}"))),
        ("method", json!("POST")),
        ("path_parameters", parameters("order_id")),
        ("query_parameters", parameters("lang")),
        ("body_parameters", parameters("reason")),
        (
            "headers",
            json!([
                {"name": "x-customer", "value": "{{customer}}"},
                {"name": "authorization", "value": "Bearer {{#integration_secret}}shop{{/integration_secret}}"},
            ]),
        ),
    ])
}

#[tokio::test]
async fn webhook_tool_is_called() {
    let shop = RecordingServer::start([Answer::json(&json!({"status": "shipped"}))]).await;
    let api = Api::start().await;
    let assistant = api.assistant().await;
    let request = CreateSharedTool::new("Orders", SharedToolType::Webhook).with_webhook(webhook(&shop.base_url()));
    let tool = api.telnyx.tools().create(request).await.unwrap();
    api.telnyx.assistant_tools().add(&assistant.id, &tool.id).await.unwrap();

    let trial = TestTool::new()
        .with_arguments(JsonObject::from([
            ("order_id", json!("A 17")),
            ("lang", json!("de")),
            ("reason", json!("late")),
        ]))
        .with_dynamic_variables(JsonObject::from([("customer", json!("Ada"))]));
    let result = api.telnyx.assistant_tools().test(&assistant.id, &tool.id, trial).await.unwrap();
    assert_eq!((result.success, result.status_code), (true, 200));
    assert!(result.content_type.starts_with("application/json"));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&result.response).unwrap(), json!({"status": "shipped"}));

    let [request] = &shop.requests()[..] else { panic!("{:?}", shop.requests()) };
    assert_eq!(request.method, Method::POST);
    assert_eq!(request.target, "/v2/orders/A%2017?lang=de");
    assert_eq!(request.json(), Some(json!({"reason": "late"})));
    assert_eq!(request.header("x-customer"), Some("Ada"));
    assert_eq!(request.header("authorization"), Some("Bearer emulated-secret-shop"));
}

#[tokio::test]
async fn failed_webhook_is_a_result() {
    let shop = RecordingServer::start([Answer::text("text/plain", "no such order").with_status(404)]).await;
    let api = Api::start().await;
    let assistant = api.assistant().await;
    let request = CreateSharedTool::new("Orders", SharedToolType::Webhook).with_webhook(webhook(&shop.base_url()));
    let tool = api.telnyx.tools().create(request).await.unwrap();
    api.telnyx.assistant_tools().add(&assistant.id, &tool.id).await.unwrap();
    let arguments = JsonObject::from([("order_id", json!("17")), ("lang", json!("de")), ("reason", json!("late"))]);
    let trial = TestTool::new().with_arguments(arguments);
    let result = api.telnyx.assistant_tools().test(&assistant.id, &tool.id, trial).await.unwrap();
    assert_eq!((result.success, result.status_code, result.response.as_str()), (false, 404, "no such order"));

    let (status, _, pointer) =
        api_error(api.telnyx.assistant_tools().test(&assistant.id, &tool.id, TestTool::new()).await);
    assert_eq!((status, pointer.as_deref()), (422, Some("/arguments/order_id")));
}

#[tokio::test]
async fn shared_tool_is_attached_changed_and_detached() {
    let api = Api::start().await;
    let (tools, attached) = (api.telnyx.tools(), api.telnyx.assistant_tools());
    let handoff = Handoff::new([HandoffAssistant::new("assistant-2", "Sales")]);
    let tool = tools.create(CreateSharedTool::from_tool("Handoff", handoff).unwrap()).await.unwrap();
    assert_eq!(tools.retrieve(&tool.id).await.unwrap(), tool);

    let assistant = api.assistant().await;
    attached.add(&assistant.id, &tool.id).await.unwrap();
    let read = api.telnyx.assistants().retrieve(&assistant.id).await.unwrap();
    let [Tool::Handoff(handoff)] = read.tools.as_deref().unwrap() else { panic!("{:?}", read.tools) };
    assert_eq!(handoff.handoff.ai_assistants[0].name, "Sales");
    assert!(read.tools.as_ref().unwrap()[0].is_shared());

    // Writing back a response does not turn a shared tool into an inline one.
    let change = UpdateAssistant::from(read).with_greeting("Hello!");
    let changed = api.telnyx.assistants().update(&assistant.id, change).await.unwrap();
    assert_eq!(changed.tools.as_ref().map(Vec::len), Some(1));
    assert!(changed.tools.as_ref().unwrap()[0].is_shared());

    let renamed = tools.update(&tool.id, UpdateSharedTool::new().with_display_name("Pass on")).await.unwrap();
    assert_eq!(renamed.display_name.as_deref(), Some("Pass on"));
    attached.remove(&assistant.id, &tool.id).await.unwrap();
    let read = api.telnyx.assistants().retrieve(&assistant.id).await.unwrap();
    assert_eq!(read.tools.map(|tools| tools.len()), Some(0));

    tools.delete(&tool.id).await.unwrap();
    let (status, ..) = api_error(tools.retrieve(&tool.id).await);
    assert_eq!(status, 404);
}

#[tokio::test]
async fn shared_tools_are_listed_by_type_and_name() {
    let api = Api::start().await;
    let tools = api.telnyx.tools();
    let create = |name: &str| -> Call<telnyx_ai::assistants::SharedTool> {
        tools.create(CreateSharedTool::from_tool(name, Retrieval::new(["docs"])).unwrap())
    };
    for name in ["Docs", "Laws", "Prices"] {
        create(name).await.unwrap();
    }
    let list = |filter: ListTools| tools.list(filter).page_size(2).try_collect();
    assert_eq!(list(ListTools::new()).await.unwrap().len(), 3);
    assert_eq!(list(ListTools::new().with_tool_type(SharedToolType::Retrieval)).await.unwrap().len(), 3);
    assert_eq!(list(ListTools::new().with_tool_type(SharedToolType::Webhook)).await.unwrap().len(), 0);
    assert_eq!(list(ListTools::new().with_name("Laws")).await.unwrap()[0].display_name.as_deref(), Some("Laws"));
}

#[tokio::test]
async fn pay_tool_requires_disabled_dtmf() {
    let api = Api::start().await;
    let with_pay = || CreateAssistant::new("Till", "Take payments.").with_tools([Pay::new("stripe").into()]);
    let (status, _, pointer) = api_error(api.telnyx.assistants().create(with_pay()).await);
    assert_eq!((status, pointer.as_deref()), (422, Some("/telephony_settings/disable_dtmf")));
    let settings = TelephonySettings::new().with_disable_dtmf(true);
    api.telnyx.assistants().create(with_pay().with_telephony_settings(settings)).await.unwrap();
}

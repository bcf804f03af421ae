//! The life of an assistant, step by step: each step prints the call, the requests it makes and what came back.
//!
//! ```sh
//! cargo run --example quickstart                              # on an emulator in this process
//! TELNYX_API_KEY=… cargo run --example quickstart -- --live   # what is free of charge, against the real API
//! ```
//!
//! The assistant is that of a parcel service. Its configuration, in `data/parcel_desk.json`, has eight kinds of tools,
//! a conversation flow, a voice, transcription, telephony and more.
//!
//! Calls: `POST /ai/tools`; `POST`, `GET` and `DELETE /ai/assistants` and below it `POST` (update), `chat`,
//! `chat/sms`, `tools/{tool_id}/test`, `scheduled_events`, `clone`, `texml`, `tags` and `/ai/assistants/import`;
//! `POST /ai/conversations`.

use std::process::ExitCode;

use serde_json::json;
use telnyx_ai::JsonObject;
use telnyx_ai::assistants::types::{Assistant, CreateAssistant, ImportProvider, UpdateAssistant, Webhook};
use telnyx_ai::assistants::{
    AddTag, ChatEvent, ChatRequest, Conversation, CreateConversation, CreateScheduledEvent, CreateSharedTool,
    ImportAssistants, ListScheduledEvents, SendSms, TestTool,
};
use telnyx_ai::prelude::*;
use telnyx_ai_emulator::{Emulator, Reply, Turn};
use telnyx_ai_examples::{Example, Outcome, ParcelDesk, Stage, code, note, or_none, step};

#[tokio::main]
async fn main() -> ExitCode {
    let emulator = Emulator::builder().responder(clerk);
    Example::new("The life of an assistant, step by step.").or_live().on(emulator).run(quickstart).await
}

async fn quickstart(stage: &Stage) -> Outcome {
    let webhooks = ParcelDesk::start().await?;

    let request = configuration(stage, &webhooks).await?;
    let assistant = create(stage, request).await?;
    retrieve(stage, &assistant).await?;
    change_one_field(stage, &assistant).await?;

    let conversation = open_conversation(stage).await?;
    if stage.is_live() {
        note!("Left out here, as it costs money: chat, webhook calls, text messages, scheduled calls, imports.");
    } else {
        chat(stage, &assistant, &conversation).await?;
        chat_token_by_token(stage, &assistant, &conversation).await?;
        try_webhook_tools(stage, &assistant).await?;
        send_text_message(stage, &assistant).await?;
        schedule_calls(stage, &assistant).await?;
        read_them_page_by_page(stage, &assistant).await?;
        import_from_elsewhere(stage).await?;
    }

    copy(stage, &assistant).await?;
    show_texml(stage, &assistant).await?;
    tag(stage, &assistant).await?;
    delete(stage, &assistant).await
}

/// Reads the configuration; what it refers to is made first.
async fn configuration(stage: &Stage, webhooks: &ParcelDesk) -> Outcome<CreateAssistant> {
    let telnyx = &stage.telnyx;
    // The real API can not reach a server on this machine; nothing calls it there anyway.
    let server = if stage.is_live() { "https://parcels.example.com" } else { &webhooks.url };

    let definition: Webhook =
        serde_json::from_str(&include_str!("data/track_parcel.json").replace("${WEBHOOK_SERVER}", server))?;
    let tool = CreateSharedTool::from_tool("Track a parcel", definition)?;
    let tool = step!(stage, "Make a tool that assistants share", telnyx.tools().create(tool).await?);
    stage.cleanup.at_the_end(&tool.id, telnyx.tools().delete(&tool.id));
    note!("{}: {}", tool.id, or_none(tool.display_name));

    let billing = CreateAssistant::new("Swift Parcel billing", "You answer questions about bills.");
    let billing = step!(stage, "Make the assistant to hand over to", telnyx.assistants().create(billing).await?);
    stage.cleanup.at_the_end(&billing.id, telnyx.assistants().delete(&billing.id));
    note!("{}: {}", billing.id, billing.name);

    let configuration = include_str!("data/parcel_desk.json")
        .replace("${WEBHOOK_SERVER}", server)
        .replace("${TRACK_PARCEL_TOOL}", &tool.id)
        .replace("${BILLING_ASSISTANT}", &billing.id);
    Ok(step!(stage, "Read the configuration", serde_json::from_str::<CreateAssistant>(&configuration)?))
}

async fn create(stage: &Stage, request: CreateAssistant) -> Outcome<Assistant> {
    let telnyx = &stage.telnyx;
    let assistant = step!(stage, "Create the assistant", telnyx.assistants().create(request).await?);
    stage.cleanup.at_the_end(&assistant.id, telnyx.assistants().delete(&assistant.id));

    note!("{}: {}, on {}", assistant.id, assistant.name, assistant.model);
    let (shared, own): (Vec<_>, Vec<_>) = assistant.tools.iter().flatten().partition(|tool| tool.is_shared());
    note!("tools of its own: {}", own.iter().map(|tool| tool.tag()).collect::<Vec<_>>().join(", "));
    note!("shared tools: {}", shared.len());
    if let Some(flow) = &assistant.conversation_flow {
        let edges = flow.edges.as_ref().map_or(0, Vec::len);
        note!("flow: {} nodes, {edges} edges, begins at {}", flow.nodes.len(), flow.start_node_id);
    }
    Ok(assistant)
}

async fn retrieve(stage: &Stage, assistant: &Assistant) -> Outcome {
    let telnyx = &stage.telnyx;
    let response = step!(
        stage,
        "Retrieve it, with all that came along",
        telnyx.assistants().retrieve(&assistant.id).with_response().await?
    );
    note!("status {}, request id {}", response.status, or_none(response.request_id()));
    note!("version {}, attempts {}", or_none(response.value.version_id.as_ref()), response.attempts);
    note!("what this SDK does not know yet, and keeps: {:?}", telnyx_ai::unknown_paths(&response.value));
    Ok(())
}

async fn change_one_field(stage: &Stage, assistant: &Assistant) -> Outcome {
    let telnyx = &stage.telnyx;
    let before = step!(stage, "Read it to change one nested field", telnyx.assistants().retrieve(&assistant.id).await?);
    let mut update = UpdateAssistant::from(before.clone()).with_version_name("More patience");
    if let Some(telephony) = &mut update.telephony_settings {
        telephony.user_idle_timeout_secs = Some(90);
    }
    let after = step!(stage, "Write it back", telnyx.assistants().update(&assistant.id, update).await?);

    let idle = |assistant: &Assistant| assistant.telephony_settings.as_ref()?.user_idle_timeout_secs;
    note!("idle timeout: {} -> {} seconds", or_none(idle(&before)), or_none(idle(&after)));
    note!("version: {} -> {}", or_none(before.version_name), or_none(after.version_name));
    let same = before.tools == after.tools && before.conversation_flow == after.conversation_flow;
    note!("tools and flow are as before: {same}");
    Ok(())
}

async fn open_conversation(stage: &Stage) -> Outcome<Conversation> {
    let telnyx = &stage.telnyx;
    let request = CreateConversation::new().with_name("Ada's parcel").with_metadata([("customer_name", "Ada")]);
    let conversation = step!(stage, "Open a conversation", telnyx.conversations().create(request).await?);
    stage.cleanup.at_the_end(&conversation.id, telnyx.conversations().delete(&conversation.id));
    note!("conversation {}; its metadata fill in variables such as {{{{customer_name}}}}", conversation.id);
    Ok(conversation)
}

async fn chat(stage: &Stage, assistant: &Assistant, conversation: &Conversation) -> Outcome {
    let telnyx = &stage.telnyx;
    for question in ["Hi!", "Where is parcel SP-1001?"] {
        let request = ChatRequest::new(&conversation.id, question).with_name("Ada");
        let reply = step!(stage, "Say something", telnyx.assistants().chat(&assistant.id, request).await?);
        note!("Ada:       {question}");
        note!("Assistant: {}", reply.content);
    }
    Ok(())
}

async fn chat_token_by_token(stage: &Stage, assistant: &Assistant, conversation: &Conversation) -> Outcome {
    let telnyx = &stage.telnyx;
    let request = ChatRequest::new(&conversation.id, "Can you bring it tomorrow instead?").with_name("Ada");
    let question = request.content.clone();
    let mut reply = step!(
        stage,
        "Say something, and read the reply while it is made",
        telnyx.assistants().chat_stream(&assistant.id, request).await?
    );
    let mut pieces = Vec::new();
    while let Some(event) = reply.try_next().await? {
        if let ChatEvent::Delta(piece) = event {
            pieces.push(piece.content);
        }
    }
    note!("Ada:       {question}");
    note!("Assistant: {}", pieces.join("|"));
    note!("{} pieces, together: {}", pieces.len(), reply.text());
    Ok(())
}

async fn try_webhook_tools(stage: &Stage, assistant: &Assistant) -> Outcome {
    let telnyx = &stage.telnyx;
    let arguments = JsonObject::from([("parcel_id", json!("SP-1001")), ("date", json!("2026-04-02"))]);
    let trial = TestTool::new().with_arguments(arguments);
    let result = step!(
        stage,
        "Try the webhook tool",
        telnyx.assistant_tools().test(&assistant.id, "book_redelivery", trial).await?
    );
    note!("{}: {} ({})", result.status_code, result.response, result.content_type);
    note!("sent: {:?}", result.request);
    Ok(())
}

async fn send_text_message(stage: &Stage, assistant: &Assistant) -> Outcome {
    let telnyx = &stage.telnyx;
    let message = SendSms::new("+13125550100", "+13125550199")
        .with_text("Your parcel SP-1001 arrives today between 2 and 4 pm.")
        .with_should_create_conversation(true);
    let sent = step!(stage, "Send a text message", telnyx.assistants().send_sms(&assistant.id, message).await?);
    note!("in conversation {}", or_none(sent.conversation_id));
    Ok(())
}

async fn schedule_calls(stage: &Stage, assistant: &Assistant) -> Outcome {
    let telnyx = &stage.telnyx;
    stage.step("Schedule a call for each of 30 days");
    code("telnyx.scheduled_events().create(&assistant.id, call).await?");
    for day in 1..=30 {
        let call =
            CreateScheduledEvent::phone_call("+13125550100", "+13125550199", format!("2099-01-{day:02}T09:00:00Z"))
                .with_dynamic_variables([("customer_name", "Ada")])
                .with_max_retries_client_errors(2)
                .with_retry_interval_secs(600);
        telnyx.scheduled_events().create(&assistant.id, call).await?;
    }
    Ok(())
}

async fn read_them_page_by_page(stage: &Stage, assistant: &Assistant) -> Outcome {
    let telnyx = &stage.telnyx;
    let mut events = step!(
        stage,
        "Read them all, 12 at a time",
        telnyx.scheduled_events().list(&assistant.id, ListScheduledEvents::new()).page_size(12)
    );
    let mut count = 0;
    while let Some(event) = events.try_next().await? {
        count += 1;
        if count % 10 == 0 {
            note!("number {count} is {}: {}", or_none(event.id()), or_none(event.status()));
        }
    }
    note!("{count} events");
    Ok(())
}

async fn import_from_elsewhere(stage: &Stage) -> Outcome {
    let telnyx = &stage.telnyx;
    let request = ImportAssistants::new(ImportProvider::Vapi, "vapi_api_key").with_import_ids(["reception"]);
    let imported = step!(stage, "Import from another provider", telnyx.assistants().import(request).await?);
    for assistant in &imported {
        let origin = assistant.import_metadata.as_ref().and_then(|origin| origin.import_id.as_ref());
        note!("{}: {}, there {}", assistant.id, assistant.name, or_none(origin));
    }
    Ok(())
}

async fn copy(stage: &Stage, assistant: &Assistant) -> Outcome {
    let telnyx = &stage.telnyx;
    let copy = step!(stage, "Copy it", telnyx.assistants().clone_assistant(&assistant.id).await?);
    stage.cleanup.at_the_end(&copy.id, telnyx.assistants().delete(&copy.id));
    note!("{}: {}", copy.id, copy.name);
    Ok(())
}

async fn show_texml(stage: &Stage, assistant: &Assistant) -> Outcome {
    let telnyx = &stage.telnyx;
    let texml =
        step!(stage, "Get the TeXML that connects a call to it", telnyx.assistants().texml(&assistant.id).await?);
    note!("{texml}");
    Ok(())
}

async fn tag(stage: &Stage, assistant: &Assistant) -> Outcome {
    let telnyx = &stage.telnyx;
    let tagged = step!(stage, "Tag it", telnyx.tags().add(&assistant.id, AddTag::new("beta")).await?);
    note!("{:?}", tagged.tags);
    let untagged = step!(stage, "Take the tag off", telnyx.tags().remove(&assistant.id, "beta").await?);
    note!("{:?}", untagged.tags);
    Ok(())
}

async fn delete(stage: &Stage, assistant: &Assistant) -> Outcome {
    let telnyx = &stage.telnyx;
    let gone = step!(stage, "Delete it", telnyx.assistants().delete(&assistant.id).await?);
    note!("{} is deleted: {}", gone.id, gone.deleted);
    let missing = step!(stage, "See what an error looks like", telnyx.assistants().retrieve(&assistant.id).await);
    if let Err(error) = missing {
        note!("{error}");
        note!("kind {:?}, status {}, code {}", error.kind(), or_none(error.status()), or_none(error.code()));
    }
    Ok(())
}

/// Speaks for the assistant on the emulator, which has no model: the greeting first, then answers by keyword.
fn clerk(turn: &Turn) -> Reply {
    let said = turn.content.to_lowercase();
    match &turn.greeting {
        Some(greeting) if turn.is_first() => Reply::new(greeting),
        _ if said.contains("where") => Reply::new("SP-1001 is out for delivery and arrives today between 2 and 4 pm."),
        _ if said.contains("tomorrow") => Reply::new("Of course. I have booked a second delivery for tomorrow."),
        _ => Reply::new("I am sorry, which parcel do you mean?"),
    }
}

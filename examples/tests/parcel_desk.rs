//! The assistant of the examples is one that works: its flow leads where it should.

use telnyx_ai::assistants::types::{CreateAssistant, Webhook};
use telnyx_ai::assistants::{ChatRequest, CreateConversation, CreateSharedTool};
use telnyx_ai::prelude::*;
use telnyx_ai::{Client, Telnyx};
use telnyx_ai_emulator::Emulator;
use telnyx_ai_examples::{Outcome, ParcelDesk};

/// What the assistant says, turn by turn, to somebody who waits for a parcel.
async fn says(parcel_id: &str, turns: &[&str]) -> Outcome<Vec<String>> {
    let webhooks = ParcelDesk::start().await?;
    let client = Client::builder().api_key("any").transport(Emulator::in_process()?).build()?;
    let telnyx = Telnyx::new(client);

    let definition = include_str!("../data/track_parcel.json").replace("${WEBHOOK_SERVER}", &webhooks.url);
    let tool = CreateSharedTool::from_tool("Track a parcel", serde_json::from_str::<Webhook>(&definition)?)?;
    let tool = telnyx.tools().create(tool).await?;
    let billing = CreateAssistant::new("Billing", "You answer questions about bills.");
    let billing = telnyx.assistants().create(billing).await?;
    let configuration = include_str!("../data/parcel_desk.json")
        .replace("${WEBHOOK_SERVER}", &webhooks.url)
        .replace("${TRACK_PARCEL_TOOL}", &tool.id)
        .replace("${BILLING_ASSISTANT}", &billing.id);
    let assistant = telnyx.assistants().create(serde_json::from_str::<CreateAssistant>(&configuration)?).await?;

    let caller = CreateConversation::new().with_metadata([("customer_name", "Ada"), ("parcel_id", parcel_id)]);
    let conversation = telnyx.conversations().create(caller).await?;
    let mut replies = Vec::new();
    for turn in turns {
        let reply = telnyx.assistants().chat(&assistant.id, ChatRequest::new(&conversation.id, *turn)).await?;
        replies.push(reply.content);
    }
    Ok(replies)
}

#[tokio::test]
async fn the_flow_leads_by_what_the_webhook_says_of_the_parcel() -> Outcome {
    let turns = ["Hello", "It is the parcel SP-1001.", "And my bill?", "How high is it?"];
    let replies = says("SP-1001", &turns).await?;
    assert!(replies[0].starts_with("Hello Ada, this is Swift Parcel."), "{replies:?}");
    assert!(replies[1].contains("It is on its way and arrives today"), "{replies:?}");
    // In a chat, the conditions in words are judged after the reply.
    assert!(replies[2].contains("Ask whether there is anything else."), "{replies:?}");
    assert!(replies[3].contains("You answer questions about bills."), "{replies:?}");

    let replies = says("SP-1002", &turns[..2]).await?;
    assert!(replies[1].contains("Ada, your parcel is with you already."), "{replies:?}");
    Ok(())
}

//! The tools of an assistant.

use serde_json::Value;
use telnyx_ai_core::{Union, UnknownMember};

mod client_side;
mod detection;
mod function;
mod handoff;
mod hangup;
mod header;
mod invite;
mod message;
mod parameters;
mod pay;
mod refer;
mod retrieval;
mod send_dtmf;
mod send_message;
mod skip_turn;
mod targets;
mod transfer;
mod update_dynamic_variables;
mod vision;
mod webhook;

pub use client_side::*;
pub use detection::*;
pub use function::*;
pub use handoff::*;
pub use hangup::*;
pub use header::*;
pub use invite::*;
pub use message::*;
pub use parameters::*;
pub use pay::*;
pub use refer::*;
pub use retrieval::*;
pub use send_dtmf::*;
pub use send_message::*;
pub use skip_turn::*;
pub use targets::*;
pub use transfer::*;
pub use update_dynamic_variables::*;
pub use vision::*;
pub use webhook::*;

/// A tool that an assistant can call.
///
/// An assistant can have any number of functions, webhooks and client-side tools, and at most one of each other type,
/// including shared tools.
///
/// Tools convert from their settings. Use the type of the variant for fields outside the settings, such as the timeout
/// of a webhook:
///
/// ```
/// use telnyx_ai_types::{CreateAssistant, Hangup, Tool, Webhook, WebhookTool};
///
/// let lookup = Webhook::new("order_status", "Looks up an order.", "https://shop.example.com/orders");
/// let request = CreateAssistant::new("Support", "Help politely.").with_tools([
///     Tool::from(Hangup::new().with_description("When the user says goodbye.")),
///     Tool::from(WebhookTool::new(lookup).with_timeout_ms(3_000)),
/// ]);
/// assert_eq!(request.tools.as_ref().map(Vec::len), Some(2));
/// ```
#[derive(Debug, Clone, PartialEq, Union)]
#[wire(tag = "type")]
#[non_exhaustive]
pub enum Tool {
    /// Calls a function that your code executes.
    Function(Box<FunctionTool>),
    /// Calls an HTTP endpoint.
    Webhook(Box<WebhookTool>),
    /// Calls a function in the user's client.
    ClientSideTool(Box<ClientSideTool>),
    /// Searches knowledge bases.
    Retrieval(RetrievalTool),
    /// Hands the conversation off to another assistant.
    Handoff(HandoffTool),
    /// Ends the call.
    Hangup(HangupTool),
    /// Transfers the call.
    Transfer(Box<TransferTool>),
    /// Adds another participant to the call.
    Invite(Box<InviteTool>),
    /// Transfers the call with SIP REFER.
    Refer(Box<ReferTool>),
    /// Sends DTMF tones.
    SendDtmf(SendDtmfTool),
    /// Sends the user an SMS or MMS.
    SendMessage(SendMessageTool),
    /// Skips a turn without a reply.
    SkipTurn(SkipTurnTool),
    /// Takes a card payment.
    Pay(Box<PayTool>),
    /// Sets dynamic variables.
    UpdateDynamicVariables(Box<UpdateDynamicVariablesTool>),
    /// Shows images from the client to the model.
    Vision(VisionTool),
    /// An unknown member, as received.
    Unknown(UnknownMember),
}

/// Evaluates an expression for a known tool, and another one for an unknown tool.
macro_rules! with_member {
    ($tool:expr, $member:ident => $known:expr, $unknown:pat => $other:expr) => {
        match $tool {
            Tool::Function($member) => $known,
            Tool::Webhook($member) => $known,
            Tool::ClientSideTool($member) => $known,
            Tool::Retrieval($member) => $known,
            Tool::Handoff($member) => $known,
            Tool::Hangup($member) => $known,
            Tool::Transfer($member) => $known,
            Tool::Invite($member) => $known,
            Tool::Refer($member) => $known,
            Tool::SendDtmf($member) => $known,
            Tool::SendMessage($member) => $known,
            Tool::SkipTurn($member) => $known,
            Tool::Pay($member) => $known,
            Tool::UpdateDynamicVariables($member) => $known,
            Tool::Vision($member) => $known,
            Tool::Unknown($unknown) => $other,
        }
    };
}

impl Tool {
    /// Whether this is a shared tool of the organization (`/ai/tools`).
    ///
    /// Responses list shared tools in `tools`. In a request, put their ids into `tool_ids`: a shared tool in `tools`
    /// would become a second tool.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        with_member!(
            self,
            tool => tool.shared.unwrap_or(false),
            tool => tool.fields().get("shared").and_then(Value::as_bool).unwrap_or(false)
        )
    }

    /// Returns the tool as it is sent in an update, or `None` if it is shared.
    pub(crate) fn into_inline(mut self) -> Option<Self> {
        if self.is_shared() {
            return None;
        }
        with_member!(&mut self, tool => tool.shared = None, _ => {});
        Some(self)
    }
}

/// Implements the conversion of settings into a tool.
macro_rules! tool_from_settings {
    ($($settings:ident => $tool:ident),+ $(,)?) => {
        $(impl From<$settings> for Tool {
            fn from(settings: $settings) -> Self {
                $tool::new(settings).into()
            }
        })+
    };
}

tool_from_settings! {
    Function => FunctionTool,
    Webhook => WebhookTool,
    ClientSideFunction => ClientSideTool,
    Retrieval => RetrievalTool,
    Handoff => HandoffTool,
    Hangup => HangupTool,
    Transfer => TransferTool,
    Invite => InviteTool,
    Refer => ReferTool,
    SendMessage => SendMessageTool,
    SkipTurn => SkipTurnTool,
    Pay => PayTool,
    UpdateDynamicVariables => UpdateDynamicVariablesTool,
}

impl From<Vision> for Tool {
    fn from(settings: Vision) -> Self {
        VisionTool::from(settings).into()
    }
}

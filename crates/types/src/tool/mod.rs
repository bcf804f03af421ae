//! What an assistant can do beside talking.

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
pub use webhook::*;

/// A tool of an assistant.
///
/// Functions, webhooks and client-side tools may come in any number; of each other kind an assistant has one at most,
/// shared tools included.
///
/// A tool is made from its settings; only what stands beside them (a webhook's timeout) takes the member itself:
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
    /// A function in the style of OpenAI, which your code answers.
    Function(Box<FunctionTool>),
    /// Calls an HTTP endpoint.
    Webhook(Box<WebhookTool>),
    /// A function that runs in the user's client.
    ClientSideTool(Box<ClientSideTool>),
    /// Looks things up in knowledge bases.
    Retrieval(RetrievalTool),
    /// Hands the conversation to another assistant.
    Handoff(HandoffTool),
    /// Ends the call.
    Hangup(HangupTool),
    /// Puts the call through to someone else.
    Transfer(Box<TransferTool>),
    /// Brings someone else into the call.
    Invite(Box<InviteTool>),
    /// Passes the call on with SIP REFER.
    Refer(Box<ReferTool>),
    /// Presses keys in the call.
    SendDtmf(SendDtmfTool),
    /// Sends the user an SMS or MMS.
    SendMessage(SendMessageTool),
    /// Lets a turn pass without an answer.
    SkipTurn(SkipTurnTool),
    /// Takes a card payment.
    Pay(Box<PayTool>),
    /// Sets dynamic variables.
    UpdateDynamicVariables(Box<UpdateDynamicVariablesTool>),
    /// A member this version does not know, kept as received.
    Unknown(UnknownMember),
}

/// The same expression for whichever member a tool has, and another for one that is unknown.
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
            Tool::Unknown($unknown) => $other,
        }
    };
}

impl Tool {
    /// Whether this is one of the organisation's shared tools (`/ai/tools`), which the API shows among the others.
    ///
    /// On writing these belong into `tool_ids`: among the `tools` of an update they would become a second tool.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        with_member!(
            self,
            tool => tool.shared.unwrap_or(false),
            tool => tool.fields().get("shared").and_then(Value::as_bool).unwrap_or(false)
        )
    }

    /// The tool as it may be written back; none where it is a shared one.
    pub(crate) fn into_inline(mut self) -> Option<Self> {
        if self.is_shared() {
            return None;
        }
        with_member!(&mut self, tool => tool.shared = None, _ => {});
        Some(self)
    }
}

/// Makes a tool from the settings of its kind.
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

//! Transfers.

use telnyx_ai_core::{Extra, Nullable, Object, OpenEnum, Secret, UnknownValue};

use crate::{CustomHeader, DetectionConfig, DetectionMode, Targets};

/// A tool that transfers the call.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TransferTool {
    /// The targets, the calling number, and the steps before the calls are connected.
    pub transfer: Transfer,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The settings of a [`TransferTool`].
///
/// ```
/// use telnyx_ai_types::{Tool, Transfer, TransferTarget};
///
/// let sales = TransferTarget::new("+13125550101").with_name("Sales").with_extension("200");
/// let tool = Tool::from(Transfer::new("+13125550100", [sales]));
/// assert_eq!(tool.tag(), "transfer");
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Transfer {
    /// The number or SIP URI from which the new call is made.
    pub from: String,
    /// The targets that the assistant can transfer the call to.
    pub targets: Targets<TransferTarget>,
    /// The description of the tool for the model. Leave it absent: Telnyx generates it from the targets. Imported
    /// assistants can have one.
    pub description: Option<String>,
    /// Your number that the caller dialed. It allows `from` to be the caller's number: set `from` to
    /// `{{telnyx_end_user_target}}` and this field to `{{telnyx_agent_target}}`.
    pub diversion: Option<String>,
    /// Headers of the SIP INVITE.
    #[wire(into)]
    pub custom_headers: Option<Vec<CustomHeader>>,
    /// The behavior if a voicemail answers.
    pub voicemail_detection: Option<Box<TransferVoicemailDetection>>,
    /// Instructions in natural language for introducing the caller to the target.
    pub warm_transfer_instructions: Option<String>,
    /// The delay between the answer and the introduction, in milliseconds. Default: 0.
    pub warm_message_delay_ms: Nullable<u32>,
    /// Whether the target must accept the call first.
    pub warm_transfer_acceptance: Option<WarmTransferAcceptance>,
    /// The beep when the two calls are connected.
    pub bridge_beep: Option<BridgeBeep>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A target that the assistant can transfer the call to.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TransferTarget {
    /// The number or SIP URI to call.
    pub to: String,
    /// The name by which the model selects the target.
    pub name: Option<String>,
    /// The DTMF tones to send after the answer, up to 64 characters. Tones are digits, `A` to `D`, `*` and `#`; `w` is
    /// a pause of 0.5 s and `W` of 1 s.
    pub extension: Option<String>,
    /// The introduction for this target. It replaces
    /// [`warm_transfer_instructions`](Transfer::warm_transfer_instructions).
    pub message: Option<String>,
    /// The user name for SIP authentication, if `to` is a SIP URI.
    pub sip_auth_username: Option<String>,
    /// The password for SIP authentication, if `to` is a SIP URI.
    pub sip_auth_password: Option<Secret>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// Controls whether the target must accept the call before it is connected.
///
/// The assistant talks to the target while the caller hears ringing. If the target declines, the assistant returns to
/// the caller with the reason. This requires [`warm_transfer_instructions`](Transfer::warm_transfer_instructions) or a
/// message for each target, a call that was started with `ai_assistant_start`, and a single caller.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct WarmTransferAcceptance {
    /// Whether acceptance is requested.
    pub enabled: Option<bool>,
    /// Whether the dialogue with the target is part of the conversation. Default: [`ContextMode::Private`].
    pub end_user_target_context_mode: Option<ContextMode>,
    /// Whether the transfer fails if acceptance cannot be requested. Default: false. It cannot be requested in a
    /// conference or a web call, for example. If false, the calls are then connected without acceptance.
    pub require_acceptance: Option<bool>,
    /// The time limit for acceptance, in seconds. After it, the call to the target ends and the assistant returns to
    /// the caller. Default: the service's.
    pub timeout_secs: Option<u32>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A beep that is played when the caller joins the call to the target.
///
/// ```
/// use telnyx_ai_types::{BeepLegs, BridgeBeep};
///
/// let beep = BridgeBeep::new().with_enabled(true).with_target_legs(BeepLegs::Both);
/// assert_eq!(beep.enabled, Some(true));
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct BridgeBeep {
    /// Whether the beep is played.
    pub enabled: Option<bool>,
    /// The parties that hear the beep.
    pub target_legs: Option<BeepLegs>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The parties that hear a [`BridgeBeep`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum BeepLegs {
    /// The target and the caller.
    Both,
    /// The target only: `self`.
    #[wire("self")]
    Target,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// Whether the dialogue with the target is part of the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum ContextMode {
    /// It is not part of it: history, webhooks and insights only show its outcome.
    Private,
    /// It is part of it.
    Shared,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// The behavior if a voicemail answers a transfer.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TransferVoicemailDetection {
    /// The answering machine detection.
    pub detection_mode: Option<DetectionMode>,
    /// The parameters of the detection.
    pub detection_config: Option<DetectionConfig>,
    /// The reaction to the detection.
    pub on_voicemail_detected: Option<OnTransferVoicemail>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The reaction if a voicemail answers a transfer.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct OnTransferVoicemail {
    /// Whether the new call ends immediately or after a message. Default: the service's.
    pub action: Option<TransferVoicemailAction>,
    /// The message, for [`TransferVoicemailAction::LeaveMessageAndStopTransfer`].
    pub voicemail_message: Option<TransferVoicemailMessage>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The reaction if a voicemail answers a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum TransferVoicemailAction {
    /// The new call ends.
    StopTransfer,
    /// The assistant leaves a message, then the new call ends.
    LeaveMessageAndStopTransfer,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// The message that a transfer leaves on a voicemail.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TransferVoicemailMessage {
    /// The source of the message.
    #[wire("type")]
    pub message_type: Option<TransferVoicemailMessageType>,
    /// The text, for [`TransferVoicemailMessageType::Message`].
    pub message: Option<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The source of the text of a [`TransferVoicemailMessage`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum TransferVoicemailMessageType {
    /// The text is `message`.
    Message,
    /// The text is the introduction of the warm transfer.
    WarmTransferInstructions,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

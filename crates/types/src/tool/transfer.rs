//! Putting the call through.

use telnyx_ai_core::{Extra, Nullable, Object, OpenEnum, Secret, UnknownValue};

use crate::{CustomHeader, DetectionConfig, DetectionMode, Targets};

/// Puts the call through to someone else.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TransferTool {
    /// To whom, and how.
    pub transfer: Transfer,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Fields this version does not know, kept as received.
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
    /// Number or SIP URI that the new call comes from.
    pub from: String,
    /// To whom the assistant may put the call through.
    pub targets: Targets<TransferTarget>,
    /// What the model is told of the tool. Best left out: Telnyx writes it from the targets. Imported assistants may
    /// have one.
    pub description: Option<String>,
    /// The number of yours that the present call came in on, so that `from` may be the caller's own number: set `from`
    /// to `{{telnyx_end_user_target}}` and this to `{{telnyx_agent_target}}`.
    pub diversion: Option<String>,
    /// Headers of the SIP INVITE.
    pub custom_headers: Option<Vec<CustomHeader>>,
    /// What to do where a voicemail answers.
    pub voicemail_detection: Option<Box<TransferVoicemailDetection>>,
    /// How the assistant introduces the caller to whoever answers, in plain words.
    pub warm_transfer_instructions: Option<String>,
    /// Milliseconds between the answer and the introduction. Null or absent: none.
    pub warm_message_delay_ms: Nullable<u32>,
    /// Whether whoever answers is asked first whether they take the call.
    pub warm_transfer_acceptance: Option<WarmTransferAcceptance>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Someone the assistant may put the call through to.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TransferTarget {
    /// Number or SIP URI to call.
    pub to: String,
    /// Name by which the model chooses.
    pub name: Option<String>,
    /// Keys pressed once the call is answered, up to 64: digits, `A` to `D`, `*`, `#`, `w` for half a second's pause
    /// and `W` for one second.
    pub extension: Option<String>,
    /// The introduction for this target, in place of what
    /// [`warm_transfer_instructions`](Transfer::warm_transfer_instructions) makes.
    pub message: Option<String>,
    /// User name for SIP authentication, where `to` is a SIP URI.
    pub sip_auth_username: Option<String>,
    /// Password for SIP authentication, where `to` is a SIP URI.
    pub sip_auth_password: Option<Secret>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Whether whoever answers is asked first whether they take the call.
///
/// The assistant talks to them alone while the caller hears ringing; a refusal brings it back to the caller with the
/// reason. It needs [`warm_transfer_instructions`](Transfer::warm_transfer_instructions) or a message on each target,
/// a call that was started by `ai_assistant_start`, and a single caller.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct WarmTransferAcceptance {
    /// Whether they are asked.
    pub enabled: Option<bool>,
    /// Whether that talk becomes part of the conversation. Default: private.
    pub end_user_target_context_mode: Option<ContextMode>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Whether the talk with whoever answers becomes part of the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum ContextMode {
    /// It does not: history, webhooks and insights show only how it ended.
    Private,
    /// It does, like everything else that is said.
    Shared,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// What to do where a voicemail answers a transfer.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TransferVoicemailDetection {
    /// Whether to tell voicemails from people.
    pub detection_mode: Option<DetectionMode>,
    /// Fine tuning of the detection.
    pub detection_config: Option<DetectionConfig>,
    /// What follows the detection.
    pub on_voicemail_detected: Option<OnTransferVoicemail>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What follows when a voicemail has answered a transfer.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct OnTransferVoicemail {
    /// The action.
    pub action: Option<TransferVoicemailAction>,
    /// The message to leave, for [`TransferVoicemailAction::LeaveMessageAndStopTransfer`].
    pub voicemail_message: Option<TransferVoicemailMessage>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What follows when a voicemail has answered a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum TransferVoicemailAction {
    /// The new call is ended at once.
    StopTransfer,
    /// A message is left, then the new call is ended.
    LeaveMessageAndStopTransfer,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// The message that a transfer leaves on a voicemail.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TransferVoicemailMessage {
    /// Whether the message is given here.
    #[wire("type")]
    pub message_type: Option<TransferVoicemailMessageType>,
    /// The text, for [`TransferVoicemailMessageType::Message`].
    pub message: Option<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Where the text of a [`TransferVoicemailMessage`] comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum TransferVoicemailMessageType {
    /// It is `message`.
    Message,
    /// It is the introduction of the warm transfer.
    WarmTransferInstructions,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

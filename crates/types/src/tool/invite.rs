//! Invitations to a call.

use telnyx_ai_core::{Extra, Nullable, Object, OpenEnum, UnknownValue};

use crate::{CustomHeader, DetectionMode, Targets};

/// A tool that adds another participant to the call.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct InviteTool {
    /// The targets, the calling number, and the behavior at a voicemail.
    pub invite: Invite,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The settings of an [`InviteTool`].
///
/// ```
/// use telnyx_ai_types::{Invite, InviteTarget};
///
/// let invite = Invite::new("+13125550100").with_targets([InviteTarget::new("+13125550101").with_name("A nurse")]);
/// // Or take the targets from a dynamic variable:
/// let invite = invite.with_targets("{{ on_call }}");
/// # assert!(invite.targets.value().is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Invite {
    /// The number or SIP URI from which the new call is made.
    pub from: String,
    /// The participants that the assistant can invite. If `null` or absent, the conversation provides them.
    pub targets: Nullable<Targets<InviteTarget>>,
    /// Headers of the SIP INVITE.
    #[wire(into)]
    pub custom_headers: Option<Vec<CustomHeader>>,
    /// The behavior if a voicemail answers.
    pub voicemail_detection: Option<InviteVoicemailDetection>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A participant that the assistant can invite.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct InviteTarget {
    /// The number or SIP URI to call.
    pub to: String,
    /// The name by which the model selects the target.
    pub name: Option<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The behavior if a voicemail answers an invitation.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct InviteVoicemailDetection {
    /// The answering machine detection.
    pub detection_mode: Option<DetectionMode>,
    /// The reaction to the detection.
    pub on_voicemail_detected: Option<OnInviteVoicemail>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The reaction if a voicemail answers an invitation.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct OnInviteVoicemail {
    /// The effect on the invitation. The only known value cancels it. Default: the service's.
    pub action: Option<InviteVoicemailAction>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The reaction if a voicemail answers an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum InviteVoicemailAction {
    /// The invitation is canceled.
    StopInvite,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

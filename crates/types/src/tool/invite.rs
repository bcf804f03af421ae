//! Bringing someone else into the call.

use telnyx_ai_core::{Extra, Nullable, Object, OpenEnum, UnknownValue};

use crate::{CustomHeader, DetectionMode, Targets};

/// Brings someone else into the call.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct InviteTool {
    /// Whom, and how.
    pub invite: Invite,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// The settings of an [`InviteTool`].
///
/// ```
/// use telnyx_ai_types::{Invite, InviteTarget};
///
/// let invite = Invite::new("+13125550100").with_targets([InviteTarget::new("+13125550101").with_name("A nurse")]);
/// // Or whomever the conversation brings along:
/// let invite = invite.with_targets("{{ on_call }}");
/// # assert!(invite.targets.value().is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Invite {
    /// Number or SIP URI that the new call comes from.
    pub from: String,
    /// Whom the assistant may bring in. Null or absent: the conversation provides them.
    pub targets: Nullable<Targets<InviteTarget>>,
    /// Headers of the SIP INVITE.
    pub custom_headers: Option<Vec<CustomHeader>>,
    /// What to do where a voicemail answers.
    pub voicemail_detection: Option<InviteVoicemailDetection>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Someone the assistant may bring in.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct InviteTarget {
    /// Number or SIP URI to call.
    pub to: String,
    /// Name by which the model chooses.
    pub name: Option<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What to do where a voicemail answers an invitation.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct InviteVoicemailDetection {
    /// Whether to tell voicemails from people.
    pub detection_mode: Option<DetectionMode>,
    /// What follows the detection.
    pub on_voicemail_detected: Option<OnInviteVoicemail>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What follows when a voicemail has answered an invitation.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct OnInviteVoicemail {
    /// The action.
    pub action: Option<InviteVoicemailAction>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What follows when a voicemail has answered an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum InviteVoicemailAction {
    /// The invitation is withdrawn.
    StopInvite,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

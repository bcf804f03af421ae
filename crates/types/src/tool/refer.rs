//! Passing the call on with SIP REFER.

use telnyx_ai_core::{Extra, Object, Secret};

use crate::{CustomHeader, SipHeader};

/// Passes the call on with SIP REFER, after which it no longer runs through Telnyx.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ReferTool {
    /// To whom, and how.
    pub refer: Refer,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// The settings of a [`ReferTool`].
///
/// ```
/// use telnyx_ai_types::{Refer, ReferTarget, SipHeaderName};
///
/// let refer = Refer::new([ReferTarget::new("Front desk", "sip:desk@example.com")])
///     .with_sip_headers([(SipHeaderName::UserToUser, "{{order_id}}")]);
/// assert_eq!(refer.targets[0].name, "Front desk");
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Refer {
    /// To whom the assistant may pass the call.
    pub targets: Vec<ReferTarget>,
    /// Headers of your own in the SIP REFER.
    pub custom_headers: Option<Vec<CustomHeader>>,
    /// Standard headers in the SIP REFER.
    pub sip_headers: Option<Vec<SipHeader>>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Someone the assistant may pass the call to.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ReferTarget {
    /// Name by which the model chooses.
    pub name: String,
    /// SIP URI to pass the call to.
    pub sip_address: String,
    /// User name for SIP authentication.
    pub sip_auth_username: Option<String>,
    /// Password for SIP authentication.
    pub sip_auth_password: Option<Secret>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

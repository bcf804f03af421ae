//! Transfers with SIP REFER.

use telnyx_ai_core::{Extra, Object, Secret};

use crate::{CustomHeader, SipHeader};

/// A tool that transfers the call with SIP REFER. The call then leaves Telnyx.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ReferTool {
    /// The targets and the SIP headers of the transfer.
    pub refer: Refer,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Unknown fields, as received.
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
    /// The targets that the assistant can transfer the call to.
    pub targets: Vec<ReferTarget>,
    /// Custom headers of the SIP REFER.
    #[wire(into)]
    pub custom_headers: Option<Vec<CustomHeader>>,
    /// Standard headers of the SIP REFER.
    #[wire(into)]
    pub sip_headers: Option<Vec<SipHeader>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A target that the assistant can transfer the call to.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ReferTarget {
    /// The name by which the model selects the target.
    pub name: String,
    /// The SIP URI of the target.
    pub sip_address: String,
    /// The user name for SIP authentication.
    pub sip_auth_username: Option<String>,
    /// The password for SIP authentication.
    pub sip_auth_password: Option<Secret>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

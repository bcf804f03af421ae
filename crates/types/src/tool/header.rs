//! Headers of the requests and calls that tools make.

use telnyx_ai_core::{Extra, Object, OpenEnum, Secret, UnknownValue};

/// A header of a webhook tool's request. Made from a pair of name and value, too.
///
/// The headers with Telnyx's signature are there without being asked for.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ToolHeader {
    /// Name.
    pub name: Option<String>,
    /// Value, in which `{{variables}}` and integration secrets are filled in:
    /// `Bearer {{#integration_secret}}identifier{{/integration_secret}}`.
    pub value: Option<Secret>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

impl<N: Into<String>, V: Into<Secret>> From<(N, V)> for ToolHeader {
    fn from((name, value): (N, V)) -> Self {
        Self::new().with_name(name).with_value(value)
    }
}

/// A SIP header of your own. Made from a pair of name and value, too.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct CustomHeader {
    /// Name.
    pub name: Option<String>,
    /// Value, in which `{{variables}}` and integration secrets are filled in.
    pub value: Option<Secret>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

impl<N: Into<String>, V: Into<Secret>> From<(N, V)> for CustomHeader {
    fn from((name, value): (N, V)) -> Self {
        Self::new().with_name(name).with_value(value)
    }
}

/// A standard SIP header. Made from a pair of name and value, too.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SipHeader {
    /// Which header.
    pub name: Option<SipHeaderName>,
    /// Value, in which `{{variables}}` and integration secrets are filled in.
    pub value: Option<Secret>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

impl<N: Into<SipHeaderName>, V: Into<Secret>> From<(N, V)> for SipHeader {
    fn from((name, value): (N, V)) -> Self {
        Self::new().with_name(name).with_value(value)
    }
}

/// The standard SIP headers that can be set.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum SipHeaderName {
    /// User-to-User.
    #[wire("User-to-User")]
    UserToUser,
    /// Diversion.
    #[wire("Diversion")]
    Diversion,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

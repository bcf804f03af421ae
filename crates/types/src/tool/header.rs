//! Headers of the requests and calls that tools make.

use telnyx_ai_core::{Extra, Object, OpenEnum, Secret, UnknownValue};

/// A header of a webhook tool's request.
///
/// A pair of name and value converts into it. The headers with Telnyx's signature are always sent.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ToolHeader {
    /// The name of the HTTP header.
    pub name: Option<String>,
    /// The value. `{{variables}}` and integration secrets in it are replaced: `Bearer
    /// {{#integration_secret}}identifier{{/integration_secret}}`.
    pub value: Option<Secret>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

impl<N: Into<String>, V: Into<Secret>> From<(N, V)> for ToolHeader {
    fn from((name, value): (N, V)) -> Self {
        Self::new().with_name(name).with_value(value)
    }
}

/// A custom SIP header. A pair of name and value converts into it.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct CustomHeader {
    /// The name of the SIP header.
    pub name: Option<String>,
    /// The value. `{{variables}}` and integration secrets in it are replaced.
    pub value: Option<Secret>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

impl<N: Into<String>, V: Into<Secret>> From<(N, V)> for CustomHeader {
    fn from((name, value): (N, V)) -> Self {
        Self::new().with_name(name).with_value(value)
    }
}

/// A standard SIP header. A pair of name and value converts into it.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SipHeader {
    /// The name of the SIP header.
    pub name: Option<SipHeaderName>,
    /// The value. `{{variables}}` and integration secrets in it are replaced.
    pub value: Option<Secret>,
    /// Unknown fields, as received.
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
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

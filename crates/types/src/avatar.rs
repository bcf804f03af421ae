//! The video avatar of an assistant.

use telnyx_ai_core::{Extra, Object, OpenEnum, Union, UnknownMember, UnknownValue};

/// The video avatar of an assistant. Beta.
///
/// ```
/// use telnyx_ai_types::{AvatarBackground, CreateAssistant, TelnyxAvatar};
///
/// let request = CreateAssistant::new("Support", "Help politely.")
///     .with_avatar_settings(TelnyxAvatar::new("avatar-1", AvatarBackground::Reception));
/// # let _ = request;
/// ```
#[derive(Debug, Clone, PartialEq, Union)]
#[wire(tag = "provider")]
#[non_exhaustive]
pub enum AvatarSettings {
    /// An avatar of Telnyx.
    Telnyx(Box<TelnyxAvatar>),
    /// An unknown member, as received.
    Unknown(UnknownMember),
}

/// An avatar of Telnyx.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TelnyxAvatar {
    /// The id of the avatar: a stock avatar, or a custom one of your organization.
    pub avatar_id: String,
    /// The scene behind the avatar.
    pub background_id: AvatarBackground,
    /// The model that renders the avatar. The API requires it; `new` sets it to the only value.
    #[wire(initial = AvatarModel::Foxtrot1)]
    pub model: Option<AvatarModel>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The scene behind an avatar.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum AvatarBackground {
    /// A drawn workspace.
    IllustratedWorkspace,
    /// An office.
    Office,
    /// A reception desk.
    Reception,
    /// A studio.
    Studio,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// A model that renders avatars.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum AvatarModel {
    /// `foxtrot-1`, the only model that the API accepts.
    #[wire("foxtrot-1")]
    Foxtrot1,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

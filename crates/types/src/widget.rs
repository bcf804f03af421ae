//! The assistant's widget on web pages.

use telnyx_ai_core::{Extra, Nullable, Object, OpenEnum, UnknownValue};

/// Looks and texts of the widget that puts an assistant on a web page.
///
/// ```
/// use telnyx_ai_types::{WidgetSettings, WidgetState, WidgetTheme};
///
/// let widget = WidgetSettings::new()
///     .with_theme(WidgetTheme::Light)
///     .with_default_state(WidgetState::Collapsed)
///     .with_start_call_text("Talk to us");
/// # assert!(widget.theme.is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct WidgetSettings {
    /// Colours of the widget.
    pub theme: Option<WidgetTheme>,
    /// How the widget is placed on the page.
    pub position: Option<WidgetPosition>,
    /// Whether the widget starts open.
    pub default_state: Option<WidgetState>,
    /// Text of the button that starts a call.
    pub start_call_text: Option<String>,
    /// Text shown while the assistant thinks.
    pub agent_thinking_text: Option<String>,
    /// Text that tells users they may interrupt by speaking.
    pub speak_to_interrupt_text: Option<String>,
    /// URL of a logo of your own.
    pub logo_icon_url: Nullable<String>,
    /// Where users leave feedback.
    pub give_feedback_url: Nullable<String>,
    /// Where users report a problem.
    pub report_issue_url: Nullable<String>,
    /// Where users read earlier conversations.
    pub view_history_url: Nullable<String>,
    /// The picture that moves with the assistant's voice.
    pub audio_visualizer_config: Option<AudioVisualizer>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// The picture that moves with the assistant's voice.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct AudioVisualizer {
    /// Colours of the picture.
    pub color: Option<VisualizerColor>,
    /// Name of a preset style.
    pub preset: Option<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Colours of an [`AudioVisualizer`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum VisualizerColor {
    /// Bloom.
    Bloom,
    /// Flare.
    Flare,
    /// Glacier.
    Glacier,
    /// Mystic.
    Mystic,
    /// Twilight.
    Twilight,
    /// Verdant.
    Verdant,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// Whether a widget starts open.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum WidgetState {
    /// Closed, until the user opens it.
    Collapsed,
    /// Open.
    Expanded,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// How a widget is placed on its page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum WidgetPosition {
    /// At a fixed place of the window.
    Fixed,
    /// In the flow of the page.
    Static,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// Colours of a widget.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum WidgetTheme {
    /// Light on dark.
    Dark,
    /// Dark on light.
    Light,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

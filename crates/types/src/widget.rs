//! Widget settings of an assistant.

use telnyx_ai_core::{Extra, Nullable, Object, OpenEnum, UnknownValue};

/// The appearance and texts of the widget on web pages.
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
    /// The color scheme of the widget.
    pub theme: Option<WidgetTheme>,
    /// The position of the widget on the page.
    pub position: Option<WidgetPosition>,
    /// Whether the widget is initially open.
    pub default_state: Option<WidgetState>,
    /// The text of the button that starts a call.
    pub start_call_text: Option<String>,
    /// The text shown while the assistant thinks.
    pub agent_thinking_text: Option<String>,
    /// The text that tells users they may interrupt by speaking.
    pub speak_to_interrupt_text: Option<String>,
    /// The URL of a custom logo.
    pub logo_icon_url: Nullable<String>,
    /// The URL for feedback.
    pub give_feedback_url: Nullable<String>,
    /// The URL for reporting problems.
    pub report_issue_url: Nullable<String>,
    /// The URL of earlier conversations.
    pub view_history_url: Nullable<String>,
    /// The animation that follows the assistant's voice.
    pub audio_visualizer_config: Option<AudioVisualizer>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The animation that follows the assistant's voice.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct AudioVisualizer {
    /// The color scheme.
    pub color: Option<VisualizerColor>,
    /// The name of a preset style.
    pub preset: Option<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The color scheme of an [`AudioVisualizer`].
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
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// Whether a widget is initially open.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum WidgetState {
    /// Closed.
    Collapsed,
    /// Open.
    Expanded,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// The position of a widget on its page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum WidgetPosition {
    /// At a fixed position in the window.
    Fixed,
    /// In the layout of the page.
    Static,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// The color scheme of a widget.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum WidgetTheme {
    /// Light text on a dark background.
    Dark,
    /// Dark text on a light background.
    Light,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

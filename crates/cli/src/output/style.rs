//! The styles of texts. They are removed where there is no color.

use anstyle::{AnsiColor, Color, Effects, Style};

const fn colored(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(color)))
}

pub(crate) const BOLD: Style = Style::new().effects(Effects::BOLD);
pub(crate) const DIM: Style = Style::new().effects(Effects::DIMMED);
pub(crate) const ERROR: Style = colored(AnsiColor::Red).effects(Effects::BOLD);
pub(crate) const WARNING: Style = colored(AnsiColor::Yellow).effects(Effects::BOLD);
pub(crate) const CREATED: Style = colored(AnsiColor::Green);
pub(crate) const UPDATED: Style = colored(AnsiColor::Yellow);
pub(crate) const DELETED: Style = colored(AnsiColor::Red);
pub(crate) const DRIFTED: Style = colored(AnsiColor::Magenta);
pub(crate) const OLD: Style = colored(AnsiColor::Red).effects(Effects::STRIKETHROUGH);
pub(crate) const NEW: Style = colored(AnsiColor::Green).effects(Effects::BOLD);

pub(crate) fn styled(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

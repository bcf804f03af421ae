//! Errors in files, and their positions.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use serde_json::{Value, json};

use crate::project::{Place, Position, Source};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    Error,
    Warning,
}

#[derive(Debug, Clone)]
pub(crate) struct Diagnostic {
    pub(crate) severity: Severity,
    pub(crate) source: Source,
    pub(crate) span: Range<usize>,
    /// The problem, in one sentence.
    pub(crate) message: String,
    /// The remedy.
    pub(crate) help: Option<String>,
    /// Whether the text of the file is not shown, because it is a secret.
    pub(crate) hides_text: bool,
}

impl Diagnostic {
    pub(crate) fn error((source, span): Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, source, span, message: message.into(), help: None, hides_text: false }
    }

    pub(crate) fn warning(place: Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(place, message) }
    }

    pub(crate) fn with_help(mut self, help: impl Into<Option<String>>) -> Self {
        self.help = help.into();
        self
    }

    pub(crate) fn without_text(self) -> Self {
        Self { hides_text: true, ..self }
    }

    pub(crate) fn position(&self) -> Position {
        self.source.position(self.span.start)
    }

    /// `file:line:column: message; help`.
    pub(crate) fn line(&self) -> String {
        let help = self.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        format!("{}:{}: {}{help}", self.source.path(), self.position(), self.message)
    }

    pub(crate) fn json(&self) -> Value {
        let position = self.position();
        json!({
            "severity": match self.severity { Severity::Error => "error", Severity::Warning => "warning" },
            "file": self.source.path(),
            "line": position.line,
            "column": position.column,
            "message": self.message,
            "help": self.help,
        })
    }

    /// The message, the place and the line, as compilers show them.
    pub(super) fn render(&self, shown_dir: &str, color: bool) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let path = format!("{shown_dir}{}", self.source.path());
        let title = level.primary_title(&*self.message);
        let mut group = if self.hides_text {
            let Position { line, column } = self.position();
            title.element(Origin::path(path).line(line).char_column(column))
        } else {
            let span = self.source.first_line(&self.span);
            let annotation = AnnotationKind::Primary.span(span);
            title.element(Snippet::source(self.source.text()).path(path).annotation(annotation))
        };
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(&**help));
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&[group])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diagnostics_show_place_line_and_help() {
        let source = Source::new("assistants/a.yaml", "# ü\nname: Ä\ngreting: Hi\n");
        let start = source.text().find("greting").expect("it is there");
        let diagnostic = Diagnostic::error((source.clone(), start..start + 7), "unknown field `greting`")
            .with_help("did you mean `greeting`?".to_owned());
        let text = diagnostic.render("demo/", false);
        assert_eq!(
            text,
            "error: unknown field `greting`\n --> demo/assistants/a.yaml:3:1\n  |\n3 | greting: Hi\n  | ^^^^^^^\n  |\n  = help: did you mean `greeting`?"
        );
        assert_eq!(diagnostic.line(), "assistants/a.yaml:3:1: unknown field `greting`; did you mean `greeting`?");
    }
}

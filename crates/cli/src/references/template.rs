//! Parses texts with references.

use std::ops::Range;

use crate::closest::closest;
use crate::resources::{Address, Kind, is_key};

/// A reference, as in `${…}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reference {
    /// The id of a resource.
    Resource(Address),
    /// A variable of the environment.
    Variable(String),
    /// A variable of the process.
    Secret(String),
    /// A secret of which only the hash is known. Used in the state, not in files.
    Hash(String),
}

impl Reference {
    /// The name of the variable that it refers to.
    pub(crate) fn variable(&self) -> Option<&str> {
        if let Self::Variable(name) = self { Some(name) } else { None }
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Resource(address) => write!(f, "${{{address}}}"),
            Self::Variable(name) => write!(f, "${{var.{name}}}"),
            Self::Secret(name) => write!(f, "${{secret.{name}}}"),
            Self::Hash(hash) => write!(f, "${{hash.{hash}}}"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Text, without escapes.
    Text(String),
    /// A reference, and the bytes of the text that it was read from.
    Reference(Reference, Range<usize>),
}

impl From<Reference> for Part {
    fn from(reference: Reference) -> Self {
        Self::Reference(reference, 0..0)
    }
}

/// A text, split into literals and references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    pub(crate) parts: Vec<Part>,
    /// The invalid references, which are literals.
    pub(crate) errors: Vec<TemplateError>,
}

/// A `${…}` that is not a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TemplateError {
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// A literal `$`. Before a reference, `$` would begin an escape.
const DOLLAR: &str = "${$}";

const LITERAL: &str = "for a literal `${`, write `$${`";

impl Template {
    pub(crate) fn parse(text: &str) -> Self {
        let (mut parts, mut errors) = (Vec::new(), Vec::new());
        let mut literal = String::new();
        let mut at = 0;
        while let Some(found) = text[at..].find("${") {
            let start = at + found;
            if text[..start].ends_with('$') && start > at {
                // `$${`: the first dollar sign was the escape.
                literal.push_str(&text[at..start - 1]);
                literal.push_str("${");
                at = start + 2;
                continue;
            }
            literal.push_str(&text[at..start]);
            if text[start..].starts_with(DOLLAR) {
                literal.push('$');
                at = start + DOLLAR.len();
                continue;
            }
            let inside = &text[start + 2..];
            let closed = inside.find(['}', '\n', '{']).filter(|end| inside[*end..].starts_with('}'));
            let span = start..start + 2 + closed.map_or(0, |end| end + 1);
            let unclosed = || Err(("this reference has no `}`".to_owned(), LITERAL.to_owned()));
            match closed.map_or_else(unclosed, |end| reference(&inside[..end])) {
                Ok(reference) => {
                    if !literal.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut literal)));
                    }
                    parts.push(Part::Reference(reference, span.clone()));
                }
                Err((message, help)) => {
                    literal.push_str(&text[span.clone()]);
                    errors.push(TemplateError { span: span.clone(), message, help });
                }
            }
            at = span.end;
        }
        literal.push_str(&text[at..]);
        if !literal.is_empty() || parts.is_empty() {
            parts.push(Part::Text(literal));
        }
        Self { parts, errors }
    }

    pub(crate) fn references(&self) -> impl Iterator<Item = (&Reference, &Range<usize>)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Reference(reference, span) => Some((reference, span)),
            Part::Text(_) => None,
        })
    }

    /// The text without its references.
    pub(crate) fn literal(&self) -> String {
        self.written(str::to_owned, |_| String::new())
    }

    /// The text with others in place of its literals and its references.
    pub(crate) fn written(
        &self,
        mut literal: impl FnMut(&str) -> String,
        mut reference: impl FnMut(&Reference) -> String,
    ) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Text(text) => literal(text),
            Part::Reference(it, _) => reference(it),
        });
        parts.collect()
    }

    /// Replaces some references by literals.
    pub(crate) fn with_values(self, value: impl Fn(&Reference) -> Option<String>) -> Self {
        let literal = |part: &Part| match part {
            Part::Reference(reference, _) => value(reference).map(Part::Text),
            Part::Text(_) => None,
        };
        self.parts.into_iter().map(|part| literal(&part).unwrap_or(part)).collect()
    }

    /// Replaces each literal by parts.
    pub(crate) fn with_literals(self, mut parts: impl FnMut(&str) -> Vec<Part>) -> Self {
        let replaced = self.parts.into_iter().flat_map(|part| match part {
            Part::Text(text) => parts(&text),
            reference => vec![reference],
        });
        replaced.collect()
    }

    /// The only part, if it is a reference.
    pub(crate) fn as_reference(&self) -> Option<&Reference> {
        match self.parts.as_slice() {
            [Part::Reference(reference, _)] => Some(reference),
            _ => None,
        }
    }
}

impl FromIterator<Part> for Template {
    fn from_iter<I: IntoIterator<Item = Part>>(parts: I) -> Self {
        Self { parts: parts.into_iter().collect(), errors: Vec::new() }
    }
}

/// The text of a template. Parsing it gives the same literals and references.
impl std::fmt::Display for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Escaped as a whole: `${` can be the end of one literal and the start of the next.
        let mut literal = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => literal.push_str(text),
                Part::Reference(reference, _) => {
                    let start = literal.trim_end_matches('$');
                    write!(f, "{}{}{reference}", escape(start), DOLLAR.repeat(literal.len() - start.len()))?;
                    literal.clear();
                }
            }
        }
        f.write_str(&escape(&literal))
    }
}

fn reference(inside: &str) -> Result<Reference, (String, String)> {
    let Some((namespace, name)) = inside.split_once('.') else {
        let help = format!(
            "write `${{KIND.KEY}}`, for example `${{var.{}}}`; {LITERAL}",
            if inside.is_empty() { "host" } else { inside }
        );
        return Err((format!("`${{{inside}}}` is not a reference"), help));
    };
    if !is_key(name) {
        let help = format!("a name has letters, digits, `_` and `-`; {LITERAL}");
        return Err((format!("`{name}` in `${{{inside}}}` is not a name"), help));
    }
    match namespace {
        "var" => Ok(Reference::Variable(name.to_owned())),
        "secret" => Ok(Reference::Secret(name.to_owned())),
        "hash" => Ok(Reference::Hash(name.to_owned())),
        _ => Address::parse(inside).map(Reference::Resource).ok_or_else(|| {
            let known = Kind::ALL.map(Kind::folder).into_iter().chain(["var", "secret"]);
            let known: Vec<_> = known.collect();
            let help = match closest(namespace, known.iter().copied()) {
                Some(close) => format!("did you mean `${{{close}.{name}}}`? {}", uppercase(LITERAL)),
                None => format!("references begin with {}; {LITERAL}", known.join(", ")),
            };
            (format!("`${{{inside}}}` is not a reference: there is no `{namespace}`"), help)
        }),
    }
}

fn uppercase(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Escapes each `${` in a literal text.
pub(crate) fn escape(text: &str) -> String {
    text.replace("${", "$${")
}

/// The hash, if a text is the hash of a secret.
pub(crate) fn hash_in(text: &str) -> Option<String> {
    match Template::parse(text).as_reference()? {
        Reference::Hash(hash) => Some(hash.clone()),
        _ => None,
    }
}

/// Removes the escapes of a text. References are kept.
pub(crate) fn unescape(text: &str) -> String {
    Template::parse(text).written(str::to_owned, ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> (Vec<String>, Vec<String>) {
        let Template { parts, errors } = Template::parse(text);
        let parts = parts.iter().map(|part| match part {
            Part::Text(text) => format!("{text:?}"),
            Part::Reference(reference, span) => format!("{reference}@{}", span.start),
        });
        (parts.collect(), errors.into_iter().map(|error| format!("{}: {}", error.span.start, error.message)).collect())
    }

    #[test]
    fn texts_are_split_at_references() {
        let (parts, errors) = shown("Bearer ${secret.CRM_TOKEN} at ${var.host}/${assistants.look-up}!");
        assert_eq!(
            parts,
            [
                "\"Bearer \"", "${secret.CRM_TOKEN}@7", "\" at \"", "${var.host}@30", "\"/\"",
                "${assistants.look-up}@42", "\"!\""
            ]
        );
        assert!(errors.is_empty());
        assert_eq!(shown("").0, ["\"\""]);
    }

    #[test]
    fn escapes_are_literal() {
        for (text, literal) in [
            ("$${var.x}", "${var.x}"),
            ("cost: $5 {{x}}", "cost: $5 {{x}}"),
            ("$$${", "$${"),
            ("a $${ b $${", "a ${ b ${"),
        ] {
            let expected = Template { parts: vec![Part::Text(literal.to_owned())], errors: Vec::new() };
            assert_eq!(Template::parse(text), expected, "{text}");
            assert_eq!(Template::parse(&escape(literal)), expected, "{text}");
        }
    }

    #[test]
    fn dollar_signs_can_precede_references() {
        let reference = || Part::from(Reference::Secret("X".to_owned()));
        for (literals, text) in [
            (&["$"][..], "${$}${secret.X}"),
            (&["a$$"], "a${$}${$}${secret.X}"),
            (&["$", "{secret.X}$"], "$${secret.X}${$}${secret.X}"),
            (&["${$}"], "$${$}${secret.X}"),
            (&["$${"], "$$${${secret.X}"),
        ] {
            let template: Template =
                literals.iter().map(|literal| Part::Text((*literal).to_owned())).chain([reference()]).collect();
            assert_eq!(template.to_string(), text);
            let parsed = Template::parse(text);
            let read = parsed.written(|text| format!("<{text}>"), ToString::to_string);
            assert_eq!(read, format!("<{}>${{secret.X}}", literals.concat()));
        }
        assert_eq!(Template::parse("${$}5").to_string(), "$5");
    }

    #[test]
    fn invalid_references_are_errors() {
        for (text, error) in [
            ("a ${name}", "2: `${name}` is not a reference"),
            ("${asistants.x}", "0: `${asistants.x}` is not a reference: there is no `asistants`"),
            ("${var.a b}", "0: `a b` in `${var.a b}` is not a name"),
            ("x ${var.a", "2: this reference has no `}`"),
            ("${var.a\n}", "0: this reference has no `}`"),
            ("${}", "0: `${}` is not a reference"),
        ] {
            assert_eq!(shown(text).1, [error], "{text}");
        }
        assert_eq!(
            Template::parse("${asistants.x}").errors[0].help,
            "did you mean `${assistants.x}`? For a literal `${`, write `$${`"
        );
    }
}

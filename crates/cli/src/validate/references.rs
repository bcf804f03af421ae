//! Checks references.

use std::ops::Range;

use crate::closest::closest;
use crate::output::Diagnostic;
use crate::project::{Environment, Node, Place, Pointer, Project, Resource, Source, file_of};
use crate::references::{Reference, Template, TemplateError, each_text, references_in};
use crate::resources::Address;

pub(super) fn check(
    project: &Project,
    environments: &[&Environment],
    resource: &Resource,
    found: &mut Vec<Diagnostic>,
) {
    names(&resource.root, &resource.source, found);
    each_text(&resource.content, &mut |at, text| {
        if !text.contains("${") {
            return;
        }
        let template = Template::parse(text);
        for TemplateError { span, message, help } in &template.errors {
            found.push(Diagnostic::error(place(resource, at, text, span), message).with_help(help.clone()));
        }
        for (reference, span) in template.references() {
            if let Some((message, help)) = problem(project, environments, reference) {
                found.push(Diagnostic::error(place(resource, at, text, span), message).with_help(help));
            }
        }
    });
}

/// References do not work in the names of fields.
fn names(node: &Node, source: &Source, found: &mut Vec<Diagnostic>) {
    for entry in node.entries() {
        if entry.name.contains("${") && !entry.name.contains("$${") {
            let message = format!("`{}` is the name of a field, and references work in values only", entry.name);
            found.push(Diagnostic::error((source.clone(), entry.name_span.clone()), message));
        }
    }
    node.children().for_each(|child| names(child, source, found));
}

/// The position of a part of a text. It is searched for in the file, where escapes may precede it.
fn place(resource: &Resource, at: &Pointer, text: &str, span: &Range<usize>) -> Place {
    let part = &text[span.clone()];
    let before = text[..span.start].matches(part).count();
    resource.locate_part(at, part, before)
}

fn problem(
    project: &Project,
    environments: &[&Environment],
    reference: &Reference,
) -> Option<(String, Option<String>)> {
    match reference {
        Reference::Secret(_) => None,
        Reference::Hash(_) => Some(("`${hash.…}` works in state files only".to_owned(), None)),
        Reference::Variable(name) => {
            let lacking: Vec<_> =
                environments.iter().filter(|environment| !environment.variables.contains_key(name)).collect();
            let first = lacking.first()?;
            let names = lacking.iter().map(|environment| environment.name.as_str()).collect::<Vec<_>>().join(", ");
            let help = match closest(name, first.variables.keys().map(String::as_str)) {
                Some(close) => format!("did you mean `${{var.{close}}}`?"),
                None => format!("add it to `variables` of {names} in telnyx-ai.yaml"),
            };
            let noun = if lacking.len() == 1 { "environment" } else { "environments" };
            Some((format!("the variable `{name}` is not set in the {noun} {names}"), Some(help)))
        }
        Reference::Resource(address) => {
            if project.resources.contains_key(address) {
                return None;
            }
            let others =
                project.resources.keys().filter(|other| other.kind == address.kind).map(|other| other.key.as_str());
            let help = match closest(&address.key, others) {
                Some(close) => format!("did you mean `{}`?", Address::new(address.kind, close).reference()),
                None => format!("there is no {}", file_of(address)),
            };
            Some((format!("there is no {} `{}`", address.kind.singular(), address.key), Some(help)))
        }
    }
}

/// The error of a cycle, at the reference of its first resource.
pub(super) fn cycle(project: &Project, cycle: &[Address]) -> Diagnostic {
    let (first, second) = (&cycle[0], &cycle[1 % cycle.len()]);
    let path: Vec<_> = cycle.iter().chain([first]).map(ToString::to_string).collect();
    let message = format!("these resources form a reference cycle: {}", path.join(" → "));
    let help = "an id exists only after the creation; remove one of these references".to_owned();
    let resource = &project.resources[first];
    let at = references_in(&resource.content).into_iter().find(|(at, reference)| {
        let is_strict = at.top().is_none_or(|field| !first.kind.can_be_linked_later(field));
        is_strict && *reference == Reference::Resource(second.clone())
    });
    let place = match at {
        Some((at, reference)) => resource.locate_reference(&at, &reference),
        None => resource.locate(&Pointer::default()),
    };
    Diagnostic::error(place, message).with_help(help)
}

//! Finds errors in a project without the API.

mod fields;
mod references;
mod rules;

use std::collections::BTreeMap;

use serde_json::Value;
use url::Url;

use crate::output::{Diagnostic, Severity};
use crate::project::{Environment, Pointer, Project, Resource};
use crate::references::{Reference, Template, unbreakable_cycle, with_variables};
use crate::resources::{Kind, has_credentials, has_secret_name, literal_secrets, secret_urls};
use crate::state::StateFile;

/// The content of a resource in an environment: in template form, with the values of variables.
pub(crate) fn content_in(resource: &Resource, environment: &Environment) -> Value {
    with_variables(&resource.content, &environment.variables)
}

/// All errors in the files, for these environments, in the order of files and lines. The states have fields that the schemas lack.
pub(crate) fn check(project: &Project, environments: &[&Environment], states: &[StateFile]) -> Vec<Diagnostic> {
    let mut found = project.diagnostics.clone();
    let mut secret_lines = Vec::new();
    for (address, resource) in &project.resources {
        references::check(project, environments, resource, &mut found);
        for environment in environments {
            let content = content_in(resource, environment);
            let mut problems =
                fields::check(address.kind, &content, &|at| states.iter().any(|file| file.knows_field(address, at)));
            let broken: Vec<_> = problems
                .iter()
                .filter(|problem| problem.severity == Severity::Error)
                .map(|problem| problem.at.clone())
                .collect();
            problems.extend(
                rules::check(project, address.kind, &content)
                    .into_iter()
                    .filter(|problem| !broken.contains(&problem.at)),
            );
            found.extend(problems.into_iter().map(|problem| problem.located(resource)));
            for at in written_secrets(address.kind, &content) {
                let (source, span) = resource.locate(&at);
                secret_lines.push((source.path().to_owned(), source.position(span.start).line));
                found.push(written_secret(resource, environment, &at).without_text());
            }
        }
    }
    let mut graph = project.graph();
    while let Some(cycle) = unbreakable_cycle(&graph) {
        found.push(references::cycle(project, &cycle));
        // The next search finds a cycle that is left if the reported reference is removed.
        if let Some(dependencies) = graph.get_mut(&cycle[0]) {
            dependencies.remove(&cycle[1 % cycle.len()]);
        }
    }
    let place = |it: &Diagnostic| (it.source.path().to_owned(), it.position().line);
    secret_lines.extend(found.iter().filter(|it| it.hides_text).map(place));
    found.iter_mut().for_each(|it| it.hides_text |= secret_lines.contains(&place(it)));
    found.sort_by_cached_key(|diagnostic| {
        (diagnostic.source.path().to_owned(), diagnostic.position(), diagnostic.line())
    });
    // Environments share most errors, and aliases in YAML repeat them.
    found.dedup_by_key(|diagnostic| diagnostic.line());
    found
}

/// The places of secrets in a resource, whose values can be those of variables.
fn written_secrets(kind: Kind, content: &Value) -> Vec<Pointer> {
    let mut places = literal_secrets(kind.shape(), content);
    // The API resolves `{{variables}}`.
    let has_variable =
        |at: &Pointer| at.look_up(content).and_then(Value::as_str).is_some_and(|text| text.contains("{{"));
    places.retain(|at| has_secret_name(content, at) && !has_variable(at));
    places.extend(secret_urls(content));
    places
}

/// The warning about a secret, at the place that has its value: a field, or a variable that the field refers to.
fn written_secret(resource: &Resource, environment: &Environment, at: &Pointer) -> Diagnostic {
    let variable = variable_with_secret(resource, environment, at);
    let Some((variable, place)) = variable.and_then(|name| Some((name, environment.definition(name)?))) else {
        return Diagnostic::warning(resource.locate(at), "the file contains a secret")
            .with_help("write `${secret.NAME}`, and set the variable NAME to the secret".to_owned());
    };
    let reference = Reference::Variable(variable.to_owned());
    let (user, user_span) = resource.locate_reference(at, &reference);
    let user = format!("{}:{}", user.path(), user.position(user_span.start));
    Diagnostic::warning(place, format!("the variable `{variable}` contains a secret")).with_help(format!(
        "write `${{secret.NAME}}` in place of `{reference}` at {user}, and set the environment variable NAME to the secret"
    ))
}

/// The variable that contains the secret of a field. `None` if the field itself contains more than the name of a scheme, or a URL
/// that has a secret whatever the value of one of its variables.
fn variable_with_secret<'e>(resource: &Resource, environment: &'e Environment, at: &Pointer) -> Option<&'e str> {
    const SCHEMES: [&str; 4] = ["", "basic", "bearer", "token"];
    let value = at.look_up(&resource.content)?;
    let template = Template::parse(value.as_str()?);
    let used = template.references();
    let variables = used.filter_map(|(reference, _)| environment.variables.get_key_value(reference.variable()?));
    if SCHEMES.contains(&template.literal().trim().to_ascii_lowercase().as_str()) {
        return variables.max_by_key(|(_, value)| value.to_string().len()).map(|(name, _)| name.as_str());
    }
    let with = |variables: &BTreeMap<String, Value>| with_variables(value, variables).as_str().map(str::to_owned);
    with(&environment.variables).filter(|url| has_credentials(url))?;
    let is_plain_with = |name: &str, other: &str| {
        let mut variables = environment.variables.clone();
        variables.insert(name.to_owned(), other.into());
        let url = with(&variables).filter(|url| !has_credentials(url) && stands_alone(url, other));
        url.and_then(|url| Url::parse(&url).ok()).is_some_and(|url| url.has_host())
    };
    let has_secret = |name: &str, value: &Value| {
        let is_url = value.as_str().is_some_and(has_credentials);
        *value != "" && is_plain_with(name, "{{variable}}") || is_url && is_plain_with(name, "https://host")
    };
    variables
        .map(|(name, value)| (name.as_str(), value))
        .find(|(name, value)| has_secret(name, value))
        .map(|(name, _)| name)
}

/// Whether a part of a URL is a whole component, such as a password or the value of a parameter, everywhere in it.
fn stands_alone(url: &str, part: &str) -> bool {
    const DELIMITERS: [char; 7] = [':', '/', '@', '?', '=', '&', '#'];
    let around: Vec<_> = url.split(part).collect();
    let is_end = |text: &str| text.is_empty() || text.ends_with(DELIMITERS);
    around.windows(2).all(|it| is_end(it[0]) && (it[1].is_empty() || it[1].starts_with(DELIMITERS)))
}

/// An error at a place in the content of a resource.
struct Problem {
    severity: Severity,
    at: Pointer,
    /// Whether the name of the field is wrong, not its value.
    is_name: bool,
    message: String,
    help: Option<String>,
}

impl Problem {
    fn located(self, resource: &Resource) -> Diagnostic {
        let place = if self.is_name { resource.locate_name(&self.at) } else { resource.locate(&self.at) };
        Diagnostic { severity: self.severity, help: self.help, ..Diagnostic::error(place, self.message) }
    }
}

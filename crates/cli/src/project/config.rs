//! `telnyx-ai.yaml`: environments and their variables.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::Value;
use telnyx_ai::Client;

use super::node::{Entry, Node, NodeKind};
use super::source::{Place, Source};
use crate::closest::did_you_mean;
use crate::failure::client_failure;
use crate::output::Diagnostic;
use crate::references::Template;

/// The variable that holds the API key, unless an environment names another one.
pub(crate) const API_KEY_ENV: &str = "TELNYX_API_KEY";

#[derive(Debug, Default)]
pub(crate) struct Config {
    pub(crate) default_environment: Option<String>,
    pub(crate) environments: BTreeMap<String, Environment>,
    pub(crate) gate: Gate,
}

/// An account that the project is applied to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment {
    pub(crate) name: String,
    /// The URL of the API, if it is not the public one.
    pub(crate) base_url: Option<String>,
    pub(crate) api_key_env: String,
    /// Whether changes need `--yes` or the name of the environment.
    pub(crate) is_protected: bool,
    pub(crate) variables: BTreeMap<String, Value>,
    /// The places of the values of variables.
    definitions: BTreeMap<String, Place>,
}

/// The signals of live conversations that stop a rollout.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gate {
    /// The maximum share of conversations that end in an error, in percent.
    pub(crate) max_error_percent: Option<f64>,
    pub(crate) insights: Vec<InsightCondition>,
}

#[derive(Debug, Clone)]
pub(crate) struct InsightCondition {
    pub(crate) insight: String,
    /// A text that must not occur in the result.
    pub(crate) must_not_contain: String,
    /// The maximum share of conversations that break the condition, in percent.
    pub(crate) max_percent: f64,
}

impl Config {
    /// Reads the file. Errors are added to `diagnostics` and skipped.
    pub(crate) fn read(root: &Node, source: &Source, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut reader = Reader { source, diagnostics };
        let mut config = Self::default();
        for entry in reader.object(root, &["default_environment", "environments", "rollout"]) {
            match entry.name.as_str() {
                "default_environment" => config.default_environment = reader.text(entry),
                "environments" => {
                    for Entry { name, name_span, value } in reader.any_object(&entry.value) {
                        if crate::resources::is_key(name) {
                            config.environments.insert(name.clone(), Environment::read(name, value, &mut reader));
                        } else {
                            let message = format!("`{name}` cannot be the name of an environment");
                            reader.error(name_span.clone(), message, "use letters, digits, `_` and `-`");
                        }
                    }
                }
                _ => config.gate = Gate::read(&entry.value, &mut reader),
            }
        }
        if let Some(name) = &config.default_environment
            && !config.environments.contains_key(name)
        {
            let help = config.advice(name);
            let span = root.get("default_environment").map_or(root.span.clone(), |entry| entry.value.span.clone());
            reader.error(span, format!("there is no environment `{name}`"), &help);
        }
        if config.environments.is_empty() {
            reader.error(
                root.span.start..root.span.start,
                "the project has no environment",
                "add `environments: { dev: {} }`",
            );
        }
        config
    }

    /// The environment with this name, or the default one.
    pub(crate) fn environment(&self, name: Option<&str>) -> Result<&Environment, String> {
        let name = match (name, &self.default_environment, self.environments.len()) {
            (Some(name), ..) => name,
            (None, Some(name), _) => name.as_str(),
            (None, None, 1) => self.environments.keys().next().map_or("", String::as_str),
            (None, None, _) => {
                return Err(format!(
                    "the project has several environments and no default; pass `--env` with one of {}",
                    self.names()
                ));
            }
        };
        self.environments
            .get(name)
            .ok_or_else(|| format!("there is no environment `{name}` in telnyx-ai.yaml; {}", self.advice(name)))
    }

    /// Advice about an environment that does not exist.
    fn advice(&self, name: &str) -> String {
        did_you_mean(name, self.environments.keys().map(String::as_str), || format!("the project has {}", self.names()))
    }

    fn names(&self) -> String {
        self.environments.keys().cloned().collect::<Vec<_>>().join(", ")
    }
}

impl Environment {
    /// The place of the value of a variable.
    pub(crate) fn definition(&self, variable: &str) -> Option<Place> {
        self.definitions.get(variable).cloned()
    }

    fn read(name: &str, node: &Node, reader: &mut Reader<'_>) -> Self {
        let (name, api_key_env) = (name.to_owned(), API_KEY_ENV.to_owned());
        let mut environment = Self { name, api_key_env, ..Self::default() };
        for entry in reader.object(node, &["base_url", "api_key_env", "protected", "variables"]) {
            match entry.name.as_str() {
                "base_url" => environment.base_url = reader.text(entry),
                "api_key_env" => match reader.text(entry) {
                    Some(variable)
                        if variable.is_empty()
                            || variable.contains(|c: char| c.is_whitespace() || "=\0".contains(c)) =>
                    {
                        reader.error(
                            entry.value.span.clone(),
                            "`api_key_env` is not the name of a variable",
                            "write a name without white space and `=`, such as `TELNYX_API_KEY`",
                        );
                    }
                    Some(variable) => environment.api_key_env = variable,
                    None => {}
                },
                "protected" => match entry.value.kind {
                    NodeKind::Bool(value) => environment.is_protected = value,
                    _ => reader.wrong(entry, "true or false"),
                },
                _ => {
                    for variable in reader.any_object(&entry.value) {
                        let Entry { name, value, .. } = variable;
                        if value.as_text().is_some_and(|text| Template::parse(text).references().next().is_some()) {
                            let message =
                                format!("`{name}` contains a reference, and references do not work in variables");
                            reader.error(value.span.clone(), message, "use the reference in the resource files");
                        }
                        if matches!(value.kind, NodeKind::List(_) | NodeKind::Map(_) | NodeKind::Null) {
                            reader.wrong(variable, "a text, a number, true or false");
                        } else {
                            environment.variables.insert(name.clone(), value.to_value());
                            environment.definitions.insert(name.clone(), (reader.source.clone(), value.span.clone()));
                        }
                    }
                }
            }
        }
        if let (Some(url), Some(entry)) = (&environment.base_url, node.get("base_url"))
            && let Some((message, help)) = url_problem(url, &environment.api_key_env)
        {
            reader.error(entry.value.span.clone(), message, &help);
        }
        environment
    }
}

/// The reason for which a client refuses a base URL, and the remedy.
fn url_problem(url: &str, api_key_env: &str) -> Option<(String, String)> {
    // The blank key is refused after the URL is checked and before a transport is built, which takes longer.
    let error = Client::builder().api_key("").base_url(url).build().err()?;
    let message = client_failure(&error, api_key_env).to_string();
    if !message.starts_with("the base URL") {
        return None;
    }
    let (message, help) = message.split_once("; use ").or_else(|| message.split_once(": use "))?;
    Some((message.to_owned(), format!("use {}", help.replace(" (`base_url` or TELNYX_BASE_URL)", ""))))
}

impl Gate {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        let mut gate = Self::default();
        for entry in reader.object(node, &["max_error_percent", "insights"]) {
            match (entry.name.as_str(), &entry.value.kind) {
                ("max_error_percent", _) => gate.max_error_percent = reader.percent(entry),
                (_, NodeKind::List(items)) => {
                    gate.insights.extend(items.iter().filter_map(|item| InsightCondition::read(item, reader)))
                }
                _ => reader.wrong(entry, "a list"),
            }
        }
        gate
    }
}

impl InsightCondition {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let (mut insight, mut must_not_contain, mut max_percent) = (None, None, 0.0);
        for entry in reader.object(node, &["insight", "must_not_contain", "max_percent"]) {
            match entry.name.as_str() {
                "insight" => insight = reader.text(entry),
                "must_not_contain" => must_not_contain = reader.text(entry),
                _ => max_percent = reader.percent(entry).unwrap_or_default(),
            }
        }
        if insight.is_none() || must_not_contain.is_none() {
            reader.error(
                node.span.clone(),
                "this condition is incomplete",
                "it needs `insight` (an id) and `must_not_contain` (a text)",
            );
        }
        Some(Self { insight: insight?, must_not_contain: must_not_contain?, max_percent })
    }
}

struct Reader<'r> {
    source: &'r Source,
    diagnostics: &'r mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn error(&mut self, span: Range<usize>, message: impl Into<String>, help: &str) {
        self.diagnostics.push(Diagnostic::error((self.source.clone(), span), message).with_help(help.to_owned()));
    }

    fn wrong(&mut self, entry: &Entry, expected: &str) {
        let message = format!("`{}` is {}", entry.name, entry.value.what());
        self.error(entry.value.span.clone(), message, &format!("it must be {expected}"));
    }

    fn text(&mut self, entry: &Entry) -> Option<String> {
        if entry.value.as_text().is_none() {
            self.wrong(entry, "a text");
        }
        entry.value.as_text().map(str::to_owned)
    }

    fn percent(&mut self, entry: &Entry) -> Option<f64> {
        let number = match &entry.value.kind {
            NodeKind::Number(number) => number.as_f64().filter(|number| (0.0..=100.0).contains(number)),
            _ => None,
        };
        if number.is_none() {
            self.wrong(entry, "a number from 0 to 100");
        }
        number
    }

    /// The fields of an object that has no others than `known`.
    fn object<'n>(&mut self, node: &'n Node, known: &[&str]) -> Vec<&'n Entry> {
        let mut entries = Vec::new();
        for entry in self.any_object(node) {
            if known.contains(&entry.name.as_str()) {
                entries.push(entry);
            } else {
                let others = || format!("the fields here are {}", known.join(", "));
                let help = did_you_mean(&entry.name, known.iter().copied(), others);
                self.error(entry.name_span.clone(), format!("unknown field `{}`", entry.name), &help);
            }
        }
        entries
    }

    /// The fields of an object. An empty value is an object without fields.
    fn any_object<'n>(&mut self, node: &'n Node) -> &'n [Entry] {
        if !matches!(node.kind, NodeKind::Map(_) | NodeKind::Null) {
            self.error(node.span.clone(), format!("this is {}", node.what()), "it must be an object");
        }
        node.entries()
    }
}

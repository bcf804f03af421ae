//! WhatsApp conversations that an assistant starts.
//!
//! The first message is one of its templates, filled in from an instruction.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    Context, Error, Result, ViolationKind, Violations,
    assistant_tools::type_of,
    assistants,
    chat::{self, OpenConversation},
    conversations, insight_runs,
    variables::{self, Unresolved},
    variables_webhook::Initialization,
};
use crate::{
    assumptions::DEFAULT_TEMPLATE,
    json::{as_text, items, object, pointer_to, text},
    phrases::{quoted, unquoted, words},
    store::Kind,
};

/// The type of the tool that has the templates.
pub(crate) const TOOL: &str = "whatsapp_template";

/// A conversation that is about to start.
#[derive(Debug)]
pub(crate) struct Whatsapp {
    pub(crate) opened: OpenConversation,
    pub(crate) content: String,
    pub(crate) templates: Vec<Template>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Template {
    pub(crate) name: String,
    language: String,
    body: String,
}

/// A template with values for its placeholders.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Filled {
    template: Template,
    values: Map<String, Value>,
}

/// Checks and prepares a conversation. Stores nothing.
pub(crate) fn open(cx: &Context<'_>, assistant_id: &str, body: &Value) -> Result<Whatsapp> {
    let assistant = assistants::get(cx, assistant_id)?;
    check_request(body)?;
    check_sender(cx, &assistant, text(body, "from"))?;
    let mut metadata = object(&body["conversation_metadata"]);
    metadata.extend(conversations::parties(assistant_id, "whatsapp_chat", &body["from"], &body["to"]));
    let conversation = conversations::new(cx, Map::from_iter([("metadata".to_owned(), metadata.into())]));
    let opened = chat::prepare(cx, assistant_id, conversation)?;
    let refused =
        |reason: &str| Error::NotPossible(format!("Assistant '{assistant_id}' cannot use WhatsApp: {reason}."));
    if opened.assistant["privacy_settings"]["data_retention"] == false {
        return Err(refused("data retention is off"));
    }
    assistants::check_not_redacted(&opened.assistant, "WhatsApp")?;
    let view = assistants::view(cx, opened.assistant.clone())?;
    let Some(tool) = items(&view["tools"]).iter().find(|tool| type_of(tool) == TOOL) else {
        return Err(refused("it has no tool of the type whatsapp_template"));
    };
    let templates = templates(tool);
    if templates.is_empty() {
        return Err(refused("none of its templates is approved"));
    }
    Ok(Whatsapp { opened, content: text(body, "content").to_owned(), templates })
}

fn check_request(body: &Value) -> Result<()> {
    let mut violations = Violations::default();
    for field in ["to", "content"] {
        if text(body, field).is_empty() {
            violations.add(ViolationKind::Length, format!("/{field}"), format!("{field} is empty."));
        }
    }
    let digits = text(body, "from").strip_prefix('+').unwrap_or_default();
    if !(7..=15).contains(&digits.len()) || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        let detail = "A sender is a number in E.164 format, such as +13125550100.";
        violations.add(ViolationKind::NotAllowed, "/from", detail);
    }
    for name in object(&body["conversation_metadata"]).keys() {
        if name == "assistant_id" || name.starts_with("telnyx_") {
            let detail = "This name is reserved for the service.";
            violations.add(ViolationKind::NotAllowed, pointer_to("/conversation_metadata", name), detail);
        }
    }
    violations.finish()
}

/// Checks that a number belongs to a messaging profile with this assistant.
///
/// Skipped if no numbers are seeded.
fn check_sender(cx: &Context<'_>, assistant: &Value, from: &str) -> Result<()> {
    let id = text(assistant, "id");
    if assistant["messaging_settings"]["default_messaging_profile_id"].is_null() {
        return Err(Error::NotPossible(format!("Assistant '{id}' has no messaging profile.")));
    }
    if cx.tx.count(Kind::Number, "")? == 0 {
        return Ok(());
    }
    match cx.tx.get(Kind::Number, from)? {
        Some(number) if number["assistant_id"] == id => Ok(()),
        Some(_) => Err(Error::NotPossible(format!(
            "The messaging profile of {from} belongs to another assistant than '{id}'."
        ))),
        None => Err(Error::NotPossible(format!("{from} is not a WhatsApp number of this account."))),
    }
}

/// The approved templates of a tool.
fn templates(tool: &Value) -> Vec<Template> {
    let listed = &tool[TOOL]["templates"];
    if listed.is_null() {
        let (name, language, body) = DEFAULT_TEMPLATE;
        return vec![Template { name: name.to_owned(), language: language.to_owned(), body: body.to_owned() }];
    }
    let approved =
        |template: &&Value| template["status"].as_str().is_none_or(|status| status.eq_ignore_ascii_case("approved"));
    let read = |template: &Value| Template {
        name: text(template, "name").to_owned(),
        language: template["language"].as_str().unwrap_or(DEFAULT_TEMPLATE.1).to_owned(),
        body: text(template, "body").to_owned(),
    };
    items(listed).iter().filter(approved).map(read).collect()
}

/// The tool definition for a model, which selects a template and its values.
pub(crate) fn offer(templates: &[Template]) -> Value {
    let names: Vec<&str> = templates.iter().map(|template| template.name.as_str()).collect();
    let bodies: Vec<String> =
        templates.iter().map(|template| format!("{}: {}", template.name, template.body)).collect();
    json!({
        "type": TOOL,
        TOOL: {
            "description": format!("Sends one of these templates to the customer.\n{}", bodies.join("\n")),
            "parameters": {
                "type": "object",
                "properties": {
                    "template": { "type": "string", "enum": names },
                    "variables": { "type": "object", "description": "The value of each placeholder, by its name." },
                },
                "required": ["template", "variables"],
            },
        },
    })
}

/// The template that a tool call selects, with its values.
pub(crate) fn filled_by(templates: &[Template], arguments: &Map<String, Value>) -> std::result::Result<Filled, String> {
    let name = arguments.get("template").and_then(Value::as_str).unwrap_or_default();
    let Some(template) = templates.iter().find(|template| template.name == name) else {
        let names: Vec<&str> = templates.iter().map(|template| template.name.as_str()).collect();
        return Err(format!("The assistant selected the template '{name}', which is not one of {}.", names.join(", ")));
    };
    let given = object(arguments.get("variables").unwrap_or(&Value::Null));
    let mut values = Map::new();
    for placeholder in template.placeholders() {
        let Some(value) = given.get(&placeholder) else { return Err(template.lacks(&placeholder)) };
        values.insert(placeholder, value.clone());
    }
    Ok(Filled { template: template.clone(), values })
}

/// The template with the most words in common with an instruction.
///
/// Its values are the quoted texts and the words with a digit in the instruction. A placeholder with the name of a variable
/// gets that variable.
pub(crate) fn filled_by_words(templates: &[Template], content: &str, variables: &Map<String, Value>) -> Result<Filled> {
    let said: BTreeSet<String> = words(content).into_iter().collect();
    let common = |template: &Template| {
        let own: BTreeSet<String> =
            words(&format!("{} {}", template.name.replace('_', " "), template.body)).into_iter().collect();
        own.intersection(&said).count()
    };
    // `max_by_key` returns the last maximum; the first is wanted.
    let best = templates.iter().rev().max_by_key(|template| common(template));
    let template = best.ok_or_else(|| Error::NotPossible("The tool has no templates.".to_owned()))?;
    let mut found =
        if template.body == DEFAULT_TEMPLATE.2 { vec![content.to_owned()] } else { values_in(content) }.into_iter();
    let mut values = Map::new();
    for placeholder in template.placeholders() {
        let value = variables::lookup(variables, &placeholder).cloned().or_else(|| found.next().map(Value::from));
        let value = value.ok_or_else(|| Error::NotPossible(template.lacks(&placeholder)))?;
        values.insert(placeholder, value);
    }
    Ok(Filled { template: template.clone(), values })
}

/// The quoted texts, then the unquoted words that contain a digit.
fn values_in(content: &str) -> Vec<String> {
    let rest = unquoted(content);
    let words = rest.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    let numbers = words.filter(|word| word.chars().any(|c| c.is_ascii_digit()));
    quoted(content).1.into_iter().chain(numbers).map(str::to_owned).collect()
}

impl Template {
    /// The names of the placeholders, in order of their first occurrence.
    fn placeholders(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for part in self.body.split("{{").skip(1) {
            if let Some((name, _)) = part.split_once("}}")
                && !names.iter().any(|known| known == name.trim())
            {
                names.push(name.trim().to_owned());
            }
        }
        names
    }

    fn lacks(&self, placeholder: &str) -> String {
        format!("The template '{}' needs a value for {{{{{placeholder}}}}}: add it to content, in quotes.", self.name)
    }
}

/// Stores the conversation and its first message. Returns the ids of both.
pub(crate) fn store(
    cx: &Context<'_>,
    mut conversation: Value,
    assistant: &Value,
    initialization: Initialization,
    filled: &Filled,
) -> Result<Value> {
    conversations::fill_metadata(&mut conversation, initialization.metadata);
    conversations::insert(cx, &conversation)?;
    let id = text(&conversation, "id");
    cx.tx.insert(Kind::Variables, id, id, &initialization.variables.into())?;
    let message_id = cx.new_id();
    let Filled { template, values } = filled;
    let mut message = chat::assistant_message(assistant, &variables::render(&template.body, values, Unresolved::Empty));
    if let Some(metadata) = message.get_mut("metadata") {
        metadata["message_id"] = message_id.as_str().into();
        let values: Map<String, Value> =
            values.iter().map(|(name, value)| (name.clone(), as_text(value).into())).collect();
        metadata[TOOL] = json!({ "name": template.name, "language": template.language, "variables": values });
    }
    conversations::add(cx, id, message)?;
    insight_runs::plan_when_idle(cx, id, assistant)?;
    Ok(json!({ "conversation_id": id, "message_id": message_id }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(name: &str, body: &str) -> Template {
        Template { name: name.to_owned(), language: "en_US".to_owned(), body: body.to_owned() }
    }

    #[test]
    fn words_select_a_template_and_its_values() {
        let templates = [
            template("reminder", "Your appointment is on {{1}} at {{2}}, {{name}}."),
            template("login_code", "Your code is {{1}}."),
        ];
        let variables = object(&json!({ "name": "Ada" }));
        let filled = |content| filled_by_words(&templates, content, &variables);
        let code = filled("Text the caller the code for the login: 482913.").expect("a template");
        assert_eq!((code.template.name.as_str(), &code.values["1"]), ("login_code", &json!("482913")));
        let reminder = filled("Remind of the appointment on \"3 March\" at 9:30.").expect("a template");
        assert_eq!(Value::Object(reminder.values), json!({ "1": "3 March", "2": "9:30", "name": "Ada" }));
        let error = filled("Remind of the appointment.").expect_err("no values").to_string();
        assert!(error.starts_with("The template 'reminder' needs a value for {{1}}"), "{error}");
    }

    #[test]
    fn tool_calls_need_a_template_and_all_values() {
        let templates = [template("login_code", "Your code is {{1}}.")];
        let call = |arguments: Value| filled_by(&templates, &object(&arguments));
        let filled = call(json!({ "template": "login_code", "variables": { "1": 7 } })).expect("a template");
        assert_eq!(filled.values["1"], 7);
        assert!(call(json!({ "template": "other" })).expect_err("unknown").contains("not one of login_code"));
        assert!(call(json!({ "template": "login_code" })).expect_err("incomplete").contains("{{1}}"));
    }
}

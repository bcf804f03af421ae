//! The insight that a judge analyzes.

use serde_json::{Map, Value};

use crate::{
    domain::{flows::meets_condition, insight_runs::DueRun},
    json::{as_text, items, text},
    phrases::{has_phrase, words},
};

/// An insight and the conversation to analyze.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Insight {
    /// The id of the insight.
    pub id: String,
    /// The name of the insight.
    pub name: String,
    /// Instructions for the model that analyzes the conversation.
    pub instructions: String,
    /// The JSON Schema of the result. `None`: the result is a string.
    pub schema: Option<Value>,
    /// The conversation, in the form of the API.
    pub conversation: Value,
    /// All messages, oldest first.
    ///
    /// They have the form of `GET /ai/conversations/{conversation_id}/messages`.
    pub transcript: Vec<Value>,
}

impl Insight {
    pub(crate) fn of(run: &DueRun, insight: &Value, schema: Option<&Value>) -> Self {
        Self {
            id: text(insight, "id").to_owned(),
            name: text(insight, "name").to_owned(),
            instructions: text(insight, "instructions").to_owned(),
            schema: schema.cloned(),
            conversation: run.conversation.clone(),
            transcript: run.transcript.clone(),
        }
    }

    /// A deterministic result based on the words of the conversation.
    ///
    /// Without a schema, it is a string with the number of messages and the assistant's last message. With a schema, each
    /// property gets a value by its type:
    ///
    /// - `enum`: the first value that occurs in the conversation, or else the first one.
    /// - `boolean`: whether the user's messages contain a word of the property's description or, without one, of its name.
    /// - `integer` and `number`: the first number between `minimum` and `maximum` in the user's messages, or else the
    ///   smallest one of the schema, or else 0 or, if that is too large, the largest one.
    /// - `string`: the user's last message.
    /// - `array`: the values of the items' `enum` that occur in the conversation.
    #[must_use]
    pub fn default_result(&self) -> Value {
        match &self.schema {
            Some(schema) => self.value(schema, &self.name),
            None => {
                let last = self.said_by("assistant").last().unwrap_or("nothing");
                format!("{} messages; the assistant said last: {last}", self.transcript.len()).into()
            }
        }
    }

    /// The texts of the messages with a role.
    fn said_by(&self, role: &str) -> impl DoubleEndedIterator<Item = &str> {
        let messages = self.transcript.iter().filter(move |message| message["role"] == role);
        messages.filter_map(|message| message["text"].as_str()).filter(|said| !said.trim().is_empty())
    }

    /// The texts of all messages, joined.
    pub(crate) fn words(&self) -> String {
        let said = self.transcript.iter().filter_map(|message| message["text"].as_str());
        said.collect::<Vec<_>>().join("\n")
    }

    fn value(&self, schema: &Value, name: &str) -> Value {
        if let Some(values) = schema["enum"].as_array() {
            let said = values.iter().find(|value| self.was_said(value));
            return said.or(values.first()).cloned().unwrap_or_default();
        }
        let of_user = || self.said_by("user").collect::<Vec<_>>().join("\n");
        match kind_of(schema) {
            "object" => {
                let properties = schema["properties"].as_object().into_iter().flatten();
                properties.map(|(name, schema)| (name.clone(), self.value(schema, name))).collect::<Map<_, _>>().into()
            }
            "array" => items(&schema["items"]["enum"]).iter().filter(|value| self.was_said(value)).cloned().collect(),
            "boolean" => {
                let about = schema["description"].as_str().map_or_else(|| name.replace('_', " "), str::to_owned);
                meets_condition(&about, &of_user()).into()
            }
            kind @ ("integer" | "number") => number(schema, kind == "integer", &of_user()),
            "null" => Value::Null,
            _ => self.said_by("user").last().unwrap_or_default().into(),
        }
    }

    fn was_said(&self, value: &Value) -> bool {
        has_phrase(&words(&self.words()), &words(&as_text(value)))
    }
}

/// The type of a schema.
///
/// It is the first one other than `null`, or the one that its other fields imply.
fn kind_of(schema: &Value) -> &str {
    let named = match &schema["type"] {
        Value::Array(types) => types.iter().find(|kind| *kind != "null").or(types.first()),
        kind => Some(kind),
    };
    named.and_then(Value::as_str).unwrap_or(if schema["properties"].is_object() { "object" } else { "string" })
}

fn number(schema: &Value, whole: bool, said: &str) -> Value {
    let limit =
        |name: &str, round: fn(f64) -> f64| schema[name].as_f64().map(|limit| if whole { round(limit) } else { limit });
    let (min, max) = (limit("minimum", f64::ceil), limit("maximum", f64::floor));
    let fits = |number: &f64| min.is_none_or(|min| *number >= min) && max.is_none_or(|max| *number <= max);
    let numbers = said.split(|c: char| !c.is_ascii_digit() && c != '.' && c != '-');
    let found = numbers.filter_map(|part| part.trim_matches('.').parse::<f64>().ok());
    let number = found.filter(|number| !whole || number.fract() == 0.0).find(fits).or(min);
    let number = number.unwrap_or_else(|| max.map_or(0.0, |max| max.min(0.0)));
    if whole { (number as i64).into() } else { number.into() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn result(schema: Option<Value>) -> Value {
        let transcript = vec![
            json!({ "role": "assistant", "text": "How was it, from 1 to 5?" }),
            json!({ "role": "user", "text": "I am very satisfied: 4. The delivery was late." }),
            json!({ "role": "assistant", "text": "Thank you." }),
        ];
        let (id, name, instructions) = ("i".to_owned(), "Quality".to_owned(), "Rate it.".to_owned());
        Insight { id, name, instructions, schema, conversation: json!({}), transcript }.default_result()
    }

    #[test]
    fn result_without_schema_is_text() {
        assert_eq!(result(None), "3 messages; the assistant said last: Thank you.");
    }

    #[test]
    fn result_follows_the_schema() {
        let schema = json!({ "type": "object", "properties": {
            "score": { "type": "integer", "minimum": 1, "maximum": 5 },
            "rating": { "type": ["number", "null"], "minimum": 7.5 },
            "weeks": { "type": "integer", "minimum": 4.5 },
            "change": { "type": "integer", "maximum": -1.5 },
            "mood": { "enum": ["angry", "very satisfied"] },
            "product": { "type": "string", "enum": ["book", "pen"] },
            "late": { "type": "boolean", "description": "The delivery was late." },
            "refund": { "type": "boolean" },
            "topics": { "type": "array", "items": { "enum": ["price", "delivery"] } },
            "summary": { "type": "string" },
        }});
        let expected = json!({
            "score": 4, "rating": 7.5, "weeks": 5, "change": -2, "mood": "very satisfied", "product": "book", "late": true, "refund": false,
            "topics": ["delivery"], "summary": "I am very satisfied: 4. The delivery was late.",
        });
        assert_eq!(result(Some(schema)), expected);
    }
}

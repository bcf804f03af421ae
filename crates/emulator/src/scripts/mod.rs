//! Script rules for replies, verdicts and insights.

mod insight_rules;
mod stored;

use std::{sync::Arc, time::Duration};

use parking_lot::RwLock;
use regex::Regex;
use serde_json::{Map, Value, json};

use crate::{
    domain::{
        turn::Turn,
        variables::{Unresolved, render, render_json},
    },
    hooks::{Criterion, Insight, Reply, ToolUse, Trial, Verdict},
    json::{items, pointer_to},
    phrases::{has_phrase, words},
};
use insight_rules::InsightRule;
pub(crate) use stored::{add, load, read};

/// Rules for replies, verdicts on test runs and results of insights.
///
/// The first rule that matches decides. If none matches, the model, the responder or the judge decides.
///
/// ```
/// use serde_json::json;
/// use telnyx_ai_emulator::{Emulator, Scripts};
///
/// let scripts = Scripts::from_value(&json!({
///     "chat": [
///         { "pattern": "order (\\d+)", "call": { "tool": "order_status", "arguments": { "id": "{{1}}" } },
///           "reply": "Order {{1}} is {{answer.state}}." },
///         { "words": "crash", "fail": { "status": 503, "message": "out of capacity" } },
///         { "words": ["thank", "bye"], "assistant": "Support", "reply": "Good bye, {{customer}}!" },
///     ],
///     "judge": [{ "test": "refunds", "criterion": "polite", "passed": false, "reason": "too short" }],
/// }))?;
/// let emulator = Emulator::builder().scripts(scripts).in_process()?;
/// # drop(emulator);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A rule in `chat` matches by these fields. Without any, it always matches:
///
/// - `words`: a string or a list of strings. The user's message must contain all of them, as whole words in any case.
/// - `pattern`: a [regular expression](https://docs.rs/regex) for the user's message. Its groups are variables: `{{1}}`,
///   `{{name}}`.
/// - `assistant`: the id or the name of the assistant.
/// - `version`: the id or the name of the version that serves the conversation, such as a candidate in a canary deploy.
///
/// It has at least one of these effects:
///
/// - `call`: a tool to call first, or a list of them: `{"tool": name, "arguments": {…}}`.
/// - `reply`: the text of the reply. After a call, `{{answer}}` is the result of the tool, and `{{answer.field}}` a part of
///   it. Without `reply`, the result is the reply; after a handoff, the other assistant replies.
/// - `fail`: a failure of the model, with an optional `status` (400 to 599, default: 500) and `message`.
/// - `delay_ms`: a delay in real time. Alone, it delays the reply that would be sent without the rule.
///
/// `{{variables}}` are replaced in replies and arguments. `{{message}}` is the user's message.
///
/// A rule in `judge` has `passed` and optionally a `reason`. It matches by `test` (name or id), `criterion` (name), and
/// `words` and `pattern` in the text of the criterion.
///
/// A rule in `insights` has a `result`, which is any JSON value, or `fail`, the reason of a failure. It matches by `insight`
/// (name or id), and `words` and `pattern` in the conversation. The groups of the pattern are replaced in the result.
#[derive(Debug, Clone, Default)]
pub struct Scripts {
    chat: Vec<ChatRule>,
    judge: Vec<JudgeRule>,
    insights: Vec<InsightRule>,
    source: Value,
}

#[derive(Debug, Clone)]
struct ChatRule {
    matcher: Matcher,
    assistant: Option<String>,
    version: Option<String>,
    calls: Vec<ToolUse>,
    reply: Option<String>,
    failure: Option<(u16, String)>,
    delay: Duration,
}

#[derive(Debug, Clone)]
struct JudgeRule {
    matcher: Matcher,
    test: Option<String>,
    criterion: Option<String>,
    passed: bool,
    reason: Option<String>,
}

/// The condition of a rule for a text.
#[derive(Debug, Clone)]
struct Matcher {
    /// The words of each phrase.
    phrases: Vec<Vec<String>>,
    pattern: Option<Regex>,
}

/// The result of a chat rule for a turn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scripted {
    pub(crate) delay: Duration,
    /// `None` if the model or the responder replies.
    pub(crate) reply: Option<Reply>,
}

const DEFAULT_FAILURE_STATUS: u16 = 500;

impl Scripts {
    /// Reads rules from JSON.
    ///
    /// # Errors
    ///
    /// If a rule is invalid. The error has a JSON pointer to it.
    pub fn from_value(value: &Value) -> Result<Self, ScriptProblem> {
        if value.is_null() {
            return Ok(Self::default());
        }
        let whole = Reader { value, path: String::new() };
        whole.only(&["chat", "judge", "insights"])?;
        Ok(Self {
            chat: whole.items("chat")?.iter().map(ChatRule::read).collect::<Result<_, _>>()?,
            judge: whole.items("judge")?.iter().map(JudgeRule::read).collect::<Result<_, _>>()?,
            insights: whole.items("insights")?.iter().map(InsightRule::read).collect::<Result<_, _>>()?,
            source: value.clone(),
        })
    }

    /// The rules as JSON, in the form of [`from_value`](Self::from_value).
    #[must_use]
    pub fn to_value(&self) -> Value {
        if self.source.is_null() { json!({ "chat": [], "judge": [], "insights": [] }) } else { self.source.clone() }
    }

    /// The reply of the first rule that matches.
    pub(crate) fn reply(&self, turn: &Turn) -> Option<Scripted> {
        self.chat.iter().find_map(|rule| rule.reply(turn))
    }

    /// The verdict of the first rule that matches.
    pub(crate) fn verdict(&self, trial: &Trial, criterion: &Criterion) -> Option<Verdict> {
        let rule = self.judge.iter().find(|rule| rule.matches(trial, criterion))?;
        Some(Verdict { passed: rule.passed, reason: rule.reason.clone() })
    }

    /// The result or error of the first rule that matches.
    pub(crate) fn insight(&self, insight: &Insight) -> Option<Result<Value, String>> {
        self.insights.iter().find_map(|rule| rule.result(insight))
    }
}

/// Compares the source of the rules.
impl PartialEq for Scripts {
    fn eq(&self, other: &Self) -> bool {
        self.to_value() == other.to_value()
    }
}

impl ChatRule {
    fn read(rule: &Reader<'_>) -> Result<Self, ScriptProblem> {
        rule.only(&["words", "pattern", "assistant", "version", "call", "reply", "fail", "delay_ms"])?;
        let has_effect = |field: &&str| rule.field(field).is_some_and(|effect| *effect.value != json!([]));
        if !["call", "reply", "fail", "delay_ms"].iter().any(has_effect) {
            return Err(rule.problem("a rule needs at least one of call, reply, fail and delay_ms"));
        }
        let calls = match rule.field("call") {
            None => Vec::new(),
            Some(calls) if calls.value.is_array() => {
                calls.elements().iter().map(read_call).collect::<Result<_, _>>()?
            }
            Some(call) => vec![read_call(&call)?],
        };
        let failure = match rule.field("fail") {
            None => None,
            Some(failure) => {
                failure.only(&["status", "message"])?;
                let status = match failure.number("status")? {
                    None => DEFAULT_FAILURE_STATUS,
                    Some(status @ 400..=599) => status as u16,
                    Some(_) => return Err(failure.at("status").problem("the status must be from 400 to 599")),
                };
                Some((status, failure.text("message")?.unwrap_or_else(|| "the model failed, as scripted".to_owned())))
            }
        };
        Ok(Self {
            matcher: Matcher::read(rule)?,
            assistant: rule.text("assistant")?,
            version: rule.text("version")?,
            calls,
            reply: rule.text("reply")?,
            failure,
            delay: Duration::from_millis(rule.number("delay_ms")?.unwrap_or_default()),
        })
    }

    fn reply(&self, turn: &Turn) -> Option<Scripted> {
        let names = |wanted: &Option<String>, fields: [&str; 2]| {
            wanted.as_ref().is_none_or(|wanted| fields.iter().any(|field| turn.assistant[*field] == **wanted))
        };
        if !names(&self.assistant, ["id", "name"]) || !names(&self.version, ["version_id", "version_name"]) {
            return None;
        }
        let mut variables = turn.variables.clone();
        variables.insert("message".to_owned(), turn.content.as_str().into());
        if let Some(answer) = turn.answers.last() {
            let answer = serde_json::from_str(&answer.content).unwrap_or_else(|_| answer.content.as_str().into());
            variables.insert("answer".to_owned(), answer);
        }
        variables.extend(self.matcher.find(&turn.content)?);

        let mut answered: Vec<&str> = turn.answers.iter().map(|answer| answer.name.as_str()).collect();
        let next = self.calls.iter().find(|call| {
            let at = answered.iter().position(|name| *name == call.name);
            at.map(|at| answered.remove(at)).is_none()
        });
        let reply = match (&self.failure, next, &self.reply) {
            (_, Some(call), _) => Some(Reply::calling(
                &call.name,
                call.arguments.iter().map(|(name, value)| (name.clone(), render_json(value, &variables))).collect(),
            )),
            (Some((status, message)), None, reply) => {
                let said = reply.as_ref().map(|reply| render(reply, &variables, Unresolved::Raw)).unwrap_or_default();
                Some(Reply::failing(said, render(message, &variables, Unresolved::Raw)).with_status(*status))
            }
            (None, None, Some(reply)) => Some(Reply::new(render(reply, &variables, Unresolved::Raw))),
            // The other assistant replies.
            (None, None, None) if turn.answers.last().is_some_and(|answer| answer.name == "handoff") => None,
            (None, None, None) => (!self.calls.is_empty()).then(Reply::default),
        };
        // A rule that continues after a tool call does not delay again.
        let delay = if turn.answers.is_empty() { self.delay } else { Duration::ZERO };
        Some(Scripted { delay, reply })
    }
}

fn read_call(call: &Reader<'_>) -> Result<ToolUse, ScriptProblem> {
    call.only(&["tool", "arguments"])?;
    let name = call.text("tool")?.ok_or_else(|| call.at("tool").problem("the name of a tool is required"))?;
    let arguments = match call.value.get("arguments") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(arguments)) => arguments.clone(),
        Some(_) => return Err(call.at("arguments").problem("expected an object")),
    };
    Ok(ToolUse::new(name, arguments))
}

impl JudgeRule {
    fn read(rule: &Reader<'_>) -> Result<Self, ScriptProblem> {
        rule.only(&["words", "pattern", "test", "criterion", "passed", "reason"])?;
        let passed = rule.value.get("passed").and_then(Value::as_bool);
        Ok(Self {
            matcher: Matcher::read(rule)?,
            test: rule.text("test")?,
            criterion: rule.text("criterion")?,
            passed: passed.ok_or_else(|| rule.at("passed").problem("expected true or false"))?,
            reason: rule.text("reason")?,
        })
    }

    fn matches(&self, trial: &Trial, criterion: &Criterion) -> bool {
        self.test.as_ref().is_none_or(|test| trial.test["name"] == **test || trial.test["test_id"] == **test)
            && self.criterion.as_ref().is_none_or(|name| criterion.name == *name)
            && self.matcher.find(&criterion.criteria).is_some()
    }
}

impl Matcher {
    fn read(rule: &Reader<'_>) -> Result<Self, ScriptProblem> {
        let phrases = match rule.field("words") {
            None => Vec::new(),
            Some(words) if words.value.is_array() => {
                words.elements().iter().map(Reader::phrase).collect::<Result<_, _>>()?
            }
            Some(words) => vec![words.phrase()?],
        };
        let pattern = match rule.text("pattern")? {
            None => None,
            Some(pattern) => Some(
                Regex::new(&pattern)
                    .map_err(|error| rule.at("pattern").problem(format!("not a regular expression: {error}")))?,
            ),
        };
        Ok(Self { phrases, pattern })
    }

    /// The groups of the pattern, if the text matches.
    fn find(&self, text: &str) -> Option<Map<String, Value>> {
        let words = words(text);
        if !self.phrases.iter().all(|phrase| has_phrase(&words, phrase)) {
            return None;
        }
        let Some(pattern) = &self.pattern else { return Some(Map::new()) };
        let captures = pattern.captures(text)?;
        let mut groups = Map::new();
        for (n, (group, name)) in captures.iter().zip(pattern.capture_names()).enumerate() {
            let text = group.map(|group| group.as_str()).unwrap_or_default();
            groups.insert(n.to_string(), text.into());
            if let Some(name) = name {
                groups.insert(name.to_owned(), text.into());
            }
        }
        Some(groups)
    }
}

/// A part of the rules, with its JSON pointer.
struct Reader<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> Reader<'a> {
    fn only(&self, known: &[&str]) -> Result<(), ScriptProblem> {
        let object = self.value.as_object().ok_or_else(|| self.problem("expected an object"))?;
        match object.keys().find(|key| !known.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => Err(self.at(key).problem(format!("unknown field; the known fields are {}", known.join(", ")))),
        }
    }

    fn at(&self, field: &str) -> Self {
        Self { value: self.value.get(field).unwrap_or(&Value::Null), path: pointer_to(&self.path, field) }
    }

    fn field(&self, field: &str) -> Option<Self> {
        Some(self.at(field)).filter(|reader| !reader.value.is_null())
    }

    fn elements(&self) -> Vec<Self> {
        let elements = items(self.value).iter().enumerate();
        elements.map(|(n, value)| Reader { value, path: format!("{}/{n}", self.path) }).collect()
    }

    fn items(&self, field: &str) -> Result<Vec<Reader<'a>>, ScriptProblem> {
        match self.field(field) {
            None => Ok(Vec::new()),
            Some(list) if list.value.is_array() => Ok(list.elements()),
            Some(other) => Err(other.problem("expected a list")),
        }
    }

    fn text(&self, field: &str) -> Result<Option<String>, ScriptProblem> {
        let Some(field) = self.field(field) else { return Ok(None) };
        let text = field.value.as_str().ok_or_else(|| field.problem("expected a string"))?;
        Ok(Some(text.to_owned()))
    }

    fn number(&self, field: &str) -> Result<Option<u64>, ScriptProblem> {
        let Some(field) = self.field(field) else { return Ok(None) };
        field.value.as_u64().map(Some).ok_or_else(|| field.problem("expected a whole number"))
    }

    fn phrase(&self) -> Result<Vec<String>, ScriptProblem> {
        let words = self.value.as_str().map(words).unwrap_or_default();
        if words.is_empty() { Err(self.problem("expected a string that contains a word")) } else { Ok(words) }
    }

    fn problem(&self, detail: impl Into<String>) -> ScriptProblem {
        ScriptProblem { pointer: self.path.clone(), detail: detail.into() }
    }
}

/// The error for JSON that is not valid as [`Scripts`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", if .pointer.is_empty() { "the scripts" } else { .pointer })]
#[non_exhaustive]
pub struct ScriptProblem {
    /// A JSON pointer to the invalid value, such as `/chat/0/pattern`.
    ///
    /// Empty for the root.
    pub pointer: String,
    /// The error message.
    pub detail: String,
}

/// The rules that currently apply. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct ActiveScripts {
    active: Arc<RwLock<Arc<Scripts>>>,
    /// The rules that apply if none are stored.
    default: Arc<Scripts>,
}

impl ActiveScripts {
    pub(crate) fn new(default: Scripts) -> Self {
        let default = Arc::new(default);
        Self { active: Arc::new(RwLock::new(Arc::clone(&default))), default }
    }

    pub(crate) fn get(&self) -> Arc<Scripts> {
        Arc::clone(&self.active.read())
    }

    /// Stores rules and applies them, before others can be stored.
    pub(crate) fn apply<E>(&self, stored: impl FnOnce() -> Result<Arc<Scripts>, E>) -> Result<(), E> {
        let mut active = self.active.write();
        *active = stored()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(value: &Value) -> String {
        Scripts::from_value(value).expect_err("a problem").to_string()
    }

    #[test]
    fn errors_point_to_the_invalid_value() {
        assert_eq!(problem(&json!([])), "the scripts: expected an object");
        assert!(problem(&json!({"chat": [{"words": "a"}]})).starts_with("/chat/0: a rule needs at least one of"));
        for effect in [json!({"reply": null}), json!({"call": []}), json!({"call": [], "reply": null, "fail": null})] {
            assert!(problem(&json!({"chat": [effect]})).starts_with("/chat/0: a rule needs at least one of"));
        }
        assert!(problem(&json!({"chat": [{"reply": "a"}, {"pattern": "("}]})).starts_with("/chat/1"));
        assert!(
            problem(&json!({"chat": [{"reply": "a", "pattern": "("}]})).starts_with("/chat/0/pattern: not a regular")
        );
        assert!(problem(&json!({"chat": [{"replies": "a"}]})).starts_with("/chat/0/replies: unknown field"));
        assert!(problem(&json!({"chat": [{"call": [{"tool": 4}]}]})).starts_with("/chat/0/call/0/tool"));
        assert!(problem(&json!({"chat": [{"fail": {"status": 200}}]})).starts_with("/chat/0/fail/status"));
        assert!(problem(&json!({"judge": [{}]})).starts_with("/judge/0/passed"));
        assert!(problem(&json!({"judge": {}})).starts_with("/judge: expected a list"));
    }

    #[test]
    fn whole_words_match_in_order() {
        let rule = json!({"words": ["refund", "my order"], "pattern": "#(?<n>\\d+)"});
        let matcher = Matcher::read(&Reader { value: &rule, path: String::new() }).expect("a matcher");
        let found = matcher.find("Refund MY, order #42!").expect("a match");
        assert_eq!((&found["1"], &found["n"], &found["0"]), (&json!("42"), &json!("42"), &json!("#42")));
        assert!(matcher.find("Refunded my order #42").is_none());
        assert!(matcher.find("Refund order my #42").is_none());
        assert!(matcher.find("Refund my order").is_none());
    }
}

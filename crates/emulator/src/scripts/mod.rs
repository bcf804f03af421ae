//! Answers and verdicts by rules.

mod insight_rules;
mod stored;

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use regex::Regex;
use serde_json::{Map, Value, json};

use crate::{
    domain::{
        turn::Turn,
        variables::{Unresolved, render, render_json},
    },
    hooks::{Criterion, Insight, Reply, ToolUse, Trial, Verdict},
    json::items,
    phrases::words,
};
use insight_rules::InsightRule;
pub(crate) use stored::{add, load, read};

/// Rules for what assistants say and how test runs are judged. The first rule that matches decides; where none does,
/// the emulator goes on as it would without rules.
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
/// A rule for chats has any of these, and one of the last four at least:
///
/// - `words`: a text or several; each of them has to be in the user's message, whole words in that order, in upper or
///   lower case.
/// - `pattern`: a regular expression that the user's message has to match. Its groups are variables: `{{1}}`,
///   `{{name}}`.
/// - `assistant`: the id or the name of the assistant that is asked.
/// - `call`: a tool to call first, or several in turn: `{"tool": name, "arguments": {…}}`.
/// - `reply`: what to say. After a tool was called, `{{answer}}` is what it answered, and `{{answer.field}}` a part of
///   that; without `reply`, its answer is the reply, but for a handoff, after which the other assistant answers.
/// - `fail`: `{"status": …, "message": …}`, both optional: the model fails instead.
/// - `delay_ms`: milliseconds to wait first. With nothing else, the answer is the one without rules.
///
/// `{{variables}}` are filled into replies and arguments; `{{message}}` is what the user said.
///
/// A rule for verdicts has `passed` and, if you like, a `reason`; it matches by `test` (the test's name or id),
/// `criterion` (the name), and `words` and `pattern` in the text of the criterion.
///
/// A rule for insights has a `result`, which is any JSON, or `fail`, the reason of a failure. It matches by `insight` (the
/// insight's name or id), and `words` and `pattern` in the conversation. The groups of the pattern are filled into the
/// result.
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

/// What a text has to be like.
#[derive(Debug, Clone)]
struct Matcher {
    /// Phrases, word by word.
    phrases: Vec<Vec<String>>,
    pattern: Option<Regex>,
}

/// What a rule for chats says to a turn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scripted {
    pub(crate) delay: Duration,
    /// `None` where the rule leaves the answer to others.
    pub(crate) reply: Option<Reply>,
}

/// The status of a scripted failure that names none.
const DEFAULT_FAILURE_STATUS: u16 = 500;

impl Scripts {
    /// Reads rules from JSON.
    ///
    /// # Errors
    ///
    /// When they are no rules; the error says where.
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

    /// The rules as [`from_value`](Self::from_value) takes them.
    #[must_use]
    pub fn to_value(&self) -> Value {
        if self.source.is_null() { json!({ "chat": [], "judge": [], "insights": [] }) } else { self.source.clone() }
    }

    /// What the first rule that matches says.
    pub(crate) fn reply(&self, turn: &Turn) -> Option<Scripted> {
        self.chat.iter().find_map(|rule| rule.reply(turn))
    }

    /// What the first rule that matches finds.
    pub(crate) fn verdict(&self, trial: &Trial, criterion: &Criterion) -> Option<Verdict> {
        let rule = self.judge.iter().find(|rule| rule.matches(trial, criterion))?;
        Some(Verdict { passed: rule.passed, reason: rule.reason.clone() })
    }

    /// The result of the first rule that matches, or why it fails.
    pub(crate) fn insight(&self, insight: &Insight) -> Option<Result<Value, String>> {
        self.insights.iter().find_map(|rule| rule.result(insight))
    }
}

/// Rules are the same where they are written in the same way.
impl PartialEq for Scripts {
    fn eq(&self, other: &Self) -> bool {
        self.to_value() == other.to_value()
    }
}

impl ChatRule {
    fn read(rule: &Reader<'_>) -> Result<Self, ScriptProblem> {
        rule.only(&["words", "pattern", "assistant", "call", "reply", "fail", "delay_ms"])?;
        if ["call", "reply", "fail", "delay_ms"].iter().all(|field| rule.value.get(field).is_none()) {
            return Err(rule.problem("a rule needs one of call, reply, fail and delay_ms"));
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
                    Some(_) => return Err(failure.at("status").problem("a status from 400 to 599 is needed")),
                };
                Some((status, failure.text("message")?.unwrap_or_else(|| "the model failed, as scripted".to_owned())))
            }
        };
        Ok(Self {
            matcher: Matcher::read(rule)?,
            assistant: rule.text("assistant")?,
            calls,
            reply: rule.text("reply")?,
            failure,
            delay: Duration::from_millis(rule.number("delay_ms")?.unwrap_or_default()),
        })
    }

    fn reply(&self, turn: &Turn) -> Option<Scripted> {
        let is_asked = |asked: &String| turn.assistant["id"] == **asked || turn.assistant["name"] == **asked;
        if !self.assistant.as_ref().is_none_or(is_asked) {
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
            // The one that took over goes on in its own way.
            (None, None, None) if turn.answers.last().is_some_and(|answer| answer.name == "handoff") => None,
            (None, None, None) => (!self.calls.is_empty()).then(Reply::default),
        };
        // A rule waits once, also where it goes on after a tool.
        let delay = if turn.answers.is_empty() { self.delay } else { Duration::ZERO };
        Some(Scripted { delay, reply })
    }
}

fn read_call(call: &Reader<'_>) -> Result<ToolUse, ScriptProblem> {
    call.only(&["tool", "arguments"])?;
    let name = call.text("tool")?.ok_or_else(|| call.at("tool").problem("the name of a tool is needed"))?;
    let arguments = match call.value.get("arguments") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(arguments)) => arguments.clone(),
        Some(_) => return Err(call.at("arguments").problem("an object is needed")),
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
            passed: passed.ok_or_else(|| rule.at("passed").problem("true or false is needed"))?,
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
                    .map_err(|error| rule.at("pattern").problem(format!("no regular expression: {error}")))?,
            ),
        };
        Ok(Self { phrases, pattern })
    }

    /// The groups of the pattern, where the text matches.
    fn find(&self, text: &str) -> Option<Map<String, Value>> {
        let words = words(text);
        let all = self.phrases.iter().all(|phrase| words.windows(phrase.len()).any(|window| window == phrase));
        if !all {
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

/// A part of the rules, and where it stands.
struct Reader<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> Reader<'a> {
    fn only(&self, known: &[&str]) -> Result<(), ScriptProblem> {
        let object = self.value.as_object().ok_or_else(|| self.problem("an object is needed"))?;
        match object.keys().find(|key| !known.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => Err(self.at(key).problem(format!("not known here; known are {}", known.join(", ")))),
        }
    }

    fn at(&self, field: &str) -> Self {
        Self { value: self.value.get(field).unwrap_or(&Value::Null), path: format!("{}/{field}", self.path) }
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
            Some(other) => Err(other.problem("a list is needed")),
        }
    }

    fn text(&self, field: &str) -> Result<Option<String>, ScriptProblem> {
        let Some(field) = self.field(field) else { return Ok(None) };
        let text = field.value.as_str().ok_or_else(|| field.problem("a text is needed"))?;
        Ok(Some(text.to_owned()))
    }

    fn number(&self, field: &str) -> Result<Option<u64>, ScriptProblem> {
        let Some(field) = self.field(field) else { return Ok(None) };
        field.value.as_u64().map(Some).ok_or_else(|| field.problem("a whole number is needed"))
    }

    fn phrase(&self) -> Result<Vec<String>, ScriptProblem> {
        let words = self.value.as_str().map(words).unwrap_or_default();
        if words.is_empty() { Err(self.problem("a text with a word in it is needed")) } else { Ok(words) }
    }

    fn problem(&self, detail: impl Into<String>) -> ScriptProblem {
        ScriptProblem { pointer: self.path.clone(), detail: detail.into() }
    }
}

/// Why a JSON value is no [`Scripts`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScriptProblem {
    /// Where: a JSON pointer, such as `/chat/0/pattern`; empty for the whole.
    pub pointer: String,
    /// What is wrong there.
    pub detail: String,
}

impl fmt::Display for ScriptProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "the scripts" } else { &self.pointer };
        write!(f, "{place}: {}", self.detail)
    }
}

impl std::error::Error for ScriptProblem {}

/// The rules that apply at present. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct ActiveScripts {
    active: Arc<RwLock<Scripts>>,
    /// The rules that apply if none are stored.
    default: Scripts,
}

impl ActiveScripts {
    pub(crate) fn new(default: Scripts) -> Self {
        Self { active: Arc::new(RwLock::new(default.clone())), default }
    }

    /// Applies the rules of the builder.
    pub(crate) fn reset(&self) {
        self.set(self.default.clone());
    }

    pub(crate) fn get(&self) -> Scripts {
        self.active.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set(&self, scripts: Scripts) {
        *self.active.write().unwrap_or_else(PoisonError::into_inner) = scripts;
    }

    pub(crate) fn reply(&self, turn: &Turn) -> Option<Scripted> {
        self.active.read().unwrap_or_else(PoisonError::into_inner).reply(turn)
    }

    pub(crate) fn insight(&self, insight: &Insight) -> Option<Result<Value, String>> {
        self.active.read().unwrap_or_else(PoisonError::into_inner).insight(insight)
    }

    pub(crate) fn verdict(&self, trial: &Trial, criterion: &Criterion) -> Option<Verdict> {
        self.active.read().unwrap_or_else(PoisonError::into_inner).verdict(trial, criterion)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(value: &Value) -> String {
        Scripts::from_value(value).expect_err("a problem").to_string()
    }

    #[test]
    fn says_where_rules_are_wrong() {
        assert_eq!(problem(&json!([])), "the scripts: an object is needed");
        assert!(problem(&json!({"chat": [{"words": "a"}]})).starts_with("/chat/0: a rule needs one of"));
        assert!(problem(&json!({"chat": [{"reply": "a"}, {"pattern": "("}]})).starts_with("/chat/1"));
        assert!(problem(&json!({"chat": [{"reply": "a", "pattern": "("}]})).starts_with("/chat/0/pattern: no regular"));
        assert!(problem(&json!({"chat": [{"replies": "a"}]})).starts_with("/chat/0/replies: not known here"));
        assert!(problem(&json!({"chat": [{"call": [{"tool": 4}]}]})).starts_with("/chat/0/call/0/tool"));
        assert!(problem(&json!({"chat": [{"fail": {"status": 200}}]})).starts_with("/chat/0/fail/status"));
        assert!(problem(&json!({"judge": [{}]})).starts_with("/judge/0/passed"));
        assert!(problem(&json!({"judge": {}})).starts_with("/judge: a list"));
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

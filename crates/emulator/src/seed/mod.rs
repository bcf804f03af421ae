//! Seeds: the initial and exported contents of an emulator.

mod export;
mod load;
mod tree;

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};

use crate::{
    domain::{Context, Error, Result, violations},
    json::{self, JsonError},
    store::Kind,
};
pub(crate) use export::{counts, export};
use tree::Tree;

/// The section that is not a list: script rules for chats and verdicts.
const SCRIPTS: &str = "scripts";

/// The maximum depth of arrays and objects in a seed.
///
/// It is greater than that of requests, so that exports can be loaded.
const MAX_DEPTH: usize = 120;

/// The id of the document that marks a seeded store.
const SEEDS: &str = "seeds";

/// A section of a seed: a list of entries.
struct Section {
    name: &'static str,
    /// The kind of the entries, if they have one kind and no parent.
    kind: Option<Kind>,
    load: fn(&Context<'_>, &Map<String, Value>) -> Result<()>,
}

/// The sections, in loading order.
///
/// An entry may refer to entries of earlier sections.
const SECTIONS: [Section; 12] = [
    Section { name: "tools", kind: Some(Kind::Tool), load: load::tool },
    Section { name: "mcp_servers", kind: Some(Kind::McpServer), load: load::mcp_server },
    Section { name: "connections", kind: Some(Kind::Connection), load: load::connection },
    Section { name: "insights", kind: Some(Kind::Insight), load: load::insight },
    Section { name: "insight_groups", kind: Some(Kind::InsightGroup), load: load::insight_group },
    Section { name: "assistants", kind: Some(Kind::Assistant), load: load::assistant },
    Section { name: "numbers", kind: Some(Kind::Number), load: load::number },
    Section { name: "tests", kind: Some(Kind::Test), load: load::test },
    Section { name: "conversations", kind: Some(Kind::Conversation), load: load::conversation },
    Section { name: "calls", kind: Some(Kind::CallScript), load: load::call },
    Section { name: "documents", kind: None, load: load::document },
    Section { name: "agenda", kind: None, load: load::job },
];

/// Whether a kind has no section of its own.
///
/// Its documents are in the section `documents`.
fn is_document(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Variables | Kind::ConversationState | Kind::Webhook | Kind::Insights | Kind::InsightRun | Kind::TestRun
    )
}

/// The initial contents of an emulator.
///
/// A seed is the path of a JSON or YAML file, or a JSON value.
///
/// # Format
///
/// A seed is an object of sections. Entries have the form of API requests and are checked like them. You can choose the ids;
/// missing ids are generated. In YAML, an unquoted scalar is a number only if it is a number in JSON: `+15550100` and `007`
/// are strings. Top-level keys that start with `x-` are ignored, so you can define YAML anchors there.
///
/// ```yaml
/// tools:
///   - id: tool-lookup
///     type: webhook
///     display_name: Look up
///     webhook: { name: look_up, description: Looks the caller up., url: "http://127.0.0.1:9000/look-up" }
/// mcp_servers:
///   - { id: mcp-files, name: Files, type: http, url: "http://127.0.0.1:9001/mcp" }
/// connections:                          # replaces the default connections
///   - integration: hubspot              # or integration_id; allowed_tools, or all
/// insights:
///   - { id: insight-mood, name: Mood, instructions: Name the mood. }
/// insight_groups:
///   - { id: group-1, name: All, insight_ids: [insight-mood] }
/// assistants:
///   - id: assistant-support
///     name: Support
///     instructions: Help {{name}}.
///     tool_ids: [tool-lookup]
///     versions:                         # further versions: changed fields only
///       - { version_id: brief, version_name: Brief, instructions: "Help {{name}} in one sentence." }
///     canary_deploy: { versions: [{ version_id: brief, percentage: 20 }] }
///     scheduled_events:
///       - telnyx_conversation_channel: phone_call
///         telnyx_agent_target: +15550001
///         telnyx_end_user_target: +15550100
///         scheduled_at_fixed_datetime: 2030-01-01T09:00:00Z
/// tests:
///   - test_id: test-greets
///     name: Greets
///     destination: assistant-support
///     instructions: Say "hello".
///     rubric: [{ name: polite, criteria: Is polite }]
/// conversations:
///   - id: conversation-1
///     metadata: { ticket: 7 }
///     messages: [{ role: user, content: Hello? }]
/// calls:                                # see Calls
///   - { target: +15550100, outcomes: [busy, completed] }
/// scripts:                              # see Scripts
///   chat: [{ words: hello, reply: Hi! }]
/// ```
///
/// An export has further sections (`documents`, `agenda`, `numbers`) for data that no request creates, such as the results of
/// test runs and the jobs of the scheduler.
///
/// # Example
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use serde_json::json;
/// use telnyx_ai_emulator::Emulator;
///
/// let seed = json!({
///     "assistants": [{ "id": "assistant-1", "name": "Support", "instructions": "Help {{name}} politely." }],
/// });
/// let emulator = Emulator::builder().seed(seed).start().await?;
/// # drop(emulator);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Seed(Source);

#[derive(Clone)]
enum Source {
    File(PathBuf),
    Value(Value),
}

/// Leaves values out, which may have secrets.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Value(_) => f.debug_tuple("Value").finish_non_exhaustive(),
        }
    }
}

impl From<PathBuf> for Seed {
    fn from(path: PathBuf) -> Self {
        Self(Source::File(path))
    }
}

impl From<&Path> for Seed {
    fn from(path: &Path) -> Self {
        path.to_owned().into()
    }
}

/// The path of a file.
impl From<&str> for Seed {
    fn from(path: &str) -> Self {
        PathBuf::from(path).into()
    }
}

impl From<Value> for Seed {
    fn from(value: Value) -> Self {
        Self(Source::Value(value))
    }
}

impl Seed {
    /// Reads and parses the file, if the seed is a file.
    fn read(self) -> Result<Contents, SeedError> {
        let path = match self.0 {
            Source::Value(value) => return Ok(Contents { value, file: None }),
            Source::File(path) => path,
        };
        let failed = |line, message: String| SeedError {
            file: Some(path.clone()),
            issues: vec![SeedIssue { line, field: String::new(), message }],
        };
        let mut text = fs::read_to_string(&path).map_err(|error| failed(None, format!("cannot be read: {error}")))?;
        if text.starts_with('\u{feff}') {
            text.remove(0);
        }
        let value = if is_json(&path, &text) {
            match json::read_within(text.as_bytes(), MAX_DEPTH) {
                Ok(value) => value,
                Err(JsonError::Syntax(error)) => return Err(failed(Some(error.line()), error.to_string())),
                Err(error) => {
                    return Err(
                        Contents { value: Value::Null, file: Some((path, text)) }.error(violations::unreadable(error))
                    );
                }
            }
        } else {
            Tree::parse(&text).map_err(|error| failed(Some(error.line), error.message))?.to_value()
        };
        Ok(Contents { value, file: Some((path, text)) })
    }
}

fn is_json(path: &Path, text: &str) -> bool {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some(extension) if extension.eq_ignore_ascii_case("json") => true,
        Some(extension) if ["yaml", "yml"].iter().any(|yaml| extension.eq_ignore_ascii_case(yaml)) => false,
        _ => text.trim_start().starts_with('{'),
    }
}

/// The parsed seeds of an emulator.
pub(crate) struct Seeds(Vec<Contents>);

impl Seeds {
    pub(crate) fn read(seeds: Vec<Seed>) -> Result<Self, SeedError> {
        seeds.into_iter().map(Seed::read).collect::<Result<_, _>>().map(Self)
    }

    /// Loads the seeds, unless the store has been seeded.
    pub(crate) fn load(&self, cx: &Context<'_>) -> Result<(), LoadError> {
        if self.0.is_empty() {
            return Ok(());
        }
        if cx.tx.has(Kind::Seeded, SEEDS)? {
            tracing::warn!("the seeds are not loaded, because the database has already been seeded");
            return Ok(());
        }
        for seed in &self.0 {
            load::load(cx, &seed.value).map_err(|error| seed.error(error))?;
        }
        cx.tx.insert(Kind::Seeded, SEEDS, "", &json!({ "at": cx.now_text() }))?;
        Ok(())
    }
}

/// The error of a failed load.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error(transparent)]
    Seed(#[from] SeedError),
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<rusqlite::Error> for LoadError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<LoadError> for SeedError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Seed(error) => error,
            LoadError::Failed(error) => Contents::default().error(error),
        }
    }
}

/// A parsed seed.
#[derive(Default)]
struct Contents {
    value: Value,
    file: Option<(PathBuf, String)>,
}

impl Contents {
    /// Adds line numbers to an error.
    fn error(&self, error: Error) -> SeedError {
        let tree = self.file.as_ref().and_then(|(_, text)| Tree::lines(text));
        let issues = error.into_violations("").into_iter().map(|violation| SeedIssue {
            line: tree.as_ref().map(|tree| tree.line_of(&violation.pointer)),
            field: field(&violation.pointer),
            message: violation.message,
        });
        SeedError { file: self.file.as_ref().map(|(path, _)| path.clone()), issues: issues.collect() }
    }
}

/// Formats a JSON pointer as a path: `assistants[0].name`.
fn field(pointer: &str) -> String {
    let mut field = String::new();
    for step in pointer.split('/').skip(1) {
        if step.bytes().all(|byte| byte.is_ascii_digit()) && !step.is_empty() {
            field.push_str(&format!("[{step}]"));
        } else {
            if !field.is_empty() {
                field.push('.');
            }
            field.push_str(&step.replace("~1", "/").replace("~0", "~"));
        }
    }
    field
}

/// The error for a seed that cannot be loaded. Nothing of the seed was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedError {
    file: Option<PathBuf>,
    issues: Vec<SeedIssue>,
}

impl SeedError {
    /// The problems. There is at least one.
    #[must_use]
    pub fn issues(&self) -> &[SeedIssue] {
        &self.issues
    }
}

/// A problem in a seed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeedIssue {
    /// The line in the file, from 1. `None` if there is no file or no line.
    pub line: Option<usize>,
    /// The field, such as `assistants[0].name`. Empty for the root.
    pub field: String,
    /// The error message.
    pub message: String,
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, issue) in self.issues.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            match &self.file {
                Some(path) => write!(f, "seed {}", path.display())?,
                None => f.write_str("seed")?,
            }
            if let Some(line) = issue.line {
                write!(f, ", line {line}")?;
            }
            f.write_str(": ")?;
            if !issue.field.is_empty() {
                write!(f, "{}: ", issue.field)?;
            }
            f.write_str(&issue.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for SeedError {}

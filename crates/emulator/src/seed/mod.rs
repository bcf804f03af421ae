//! What an emulator starts with: files or values, and what is wrong with them.

mod tree;

use std::{
    fmt,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::domain::Problem;
use tree::Tree;

/// What an emulator starts with: assistants, tests, tools and so on. It is made of the path of a JSON or YAML file, or of
/// a JSON value; the README shows what can be in it.
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

#[derive(Debug, Clone)]
enum Source {
    File(PathBuf),
    Value(Value),
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
    /// Reads the file, where it is one.
    pub(crate) fn read(self) -> Result<Contents, SeedError> {
        let path = match self.0 {
            Source::Value(value) => return Ok(Contents { value, file: None }),
            Source::File(path) => path,
        };
        let failed = |line, message: String| SeedError {
            file: Some(path.clone()),
            issues: vec![SeedIssue { line, field: String::new(), message }],
        };
        let text = std::fs::read_to_string(&path).map_err(|error| failed(None, format!("can not be read: {error}")))?;
        let value = if is_json(&path, &text) {
            serde_json::from_str(&text).map_err(|error| failed(Some(error.line()), error.to_string()))?
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

/// A seed that was read.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) value: Value,
    file: Option<(PathBuf, String)>,
}

impl Contents {
    /// Says where in the file the issues of a problem are.
    pub(crate) fn error(&self, problem: Problem) -> SeedError {
        let tree = self.file.as_ref().and_then(|(_, text)| Tree::parse(text).ok());
        let issues = problem.issues.into_iter().map(|issue| {
            let pointer = issue.pointer.unwrap_or_default();
            let line = tree.as_ref().map(|tree| tree.line_of(&pointer));
            SeedIssue { line, field: field(&pointer), message: issue.detail }
        });
        SeedError { file: self.file.as_ref().map(|(path, _)| path.clone()), issues: issues.collect() }
    }
}

/// A JSON pointer in the way of programs: `assistants[0].name`.
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

/// Why a seed could not be loaded: nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedError {
    file: Option<PathBuf>,
    issues: Vec<SeedIssue>,
}

impl SeedError {
    /// What is wrong, one thing at least.
    #[must_use]
    pub fn issues(&self) -> &[SeedIssue] {
        &self.issues
    }
}

/// One thing that is wrong with a seed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeedIssue {
    /// The line in the file, from 1; `None` where there is no file, or no place in it.
    pub line: Option<usize>,
    /// The field, such as `assistants[0].name`; empty for the whole seed.
    pub field: String,
    /// What is wrong with it.
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

//! The hook that judges test runs and insights.

use serde_json::Value;

use super::Insight;
use crate::phrases::quoted;

/// Judges test runs and analyzes conversations for insights.
///
/// Pass an implementation to [`Builder::judge`](crate::Builder::judge).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use telnyx_ai_emulator::{Criterion, Emulator, Trial, Verdict};
///
/// let strict = |trial: &Trial, criterion: &Criterion| {
///     let short = trial.replies().all(|reply| reply.len() < 200);
///     if short { Verdict::passed() } else { Verdict::failed(format!("too long for {}", criterion.name)) }
/// };
/// let emulator = Emulator::builder().judge(strict).start().await?;
/// # drop(emulator);
/// # Ok(())
/// # }
/// ```
pub trait Judge: Send + Sync + 'static {
    /// Returns the verdict on an item of the rubric. A run passes if all items pass.
    fn judge(&self, trial: &Trial, criterion: &Criterion) -> Verdict;

    /// Returns the result of an insight.
    ///
    /// The result is a string, or a value that matches its [schema](Insight::schema).
    ///
    /// Default: [`Insight::default_result`].
    fn analyze(&self, insight: &Insight) -> Value {
        insight.default_result()
    }
}

impl<F: Fn(&Trial, &Criterion) -> Verdict + Send + Sync + 'static> Judge for F {
    fn judge(&self, trial: &Trial, criterion: &Criterion) -> Verdict {
        self(trial, criterion)
    }
}

/// A test run with its conversation.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Trial {
    /// The test, in the form of the API.
    pub test: Value,
    /// The tested version of the assistant, in the form of the API.
    pub assistant: Value,
    /// All messages, oldest first.
    ///
    /// They have the form of `GET /ai/conversations/{conversation_id}/messages`. The tester is the user.
    pub transcript: Vec<Value>,
}

impl Trial {
    /// The texts of the assistant's messages.
    pub fn replies(&self) -> impl Iterator<Item = &str> {
        self.transcript
            .iter()
            .filter(|message| message["role"] == "assistant")
            .filter_map(|message| message["text"].as_str())
            .filter(|text| !text.trim().is_empty())
    }
}

/// An item of a rubric.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Criterion {
    /// The name of the item.
    pub name: String,
    /// The condition that the assistant must meet.
    pub criteria: String,
}

/// The verdict of a [`Judge`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// Whether the assistant met the criterion.
    pub passed: bool,
    /// The reason. It is added to the `logs` of the run.
    pub reason: Option<String>,
}

impl Verdict {
    /// The assistant met the criterion.
    #[must_use]
    pub fn passed() -> Self {
        Self { passed: true, reason: None }
    }

    /// The assistant did not meet the criterion, because of `reason`.
    #[must_use]
    pub fn failed(reason: impl Into<String>) -> Self {
        Self { passed: false, reason: Some(reason.into()) }
    }
}

/// The default judge.
///
/// It is deterministic and checks the quoted phrases of a criterion.
///
/// - `Says "welcome"` passes if the assistant's messages contain all quoted phrases.
/// - `Must not say "guaranteed"` passes if they contain none of the phrases. `not`, `never`, `cannot`, `without`, `avoid`,
///   `avoids` or a word that ends with `n't` before the first phrase makes a criterion negative.
/// - A criterion without quotes passes if the assistant said anything.
///
/// Case and the amount of whitespace do not matter.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct PhraseJudge;

impl Judge for PhraseJudge {
    fn judge(&self, trial: &Trial, criterion: &Criterion) -> Verdict {
        let replies: Vec<String> = trial.replies().map(folded).collect();
        let said = |phrase: &str| replies.iter().any(|reply| reply.contains(&folded(phrase)));
        let (before, phrases) = quoted(&criterion.criteria);
        let wrong = if phrases.is_empty() {
            replies.is_empty().then(|| "the assistant sent no message".to_owned())
        } else if forbids(before) {
            phrases.iter().find(|phrase| said(phrase)).map(|phrase| format!("the assistant said \"{phrase}\""))
        } else {
            phrases.iter().find(|phrase| !said(phrase)).map(|phrase| format!("the assistant did not say \"{phrase}\""))
        };
        wrong.map_or_else(Verdict::passed, Verdict::failed)
    }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn forbids(text: &str) -> bool {
    folded(text).replace('’', "'").split(|c: char| !c.is_alphanumeric() && c != '\'').any(|word| {
        matches!(word, "not" | "never" | "cannot" | "without" | "avoid" | "avoids") || word.ends_with("n't")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn quoted_phrases_decide_the_verdict() {
        let trial = Trial {
            test: Value::Null,
            assistant: Value::Null,
            transcript: vec![
                json!({ "role": "user", "text": "Tell me a secret" }),
                json!({ "role": "assistant", "text": "Welcome to\n Acme." }),
            ],
        };
        let passes = |criteria: &str| {
            let criterion = Criterion { name: "c".into(), criteria: criteria.into() };
            PhraseJudge.judge(&trial, &criterion).passed
        };
        assert!(passes("Is polite"));
        assert!(passes("Says \"welcome to acme\""));
        assert!(!passes("Says \"welcome\" and \"good bye\""));
        assert!(!passes("Says “secret”"));
        assert!(passes("Never says \"secret\""));
        assert!(!passes("Must not say \"secret\" or \"welcome\""));
        assert!(passes("Doesn’t say \"secret\""));

        let silence = Trial { transcript: Vec::new(), ..trial };
        let criterion = Criterion { name: "c".into(), criteria: "Is polite".into() };
        assert!(!PhraseJudge.judge(&silence, &criterion).passed);
    }
}

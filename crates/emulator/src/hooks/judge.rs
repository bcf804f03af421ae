//! Whether an assistant did what a test asks of it.

use serde_json::Value;

use super::Insight;
use crate::phrases::quoted;

/// Judges the conversations of test runs. Give your own to [`Builder::judge`](crate::Builder::judge) to script verdicts.
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
    /// The verdict on one item of the test's rubric. A run passes when all of them do.
    fn judge(&self, trial: &Trial, criterion: &Criterion) -> Verdict;

    /// The result of an insight: a text, or a value that follows its [schema](Insight::schema). Default:
    /// [`Insight::by_words`].
    fn analyze(&self, insight: &Insight) -> Value {
        insight.by_words()
    }
}

impl<F: Fn(&Trial, &Criterion) -> Verdict + Send + Sync + 'static> Judge for F {
    fn judge(&self, trial: &Trial, criterion: &Criterion) -> Verdict {
        self(trial, criterion)
    }
}

/// The conversation of a test run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Trial {
    /// The test, as the API answers it.
    pub test: Value,
    /// The assistant's configuration, as the API answers it; of the version that was tested.
    pub assistant: Value,
    /// All messages, oldest first, as `GET /ai/conversations/{id}/messages` answers them. The tester is the user.
    pub transcript: Vec<Value>,
}

impl Trial {
    /// What the assistant said, message by message.
    pub fn replies(&self) -> impl Iterator<Item = &str> {
        self.transcript
            .iter()
            .filter(|message| message["role"] == "assistant")
            .filter_map(|message| message["text"].as_str())
            .filter(|text| !text.trim().is_empty())
    }
}

/// One item of a rubric.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Criterion {
    /// Its label.
    pub name: String,
    /// When the assistant meets it.
    pub criteria: String,
}

/// What a [`Judge`] finds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// Whether the assistant met the criterion.
    pub passed: bool,
    /// Why; it goes into the `logs` of the run.
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

/// The judge the emulator starts with: deterministic, and led by what stands between quotes in a criterion.
///
/// - `Says "welcome"`: passes when the assistant said that, anywhere in its messages. With several phrases, it has to
///   have said each of them.
/// - `Must not say "guaranteed"`: passes when the assistant said none of the phrases. So does any criterion with `not`,
///   `never`, `cannot`, `without`, `avoid`, `avoids` or a word that ends with `n't` before its first phrase.
/// - Without quotes: passes when the assistant said anything at all.
///
/// Upper and lower case are one, and so is all white space.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct PhraseJudge;

impl Judge for PhraseJudge {
    fn judge(&self, trial: &Trial, criterion: &Criterion) -> Verdict {
        let replies: Vec<String> = trial.replies().map(folded).collect();
        let said = |phrase: &str| replies.iter().any(|reply| reply.contains(&folded(phrase)));
        let (before, phrases) = quoted(&criterion.criteria);
        let wrong = if phrases.is_empty() {
            replies.is_empty().then(|| "the assistant said nothing".to_owned())
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
    fn phrases_decide() {
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

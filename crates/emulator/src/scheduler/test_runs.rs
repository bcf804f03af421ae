//! Executes due test runs: sends the tester's messages and judges the conversation.

use std::sync::Arc;

use serde_json::Value;

use super::runs::Parts;
use crate::{
    dialogue::Listener,
    domain::{
        Error, Result,
        chat::{self, OpenConversation},
        conversations,
        test_runs::{self, Played, StoredRun},
    },
    hooks::{Criterion, Trial, Verdict},
    json::{items, text},
};

impl Parts {
    pub(super) async fn play(&self, run: &StoredRun, resets: u64) -> Played {
        let opened = match self.domain.run_unless_reset(resets, |cx| test_runs::open(cx, run)) {
            Ok(Some(opened)) => opened,
            Ok(None) => return Played::default(),
            Err(error) => return Played::not_started(&error),
        };
        let (id, version_id) = (text(&opened.conversation, "id"), text(&opened.assistant, "version_id"));
        let mut logs = vec![format!("Conversation {id} with version {version_id}.")];
        let (verdicts, assistant) = match self.converse(run, opened).await {
            Ok(trial) => {
                let assistant = trial.assistant.clone();
                (self.judge(trial, &mut logs).await, Some(assistant))
            }
            Err(error) => {
                logs.push(error.to_string());
                (None, None)
            }
        };
        Played { verdicts, assistant, logs }
    }

    /// Sends the tester's messages one by one. Returns the complete conversation.
    async fn converse(&self, run: &StoredRun, opened: OpenConversation) -> Result<Trial> {
        let OpenConversation { mut assistant, conversation, mut request, resets, .. } = opened;
        let started = self.domain.time().now();
        let id = text(&conversation, "id").to_owned();
        let (version, mut tested) = (assistant.clone(), Value::Null);
        for line in run.lines() {
            let lock = self.dialogue.lock(&id).await;
            let conversation = self.domain.run(|cx| conversations::get(cx, &id))?;
            let opened = OpenConversation {
                assistant: assistant.clone(),
                conversation: conversation.clone(),
                request: request.take(),
                tested: Some(version.clone()),
                resets,
            };
            let outcome = self.dialogue.answer(lock, opened, &line, None, &Listener::default()).await?;
            if let Some(failure) = outcome.failure {
                return Err(Error::Internal(format!("The chat failed: HTTP {}. {failure}", failure.status())));
            }
            if outcome.assistant["id"] == version["id"] {
                tested = outcome.assistant;
                assistant.clone_from(&version);
            } else if let Some(next) =
                self.domain.run(|cx| chat::successor(cx, text(&outcome.assistant, "id"), &conversation))?
            {
                assistant = next;
            }
            if outcome.ended {
                break;
            }
            let limit = run.test["max_duration_seconds"].as_f64().unwrap_or(f64::INFINITY);
            if self.domain.time().now().duration_since(started).as_secs_f64() > limit {
                return Err(Error::Internal(format!("The conversation took more than {limit} s.")));
            }
        }
        let transcript = self.domain.run(|cx| conversations::messages(cx, &id))?;
        Ok(Trial { test: run.test.clone(), assistant: tested, transcript })
    }

    /// The verdicts on all items of the rubric; `None` if the judge failed.
    async fn judge(&self, trial: Trial, logs: &mut Vec<String>) -> Option<Vec<(String, bool)>> {
        let trial = Arc::new(trial);
        let mut verdicts = Vec::new();
        for item in items(&trial.test["rubric"]) {
            let criterion =
                Criterion { name: text(item, "name").to_owned(), criteria: text(item, "criteria").to_owned() };
            let name = criterion.name.clone();
            let verdict = match self.verdict(&trial, criterion).await {
                Ok(verdict) => verdict,
                Err(reason) => {
                    logs.push(reason);
                    return None;
                }
            };
            let word = if verdict.passed { "passed" } else { "failed" };
            let reason = verdict.reason.map(|reason| format!(": {reason}")).unwrap_or_default();
            logs.push(format!("{name} {word}{reason}."));
            verdicts.push((name, verdict.passed));
        }
        Some(verdicts)
    }

    /// The verdict of a matching script, else of the model, else of the judge.
    async fn verdict(&self, trial: &Arc<Trial>, criterion: Criterion) -> Result<Verdict, String> {
        if let Some(verdict) = self.scripts.get().verdict(trial, &criterion) {
            return Ok(verdict);
        }
        if let Some(model) = &self.model {
            return model.judge(trial, &criterion).await;
        }
        let (judge, trial) = (Arc::clone(&self.judge), Arc::clone(trial));
        let judging = tokio::task::spawn_blocking(move || judge.judge(&trial, &criterion));
        judging.await.map_err(|error| format!("The judge failed: {error}."))
    }
}

//! The results of tests.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use telnyx_ai::Telnyx;
use telnyx_ai::assistants::Message;
use telnyx_ai::prelude::*;
use telnyx_ai::testing::{ResultStatus, Sample, TestResult, TestRunDetail, TestStatus};

use crate::failure::{Failure, message_of};
use crate::output::style::{BOLD, CREATED, DELETED, DIM, UPDATED, styled};
use crate::resources::{Address, PAGE_SIZE};

/// The maximum number of messages that are shown of a conversation.
const EXCERPT: usize = 12;

/// The results of all tests, with the conversations of those that did not pass.
#[derive(Default)]
pub(crate) struct Results {
    pub(super) tests: Vec<Tested>,
    /// The outage of the API at the time limit.
    pub(super) outage: Option<String>,
    /// The tests that could not run because their candidate was deleted, with this error.
    deleted: BTreeMap<Address, String>,
}

pub(super) struct Tested {
    pub(super) address: Address,
    pub(super) result: TestResult,
    /// The conversations of the samples that did not pass, by the index of the sample.
    pub(super) transcripts: Vec<(usize, Vec<String>)>,
}

impl Results {
    /// Reads the conversations of the failed runs. One that cannot be read is left out.
    pub(crate) async fn collect(
        telnyx: &Telnyx,
        reports: Vec<(Address, TestResult)>,
        outage: Option<String>,
        deleted: BTreeMap<Address, String>,
    ) -> Self {
        let mut tests = Vec::new();
        for (address, result) in reports {
            let mut transcripts = Vec::new();
            for (n, sample) in
                result.samples.iter().enumerate().filter(|(_, sample)| sample.status() == ResultStatus::Failed)
            {
                if let Some(id) = sample.run.as_ref().and_then(|run| run.conversation_id.as_deref()) {
                    transcripts.push((n, transcript(telnyx, id).await));
                }
            }
            tests.push(Tested { address, result, transcripts });
        }
        tests.sort_by(|a, b| a.address.cmp(&b.address));
        let is_unfinished = |tested: &Tested| tested.result.count(ResultStatus::Unfinished) > 0;
        let outage = outage.filter(|_| tests.iter().any(is_unfinished));
        Self { tests, outage, deleted }
    }

    fn count(&self, statuses: &[&str]) -> usize {
        self.tests.iter().filter(|tested| statuses.contains(&word(tested.result.status()))).count()
    }

    /// A failed test is a result. A test that could not run is an error.
    pub(crate) fn verdict(&self) -> Result<(), Failure> {
        if self.count(&["failed"]) > 0 {
            Err(Failure::No)
        } else if self.count(&["passed"]) < self.tests.len() || !self.deleted.is_empty() {
            Err(Failure::Reported)
        } else {
            Ok(())
        }
    }

    pub(crate) fn document(&self) -> Value {
        let tests = self.tests.iter().map(|tested| {
            let runs = tested.result.samples.iter().map(|sample| {
                let mut run = json!({
                    "run_id": sample.run.as_ref().map(|run| &run.run_id),
                    "status": word(sample.status()),
                    "rubric": details(sample)
                        .map(|detail| json!({ "name": detail.name, "status": detail.status.as_str() }))
                        .collect::<Vec<_>>(),
                });
                if let Some(error) = self.problem(tested, sample) {
                    run["error"] = error.into();
                }
                run
            });
            json!({ "key": tested.address.key, "status": word(tested.result.status()), "runs": runs.collect::<Vec<_>>() })
        });
        let mut document = json!({
            "tests": tests.collect::<Vec<_>>(),
            "summary": {
                "passed": self.count(&["passed"]),
                "failed": self.count(&["failed"]),
                "error": self.count(&["error", "timeout"]),
            },
        });
        if let Some(outage) = &self.outage {
            document["error"] = outage.as_str().into();
        }
        document
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for tested in &self.tests {
            let status = word(tested.result.status());
            let samples = tested.result.samples.len();
            let passed = tested.result.count(ResultStatus::Passed);
            let share = if samples > 1 { format!(" ({passed} of {samples} samples passed)") } else { String::new() };
            lines.push(format!("{} {}{share}", styled(style(status), format!("{status:7}")), tested.address));
            for (n, sample) in tested.result.samples.iter().enumerate() {
                lines.extend(self.sample_lines(n, tested, sample));
                for (_, transcript) in tested.transcripts.iter().filter(|(index, _)| *index == n) {
                    lines.extend(transcript.iter().map(|line| styled(DIM, format!("          {line}"))));
                }
            }
        }
        let [passed, failed, errors, timeouts] =
            ["passed", "failed", "error", "timeout"].map(|status| self.count(&[status]));
        let timed_out = if timeouts > 0 { format!(", {timeouts} timed out") } else { String::new() };
        let counts = format!("{passed} passed, {failed} failed, {errors} could not be run{timed_out}");
        lines.push(styled(BOLD, counts));
        lines
    }

    fn sample_lines(&self, n: usize, tested: &Tested, sample: &Sample) -> Vec<String> {
        let mut lines = Vec::new();
        if tested.result.samples.len() > 1 {
            lines.push(format!("      sample {}: {}", n + 1, word(sample.status())));
        }
        for detail in details(sample) {
            let status = detail.status.as_str();
            lines.push(format!("        {} {}", styled(style(status), format!("{status:7}")), detail.name));
        }
        lines.extend(self.problem(tested, sample).map(|problem| format!("        {problem}")));
        lines
    }

    /// The reason for which a sample has no verdict.
    pub(super) fn problem(&self, tested: &Tested, sample: &Sample) -> Option<String> {
        match sample.status() {
            ResultStatus::Passed | ResultStatus::Failed => None,
            ResultStatus::Unfinished => Some(match (&self.outage, &sample.run, &sample.error) {
                (Some(outage), ..) => format!("timed out; {outage}"),
                (None, _, Some(error)) => format!("timed out; the last error was: {}", message_of(error)),
                (None, Some(run), None) => format!("timed out; run {} is still {}", run.run_id, run.status.as_str()),
                (None, None, None) => "timed out before the run began".to_owned(),
            }),
            _ => Some(self.deleted.get(&tested.address).cloned().unwrap_or_else(|| Self::error(sample))),
        }
    }

    fn error(sample: &Sample) -> String {
        if let Some(run) = sample.run.as_ref().filter(|run| sample.error.is_none() && run.status != TestStatus::Error) {
            return format!("run {} ended with the unknown status `{}`", run.run_id, run.status.as_str());
        }
        match (&sample.error, sample.run.as_ref().and_then(|run| run.logs.as_deref())) {
            (Some(error), _) if sample.run.is_none() && error.is_not_found() => {
                format!("{}; the test was deleted elsewhere, and `telnyx-ai plan` shows what to do", message_of(error))
            }
            (Some(error), _) => message_of(error),
            (None, Some(logs)) => logs.trim().to_owned(),
            (None, None) => "the run ended without a verdict and without logs; run the test again".to_owned(),
        }
    }
}

/// The results of the items of a rubric.
pub(super) fn details(sample: &Sample) -> impl Iterator<Item = &TestRunDetail> {
    sample.run.iter().flat_map(|run| run.detail_status.iter().flatten())
}

fn style(status: &str) -> anstyle::Style {
    match status {
        "passed" => CREATED,
        "failed" => DELETED,
        _ => UPDATED,
    }
}

/// A status as documents have it.
pub(super) const fn word(status: ResultStatus) -> &'static str {
    match status {
        ResultStatus::Passed => "passed",
        ResultStatus::Failed => "failed",
        ResultStatus::Unfinished => "timeout",
        _ => "error",
    }
}

/// The messages of a conversation, the first one first.
pub(crate) async fn messages_of(telnyx: &Telnyx, conversation_id: &str) -> Result<Vec<Message>, telnyx_ai::Error> {
    let mut messages = telnyx.conversations().messages(conversation_id).page_size(PAGE_SIZE).try_collect().await?;
    messages.sort_by(|a, b| (&a.sent_at, &a.created_at).cmp(&(&b.sent_at, &b.created_at)));
    Ok(messages)
}

async fn transcript(telnyx: &Telnyx, conversation_id: &str) -> Vec<String> {
    let messages = messages_of(telnyx, conversation_id).await.unwrap_or_default();
    let skipped = messages.len().saturating_sub(EXCERPT);
    let lines = messages.iter().skip(skipped).filter_map(|message| {
        let text = message.text.clone().into_value()?;
        Some(format!("{}: {}", message.role.as_str(), text.trim()))
    });
    let more = (skipped > 0).then(|| format!("… {skipped} earlier messages"));
    more.into_iter().chain(lines).collect()
}

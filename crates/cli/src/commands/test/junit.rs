//! Results as JUnit XML.

use std::path::Path;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use telnyx_ai::testing::{ResultStatus, Sample};

use super::results::{Results, Tested, details, word};
use crate::failure::Failure;
use crate::output::Secrets;
use crate::state::write_atomically;

/// Writes a report without the values of secrets. They are masked before the encoder escapes them.
pub(super) fn write(path: &Path, environment: &str, results: &Results, secrets: &Secrets) -> Result<(), Failure> {
    let mut suite = TestSuite::new(environment);
    suite.add_test_cases(results.tests.iter().map(|tested| case(results, tested, secrets)));
    let mut report = Report::new("telnyx-ai");
    report.add_test_suite(suite);
    let text = report.to_string().map_err(|error| Failure::new(format!("cannot encode the JUnit report: {error}")))?;
    write_atomically(path, text.as_bytes())
}

fn case(results: &Results, tested: &Tested, secrets: &Secrets) -> TestCase {
    let status = word(tested.result.status());
    let mut outcome = match status {
        "passed" => TestCaseStatus::success(),
        "failed" => TestCaseStatus::non_success(NonSuccessKind::Failure),
        _ => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    let samples = &tested.result.samples;
    let passed = tested.result.count(ResultStatus::Passed);
    if status != "passed" {
        let reasons: Vec<_> = samples.iter().flat_map(|sample| reasons(results, tested, sample)).collect();
        outcome.set_type(status);
        let message = format!("{passed} of {} samples passed: {}", samples.len(), reasons.join("; "));
        outcome.set_message(secrets.masked(&message));
        outcome.set_description(secrets.masked(&reasons.join("\n")));
    }
    let mut case = TestCase::new(tested.address.key.clone(), outcome);
    case.set_classname(tested.address.kind.folder());
    case.set_time(samples.iter().map(time).sum());
    let transcripts: Vec<_> = tested.transcripts.iter().map(|(_, lines)| lines.join("\n")).collect();
    if !transcripts.is_empty() {
        case.set_system_out(secrets.masked(&transcripts.join("\n\n")));
    }
    case
}

fn reasons(results: &Results, tested: &Tested, sample: &Sample) -> Vec<String> {
    let failed = details(sample)
        .filter(|detail| detail.status.as_str() != "passed")
        .map(|detail| format!("{}: {}", detail.name, detail.status.as_str()));
    failed.chain(results.problem(tested, sample)).collect()
}

/// The time between the beginning and the end of a run, by the clock of the server.
fn time(sample: &Sample) -> Duration {
    let duration = sample.run.as_ref().and_then(|run| {
        let end = run.completed_at.as_ref().or(run.updated_at.as_ref())?;
        let [start, end] = [&run.created_at, end].map(|time| time.as_str().parse::<jiff::Timestamp>().ok());
        end?.duration_since(start?).try_into().ok()
    });
    duration.unwrap_or_default()
}

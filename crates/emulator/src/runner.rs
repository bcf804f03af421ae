//! Plays the test runs that are due: talks to the assistant, and has the conversation judged.

use std::{sync::Arc, time::Duration};

use serde_json::Value;

use crate::{
    app::App,
    dialogue::{self, Listener},
    domain::{
        Outcome, Problem,
        chat::{self, Opened},
        conversations,
        test_runs::{self, Played},
    },
    json::items,
    judge::{Criterion, Trial, Verdict},
};

/// How long a reader waits for runs that are being played before it is told that they are running.
const PATIENCE: Duration = Duration::from_secs(1);

/// Plays all runs that are due by the emulator's clock, so that what is read next is up to date.
pub(crate) async fn settle(app: &App) {
    if !matches!(app.run(test_runs::next_due), Ok(Some(_))) {
        return;
    }
    let app = app.clone();
    // On a task of its own: a reader that hangs up or loses its patience does not break off a conversation.
    let playing = tokio::spawn(async move {
        if let Err(problem) = play_due(&app).await {
            tracing::error!(%problem, "a test run could not be kept");
        }
    });
    if let Ok(Err(error)) = tokio::time::timeout(PATIENCE, playing).await {
        tracing::error!(%error, "a test run broke off");
    }
}

/// One after the other; whoever comes second waits for the first. Tells how many.
pub(crate) async fn play_due(app: &App) -> Outcome<usize> {
    let _alone = app.playing.lock().await;
    let mut count = 0;
    while let Some(run) = app.run(test_runs::next_due)? {
        let played = play(app, &run).await;
        app.run(|work| test_runs::finish(work, run["run"]["run_id"].as_str().unwrap_or_default(), &played))?;
        count += 1;
    }
    Ok(count)
}

async fn play(app: &App, run: &Value) -> Played {
    let opened = match app.run(|work| test_runs::open(work, run)) {
        Ok(opened) => opened,
        Err(problem) => return Played::not_started(&problem),
    };
    let conversation_id = chat::id_of(&opened.conversation).to_owned();
    let mut logs = vec![format!(
        "Conversation {conversation_id} with version {}.",
        opened.assistant["version_id"].as_str().unwrap_or_default()
    )];
    let verdicts = match converse(app, run, opened).await {
        Ok(trial) => judge(app, trial, &mut logs).await,
        Err(problem) => {
            logs.push(problem.to_string());
            None
        }
    };
    Played { verdicts, conversation_id: Some(conversation_id), logs }
}

/// Says the tester's lines one by one; gives the whole conversation.
async fn converse(app: &App, run: &Value, opened: Opened) -> Outcome<Trial> {
    let (mut assistant, conversation) = dialogue::prepare(app, opened).await?;
    let began = app.time.now();
    let id = chat::id_of(&conversation).to_owned();
    let (asked, mut tested) = (assistant["id"].clone(), Value::Null);
    for line in test_runs::lines(run) {
        let opened = Opened { assistant: assistant.clone(), conversation: conversation.clone(), ask: None };
        let said = dialogue::answer(app, opened, &line, None, &Listener::none()).await?;
        if let Some(problem) = said.failure {
            return Err(Problem::internal(format!("The chat broke off: HTTP {}. {problem}", problem.status())));
        }
        if said.assistant["id"] == asked {
            tested = said.assistant;
        } else if let Some(next) =
            app.run(|work| chat::successor(work, said.assistant["id"].as_str().unwrap_or_default(), &conversation))?
        {
            assistant = next;
        }
        if said.ended {
            break;
        }
        let limit = run["test"]["max_duration_seconds"].as_f64().unwrap_or(f64::INFINITY);
        if app.time.now().duration_since(began).as_secs_f64() > limit {
            return Err(Problem::internal(format!("The conversation took more than {limit} s.")));
        }
    }
    let transcript = app.run(|work| conversations::messages(work, &id))?;
    Ok(Trial { test: run["test"].clone(), assistant: tested, transcript })
}

/// The verdict on each item of the rubric; `None` where the judge broke down.
async fn judge(app: &App, trial: Trial, logs: &mut Vec<String>) -> Option<Vec<(String, bool)>> {
    let trial = Arc::new(trial);
    let mut verdicts = Vec::new();
    for item in items(&trial.test["rubric"]) {
        let text = |field: &str| item[field].as_str().unwrap_or_default().to_owned();
        let criterion = Criterion { name: text("name"), criteria: text("criteria") };
        let name = criterion.name.clone();
        let verdict = match verdict(app, &trial, criterion).await {
            Ok(verdict) => verdict,
            Err(problem) => {
                logs.push(problem.to_string());
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

/// What a script finds, or the model where there is one, or the judge.
async fn verdict(app: &App, trial: &Arc<Trial>, criterion: Criterion) -> Outcome<Verdict> {
    if let Some(verdict) = app.scripts.verdict(trial, &criterion) {
        return Ok(verdict);
    }
    if let Some(llm) = &app.llm {
        return llm.judge(app, trial, &criterion).await.map_err(Problem::internal);
    }
    let (app, trial) = (app.clone(), Arc::clone(trial));
    off_thread(move || app.judge.judge(&trial, &criterion)).await
}

/// Runs the code of others, which may take long, and may panic.
async fn off_thread<T: Send + 'static>(code: impl FnOnce() -> T + Send + 'static) -> Outcome<T> {
    tokio::task::spawn_blocking(code).await.map_err(|error| Problem::internal(format!("The run broke off: {error}.")))
}

//! Plays the test runs that are due: talks to the assistant, and has the conversation judged.

use std::time::Duration;

use serde_json::Value;

use crate::{
    app::App,
    domain::{
        Outcome, Problem,
        chat::{self, Opened},
        conversations,
        test_runs::{self, Played},
    },
    judge::{Criterion, Trial},
};

/// How long a reader waits for runs that are being played before it is told that they are running.
const PATIENCE: Duration = Duration::from_secs(1);

/// Sees to it that runs are played when they are due, also when nobody asks for them.
pub(crate) fn schedule(app: &App) {
    let app = app.clone();
    tokio::spawn(async move {
        tokio::time::sleep(test_runs::delay()).await;
        settle(&app).await;
    });
}

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

/// One after the other; whoever comes second waits for the first.
async fn play_due(app: &App) -> Outcome<()> {
    let _alone = app.playing.lock().await;
    while let Some(run) = app.run(test_runs::next_due)? {
        let played = play(app, &run).await;
        app.run(|work| test_runs::finish(work, run["run"]["run_id"].as_str().unwrap_or_default(), &played))?;
    }
    Ok(())
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
    let Opened { assistant, mut conversation, ask } = opened;
    let began = app.clock.now();
    let id = chat::id_of(&conversation).to_owned();
    if let Some(ask) = ask {
        let given = app.initialize(ask).await;
        conversation = app.run(|work| chat::initialized(work, conversation, given))?;
    }
    let mut tested = Value::Null;
    for line in test_runs::lines(run) {
        let turn = app.run(|work| chat::turn(work, &conversation, &assistant, &line, None))?;
        let answering = app.clone();
        let (turn, reply) = off_thread(move || {
            let reply = answering.responder.respond(&turn);
            (turn, reply)
        })
        .await?;
        app.run(|work| chat::keep(work, &id, &turn, &reply))?;
        if let Some(reason) = reply.failure {
            return Err(Problem::internal(format!("The chat broke off: HTTP 500. {reason}")));
        }
        tested = turn.assistant;
        let limit = run["test"]["max_duration_seconds"].as_f64().unwrap_or(f64::INFINITY);
        if app.clock.now().duration_since(began).as_secs_f64() > limit {
            return Err(Problem::internal(format!("The conversation took more than {limit} s.")));
        }
    }
    let transcript = app.run(|work| conversations::messages(work, &id))?;
    Ok(Trial { test: run["test"].clone(), assistant: tested, transcript })
}

/// The verdict on each item of the rubric; `None` where the judge broke down.
async fn judge(app: &App, trial: Trial, logs: &mut Vec<String>) -> Option<Vec<(String, bool)>> {
    let app = app.clone();
    let judged = off_thread(move || {
        let rubric = trial.test["rubric"].as_array().map(Vec::as_slice).unwrap_or_default();
        let text = |item: &Value, field: &str| item[field].as_str().unwrap_or_default().to_owned();
        let judged = rubric.iter().map(|item| {
            let criterion = Criterion { name: text(item, "name"), criteria: text(item, "criteria") };
            let verdict = app.judge.judge(&trial, &criterion);
            (criterion.name, verdict)
        });
        judged.collect::<Vec<_>>()
    });
    let judged = match judged.await {
        Ok(judged) => judged,
        Err(problem) => {
            logs.push(problem.to_string());
            return None;
        }
    };
    let verdicts = judged.into_iter().map(|(name, verdict)| {
        let word = if verdict.passed { "passed" } else { "failed" };
        let reason = verdict.reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        logs.push(format!("{name} {word}{reason}."));
        (name, verdict.passed)
    });
    Some(verdicts.collect())
}

/// Runs the code of others, which may take long, and may panic.
async fn off_thread<T: Send + 'static>(code: impl FnOnce() -> T + Send + 'static) -> Outcome<T> {
    tokio::task::spawn_blocking(code).await.map_err(|error| Problem::internal(format!("The run broke off: {error}.")))
}

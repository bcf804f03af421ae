//! Runs due insights: analyzes conversations and stores the results.

use std::{sync::Arc, time::Duration};

use serde_json::Value;

use crate::{
    dialogue::Model,
    domain::{
        Domain, Result,
        insight_runs::{self, DueRun},
    },
    hooks::{Insight, Judge},
    scripts::ActiveScripts,
};

/// How long a reader waits for due insights before it sees them as in progress.
const MAX_READ_DELAY: Duration = Duration::from_secs(1);

/// Runs insights. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct InsightRuns(Arc<Parts>);

struct Parts {
    domain: Domain,
    scripts: ActiveScripts,
    /// The model that replaces the judge.
    model: Option<Model>,
    judge: Arc<dyn Judge>,
    /// Held while insights run, so that one conversation is analyzed at a time.
    running: tokio::sync::Mutex<()>,
}

impl InsightRuns {
    pub(crate) fn new(domain: Domain, scripts: ActiveScripts, model: Option<Model>, judge: Arc<dyn Judge>) -> Self {
        let running = tokio::sync::Mutex::default();
        Self(Arc::new(Parts { domain, scripts, model, judge, running }))
    }

    /// Runs all due insights, so that subsequent reads are up to date.
    pub(crate) async fn settle(&self) {
        if !matches!(self.0.domain.run(insight_runs::is_due), Ok(true)) {
            return;
        }
        let runs = self.clone();
        // A separate task, so that a reader that disconnects does not interrupt the run.
        let running = tokio::spawn(async move {
            if let Err(error) = runs.run_due().await {
                tracing::error!(%error, "cannot store the results of insights");
            }
        });
        if let Ok(Err(error)) = tokio::time::timeout(MAX_READ_DELAY, running).await {
            tracing::error!(%error, "insights failed");
        }
    }

    /// Runs all due insights, one conversation after the other. Returns the number of conversations.
    pub(crate) async fn run_due(&self) -> Result<usize> {
        let _alone = self.0.running.lock().await;
        let mut count = 0;
        let domain = &self.0.domain;
        while let (Some(due), resets) = domain.run(|cx| Ok((insight_runs::next_due(cx)?, cx.resets)))? {
            let Some(results) = domain.until_reset(resets, self.0.results(&due)).await else { continue };
            if let Err(reason) = &results {
                tracing::warn!(reason, "insights failed");
            }
            domain.run_unless_reset(resets, |cx| insight_runs::finish(cx, &due, results))?;
            count += 1;
        }
        Ok(count)
    }
}

impl Parts {
    /// The results of all insights, or the error of the first one that failed.
    async fn results(&self, due: &DueRun) -> Result<Vec<Value>, String> {
        let mut results = Vec::new();
        for analysis in &due.analyses {
            results.push(self.result(Insight::of(analysis)).await?);
        }
        Ok(results)
    }

    /// The result of a matching script, else of the model, else of the judge.
    async fn result(&self, insight: Insight) -> Result<Value, String> {
        if let Some(result) = self.scripts.insight(&insight) {
            return result;
        }
        if let Some(model) = &self.model {
            return model.analyze(&insight).await;
        }
        let judge = Arc::clone(&self.judge);
        let analyzing = tokio::task::spawn_blocking(move || judge.analyze(&insight));
        analyzing.await.map_err(|error| format!("The judge failed: {error}."))
    }
}

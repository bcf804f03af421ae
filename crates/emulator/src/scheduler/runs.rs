//! Test runs and insight runs that are due.

use std::{sync::Arc, time::Duration};

use crate::{
    dialogue::{Dialogue, Model},
    domain::{Domain, Result, insight_runs, test_runs},
    hooks::Judge,
    scripts::ActiveScripts,
    store::Kind,
};

/// The timeout of a read that waits for due runs.
const MAX_READ_DELAY: Duration = Duration::from_secs(1);

/// Executes test runs and insights. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct Runs(Arc<Parts>);

pub(super) struct Parts {
    pub(super) domain: Domain,
    pub(super) dialogue: Dialogue,
    pub(super) scripts: ActiveScripts,
    /// The model that replaces the judge.
    pub(super) model: Option<Arc<Model>>,
    pub(super) judge: Arc<dyn Judge>,
    /// Held while a test run is executed, so that one is executed at a time.
    playing: tokio::sync::Mutex<()>,
    /// Held while insights run, so that one conversation is analyzed at a time.
    analyzing: tokio::sync::Mutex<()>,
}

impl Runs {
    pub(crate) fn new(
        domain: Domain,
        dialogue: Dialogue,
        scripts: ActiveScripts,
        model: Option<Arc<Model>>,
        judge: Arc<dyn Judge>,
    ) -> Self {
        let (playing, analyzing) = Default::default();
        Self(Arc::new(Parts { domain, dialogue, scripts, model, judge, playing, analyzing }))
    }

    /// Executes all due test runs, so that subsequent reads are up to date.
    pub(crate) async fn settle_tests(&self) {
        let runs = self.clone();
        self.settle(Kind::TestRun, async move { runs.play_due().await }).await;
    }

    /// Runs all due insights, so that subsequent reads are up to date.
    pub(crate) async fn settle_insights(&self) {
        let runs = self.clone();
        self.settle(Kind::InsightRun, async move { runs.analyze_due().await }).await;
    }

    /// Waits for runs if one is due, with a limit. They continue if the reader disconnects.
    async fn settle(&self, kind: Kind, runs: impl Future<Output = Result<usize>> + Send + 'static) {
        if !matches!(self.0.domain.run(|cx| cx.due_job(kind)), Ok(Some(_))) {
            return;
        }
        let running = tokio::spawn(async {
            if let Err(error) = runs.await {
                tracing::error!(%error, "cannot store the result of a run");
            }
        });
        if let Ok(Err(error)) = tokio::time::timeout(MAX_READ_DELAY, running).await {
            tracing::error!(%error, "a run failed");
        }
    }

    /// Executes all due test runs, one after the other. Returns their number.
    pub(crate) async fn play_due(&self) -> Result<usize> {
        let _alone = self.0.playing.lock().await;
        let domain = &self.0.domain;
        let mut count = 0;
        while let (Some(run), resets) = domain.run(|cx| Ok((test_runs::next_due(cx)?, cx.resets)))? {
            let Some(played) = domain.until_reset(resets, self.0.play(&run, resets)).await else { continue };
            domain.run_unless_reset(resets, |cx| test_runs::finish(cx, run.id(), &played))?;
            count += 1;
        }
        Ok(count)
    }

    /// Runs and counts all due insights, one conversation after the other.
    pub(crate) async fn analyze_due(&self) -> Result<usize> {
        let _alone = self.0.analyzing.lock().await;
        let domain = &self.0.domain;
        let mut count = 0;
        while let (Some(due), resets) = domain.run(|cx| Ok((insight_runs::next_due(cx)?, cx.resets)))? {
            let Some(results) = domain.until_reset(resets, self.0.results(&due)).await else { continue };
            domain.run_unless_reset(resets, |cx| insight_runs::finish(cx, &due, results))?;
            count += 1;
        }
        Ok(count)
    }
}

//! Runs due insights: analyzes conversations and stores the results.

use std::sync::Arc;

use serde_json::Value;

use super::runs::Parts;
use crate::{
    domain::{Result, insight_runs::DueRun},
    hooks::Insight,
};

impl Parts {
    /// The results of all insights, or the error of the first one that failed.
    pub(super) async fn results(&self, due: &DueRun) -> Result<Vec<Value>, String> {
        let mut results = Vec::new();
        for analysis in &due.analyses {
            results.push(self.result(Insight::of(analysis)).await?);
        }
        Ok(results)
    }

    /// The result of a matching script, else of the model, else of the judge.
    async fn result(&self, insight: Insight) -> Result<Value, String> {
        if let Some(result) = self.scripts.get().insight(&insight) {
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

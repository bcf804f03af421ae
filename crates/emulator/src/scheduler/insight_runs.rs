//! Runs due insights: analyzes conversations and stores the results.

use std::sync::Arc;

use serde_json::Value;

use super::runs::Parts;
use crate::{
    domain::insight_runs::DueRun,
    hooks::Insight,
    json::{self, text},
};

impl Parts {
    /// The result of each insight, or the reason why it failed.
    pub(super) async fn results(&self, due: &DueRun) -> Vec<Result<Value, String>> {
        let mut results = Vec::new();
        for (insight, schema) in &due.insights {
            // A result that is nested too deeply could not be stored.
            let result = self.result(Insight::of(due, insight, schema.as_ref())).await;
            let result = result.and_then(|result| json::read(result.to_string().as_bytes()).map_err(|e| e.to_string()));
            if let Err(reason) = &result {
                tracing::warn!(insight = text(insight, "name"), reason, "an insight failed");
            }
            results.push(result);
        }
        results
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

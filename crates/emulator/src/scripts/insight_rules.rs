//! Rules for the results of insights.

use serde_json::Value;

use super::{Insight, Matcher, Reader, ScriptProblem, render_json};

#[derive(Debug, Clone)]
pub(super) struct InsightRule {
    matcher: Matcher,
    /// The name or id of the insight.
    insight: Option<String>,
    result: Result<Value, String>,
}

impl InsightRule {
    pub(super) fn read(rule: &Reader<'_>) -> Result<Self, ScriptProblem> {
        rule.only(&["words", "pattern", "insight", "result", "fail"])?;
        let result = match (rule.value.get("result"), rule.text("fail")?) {
            (Some(result), None) => Ok(result.clone()),
            (None, Some(reason)) => Err(reason),
            _ => return Err(rule.problem("a rule needs either result or fail")),
        };
        Ok(Self { matcher: Matcher::read(rule)?, insight: rule.text("insight")?, result })
    }

    /// The result if the rule matches, with the groups of the pattern replaced.
    pub(super) fn result(&self, insight: &Insight) -> Option<Result<Value, String>> {
        if !self.insight.as_ref().is_none_or(|named| insight.name == *named || insight.id == *named) {
            return None;
        }
        let groups = self.matcher.find(&insight.words())?;
        Some(self.result.as_ref().map(|result| render_json(result, &groups)).map_err(Clone::clone))
    }
}

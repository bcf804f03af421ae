//! Plan files.

use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Plan, document};
use crate::failure::Failure;
use crate::resources::Address;
use crate::state::{digest, write_atomically};

const FORMAT: u32 = 1;

/// A plan that was written to a file, without secrets.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SavedPlan {
    /// The format of the file, under a name that no other file has.
    telnyx_ai_plan: u32,
    pub(crate) environment: String,
    pub(crate) only: BTreeSet<Address>,
    /// The hash of the files and live resources that the plan compared.
    fingerprint: String,
    changes: Value,
}

impl SavedPlan {
    pub(crate) fn new(plan: &Plan, only: &BTreeSet<Address>) -> Self {
        let sides = plan.changes.iter().map(|change| {
            serde_json::json!([change.address, change.action, change.desired, change.comparable]).to_string()
        });
        Self {
            telnyx_ai_plan: FORMAT,
            environment: plan.environment.clone(),
            only: only.clone(),
            fingerprint: digest(&sides.collect::<String>()),
            changes: document(plan)["changes"].take(),
        }
    }

    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(self).map_err(|error| Failure::new(error.to_string()))?;
        write_atomically(path, format!("{text}\n").as_bytes())
    }

    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let problem = |why: String| Failure::new(format!("cannot read the plan {}: {why}", path.display()));
        let text = std::fs::read(path).map_err(|error| problem(error.to_string()))?;
        let plan: Self = serde_json::from_slice(&text)
            .map_err(|error| problem(format!("{error}; make one with `telnyx-ai plan --out FILE`")))?;
        if plan.telnyx_ai_plan != FORMAT {
            return Err(problem(format!(
                "it has format {}, and this program reads format {FORMAT}",
                plan.telnyx_ai_plan
            )));
        }
        Ok(plan)
    }

    /// Whether the files and the live resources have not changed since the plan.
    pub(crate) fn is_current(&self, plan: &Plan) -> bool {
        // The other fields are for people. Whether the variables of secrets are set changes the texts that they show.
        self.fingerprint == Self::new(plan, &self.only).fingerprint
    }
}

//! The parts of an emulator.

use axum::extract::FromRef;
use jiff::Timestamp;

use crate::{
    access::Access,
    dialogue::Dialogue,
    domain::{Domain, connections},
    faults::Faults,
    outbound::Outbound,
    request_log::RequestLog,
    scheduler::{Scheduler, clock, insight_runs::InsightRuns, test_runs::TestRuns},
    scripts::ActiveScripts,
    seed::{LoadError, SeedError, Seeds},
    time::Flow,
};

/// The parts of an emulator. Handlers extract the ones they need.
#[derive(Debug, Clone, FromRef)]
pub(crate) struct App {
    pub(crate) domain: Domain,
    pub(crate) scheduler: Scheduler,
    pub(crate) test_runs: TestRuns,
    pub(crate) insight_runs: InsightRuns,
    pub(crate) dialogue: Dialogue,
    pub(crate) outbound: Outbound,
    pub(crate) scripts: ActiveScripts,
    pub(crate) faults: Faults,
    pub(crate) log: RequestLog,
    pub(crate) access: Access,
    pub(crate) start: std::sync::Arc<InitialState>,
}

/// The initial state of an emulator, which a reset restores.
#[derive(Debug)]
pub(crate) struct InitialState {
    pub(crate) flow: Flow,
    pub(crate) seeds: Seeds,
}

impl App {
    /// Loads the seeds into a new store, stores the clock and applies the stored scripts.
    pub(crate) fn initialize(&self) -> Result<(), SeedError> {
        self.load_seeds(self.domain.time().now(), false)?;
        self.scripts.load(&self.domain).map_err(LoadError::Failed)?;
        self.scheduler.ensure_running();
        Ok(())
    }

    /// Resets contents, clock, faults and request log to the initial state. Changes nothing if it fails.
    pub(crate) fn reset(&self) -> Result<(), SeedError> {
        let time = self.domain.time();
        let before = time.flow();
        time.set_flow(self.start.flow);
        if let Err(error) = self.load_seeds(time.now(), true) {
            time.set_flow(before);
            return Err(error);
        }
        self.scripts.load(&self.domain).map_err(LoadError::Failed)?;
        self.faults.clear();
        self.log.clear();
        self.scheduler.reset();
        Ok(())
    }

    fn load_seeds(&self, now: Timestamp, clear: bool) -> Result<(), SeedError> {
        let loaded: Result<(), LoadError> = self.domain.run_at(now, |cx| {
            if clear {
                cx.tx.clear()?;
                self.domain.restart_ids();
            }
            self.start.seeds.load(cx)?;
            clock::store(cx, self.domain.time().flow())?;
            Ok(connections::seed(cx.tx)?)
        });
        Ok(loaded?)
    }
}

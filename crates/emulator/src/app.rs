//! The parts of an emulator.

use std::sync::Arc;

use axum::extract::FromRef;

use crate::{
    access::Access,
    dialogue::Dialogue,
    domain::{Context, Domain, connections},
    faults::Faults,
    outbound::Outbound,
    request_log::RequestLog,
    scheduler::{Scheduler, clock, runs::Runs},
    scripts::{ActiveScripts, Scripts},
    seed::{LoadError, SeedError, Seeds},
    time::ClockState,
};

/// The parts of an emulator. Handlers extract the ones they need.
#[derive(Clone, FromRef)]
pub(crate) struct App {
    pub(crate) domain: Domain,
    pub(crate) scheduler: Scheduler,
    pub(crate) runs: Runs,
    pub(crate) dialogue: Dialogue,
    pub(crate) outbound: Outbound,
    pub(crate) scripts: ActiveScripts,
    pub(crate) faults: Faults,
    pub(crate) log: RequestLog,
    pub(crate) access: Access,
    pub(crate) start: Arc<InitialState>,
}

/// The initial state of an emulator, which a reset restores.
pub(crate) struct InitialState {
    pub(crate) clock: ClockState,
    pub(crate) seeds: Seeds,
}

impl App {
    /// Loads the seeds into a new store. Stores the clock and applies the scripts.
    pub(crate) fn initialize(&self) -> Result<(), SeedError> {
        let state = self.domain.time().state();
        self.scripts.apply(|| self.domain.run_at(state.now(), |cx| self.load(cx, state)))?;
        self.scheduler.ensure_running();
        Ok(())
    }

    /// Resets contents, clock, faults and request log; or fails without a change.
    pub(crate) fn reset(&self) -> Result<(), SeedError> {
        let state = self.start.clock;
        self.scripts.apply(|| self.domain.reset(state, |cx| self.load(cx, state)))?;
        self.faults.clear();
        self.log.clear();
        self.scheduler.reset();
        Ok(())
    }

    /// Loads the seeds and stores the clock. Returns the scripts.
    fn load(&self, cx: &Context<'_>, state: ClockState) -> Result<Arc<Scripts>, LoadError> {
        self.start.seeds.load(cx)?;
        clock::store(cx, state)?;
        connections::seed(cx.tx)?;
        Ok(self.scripts.stored_or_default(cx)?)
    }
}

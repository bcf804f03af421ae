//! The faults of an emulator.

use std::{fmt, sync::Arc};

use jiff::Timestamp;
use parking_lot::Mutex;
use serde_json::{Value, json};

use super::{Fault, RateLimitState, Spec, Window};

/// The maximum number of used-up faults that are kept, for their counts.
const MAX_USED_UP: usize = 1_000;

/// The faults of an emulator.
///
/// If several match a request, the one added first applies. Clones share them.
#[derive(Clone, Default)]
pub struct Faults(Arc<Mutex<List>>);

#[derive(Debug, Default)]
struct List {
    faults: Vec<Active>,
    /// The number of faults that were ever added.
    count: u64,
}

#[derive(Debug)]
struct Active {
    id: u64,
    fault: Fault,
    matched: u64,
    fired: u64,
    window: Window,
}

impl Active {
    fn is_used_up(&self) -> bool {
        self.fault.spec.times.is_some_and(|times| self.fired >= times)
    }

    fn to_json(&self) -> Value {
        let mut json = json!(self.fault.spec);
        if let Value::Object(fields) = &mut json {
            fields.retain(|_, value| !value.is_null());
        }
        json["id"] = self.id.into();
        json["matched"] = self.matched.into();
        json["fired"] = self.fired.into();
        json
    }
}

/// A fault that applies to a request.
#[derive(Debug)]
pub(crate) struct Applied {
    pub(crate) fault: Spec,
    /// The state of the rate limit, if the effect is a rate limit.
    pub(crate) used: Option<RateLimitState>,
}

impl Faults {
    /// Adds a fault. Returns its id.
    pub fn add(&self, fault: Fault) -> u64 {
        let mut list = self.0.lock();
        list.count += 1;
        let id = list.count;
        if list.faults.iter().filter(|active| active.is_used_up()).count() >= MAX_USED_UP
            && let Some(oldest) = list.faults.iter().position(Active::is_used_up)
        {
            list.faults.remove(oldest);
        }
        list.faults.push(Active { id, fault, matched: 0, fired: 0, window: Window::default() });
        id
    }

    /// Removes a fault. Returns whether it existed.
    pub fn remove(&self, id: u64) -> bool {
        let mut list = self.0.lock();
        let before = list.faults.len();
        list.faults.retain(|active| active.id != id);
        list.faults.len() < before
    }

    /// Removes all faults.
    pub fn clear(&self) {
        self.0.lock().faults.clear();
    }

    /// The number of requests that a fault was applied to.
    ///
    /// Only the last 1,000 faults that are used up are kept. The number of an older one is 0.
    #[must_use]
    pub fn fired(&self, id: u64) -> u64 {
        self.0.lock().faults.iter().find(|active| active.id == id).map_or(0, |active| active.fired)
    }

    /// A fault with its counts.
    pub(crate) fn get(&self, id: u64) -> Option<Value> {
        self.0.lock().faults.iter().find(|active| active.id == id).map(Active::to_json)
    }

    /// All faults with their counts.
    pub(crate) fn all(&self) -> Vec<Value> {
        self.0.lock().faults.iter().map(Active::to_json).collect()
    }

    /// The first fault that matches a request and applies to it.
    ///
    /// Each matching fault up to it counts the request.
    pub(crate) fn apply(&self, method: &str, path: &str, now: Timestamp) -> Option<Applied> {
        self.0.lock().faults.iter_mut().find_map(|active| {
            if active.is_used_up() || !active.fault.matches(method, path) {
                return None;
            }
            active.matched += 1;
            if !active.fault.applies(active.matched) {
                return None;
            }
            active.fired += 1;
            let fault = active.fault.spec.clone();
            let used = fault.rate_limit.map(|limit| active.window.take(limit.requests, limit.window_secs, now));
            Some(Applied { fault, used })
        })
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Faults").field(&self.all()).finish()
    }
}

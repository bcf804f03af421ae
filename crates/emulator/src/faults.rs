//! Faults to order: what goes wrong between a client and the service.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::{app::App, ids::mixed, pattern::Pattern};

/// Something that goes wrong with some requests. Without an effect it does nothing but count.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use telnyx_ai_emulator::{Emulator, Fault};
///
/// let emulator = Emulator::start().await?;
/// let faults = emulator.faults();
/// // The next two reads of an assistant fail, and every third chat takes a second longer.
/// let failing = faults.add(Fault::on("GET", "/ai/assistants/*").status(503).header("retry-after", "1").times(2));
/// faults.add(Fault::on("POST", "/ai/assistants/*/chat").delay(Duration::from_secs(1)).every(3));
/// assert_eq!(faults.fired(failing), 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    method: String,
    path: Pattern,
    pub(crate) delay: Option<Duration>,
    pub(crate) effect: Option<Effect>,
    times: Option<u64>,
    every: u64,
    chance: Option<Chance>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Chance {
    probability: f64,
    seed: u64,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Effect {
    /// This is the answer; the request is not handled.
    Answer { status: u16, headers: Vec<(String, String)>, body: Option<Value> },
    /// The connection breaks before the request is handled.
    DropBefore,
    /// The request is handled, and the connection breaks before the answer.
    DropAfter,
    /// The answer stops half-way, and the connection stays open.
    Stall,
    /// The answer stops half-way, and the connection breaks.
    Truncate,
    /// The answer is whole, but is no JSON.
    InvalidJson,
    /// More requests than so many in a window of time are answered 429.
    RateLimit { requests: u32, window_secs: u32 },
}

impl Fault {
    /// A fault for the requests of a method (`"*"`: any) to the paths of a pattern: in it, `*` stands for any text
    /// without a slash, and `**` for any text. The `/v2` at the start of a path may be left out.
    #[must_use]
    pub fn on(method: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            path: Pattern::new(path),
            delay: None,
            effect: None,
            times: None,
            every: 1,
            chance: None,
        }
    }

    /// Answers with this status and, unless [`body`](Self::body) says otherwise, an error body that fits it. The
    /// request is not handled.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        let (headers, body) = match self.effect {
            Some(Effect::Answer { headers, body, .. }) => (headers, body),
            _ => (Vec::new(), None),
        };
        self.effect = Some(Effect::Answer { status, headers, body });
        self
    }

    /// Adds a header to the answer; the status is 500 unless it is set.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        if !matches!(self.effect, Some(Effect::Answer { .. })) {
            self = self.status(500);
        }
        if let Some(Effect::Answer { headers, .. }) = &mut self.effect {
            headers.push((name.into(), value.into()));
        }
        self
    }

    /// Sets the body of the answer: a JSON string is sent as plain text, anything else as JSON. The status is 500
    /// unless it is set.
    #[must_use]
    pub fn body(mut self, body: impl Into<Value>) -> Self {
        if !matches!(self.effect, Some(Effect::Answer { .. })) {
            self = self.status(500);
        }
        if let Some(Effect::Answer { body: present, .. }) = &mut self.effect {
            *present = Some(body.into());
        }
        self
    }

    /// Waits before anything else happens, by the machine's time. Goes together with any other effect.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = Some(delay);
        self
    }

    /// Handles the request, sends half of the answer, and then nothing more.
    #[must_use]
    pub fn stall(self) -> Self {
        self.with(Effect::Stall)
    }

    /// Resets the connection before the request is handled.
    #[must_use]
    pub fn drop_before(self) -> Self {
        self.with(Effect::DropBefore)
    }

    /// Handles the request, and resets the connection in place of an answer.
    #[must_use]
    pub fn drop_after(self) -> Self {
        self.with(Effect::DropAfter)
    }

    /// Handles the request, sends half of the answer, and closes the connection.
    #[must_use]
    pub fn truncate(self) -> Self {
        self.with(Effect::Truncate)
    }

    /// Handles the request, and answers with a body that is no JSON.
    #[must_use]
    pub fn invalid_json(self) -> Self {
        self.with(Effect::InvalidJson)
    }

    /// Answers 429 to more than `requests` within `window`, by the emulator's clock, in whole seconds and one at least.
    /// All answers have `x-ratelimit-limit`, `x-ratelimit-remaining` and `x-ratelimit-reset`.
    #[must_use]
    pub fn rate_limit(self, requests: u32, window: Duration) -> Self {
        let window_secs = u32::try_from(window.as_secs()).unwrap_or(u32::MAX).max(1);
        self.with(Effect::RateLimit { requests, window_secs })
    }

    /// Strikes so many times, and then never again; default: for ever.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Strikes every `n`-th of its requests only: the n-th, the 2n-th, and so on.
    #[must_use]
    pub fn every(mut self, n: u64) -> Self {
        self.every = n.max(1);
        self
    }

    /// Strikes with a probability from 0 to 1. The same seed strikes the same requests in each run.
    #[must_use]
    pub fn probability(mut self, probability: f64, seed: u64) -> Self {
        self.chance = Some(Chance { probability, seed });
        self
    }

    fn with(mut self, effect: Effect) -> Self {
        self.effect = Some(effect);
        self
    }

    /// Whether it strikes the `n`-th of its requests, counted from 1.
    fn strikes(&self, n: u64) -> bool {
        let lucky = |chance: Chance| {
            // 53 bits are what a float holds.
            let draw = (mixed(chance.seed ^ mixed(n)) >> 11) as f64 / (1_u64 << 53) as f64;
            draw < chance.probability
        };
        n.is_multiple_of(self.every) && self.chance.is_none_or(lucky)
    }

    /// As `POST /_emulator/faults` takes it.
    fn to_json(&self) -> Map<String, Value> {
        let mut json = Map::new();
        let mut set = |name: &str, value: Value| json.insert(name.to_owned(), value);
        set("method", self.method.as_str().into());
        set("path", self.path.as_str().into());
        if let Some(delay) = self.delay {
            set("delay_ms", u64::try_from(delay.as_millis()).unwrap_or(u64::MAX).into());
        }
        match &self.effect {
            None => {}
            Some(Effect::Answer { status, headers, body }) => {
                set("status", (*status).into());
                if !headers.is_empty() {
                    set("headers", headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect());
                }
                if let Some(body) = body {
                    set("body", body.clone());
                }
            }
            Some(Effect::DropBefore) => {
                set("drop", "before".into());
            }
            Some(Effect::DropAfter) => {
                set("drop", "after".into());
            }
            Some(Effect::Stall) => {
                set("stall", true.into());
            }
            Some(Effect::Truncate) => {
                set("truncate", true.into());
            }
            Some(Effect::InvalidJson) => {
                set("invalid_json", true.into());
            }
            Some(Effect::RateLimit { requests, window_secs }) => {
                set("rate_limit", json!({ "requests": requests, "window_secs": window_secs }));
            }
        }
        if let Some(times) = self.times {
            set("times", times.into());
        }
        if self.every > 1 {
            set("every", self.every.into());
        }
        if let Some(Chance { probability, seed }) = self.chance {
            set("probability", probability.into());
            set("seed", seed.into());
        }
        json
    }
}

/// The faults there are.
#[derive(Debug, Default)]
pub(crate) struct FaultList(Mutex<Ordered>);

#[derive(Debug, Default)]
struct Ordered {
    faults: Vec<Active>,
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
    fn to_json(&self) -> Value {
        let mut json = self.fault.to_json();
        json.insert("id".into(), self.id.into());
        json.insert("matched".into(), self.matched.into());
        json.insert("fired".into(), self.fired.into());
        json.into()
    }
}

/// What happens to a request.
#[derive(Debug)]
pub(crate) struct Strike {
    pub(crate) delay: Option<Duration>,
    pub(crate) effect: Option<Effect>,
    /// Where there is a rate limit: how far it is used up.
    pub(crate) used: Option<Used>,
}

impl FaultList {
    pub(crate) fn add(&self, fault: Fault) -> Value {
        let mut list = self.list();
        list.count += 1;
        let active = Active { id: list.count, fault, matched: 0, fired: 0, window: Window::default() };
        let json = active.to_json();
        list.faults.push(active);
        json
    }

    pub(crate) fn remove(&self, id: u64) -> bool {
        let mut list = self.list();
        let before = list.faults.len();
        list.faults.retain(|active| active.id != id);
        list.faults.len() < before
    }

    pub(crate) fn clear(&self) {
        self.list().faults.clear();
    }

    pub(crate) fn all(&self) -> Vec<Value> {
        self.list().faults.iter().map(Active::to_json).collect()
    }

    fn fired(&self, id: u64) -> u64 {
        self.list().faults.iter().find(|active| active.id == id).map_or(0, |active| active.fired)
    }

    /// What happens to a request: the first fault that is for it and strikes. Each that is looked at counts it.
    pub(crate) fn strike(&self, method: &str, path: &str, now: Timestamp) -> Option<Strike> {
        self.list().faults.iter_mut().find_map(|active| {
            let fault = &active.fault;
            let meant = (fault.method == "*" || fault.method.eq_ignore_ascii_case(method)) && fault.path.matches(path);
            if !meant || fault.times.is_some_and(|times| active.fired >= times) {
                return None;
            }
            active.matched += 1;
            if !fault.strikes(active.matched) {
                return None;
            }
            active.fired += 1;
            let used = match fault.effect {
                Some(Effect::RateLimit { requests, window_secs }) => {
                    Some(active.window.take(requests, window_secs, now))
                }
                _ => None,
            };
            Some(Strike { delay: fault.delay, effect: fault.effect.clone(), used })
        })
    }

    fn list(&self) -> MutexGuard<'_, Ordered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts the requests of a window of time.
#[derive(Debug, Default)]
pub(crate) struct Window {
    ends: i64,
    used: u32,
}

/// How far a rate limit is used up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Used {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// Seconds until there are requests again.
    pub(crate) reset: i64,
    pub(crate) window_secs: u32,
    pub(crate) exceeded: bool,
}

impl Window {
    /// Counts one request.
    pub(crate) fn take(&mut self, limit: u32, window_secs: u32, now: Timestamp) -> Used {
        let (now, window) = (now.as_second(), i64::from(window_secs));
        // A clock that was set back starts a new window as well.
        if now >= self.ends || self.ends - now > window {
            *self = Self { ends: now + window, used: 0 };
        }
        self.used = self.used.saturating_add(1);
        Used {
            limit,
            remaining: limit.saturating_sub(self.used),
            reset: self.ends - now,
            window_secs,
            exceeded: self.used > limit,
        }
    }
}

/// The faults of an emulator. Of several that are for the same request, the one that was added first strikes.
#[derive(Clone)]
pub struct Faults(pub(crate) App);

impl Faults {
    /// Adds a fault; gives its id.
    pub fn add(&self, fault: Fault) -> u64 {
        self.0.faults.add(fault)["id"].as_u64().unwrap_or_default()
    }

    /// Removes a fault. Tells whether there was one.
    pub fn remove(&self, id: u64) -> bool {
        self.0.faults.remove(id)
    }

    /// Removes all faults.
    pub fn clear(&self) {
        self.0.faults.clear();
    }

    /// How many requests a fault has struck.
    #[must_use]
    pub fn fired(&self, id: u64) -> u64 {
        self.0.faults.fired(id)
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Faults").field(&self.0.faults.all()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(fault: Fault, requests: usize) -> Vec<bool> {
        let list = FaultList::default();
        list.add(fault);
        (0..requests).map(|_| list.strike("GET", "/v2/ai/tools", Timestamp::UNIX_EPOCH).is_some()).collect()
    }

    #[test]
    fn strikes_when_it_is_told() {
        let fault = || Fault::on("get", "/ai/*").status(500);
        assert_eq!(struck(fault().times(2), 4), [true, true, false, false]);
        assert_eq!(struck(fault().every(3), 7), [false, false, true, false, false, true, false]);
        assert_eq!(struck(fault().every(2).times(1), 5), [false, true, false, false, false]);
        assert_eq!(struck(Fault::on("POST", "/ai/*").status(500), 1), [false]);
        let (some, again) = (struck(fault().probability(0.3, 7), 10_000), struck(fault().probability(0.3, 7), 10_000));
        assert_eq!(some, again);
        let share = some.iter().filter(|struck| **struck).count();
        assert!((2_850..3_150).contains(&share), "{share}");
        assert_ne!(some, struck(fault().probability(0.3, 8), 10_000));
    }
}

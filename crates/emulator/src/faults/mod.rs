//! Faults: injected errors, delays and broken connections.

mod list;
mod window;

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use telnyx_ai_rules::ViolationKind;

use crate::{ids::mixed, json, path_pattern::PathPattern};
pub(crate) use list::Applied;
pub use list::Faults;
pub(crate) use window::{RateLimitState, Window};

/// A fault that applies to some requests. Without an effect, it only counts them.
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
    pub(crate) spec: Spec,
    path: PathPattern,
}

/// A fault in JSON: the body of `POST /_emulator/faults`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Spec {
    pub(crate) method: Option<String>,
    pub(crate) path: String,
    pub(crate) delay_ms: Option<u64>,
    pub(crate) status: Option<u16>,
    pub(crate) headers: Option<BTreeMap<String, Value>>,
    pub(crate) body: Option<Value>,
    pub(crate) drop: Option<When>,
    pub(crate) stall: Option<bool>,
    pub(crate) truncate: Option<bool>,
    pub(crate) invalid_json: Option<bool>,
    #[serde(default, deserialize_with = "json::of_object")]
    pub(crate) rate_limit: Option<Limit>,
    pub(crate) times: Option<u64>,
    pub(crate) every: Option<u64>,
    pub(crate) probability: Option<f64>,
    pub(crate) seed: Option<u64>,
}

impl Spec {
    /// Whether a response replaces the handling of the request.
    pub(crate) fn has_response(&self) -> bool {
        self.status.is_some() || self.headers.is_some() || self.body.is_some()
    }
}

/// When a connection is reset: before the request is handled, or afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum When {
    Before,
    After,
}

/// The number of requests per window. Others get 429.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limit {
    pub(crate) requests: u32,
    #[serde(default = "default_window_secs")]
    pub(crate) window_secs: u32,
}

fn default_window_secs() -> u32 {
    60
}

impl Fault {
    /// A fault for requests with a method (`"*"`: any) and a path.
    ///
    /// In the path, `*` matches any text without a slash and `**` any text. `{name}` is a `*`, so the paths in errors of the
    /// client, such as `/ai/assistants/{assistant_id}`, can be used. The prefix `/v2` may be omitted.
    ///
    /// # Panics
    ///
    /// If no request can match: the path must start with `/`, `*` or `{`, have no query or fragment, and have at most 256 bytes.
    #[must_use]
    #[track_caller]
    pub fn on(method: impl Into<String>, path: impl Into<String>) -> Self {
        let fault = Self::of(Spec { method: Some(method.into()), path: path.into(), ..Spec::default() });
        if let Some((_, problem)) = fault.path_problem() {
            panic!("{problem}");
        }
        fault
    }

    pub(crate) fn of(spec: Spec) -> Self {
        Self { path: PathPattern::new(&*spec.path), spec }
    }

    /// The reason that no request can match the path.
    pub(crate) fn path_problem(&self) -> Option<(ViolationKind, String)> {
        let path = &self.spec.path;
        if !path.starts_with(['/', '*', '{']) || path.contains(['?', '#']) {
            let problem =
                "A path starts with '/' and has no query or fragment, such as /ai/assistants/*; '**' is any path.";
            return Some((ViolationKind::NotAllowed, problem.to_owned()));
        }
        (!self.path.is_valid()).then(|| (ViolationKind::Length, self.path.problem()))
    }

    /// Responds with this status without handling the request.
    ///
    /// Unless [`body`](Self::body) is set, the body is a matching error.
    #[must_use]
    pub fn status(self, status: u16) -> Self {
        self.with_response(|spec| spec.status = Some(status))
    }

    /// Adds a header to the response.
    ///
    /// Default status: 500. The headers `content-length` and `transfer-encoding` are ignored.
    #[must_use]
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with_response(|spec| {
            spec.headers.get_or_insert_default().insert(name.into(), value.into().into());
        })
    }

    /// Sets the body of the response.
    ///
    /// Default status: 500. A JSON string is sent as plain text, any other value as JSON.
    #[must_use]
    pub fn body(self, body: impl Into<Value>) -> Self {
        self.with_response(|spec| spec.body = Some(body.into()))
    }

    /// Delays the handling of the request, in real time.
    ///
    /// Can be combined with any effect.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        let millis = delay.as_nanos().div_ceil(1_000_000);
        self.spec.delay_ms = Some(u64::try_from(millis).unwrap_or(u64::MAX));
        self
    }

    /// Handles the request and sends half of the response. The connection stays open.
    #[must_use]
    pub fn stall(self) -> Self {
        self.with(Spec { stall: Some(true), ..Spec::default() })
    }

    /// Resets the connection before the request is handled.
    #[must_use]
    pub fn drop_before(self) -> Self {
        self.with(Spec { drop: Some(When::Before), ..Spec::default() })
    }

    /// Handles the request and resets the connection instead of responding.
    #[must_use]
    pub fn drop_after(self) -> Self {
        self.with(Spec { drop: Some(When::After), ..Spec::default() })
    }

    /// Handles the request, sends half of the response and closes the connection.
    #[must_use]
    pub fn truncate(self) -> Self {
        self.with(Spec { truncate: Some(true), ..Spec::default() })
    }

    /// Handles the request and responds with a body that is not JSON.
    #[must_use]
    pub fn invalid_json(self) -> Self {
        self.with(Spec { invalid_json: Some(true), ..Spec::default() })
    }

    /// Responds 429 to requests beyond `requests` per `window`.
    ///
    /// The window is in whole seconds of the emulator's clock, at least 1. All responses have
    /// `x-ratelimit-limit`, `x-ratelimit-remaining` and `x-ratelimit-reset`.
    #[must_use]
    pub fn rate_limit(self, requests: u32, window: Duration) -> Self {
        let window_secs = u32::try_from(window.as_secs()).unwrap_or(u32::MAX).max(1);
        self.with(Spec { rate_limit: Some(Limit { requests, window_secs }), ..Spec::default() })
    }

    /// Applies to at most this many requests. Default: no limit.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.spec.times = Some(times);
        self
    }

    /// Applies to every `n`-th matching request only. Default: 1.
    #[must_use]
    pub fn every(mut self, n: u64) -> Self {
        self.spec.every = Some(n.max(1));
        self
    }

    /// Applies with a probability from 0 to 1.
    ///
    /// The same seed selects the same requests in each run. Default: 1.
    #[must_use]
    pub fn probability(mut self, probability: f64, seed: u64) -> Self {
        (self.spec.probability, self.spec.seed) = (Some(probability), Some(seed));
        self
    }

    /// Replaces the effect.
    fn with(mut self, effect: Spec) -> Self {
        let Spec { method, path, delay_ms, times, every, probability, seed, .. } = self.spec;
        self.spec = Spec { method, path, delay_ms, times, every, probability, seed, ..effect };
        self
    }

    /// Changes the response, which replaces any other effect.
    fn with_response(mut self, change: impl FnOnce(&mut Spec)) -> Self {
        let (status, headers, body) = (self.spec.status, self.spec.headers.take(), self.spec.body.take());
        let mut fault = self.with(Spec { status, headers, body, ..Spec::default() });
        change(&mut fault.spec);
        fault
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        let is_method = |wanted: &String| wanted == "*" || wanted.eq_ignore_ascii_case(method);
        self.spec.method.as_ref().is_none_or(is_method) && self.path.matches(path)
    }

    /// Whether the fault applies to its `n`-th matching request, from 1.
    fn applies(&self, n: u64) -> bool {
        let is_selected = |probability: f64| {
            // A double has 53 bits of precision.
            let draw = (mixed(self.spec.seed.unwrap_or_default() ^ mixed(n)) >> 11) as f64 / (1_u64 << 53) as f64;
            draw < probability
        };
        n.is_multiple_of(self.spec.every.unwrap_or(1)) && self.spec.probability.is_none_or(is_selected)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn applied(fault: Fault, requests: usize) -> Vec<bool> {
        let list = Faults::default();
        list.add(fault);
        (0..requests).map(|_| list.apply("GET", "/v2/ai/tools", Timestamp::UNIX_EPOCH).is_some()).collect()
    }

    #[test]
    fn fault_applies_the_configured_number_of_times() {
        let fault = || Fault::on("get", "/ai/*").status(500);
        assert_eq!(applied(fault().times(2), 4), [true, true, false, false]);
        assert_eq!(applied(fault().every(3), 7), [false, false, true, false, false, true, false]);
        assert_eq!(applied(fault().every(2).times(1), 5), [false, true, false, false, false]);
        assert_eq!(applied(Fault::on("POST", "/ai/*").status(500), 1), [false]);
        let (some, again) =
            (applied(fault().probability(0.3, 7), 10_000), applied(fault().probability(0.3, 7), 10_000));
        assert_eq!(some, again);
        let share = some.iter().filter(|applied| **applied).count();
        assert!((2_850..3_150).contains(&share), "{share}");
        assert_ne!(some, applied(fault().probability(0.3, 8), 10_000));
    }
}

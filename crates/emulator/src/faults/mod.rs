//! Faults: injected errors, delays and broken connections.

mod list;
mod window;

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::{ids::mixed, path_pattern::PathPattern};
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
    method: String,
    path: PathPattern,
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

/// The effect of a fault.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Effect {
    /// This response replaces the handling of the request.
    Answer { status: u16, headers: Vec<(String, String)>, body: Option<Value> },
    /// The connection is reset before the request is handled.
    DropBefore,
    /// The request is handled, and the connection is reset before the response is sent.
    DropAfter,
    /// The response stops halfway, and the connection stays open.
    Stall,
    /// The response stops halfway, and the connection is closed.
    Truncate,
    /// The response is complete, but not JSON.
    InvalidJson,
    /// Requests beyond this number per window get 429.
    RateLimit { requests: u32, window_secs: u32 },
}

impl Fault {
    /// A fault for requests with a method (`"*"`: any) and a path.
    ///
    /// In the path, `*` matches any text without a slash and `**` any text. `{name}` is a `*`, so the paths in errors of the
    /// client, such as `/ai/assistants/{assistant_id}`, can be used. The prefix `/v2` may be omitted. A pattern of more than
    /// 256 bytes matches nothing.
    #[must_use]
    pub fn on(method: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            path: PathPattern::new(path),
            delay: None,
            effect: None,
            times: None,
            every: 1,
            chance: None,
        }
    }

    /// Responds with this status without handling the request.
    ///
    /// Unless [`body`](Self::body) is set, the body is a matching error.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        let (headers, body) = match self.effect {
            Some(Effect::Answer { headers, body, .. }) => (headers, body),
            _ => (Vec::new(), None),
        };
        self.effect = Some(Effect::Answer { status, headers, body });
        self
    }

    /// Adds a header to the response.
    ///
    /// Default status: 500. The headers `content-length` and `transfer-encoding` are ignored.
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

    /// Sets the body of the response.
    ///
    /// Default status: 500. A JSON string is sent as plain text, any other value as JSON.
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

    /// Delays the handling of the request, in real time.
    ///
    /// Can be combined with any effect.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = Some(delay);
        self
    }

    /// Handles the request and sends half of the response. The connection stays open.
    #[must_use]
    pub fn stall(self) -> Self {
        self.with(Effect::Stall)
    }

    /// Resets the connection before the request is handled.
    #[must_use]
    pub fn drop_before(self) -> Self {
        self.with(Effect::DropBefore)
    }

    /// Handles the request and resets the connection instead of responding.
    #[must_use]
    pub fn drop_after(self) -> Self {
        self.with(Effect::DropAfter)
    }

    /// Handles the request, sends half of the response and closes the connection.
    #[must_use]
    pub fn truncate(self) -> Self {
        self.with(Effect::Truncate)
    }

    /// Handles the request and responds with a body that is not JSON.
    #[must_use]
    pub fn invalid_json(self) -> Self {
        self.with(Effect::InvalidJson)
    }

    /// Responds 429 to requests beyond `requests` per `window`.
    ///
    /// The window is in whole seconds of the emulator's clock, at least 1. All responses have
    /// `x-ratelimit-limit`, `x-ratelimit-remaining` and `x-ratelimit-reset`.
    #[must_use]
    pub fn rate_limit(self, requests: u32, window: Duration) -> Self {
        let window_secs = u32::try_from(window.as_secs()).unwrap_or(u32::MAX).max(1);
        self.with(Effect::RateLimit { requests, window_secs })
    }

    /// Applies to at most this many requests. Default: no limit.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Applies to every `n`-th matching request only. Default: 1.
    #[must_use]
    pub fn every(mut self, n: u64) -> Self {
        self.every = n.max(1);
        self
    }

    /// Applies with a probability from 0 to 1.
    ///
    /// The same seed selects the same requests in each run. Default: 1.
    #[must_use]
    pub fn probability(mut self, probability: f64, seed: u64) -> Self {
        self.chance = Some(Chance { probability, seed });
        self
    }

    fn with(mut self, effect: Effect) -> Self {
        self.effect = Some(effect);
        self
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        (self.method == "*" || self.method.eq_ignore_ascii_case(method)) && self.path.matches(path)
    }

    /// Whether the fault applies to its `n`-th matching request, from 1.
    fn applies(&self, n: u64) -> bool {
        let is_selected = |chance: Chance| {
            // A double has 53 bits of precision.
            let draw = (mixed(chance.seed ^ mixed(n)) >> 11) as f64 / (1_u64 << 53) as f64;
            draw < chance.probability
        };
        n.is_multiple_of(self.every) && self.chance.is_none_or(is_selected)
    }

    /// The body of `POST /_emulator/faults` for this fault.
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

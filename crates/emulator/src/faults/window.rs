//! Fixed windows of a rate limit, by the emulator's clock.

use jiff::Timestamp;

/// Counts the requests of a window.
#[derive(Debug, Default)]
pub(crate) struct Window {
    ends: i64,
    used: u32,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct RateLimitState {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// Seconds until the next window.
    pub(crate) reset: i64,
    pub(crate) window_secs: u32,
    pub(crate) exceeded: bool,
}

impl Window {
    /// Counts one request.
    pub(crate) fn take(&mut self, limit: u32, window_secs: u32, now: Timestamp) -> RateLimitState {
        let (now, window) = (now.as_second(), i64::from(window_secs));
        // Moving the clock back starts a new window too.
        if now >= self.ends || self.ends - now > window {
            *self = Self { ends: now + window, used: 0 };
        }
        self.used = self.used.saturating_add(1);
        RateLimitState {
            limit,
            remaining: limit.saturating_sub(self.used),
            reset: self.ends - now,
            window_secs,
            exceeded: self.used > limit,
        }
    }
}

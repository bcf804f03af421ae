//! Sessions of the console's users.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use uuid::Uuid;

const LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// The maximum number of sessions. Beyond it, the oldest session ends.
const MAX_SESSIONS: usize = 100;

/// The maximum number of wrong keys in [`WINDOW`].
const MAX_FAILURES: u32 = 5;

const WINDOW: Duration = Duration::from_secs(60);

#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The start time of each session, by id.
    started: BTreeMap<String, Instant>,
    failures: u32,
    /// The time of the first failure in the window.
    since: Option<Instant>,
}

/// The reason that a sign-in failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LoginError {
    WrongKey,
    /// There were too many wrong keys. The value is the time to wait.
    TooManyAttempts(Duration),
}

impl Sessions {
    /// Starts a session if the key is right. Returns its id.
    pub(super) fn sign_in(&self, is_right: bool) -> Result<String, LoginError> {
        let mut state = self.0.lock();
        let now = Instant::now();
        let since = *state.since.get_or_insert(now);
        let window = WINDOW.saturating_sub(now.duration_since(since));
        if window.is_zero() {
            (state.failures, state.since) = (0, Some(now));
        } else if state.failures >= MAX_FAILURES {
            return Err(LoginError::TooManyAttempts(window));
        }
        if !is_right {
            state.failures += 1;
            return Err(LoginError::WrongKey);
        }
        state.started.retain(|_, started| now.duration_since(*started) < LIFETIME);
        if state.started.len() >= MAX_SESSIONS {
            let oldest = state.started.iter().min_by_key(|(_, started)| **started).map(|(id, _)| id.clone());
            state.started.remove(&oldest.unwrap_or_default());
        }
        let id = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        state.started.insert(id.clone(), now);
        Ok(id)
    }

    pub(super) fn sign_out(&self, id: &str) {
        self.0.lock().started.remove(id);
    }

    /// Whether a session has started and has not ended.
    pub(super) fn is_active(&self, id: &str) -> bool {
        self.0.lock().started.get(id).is_some_and(|started| started.elapsed() < LIFETIME)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_out_ends_one_session() {
        let sessions = Sessions::default();
        let (one, other) = (sessions.sign_in(true).expect("a session"), sessions.sign_in(true).expect("a session"));
        sessions.sign_out(&one);
        assert!(!sessions.is_active(&one) && sessions.is_active(&other));
    }
}

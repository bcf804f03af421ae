//! Ctrl-C during changes that are completed first.

use std::future::{Future, poll_fn};
use std::process::exit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use tokio::signal::ctrl_c;
use tokio::task::JoinSet;

use crate::output::Output;

/// The exit code of a program that SIGINT ended.
const INTERRUPTED: i32 = 130;

/// Waits for Ctrl-C until it is dropped. A second Ctrl-C ends the program immediately.
pub(crate) struct Interrupt {
    requested: Arc<AtomicBool>,
    _watch: JoinSet<()>,
}

impl Interrupt {
    pub(crate) async fn watch(output: &Output) -> Self {
        // The first poll installs the handler. Until then, Ctrl-C ends the program.
        let mut first = Box::pin(ctrl_c());
        poll_fn(|context| Poll::Ready(first.as_mut().poll(context).is_ready())).await;
        let requested = Arc::new(AtomicBool::new(false));
        let (flag, output) = (Arc::clone(&requested), output.clone());
        let mut watch = JoinSet::new();
        watch.spawn(async move {
            if first.await.is_err() {
                return;
            }
            flag.store(true, Ordering::Relaxed);
            output
                .message("Interrupted. The current change is completed first; press Ctrl-C again to end immediately.");
            if ctrl_c().await.is_ok() {
                exit(INTERRUPTED);
            }
        });
        Self { requested, _watch: watch }
    }

    pub(crate) fn is_requested(&self) -> bool {
        self.requested.load(Ordering::Relaxed)
    }
}

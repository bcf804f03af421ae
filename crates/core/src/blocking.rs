//! Blocking calls, for programs without async.
//!
//! [`Call::blocking`] returns a value, [`iter`] reads a list or stream, and [`wait`] waits for any other future of the SDK
//! with a `Result`.
//!
//! ```
//! use telnyx_ai_core::{Call, Pager};
//!
//! # fn main() -> Result<(), telnyx_ai_core::Error> {
//! let value = Call::ok("done").blocking()?;
//! assert_eq!(value, "done");
//!
//! for item in Pager::from_items(["a", "b"]).blocking() {
//!     println!("{}", item?);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! They share a runtime with one worker thread, which the first call starts. A client whose calls are also awaited is used in
//! two runtimes; see [`guide::connections`](crate::guide::connections). They work on any thread that may block, including
//! `spawn_blocking` and `block_in_place`. In an async task they return an error, because they would block its thread; await
//! the call there. In `tokio::task::unconstrained`, they cannot detect the task and panic.

use std::future::{IntoFuture, poll_fn};
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::coop::poll_proceed;

use crate::{Call, Error, ErrorKind, Pager};

/// Waits for a future of the SDK.
///
/// The future returns a `Result`. Wrap a future that returns another type, such as that of a test batch:
/// `wait(async { Ok(batch.run(runs).await) })`.
///
/// # Errors
/// Those of the future; a [`Request`](crate::ErrorKind::Request) error in an async task; and a
/// [`Config`](crate::ErrorKind::Config) error if the runtime cannot be started.
pub fn wait<T>(future: impl IntoFuture<Output = Result<T, Error>>) -> Result<T, Error> {
    if is_async_task() {
        return Err(Error::new(
            ErrorKind::Request,
            "a blocking call in an async task would block its thread; await the call instead",
        ));
    }
    runtime()?.block_on(future.into_future())
}

/// Converts a stream of the SDK into an iterator.
///
/// ```
/// use telnyx_ai_core::{Pager, blocking};
///
/// let items: Result<Vec<_>, _> = blocking::iter(Pager::from_items(["a", "b"])).collect();
/// assert_eq!(items.unwrap(), ["a", "b"]);
/// ```
pub const fn iter<S>(stream: S) -> BlockingIter<S> {
    BlockingIter { stream, is_ended: false }
}

/// Whether tokio is polling a task on this thread. Threads that may block can belong to a runtime as well.
fn is_async_task() -> bool {
    /// More units than the budget of a task.
    const UNLIMITED: usize = 256;

    if Handle::try_current().is_err() {
        return false;
    }
    // Only tasks have a limited coop budget. Consume all of it, then return it in reverse order.
    let mut context = Context::from_waker(Waker::noop());
    let mut taken: Vec<_> = std::iter::from_fn(|| match poll_proceed(&mut context) {
        Poll::Ready(unit) => Some(unit),
        Poll::Pending => None,
    })
    .take(UNLIMITED)
    .collect();
    let is_limited = taken.len() < UNLIMITED;
    while taken.pop().is_some() {}
    is_limited
}

fn runtime() -> Result<&'static Runtime, Error> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("telnyx-ai-blocking").enable_all().build();
    let runtime = runtime.map_err(|error| {
        Error::config(format!("cannot start the runtime of blocking calls: {error}")).with_source(error)
    })?;
    // If another thread has started one meanwhile, that one is used.
    Ok(RUNTIME.get_or_init(|| runtime))
}

#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
impl<T: Send + 'static> Call<T> {
    /// Sends the request and waits for the value, for programs without async.
    ///
    /// # Errors
    /// Those of awaiting the call, and those of [`wait`].
    pub fn blocking(self) -> Result<T, Error> {
        wait(self)
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
impl<T: Send + 'static> Pager<T> {
    /// Converts the list into an iterator, for programs without async.
    pub const fn blocking(self) -> BlockingIter<Self> {
        iter(self)
    }
}

/// An iterator over a list or stream of the SDK. In an async task, it yields an error and ends.
#[derive(Debug)]
#[must_use = "an iterator does nothing until it is read"]
pub struct BlockingIter<S> {
    stream: S,
    is_ended: bool,
}

impl<T, S: Stream<Item = Result<T, Error>> + Unpin> Iterator for BlockingIter<S> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_ended {
            return None;
        }
        self.is_ended = is_async_task();
        let next = poll_fn(|context| Pin::new(&mut self.stream).poll_next(context));
        wait(async { next.await.transpose() }).transpose()
    }
}

//! Calls without async: [`Call::blocking`] for a value, [`Pager::blocking`] for a list, [`wait`] for anything else.
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
//! All of them run on one runtime that the first one starts, with one thread of its own. Inside of an async runtime
//! they are an error: await the call there.

use std::future::IntoFuture;
use std::sync::OnceLock;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::{Call, Error, Pager};

/// Waits for a future of the SDK: a stream's next event, say.
///
/// # Errors
/// Those of the future; a [`Request`](crate::ErrorKind::Request) error inside of an async runtime.
pub fn wait<T>(future: impl IntoFuture<Output = Result<T, Error>>) -> Result<T, Error> {
    if Handle::try_current().is_ok() {
        return Err(Error::invalid_request(
            "a blocking call inside of an async runtime would block its thread: await the call instead",
        ));
    }
    runtime()?.block_on(future.into_future())
}

fn runtime() -> Result<&'static Runtime, Error> {
    static RUNTIME: OnceLock<Result<Runtime, String>> = OnceLock::new();
    RUNTIME
        .get_or_init(|| {
            Builder::new_multi_thread()
                .worker_threads(1)
                .thread_name("telnyx-ai-blocking")
                .enable_all()
                .build()
                .map_err(|error| error.to_string())
        })
        .as_ref()
        .map_err(|error| Error::config(format!("the runtime of blocking calls can not be started: {error}")))
}

impl<T: Send + 'static> Call<T> {
    /// Sends the call and waits for its value, in a program without async.
    ///
    /// # Errors
    /// As awaiting the call; and inside of an async runtime.
    pub fn blocking(self) -> Result<T, Error> {
        wait(self)
    }
}

impl<T: Send + 'static> Pager<T> {
    /// The list as an iterator, in a program without async.
    pub fn blocking(self) -> BlockingPager<T> {
        BlockingPager(self)
    }
}

/// A list as an iterator; see [`Pager::blocking`].
#[derive(Debug)]
#[must_use = "an iterator does nothing until it is read"]
pub struct BlockingPager<T>(Pager<T>);

impl<T: Send + 'static> Iterator for BlockingPager<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        wait(self.0.try_next()).transpose()
    }
}

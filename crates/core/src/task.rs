use std::future::{Future, poll_fn};
use std::panic::resume_unwind;
use std::task::Poll;

use tokio::task::JoinHandle;

use crate::{BoxError, trace};

/// A task that is aborted when this guard is dropped.
struct Task<T>(JoinHandle<T>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Runs a future, which makes progress while the caller polls something else.
///
/// The first poll is made by the caller. Then a task continues, and is aborted when the caller drops this future. `canceled`
/// creates the error if the runtime ends first.
pub(crate) async fn run<T, E>(
    future: impl Future<Output = Result<T, E>> + Send + 'static,
    canceled: fn(BoxError) -> E,
) -> Result<T, E>
where
    T: Send + 'static,
    E: Send + 'static,
{
    let mut future = Box::pin(future);
    if let Poll::Ready(result) = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await {
        return result;
    }
    let mut task = Task(tokio::spawn(trace::in_current_context(future)));
    (&mut task.0).await.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        Err(error) => Err(canceled(error.into())),
    })
}

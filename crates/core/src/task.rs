use std::future::{Future, poll_fn};
use std::panic::resume_unwind;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::task::JoinHandle;

use crate::trace;

/// A task that is aborted when this future is dropped.
struct Task<T>(JoinHandle<T>);

impl<T> Future for Task<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let ended = ready!(Pin::new(&mut self.0).poll(context));
        // A task that did not panic is only canceled when its runtime ends, which panics here.
        Poll::Ready(ended.unwrap_or_else(|error| resume_unwind(error.into_panic())))
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Runs a future in a task, so that it makes progress while nobody polls it.
pub(crate) fn spawn<T: Send + 'static>(
    future: impl Future<Output = T> + Send + 'static,
) -> impl Future<Output = T> + Send {
    Task(tokio::spawn(trace::in_current_span(future)))
}

/// Runs a future. If the first poll does not complete it, it continues in a task.
pub(crate) async fn running<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
    let mut future = Box::pin(future);
    match poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await {
        Poll::Ready(value) => value,
        Poll::Pending => spawn(future).await,
    }
}

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::Pager;
use crate::{Error, Page};

/// A list page by page; see [`Pager::into_pages`].
#[must_use = "pages do nothing until they are read"]
pub struct Pages<T>(pub(super) Pager<T>);

impl<T: Send + 'static> Pages<T> {
    /// The next page; `None` at the end.
    ///
    /// # Errors
    /// Those of fetching it.
    pub async fn try_next(&mut self) -> Result<Option<Page<T>>, Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }
}

impl<T: Send + 'static> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let pager = &mut self.0;
        // Items that a mock gave are one page.
        let at_hand: Vec<T> = std::mem::take(&mut pager.items).collect();
        let mut page = if at_hand.is_empty() {
            match ready!(pager.poll_page(context)) {
                Some(Ok(page)) => page,
                other => return Poll::Ready(other),
            }
        } else {
            Page::new(at_hand)
        };
        if let Some(left) = &mut pager.left {
            page.data.truncate(*left);
            *left -= page.data.len();
        }
        pager.cursor.skip += page.data.len();
        Poll::Ready(Some(Ok(page)))
    }
}

impl<T> Unpin for Pages<T> {}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pages").field(&self.0).finish()
    }
}

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::{Cursor, Pager};
use crate::{Error, Page};

/// A list that is read page by page. See [`Pager::into_pages`].
#[must_use = "pages do nothing until they are read"]
pub struct Pages<T>(pub(super) Pager<T>);

impl<T: Send + 'static> Pages<T> {
    /// Returns the next page, or `None` at the end.
    ///
    /// # Errors
    /// Those of fetching a page.
    pub async fn try_next(&mut self) -> Result<Option<Page<T>>, Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// The position after the pages that were returned.
    #[must_use]
    pub const fn cursor(&self) -> Cursor {
        self.0.cursor
    }
}

impl<T: Send + 'static> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let pager = &mut self.0;
        // The items of a mock form one page.
        let mut page = Page::new(std::mem::take(&mut pager.items).take(pager.left.unwrap_or(usize::MAX)));
        // A cursor at the end of a page leaves nothing of it.
        while page.data.is_empty() {
            page = match ready!(pager.poll_page(context)) {
                Some(Ok(page)) => page,
                other => return Poll::Ready(other),
            };
        }
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

//! Lists that come in pages.

mod cursor;
mod numbered;
mod pages;
mod source;

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::{Error, Page};

pub use cursor::Cursor;
pub use pages::Pages;
pub use source::PageSource;

/// A list that is fetched page by page, while it is read.
///
/// It is a [`Stream`] of items; without a stream library, read it by [`try_next`](Self::try_next).
///
/// ```
/// use telnyx_ai_core::Pager;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), telnyx_ai_core::Error> {
/// let mut pager = Pager::from_items(vec!["a", "b", "c"]).limit(2);
/// while let Some(item) = pager.try_next().await? {
///     println!("{item}");
/// }
/// # Ok(())
/// # }
/// ```
///
/// An error ends the list; [`cursor`](Self::cursor) still tells where. While a list is read, items may come and go:
/// pages are asked for by number, so an item that is removed from a page already read moves the next one out of sight,
/// and one that is added there shows up twice. Prefetching neither adds to this nor mends it.
#[must_use = "a pager does nothing until it is read"]
pub struct Pager<T> {
    source: Option<Arc<dyn PageSource<Item = T>>>,
    /// Of the next item to give out.
    cursor: Cursor,
    items: std::vec::IntoIter<T>,
    /// Pages under way or arrived, in order.
    ahead: VecDeque<Slot<T>>,
    /// The next page to ask for; `None` once the last one is known.
    next_page: Option<u64>,
    last_page: Option<u64>,
    /// How many items a full page has, as the API says.
    full_page: Option<u64>,
    prefetch: usize,
    left: Option<usize>,
    failed: Option<Error>,
}

type PageFuture<T> = Pin<Box<dyn Future<Output = Result<Page<T>, Error>> + Send>>;

enum Slot<T> {
    Waiting(u64, PageFuture<T>),
    Arrived(u64, Result<Page<T>, Error>),
}

impl<T: Send + 'static> Pager<T> {
    /// A pager over any source.
    pub fn new(source: impl PageSource<Item = T>) -> Self {
        Self { source: Some(Arc::new(source)), next_page: Some(1), ..Self::from_items([]) }
    }

    /// A pager over items at hand: what a mock returns.
    pub fn from_items(items: impl IntoIterator<Item = T>) -> Self {
        Self {
            source: None,
            cursor: Cursor::default(),
            items: items.into_iter().collect::<Vec<T>>().into_iter(),
            ahead: VecDeque::new(),
            next_page: None,
            last_page: None,
            full_page: None,
            prefetch: 0,
            left: None,
            failed: None,
        }
    }

    /// A pager that fails: what a mock returns.
    pub fn err(error: Error) -> Self {
        Self { failed: Some(error), ..Self::from_items([]) }
    }

    /// The default body of a trait's method: an [`Unsupported`](crate::ErrorKind::Unsupported) error that names it.
    pub fn unsupported(method: &str) -> Self {
        Self::err(Error::unsupported(method))
    }

    /// How many items to ask for at a time, 1 to 100. Default: the API's, 20.
    pub fn page_size(mut self, size: u32) -> Self {
        self.cursor.page_size = Some(size);
        self
    }

    /// How many pages may be under way while items are read. Default: 0, a page is asked for when it is needed.
    ///
    /// Items still come in order. Where the API does not tell how many pages there are, it is one page at the most.
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.prefetch = pages;
        self
    }

    /// Ends after that many items, and asks for no page beyond them. Default: no limit.
    pub fn limit(mut self, items: usize) -> Self {
        self.left = Some(items);
        self
    }

    /// Goes on where another pager over the same list stood, with its page size.
    pub fn starting_at(mut self, cursor: Cursor) -> Self {
        self.cursor = cursor;
        self.next_page = self.source.as_ref().map(|_| cursor.page);
        self
    }

    /// Where the next item is.
    #[must_use]
    pub const fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// The next item; `None` at the end.
    ///
    /// # Errors
    /// Those of fetching a page.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// All items.
    ///
    /// # Errors
    /// Those of fetching a page; the items before it are dropped.
    pub async fn try_collect(mut self) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        while let Some(item) = self.try_next().await? {
            all.push(item);
        }
        Ok(all)
    }

    /// The list page by page, with what each page says of the whole. A limit counts pages' items, cutting the last.
    pub fn into_pages(self) -> Pages<T> {
        Pages(self)
    }

    /// The next page that has items, or the error in its place.
    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<T>, Error>>> {
        if let Some(error) = self.failed.take() {
            return Poll::Ready(Some(Err(error)));
        }
        if self.left == Some(0) {
            self.stop();
            return Poll::Ready(None);
        }
        self.ask_ahead(0);
        self.drive(context);
        if matches!(self.ahead.front(), Some(Slot::Waiting(..))) {
            return Poll::Pending;
        }
        let Some(Slot::Arrived(number, page)) = self.ahead.pop_front() else {
            return Poll::Ready(None);
        };
        let skip = if number == self.cursor.page { self.cursor.skip } else { 0 };
        self.cursor = Cursor { skip, ..self.cursor.page_at(number) };
        let mut page = match page {
            Ok(page) => page,
            Err(error) => {
                self.stop();
                return Poll::Ready(Some(Err(error)));
            }
        };
        if let Some(meta) = &page.meta {
            // A server that ignores the page's number gives the first page again and again.
            if meta.page_number < number {
                page.data.clear();
            }
            self.last_page = Some(meta.total_pages);
            self.full_page = meta.page_size;
        }
        if page.data.is_empty() {
            self.stop();
            return Poll::Ready(None);
        }
        if self.last_page.is_some_and(|last| number >= last) {
            self.stop();
        }
        page.data.drain(..skip.min(page.data.len()));
        if self.prefetch > 0 && self.left.is_none_or(|left| left > page.data.len()) {
            self.ask_ahead(page.data.len());
            self.drive(context);
        }
        Poll::Ready(Some(Ok(page)))
    }

    /// Asks for as many pages as may be under way, and for one where none is; for none that a limit leaves unread, once
    /// the items at hand are.
    fn ask_ahead(&mut self, at_hand: usize) {
        let mut allowed = if self.last_page.is_some() { self.prefetch.max(1) } else { 1 };
        let full_page = self.full_page.and_then(|items| usize::try_from(items).ok()).filter(|items| *items > 0);
        if let (Some(left), Some(full_page)) = (self.left, full_page) {
            allowed = allowed.min(left.saturating_sub(at_hand).div_ceil(full_page));
        }
        while let (Some(source), Some(number)) = (&self.source, self.next_page) {
            if self.ahead.len() >= allowed || self.last_page.is_some_and(|last| number > last) {
                return;
            }
            let (source, at) = (Arc::clone(source), self.cursor.page_at(number));
            self.ahead.push_back(Slot::Waiting(number, Box::pin(async move { source.page(at).await })));
            self.next_page = Some(number + 1);
        }
    }

    /// Lets all pages under way make progress.
    fn drive(&mut self, context: &mut Context<'_>) {
        for slot in &mut self.ahead {
            if let Slot::Waiting(number, page) = slot
                && let Poll::Ready(page) = page.as_mut().poll(context)
            {
                *slot = Slot::Arrived(*number, page);
            }
        }
    }

    fn stop(&mut self) {
        self.next_page = None;
        self.ahead.clear();
    }
}

impl<T: Send + 'static> Stream for Pager<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if this.left != Some(0)
                && let Some(item) = this.items.next()
            {
                this.left = this.left.map(|left| left - 1);
                this.cursor.skip += 1;
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(this.poll_page(context)) {
                Some(Ok(page)) => this.items = page.data.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T> Unpin for Pager<T> {}

impl<T> fmt::Debug for Pager<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pager")
            .field("cursor", &self.cursor)
            .field("under_way", &self.ahead.len())
            .finish_non_exhaustive()
    }
}

//! Lists that the API returns in pages.

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
use std::time::Duration;

use futures_core::Stream;

use crate::task::run;
use crate::{CallOptions, Error, Page};

pub use cursor::Cursor;
pub use pages::Pages;
pub use source::PageSource;

/// A list that is fetched page by page while you read it.
///
/// It is a [`Stream`] of items. Without a stream library, read it with [`try_next`](Self::try_next).
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
/// Set options, such as [`timeout`](Self::timeout) and [`header`](Self::header), before you read the first item. Options that
/// are set later may not apply. The lists of mocks have no options.
///
/// An error ends the list. [`cursor`](Self::cursor) still returns the position.
///
/// Pages are requested by number. Therefore, if an item is removed from a page that was read, the list skips one item, and if
/// one is added there, the list repeats one item. Prefetching does not change this.
#[must_use = "a pager does nothing until it is read"]
pub struct Pager<T> {
    source: Option<Arc<dyn PageSource<Item = T>>>,
    /// The position of the next item.
    cursor: Cursor,
    items: std::vec::IntoIter<T>,
    /// The requested pages and their numbers, in order.
    ahead: VecDeque<(u64, PageFuture<T>)>,
    /// The next page to request. `None` after the last one.
    next_page: Option<u64>,
    last_page: Option<u64>,
    /// The number of items in a full page, as reported by the API.
    full_page: Option<u64>,
    /// The number of the last page, as reported by the API. It can be one less than requested.
    reported_page: Option<u64>,
    prefetch: usize,
    left: Option<usize>,
    failed: Option<Error>,
}

type PageFuture<T> = Pin<Box<dyn Future<Output = Result<Page<T>, Error>> + Send>>;

impl<T: Send + 'static> Pager<T> {
    /// A pager over any source.
    pub fn new(source: impl PageSource<Item = T>) -> Self {
        Self { source: Some(Arc::new(source)), next_page: Some(1), ..Self::from_items([]) }
    }

    /// A pager over the given items, for mocks. They form one page: `page_size`, `prefetch` and `starting_at` are ignored.
    pub fn from_items(items: impl IntoIterator<Item = T>) -> Self {
        Self {
            source: None,
            cursor: Cursor::default(),
            items: items.into_iter().collect::<Vec<T>>().into_iter(),
            ahead: VecDeque::new(),
            next_page: None,
            last_page: None,
            full_page: None,
            reported_page: None,
            prefetch: 0,
            left: None,
            failed: None,
        }
    }

    /// A pager that yields the items and then fails, for mocks.
    ///
    /// ```
    /// use telnyx_ai_core::{Error, Pager};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut pager = Pager::from_items_then_err(["a"], Error::from_response(500, ""));
    /// assert_eq!(pager.try_next().await.unwrap(), Some("a"));
    /// assert_eq!(pager.try_next().await.unwrap_err().status().unwrap(), 500);
    /// # }
    /// ```
    pub fn from_items_then_err(items: impl IntoIterator<Item = T>, error: Error) -> Self {
        Self { failed: Some(error), ..Self::from_items(items) }
    }

    /// A pager that fails, for mocks.
    pub fn err(error: Error) -> Self {
        Self::from_items_then_err([], error)
    }

    /// A pager that fails with an [`Unsupported`](crate::ErrorKind::Unsupported) error: the default of a trait method.
    pub fn unsupported(method: &str) -> Self {
        Self::err(Error::unsupported(method))
    }

    /// Sets the number of items per page: 1 to 100. Default: the API's, 20.
    ///
    /// [`starting_at`](Self::starting_at) replaces it, because a cursor counts pages of its own size. Do not change it afterwards.
    pub fn page_size(mut self, size: u32) -> Self {
        self.cursor.page_size = Some(size);
        self
    }

    /// Sets the number of pages to request ahead while items are read. Default: 0.
    ///
    /// Items are still returned in order. If the API does not report the number of pages, at most one page is requested ahead.
    /// The requests run in tokio tasks, so they make progress while you work on an item. Dropping the pager cancels them.
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.prefetch = pages;
        self
    }

    /// Limits the time of each attempt to fetch a page. Default: the client's, 60 s.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.configure(|options| options.timeout = Some(timeout))
    }

    /// Sets the maximum number of retries for each page. Default: the client's, 2.
    pub fn max_retries(self, retries: u32) -> Self {
        self.configure(|options| options.max_retries = Some(retries))
    }

    /// Adds a header to the request of each page: see [`Call::header`](crate::Call::header).
    pub fn header(self, name: &str, value: &str) -> Self {
        self.configure(|options| options.set_text_header(name, value))
    }

    /// Adds a query parameter to the request of each page.
    pub fn query(self, name: &str, value: &str) -> Self {
        self.configure(|options| options.query.push((name.to_owned(), value.to_owned())))
    }

    /// Sets options that [`PageSource::options`] received, for wrappers.
    ///
    /// See [`Call::options`](crate::Call::options).
    pub fn options(self, options: CallOptions) -> Self {
        self.configure(|present| present.merge(options))
    }

    /// Changes the options of the requests. Requests that were sent before keep theirs.
    fn configure(mut self, change: impl FnOnce(&mut CallOptions)) -> Self {
        if let Some(options) = self.source.as_mut().and_then(Arc::get_mut).and_then(PageSource::options) {
            change(options);
        }
        self
    }

    /// Ends the list after `items` items. Later pages are not requested. Default: no limit.
    pub fn limit(mut self, items: usize) -> Self {
        self.left = Some(items);
        self
    }

    /// Continues at a position of the same list, with the page size of the cursor. Default: the start.
    pub fn starting_at(self, cursor: Cursor) -> Self {
        let Some(source) = self.source else {
            return Self { cursor, ..self };
        };
        // Nothing that was read before belongs to the new position.
        let pager = Self { prefetch: self.prefetch, left: self.left, ..Self::from_items([]) };
        Self { source: Some(source), next_page: Some(cursor.page), cursor, ..pager }
    }

    /// The position of the next item.
    #[must_use]
    pub const fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// Returns the next item, or `None` at the end.
    ///
    /// It is cancel safe: if the future is dropped, for example in `select!`, no item and no request is lost.
    ///
    /// # Errors
    /// Those of fetching a page.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// Collects all items.
    ///
    /// # Errors
    /// Those of fetching a page. The items of earlier pages are dropped.
    pub async fn try_collect(mut self) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        while let Some(item) = self.try_next().await? {
            all.push(item);
        }
        Ok(all)
    }

    /// Returns the list page by page, with the `meta` of each page.
    ///
    /// A [`limit`](Self::limit) still counts items and truncates the last page.
    pub fn into_pages(self) -> Pages<T> {
        Pages(self)
    }

    /// Polls for the next page, without the items before the cursor.
    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<T>, Error>>> {
        if self.left == Some(0) {
            self.stop();
            return Poll::Ready(None);
        }
        if let Some(error) = self.failed.take() {
            return Poll::Ready(Some(Err(error)));
        }
        self.request_ahead(context, 0);
        let Some((number, page)) = self.ahead.front_mut() else {
            return Poll::Ready(None);
        };
        let (number, page) = (*number, ready!(page.as_mut().poll(context)));
        self.ahead.pop_front();
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
            // A server that ignores the page number returns the first page forever. Some servers count pages from 0.
            let is_repeated = match self.reported_page.replace(meta.page_number) {
                Some(before) => meta.page_number <= before,
                None => meta.page_number.saturating_add(1) < number,
            };
            if meta.page_number > 0 && is_repeated {
                page.data.clear();
            }
            self.last_page = Some(meta.total_pages);
            self.full_page = meta.page_size.or(Some(page.data.len() as u64));
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
            self.request_ahead(context, page.data.len());
        }
        Poll::Ready(Some(Ok(page)))
    }

    /// Requests as many pages ahead as allowed, and at least one. Pages beyond the limit are not requested.
    ///
    /// `unread` is the number of items that were fetched and not yet returned.
    fn request_ahead(&mut self, context: &mut Context<'_>, unread: usize) {
        let mut allowed = if self.last_page.is_some() { self.prefetch.max(1) } else { 1 };
        let full_page = self.full_page.and_then(|items| usize::try_from(items).ok()).filter(|items| *items > 0);
        if let (Some(left), Some(full_page)) = (self.left, full_page) {
            allowed = allowed.min(left.saturating_sub(unread).div_ceil(full_page));
        }
        while let (Some(source), Some(number)) = (&self.source, self.next_page) {
            if self.ahead.len() >= allowed || self.last_page.is_some_and(|last| number > last) {
                return;
            }
            let (source, at) = (Arc::clone(source), self.cursor.page_at(number));
            let page = async move { source.page(at).await };
            let page: PageFuture<T> = if self.prefetch > 0 {
                let mut page = Box::pin(run(page, Error::transport));
                // The first poll sends the request.
                match page.as_mut().poll(context) {
                    Poll::Ready(page) => Box::pin(std::future::ready(page)),
                    Poll::Pending => page,
                }
            } else {
                Box::pin(page)
            };
            self.ahead.push_back((number, page));
            self.next_page = number.checked_add(1);
        }
    }

    fn stop(&mut self) {
        self.next_page = None;
        self.failed = None;
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
            .field("requested_pages", &self.ahead.len())
            .finish_non_exhaustive()
    }
}

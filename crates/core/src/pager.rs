//! Lists that come in pages.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZero;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use async_trait::async_trait;
use futures_core::Stream;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::call::CallRequest;
use crate::decode::{self, DecodeError};
use crate::exchange::{Gather, exchange};
use crate::operation::add_query;
use crate::{Call, Error, Page};

/// A place in a list: a page, and how many of its items lie behind.
///
/// Keep it as text (`Display` and `FromStr`) to go on later, in another process, where a [`Pager`] stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cursor {
    page: u64,
    page_size: Option<u32>,
    skip: usize,
}

impl Cursor {
    /// The begin of a page; the first page is 1. For one of many pages, as a web page with numbers wants it.
    #[must_use]
    pub const fn at_page(page: NonZero<u64>) -> Self {
        Self { page: page.get(), page_size: None, skip: 0 }
    }

    /// The page, from 1.
    #[must_use]
    pub const fn page(&self) -> u64 {
        self.page
    }

    /// How many items a page is asked to have; the API's default (20) where `None`.
    #[must_use]
    pub const fn page_size(&self) -> Option<u32> {
        self.page_size
    }

    /// How many items of the page lie behind.
    #[must_use]
    pub const fn skip(&self) -> usize {
        self.skip
    }

    const fn page_at(self, page: u64) -> Self {
        Self { page, page_size: self.page_size, skip: 0 }
    }
}

/// The begin of a list.
impl Default for Cursor {
    fn default() -> Self {
        Self { page: 1, page_size: None, skip: 0 }
    }
}

/// `page.skip` or, with a page size, `page.skip.size`.
impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.page, self.skip)?;
        self.page_size.map_or(Ok(()), |size| write!(f, ".{size}"))
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let read = || {
            let mut parts = text.split('.');
            let cursor = Self {
                page: parts.next()?.parse().ok().filter(|page| *page > 0)?,
                skip: parts.next()?.parse().ok()?,
                page_size: parts.next().map(str::parse).transpose().ok()?,
            };
            parts.next().is_none().then_some(cursor)
        };
        read().ok_or_else(|| Error::invalid_request(format!("{text:?} is no cursor of a list")))
    }
}

/// Where a [`Pager`] gets its pages: implement it to page over something of your own.
///
/// ```
/// use async_trait::async_trait;
/// use telnyx_ai_core::{Cursor, Error, Page, PageSource, Pager};
///
/// /// The numbers from 1 to 7, three a page.
/// struct Numbers;
///
/// #[async_trait]
/// impl PageSource for Numbers {
///     type Item = u64;
///
///     async fn page(&self, at: Cursor) -> Result<Page<u64>, Error> {
///         let first = 3 * (at.page() - 1) + 1;
///         Ok(Page::new(first..=7.min(first + 2)))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// assert_eq!(Pager::new(Numbers).try_collect().await?, [1, 2, 3, 4, 5, 6, 7]);
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait PageSource: Send + Sync + 'static {
    /// What the list holds.
    type Item: Send + 'static;

    /// The page at a cursor. An empty page ends the list, and so does the last one that its `meta` tells of.
    ///
    /// # Errors
    /// Whatever fails; the pager gives it out in its place and ends.
    async fn page(&self, at: Cursor) -> Result<Page<Self::Item>, Error>;
}

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
        Self {
            source: Some(Arc::new(source)),
            cursor: Cursor::default(),
            items: Vec::new().into_iter(),
            ahead: VecDeque::new(),
            next_page: Some(1),
            last_page: None,
            full_page: None,
            prefetch: 0,
            left: None,
            failed: None,
        }
    }

    /// A pager over items at hand: what a mock returns.
    pub fn from_items(items: impl IntoIterator<Item = T>) -> Self {
        let items: Vec<T> = items.into_iter().collect();
        Self { source: None, items: items.into_iter(), next_page: None, ..Self::new(Nothing(Default::default())) }
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

impl<T: DeserializeOwned + Serialize + Send + 'static> Pager<T> {
    /// A pager over a call that answers `{"data": […], "meta": …}` and takes `page[number]` and `page[size]`.
    pub fn numbered(call: Call<Value>) -> Self {
        Self::over(call, decode::from_slice)
    }

    /// A pager over a call that answers a bare array and takes `page[number]` and `page[size]`; an empty page ends it,
    /// and so does one that is the same as the page before, from a server that ignores the page's number.
    pub fn bare_array(call: Call<Value>) -> Self {
        Self::over(call, |body| decode::from_slice(body).map(|items: Vec<T>| Page::new(items)))
    }

    fn over(call: Call<Value>, read: fn(&[u8]) -> Result<Page<T>, DecodeError>) -> Self {
        match call.into_request() {
            Ok(request) => Self::new(Numbered { request, read, before: Mutex::new(None) }),
            Err(error) => Self::err(error),
        }
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

/// A list page by page; see [`Pager::into_pages`].
#[must_use = "pages do nothing until they are read"]
pub struct Pages<T>(Pager<T>);

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

/// The source of a pager that has its items at hand.
struct Nothing<T>(std::marker::PhantomData<fn() -> T>);

#[async_trait]
impl<T: Send + 'static> PageSource for Nothing<T> {
    type Item = T;

    async fn page(&self, _: Cursor) -> Result<Page<T>, Error> {
        Ok(Page { data: Vec::new(), meta: None, extra: crate::Extra::default() })
    }
}

/// A call, asked for page by page.
struct Numbered<T> {
    request: CallRequest,
    read: fn(&[u8]) -> Result<Page<T>, DecodeError>,
    /// The number and the hash of the last page without `meta`.
    before: Mutex<Option<(u64, u64)>>,
}

#[async_trait]
impl<T: Send + 'static> PageSource for Numbered<T> {
    type Item = T;

    async fn page(&self, at: Cursor) -> Result<Page<T>, Error> {
        let mut request = self.request.clone();
        add_query(&mut request.query, "page[number]", &at.page.to_string());
        if let Some(size) = at.page_size {
            add_query(&mut request.query, "page[size]", &size.to_string());
        }
        let answer = exchange(Box::new(request), Gather::Whole).await?;
        let mut page = (self.read)(answer.bytes()).map_err(|error| answer.unreadable(error))?;
        if page.meta.is_none() {
            let mut hasher = DefaultHasher::new();
            answer.bytes().hash(&mut hasher);
            let hash = hasher.finish();
            let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
            if before.is_some_and(|(number, same)| number < at.page && same == hash) {
                page.data.clear();
            }
            *before = Some((at.page, hash));
        }
        Ok(page)
    }
}

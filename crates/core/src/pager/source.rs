use async_trait::async_trait;

use super::Cursor;
use crate::{CallOptions, Error, Page};

/// A source of pages for a [`Pager`](crate::Pager). Implement it to page over your own data.
///
/// ```
/// use async_trait::async_trait;
/// use telnyx_ai_core::{Cursor, Error, Page, PageSource, Pager};
///
/// /// The numbers from 1 to 7, three per page.
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
    /// The type of the items.
    type Item: Send + 'static;

    /// Returns the page with the number and the size of a cursor.
    ///
    /// The list ends with an empty page, or with the page whose number is the `total_pages` of its `meta`.
    ///
    /// # Errors
    /// Any error. The pager returns it after the items of the earlier pages, and ends.
    async fn page(&self, at: Cursor) -> Result<Page<Self::Item>, Error>;

    /// The options of the calls that fetch pages. Default: none.
    ///
    /// Methods such as [`Pager::timeout`](crate::Pager::timeout) change them. Without options, these methods do nothing.
    fn options(&mut self) -> Option<&mut CallOptions> {
        None
    }
}

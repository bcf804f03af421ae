use async_trait::async_trait;

use super::Cursor;
use crate::{Error, Page};

/// Where a [`Pager`](crate::Pager) gets its pages: implement it to page over something of your own.
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

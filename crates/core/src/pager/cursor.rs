use std::fmt;
use std::num::NonZero;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Error, ErrorKind};

/// A list position: a page and an offset.
///
/// Store it as text (`Display` and `FromStr`, or serde) to continue a list later or in another process; see
/// [`Pager::starting_at`](crate::Pager::starting_at).
///
/// ```
/// use telnyx_ai_core::{Cursor, Pager};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), telnyx_ai_core::Error> {
/// let mut pager = Pager::from_items(["a", "b"]);
/// pager.try_next().await?;
/// let stored = pager.cursor().to_string();
/// assert_eq!(stored.parse::<Cursor>()?, pager.cursor());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cursor {
    pub(super) page: u64,
    pub(super) page_size: Option<u32>,
    pub(super) skip: usize,
}

impl Cursor {
    /// The start of a page of this size. The first page is 1. Without a size, pages have the API's default of 20 items.
    #[must_use]
    pub const fn at_page(page: NonZero<u64>, page_size: Option<u32>) -> Self {
        Self { page: page.get(), page_size, skip: 0 }
    }

    /// The number of the page. The first page is 1.
    #[must_use]
    pub const fn page(&self) -> u64 {
        self.page
    }

    /// The requested number of items per page. `None` is the API's default of 20.
    #[must_use]
    pub const fn page_size(&self) -> Option<u32> {
        self.page_size
    }

    /// The number of items to skip at the start of the page.
    #[must_use]
    pub const fn skip(&self) -> usize {
        self.skip
    }

    pub(super) const fn page_at(self, page: u64) -> Self {
        Self { page, page_size: self.page_size, skip: 0 }
    }
}

/// The start of a list.
impl Default for Cursor {
    fn default() -> Self {
        Self { page: 1, page_size: None, skip: 0 }
    }
}

/// `page.skip`, or `page.skip.size` with a page size.
impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.page, self.skip)?;
        self.page_size.map_or(Ok(()), |size| write!(f, ".{size}"))
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
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
        read().ok_or_else(|| {
            Error::new(
                ErrorKind::Request,
                format!("{text:?} is not a list cursor; use the text that `Cursor` displays, such as \"2.5\""),
            )
        })
    }
}

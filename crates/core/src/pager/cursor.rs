use std::fmt;
use std::num::NonZero;
use std::str::FromStr;

use crate::Error;

/// A place in a list: a page, and how many of its items lie behind.
///
/// Keep it as text (`Display` and `FromStr`) to go on later, in another process, where a [`Pager`](crate::Pager) stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cursor {
    pub(super) page: u64,
    pub(super) page_size: Option<u32>,
    pub(super) skip: usize,
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

    pub(super) const fn page_at(self, page: u64) -> Self {
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

use crate::{Extra, Object};

/// A response that wraps its value in `data`.
#[derive(Debug, Object)]
pub(crate) struct Data<T> {
    pub(crate) data: T,
    pub(crate) extra: Extra,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items of this page, in the API's order.
    pub data: Vec<T>,
    /// The position of this page in the list.
    pub meta: Option<PageMeta>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The position of a page in its list.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct PageMeta {
    /// The number of this page. The first page is 1.
    pub page_number: u64,
    /// The number of pages.
    pub total_pages: u64,
    /// The number of items in a full page.
    pub page_size: Option<u64>,
    /// The number of items in all pages.
    pub total_results: Option<u64>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

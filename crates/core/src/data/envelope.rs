use crate::json::{Fault, FromJson, Reader};
use crate::{Extra, Object};

/// An answer that wraps its value in `data`, of which only that is of interest.
#[derive(Debug)]
pub(crate) struct Data<T>(pub(crate) T);

impl<T: FromJson> FromJson for Data<T> {
    fn from_json(json: &mut Reader<'_>) -> Result<Self, Fault> {
        let mut data = None;
        json.entries("an object with `data`", &mut |name, json| {
            match (&*name, &data) {
                ("data", None) => data = Some(T::from_json(json)?),
                ("data", Some(_)) => return Err(Fault::twice(b"data")),
                _ => json.skip()?,
            }
            Ok(())
        })?;
        data.map(Self).ok_or_else(|| Fault::missing(b"data"))
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items of this page, in the API's order.
    pub data: Vec<T>,
    /// Where this page stands in the whole list.
    pub meta: Option<PageMeta>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Where a page stands in the whole list.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct PageMeta {
    /// Which page this is; the first is 1.
    pub page_number: u64,
    /// How many pages there are.
    pub total_pages: u64,
    /// How many items a full page has.
    pub page_size: Option<u64>,
    /// How many items the whole list has.
    pub total_results: Option<u64>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

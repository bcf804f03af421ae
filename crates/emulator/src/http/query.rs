//! Query parameters and paging.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde_json::{Value, json};

use super::errors::ApiError;
use crate::domain::{Error, ViolationKind, Violations};

const DEFAULT_PAGE_SIZE: u32 = 20;
const MAX_PAGE_SIZE: u32 = 100;

/// Decoded query parameters: `page%5Bnumber%5D` is `page[number]`, `+` is a space.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

impl Params {
    pub(crate) fn parse(query: &str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// The last value of a parameter.
    ///
    /// An empty value counts as absent, because clients send it for null. The name `object[field]` also matches
    /// `object.field`.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).last()
    }

    /// All values of a repeated parameter.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let dotted = name.strip_suffix(']').map(|name| name.replacen('[', ".", 1));
        let is_named = move |key: &str| key == name || dotted.as_deref() == Some(key);
        self.0.iter().filter(move |(key, value)| is_named(key) && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// The items of a list, which can be comma-separated, repeated, or both.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        let bracketed = format!("{name}[]");
        let values = self.0.iter().filter(|(key, _)| key == name || *key == bracketed).map(|(_, value)| value);
        values.flat_map(|value| value.split(',')).map(str::trim).filter(|item| !item.is_empty()).collect()
    }

    /// All parameters, in request order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// A `true` or `false` parameter.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, ApiError> {
        match self.get(name) {
            None => Ok(None),
            Some("true" | "True" | "1") => Ok(Some(true)),
            Some("false" | "False" | "0") => Ok(Some(false)),
            Some(other) => {
                let detail = format!("'{other}' is neither true nor false.");
                Err(Error::invalid(ViolationKind::NotAllowed, format!("/{name}"), detail).into())
            }
        }
    }

    /// `page[number]` (from 1) and `page[size]` (1 to 100, default 20).
    pub(crate) fn paging(&self) -> Result<Paging, ApiError> {
        let mut violations = Violations::default();
        let mut number = |name: &str, default: u32, max: u32| -> u32 {
            let Some(text) = self.get(name) else { return default };
            match text.parse::<u32>() {
                Ok(value) if (1..=max).contains(&value) => value,
                _ => {
                    let range = if max == u32::MAX { "from 1".to_owned() } else { format!("from 1 to {max}") };
                    violations.add(
                        ViolationKind::OutOfRange,
                        format!("/{name}"),
                        format!("{name} is '{text}'; it must be a whole number {range}."),
                    );
                    default
                }
            }
        };
        let paging = Paging {
            number: number("page[number]", 1, u32::MAX),
            size: number("page[size]", DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE),
        };
        violations.finish()?;
        Ok(paging)
    }
}

/// The requested page of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paging {
    number: u32,
    pub(super) size: u32,
}

impl Paging {
    /// The response with this page of a whole list: `{data, meta}`.
    pub(super) fn of_items(self, items: Vec<Value>) -> Value {
        let total = items.len() as u64;
        self.of_page(self.slice(items), total)
    }

    /// The response with this page of a list of `total` items: `{data, meta}`.
    pub(super) fn of_page(self, page: Vec<Value>, total: u64) -> Value {
        json!({
            "data": page,
            "meta": {
                "page_number": self.number,
                "page_size": self.size,
                "total_pages": total.div_ceil(self.size.into()),
                "total_results": total,
            },
        })
    }

    /// The items of the list that are on this page.
    pub(super) fn slice(self, items: Vec<Value>) -> Vec<Value> {
        let skipped = usize::try_from(self.offset()).unwrap_or(usize::MAX);
        items.into_iter().skip(skipped).take(self.size as usize).collect()
    }

    /// The number of items before this page.
    pub(super) fn offset(self) -> u64 {
        u64::from(self.number - 1) * u64::from(self.size)
    }
}

//! Query parameters and paging.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde_json::{Value, json};

use super::errors::ApiError;
use crate::{
    domain::{Checks, Code, Outcome, Problem, Work},
    store::Order,
};

const DEFAULT_PAGE_SIZE: u32 = 20;
const MAX_PAGE_SIZE: u32 = 100;

/// The query parameters, decoded: `page%5Bnumber%5D` is `page[number]`, `+` is a space.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

impl Params {
    /// Decodes a raw query.
    pub(crate) fn parse(query: &str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// The last value of a parameter; an empty one counts as absent, as clients send it for null.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// All parameters in the order they came.
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
                Err(Problem::invalid(Code::UNPROCESSABLE, format!("/{name}"), detail).into())
            }
        }
    }

    /// `page[number]` (from 1) and `page[size]` (1 to 100, default 20).
    pub(crate) fn paging(&self) -> Result<Paging, ApiError> {
        let mut checks = Checks::new();
        let mut number = |name: &str, default: u32, max: u32| -> u32 {
            let Some(text) = self.get(name) else { return default };
            match text.parse::<u32>() {
                Ok(value) if (1..=max).contains(&value) => value,
                _ => {
                    let range = if max == u32::MAX { "from 1".to_owned() } else { format!("from 1 to {max}") };
                    checks.fail(Code::RANGE, format!("/{name}"), format!("'{text}' is not a whole number {range}."));
                    default
                }
            }
        };
        let paging = Paging {
            number: number("page[number]", 1, u32::MAX),
            size: number("page[size]", DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE),
        };
        checks.finish()?;
        Ok(paging)
    }
}

/// Which page of a list is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paging {
    number: u32,
    size: u32,
}

impl Paging {
    fn offset(self) -> u64 {
        u64::from(self.number - 1) * u64::from(self.size)
    }

    /// This page of all documents of a kind that belong to `parent`, as `{data, meta}`.
    pub(crate) fn of_documents(self, work: &Work<'_>, kind: &str, parent: &str, order: Order) -> Outcome<Value> {
        let total = work.tx.count(kind, parent)?;
        let items = work.tx.page(kind, parent, order, self.offset(), self.size)?;
        Ok(self.answer(items, total))
    }

    /// This page of a list that is already there (and filtered), as `{data, meta}`.
    pub(crate) fn of_items(self, items: Vec<Value>) -> Value {
        let total = items.len() as u64;
        self.answer(self.slice(items), total)
    }

    /// This page of a list that is already there, bare.
    pub(crate) fn slice(self, items: Vec<Value>) -> Vec<Value> {
        let offset = usize::try_from(self.offset()).unwrap_or(usize::MAX);
        items.into_iter().skip(offset).take(self.size as usize).collect()
    }

    fn answer(self, items: Vec<Value>, total: u64) -> Value {
        json!({
            "data": items,
            "meta": {
                "page_number": self.number,
                "page_size": self.size,
                "total_pages": total.div_ceil(u64::from(self.size)),
                "total_results": total,
            },
        })
    }
}

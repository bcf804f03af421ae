use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Cursor, PageSource, Pager};
use crate::call_request::CallRequest;
use crate::exchange::{Read, exchange};
use crate::operation::add_query;
use crate::{Call, CallOptions, Error, ErrorKind, Page, Response, decode};

impl<T: DeserializeOwned + Send + 'static> Pager<T> {
    /// A pager over a call that returns `{"data": […], "meta": …}`.
    ///
    /// The call takes the query parameters `page[number]` and `page[size]`.
    pub fn numbered(call: Call<Value>) -> Self {
        Self::over(call, |response| decode::from_slice_lenient(response.bytes()))
    }

    /// A pager over a call that returns a bare array.
    ///
    /// The call takes the query parameters `page[number]` and `page[size]`. An empty page ends the list. A page that
    /// equals the one before ends it too: a server returns it if it ignores the page number.
    pub fn bare_array(call: Call<Value>) -> Self {
        Self::over(call, |response| decode::from_slice_lenient(response.bytes()).map(|items: Vec<T>| Page::new(items)))
    }

    fn over(call: Call<Value>, read: Read<Page<T>>) -> Self {
        match call.into_request() {
            Ok((request, _)) => Self::new(Numbered { request, read, before: Mutex::new(None) }),
            Err(_) => {
                Self::err(Error::new(ErrorKind::Request, "the call of a mock has no pages; use Pager::from_items"))
            }
        }
    }
}

/// A call that is sent once for each page.
struct Numbered<T> {
    request: Box<CallRequest>,
    read: Read<Page<T>>,
    /// The number and the hash of the last page that had no `meta`.
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
        let Response { value: mut page, body, .. } = exchange(request, self.read).await?;
        if page.meta.is_none() {
            let mut hasher = DefaultHasher::new();
            body.hash(&mut hasher);
            let hash = hasher.finish();
            let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
            if before.is_some_and(|(number, same)| number < at.page && same == hash) {
                page.data.clear();
            }
            *before = Some((at.page, hash));
        }
        Ok(page)
    }

    fn options(&mut self) -> Option<&mut CallOptions> {
        Some(&mut self.request.options)
    }
}

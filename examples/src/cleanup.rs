//! What an example takes back at its end.

use std::cell::RefCell;
use std::pin::Pin;

use telnyx_ai::{Call, Error};

use crate::Outcome;
use crate::print::headline;

type Undo = Pin<Box<dyn Future<Output = Result<(), Error>>>>;

/// The calls that undo what an example did. They run at its end, whether it succeeded or not, the latest first.
///
/// A [`Call`] does nothing before it is awaited, so it can be made long before it is needed.
#[derive(Default)]
pub struct Cleanup(RefCell<Vec<(String, Undo)>>);

impl Cleanup {
    /// Keeps a call for the end: the one that deletes what has this id. What is gone by then is no error.
    pub fn at_the_end<T: Send + 'static>(&self, id: &str, undo: Call<T>) {
        self.0.borrow_mut().push((id.to_owned(), Box::pin(async move { undo.await.map(drop) })));
    }

    /// Forgets all calls: nothing will be left to undo.
    pub(crate) fn forget(&self) {
        self.0.borrow_mut().clear();
    }

    /// Makes all calls, and says which of them failed.
    pub(crate) async fn run(&self) -> Outcome {
        let undos = self.0.take();
        if undos.is_empty() {
            return Ok(());
        }
        headline("Clean up (what is deleted already is a 404)");
        let mut left = Vec::new();
        for (id, undo) in undos.into_iter().rev() {
            match undo.await {
                Err(error) if error.status().is_none_or(|status| status != 404) => {
                    left.push(format!("\n{id}: {error}"));
                }
                _ => {}
            }
        }
        if left.is_empty() {
            Ok(())
        } else {
            Err(format!("still there, please delete it by hand:{}", left.concat()).into())
        }
    }
}

impl std::fmt::Debug for Cleanup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.borrow().iter().map(|(id, _)| id)).finish()
    }
}

//! Knowledge bases.

use telnyx_ai_core::{Extra, Object};

/// A tool that searches knowledge bases.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct RetrievalTool {
    /// The storage buckets to search, and the number of passages for the model.
    pub retrieval: Retrieval,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The settings of a [`RetrievalTool`].
///
/// ```
/// use telnyx_ai_types::Retrieval;
///
/// let manuals = Retrieval::new(["manuals"]).with_max_num_results(3);
/// assert_eq!(manuals.bucket_ids, ["manuals"]);
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Retrieval {
    /// The ids of the storage buckets. Their content must be embedded.
    pub bucket_ids: Vec<String>,
    /// The maximum number of passages for the model.
    pub max_num_results: Option<u32>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

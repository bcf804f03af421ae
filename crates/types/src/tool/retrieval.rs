//! Knowledge bases.

use telnyx_ai_core::{Extra, Object};

/// Looks things up in knowledge bases.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct RetrievalTool {
    /// Where to look.
    pub retrieval: Retrieval,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// The knowledge bases of a [`RetrievalTool`].
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
    /// Ids of the storage buckets; their content must have been embedded.
    pub bucket_ids: Vec<String>,
    /// How many passages are handed to the model at most.
    pub max_num_results: Option<u32>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

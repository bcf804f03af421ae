//! The comparison of files, state and live resources.

mod guarded;
mod merge;
mod outdated;
mod sameness;

pub(crate) use guarded::guarded;
pub(crate) use merge::{Comparison, FieldChange, Sides, compare, has_hash, identity, is_hash};
pub(crate) use outdated::{outdated_items, without_items};
pub(crate) use sameness::{differs, is_same};

//! The comparison of files, state and live resources.

mod merge;
mod outdated;
mod sameness;

pub(crate) use merge::{Comparison, FieldChange, Sides, compare};
pub(crate) use outdated::{outdated_items, without_items};
pub(crate) use sameness::{differences, is_same};

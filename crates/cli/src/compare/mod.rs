//! The comparison of files, state and live resources.

mod merge;
mod sameness;

pub(crate) use merge::{Comparison, FieldChange, Sides, compare};
pub(crate) use sameness::{differences, is_same};

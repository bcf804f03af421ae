//! The functions of `trace.rs` without the feature `tracing`: they do nothing.

use std::time::Duration;

use crate::json_path::JsonPath;
use crate::{Error, Operation};

pub(crate) fn call<F>(_: Operation, exchange: F) -> F {
    exchange
}

pub(crate) fn attempt<F>(_: &Operation, _: u32, sent: F) -> F {
    sent
}

pub(crate) fn in_current_context<F>(future: F) -> F {
    future
}

pub(crate) fn retrying(_: &Error, _: Duration) {}

pub(crate) fn set_aside(_: &JsonPath) {}

pub(crate) fn repaired() {}

pub(crate) fn stream_failed(_: &Operation, _: u32, _: &Error) {}

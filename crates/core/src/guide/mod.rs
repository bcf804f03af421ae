//! Production use: [`errors`], [`retry`](crate::retry), [`idempotency`], [`connections`] and [`secrets`].

#[doc = include_str!("errors.md")]
pub mod errors {}

#[doc = include_str!("idempotency.md")]
pub mod idempotency {}

#[doc = include_str!("connections.md")]
pub mod connections {}

#[doc = include_str!("secrets.md")]
pub mod secrets {}

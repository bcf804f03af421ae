//! Streaming responses.

mod bytes;
mod events;
mod text;

pub use self::bytes::ByteStream;
pub use self::events::{EventStream, ServerSentEvent};
pub use self::text::TextStream;

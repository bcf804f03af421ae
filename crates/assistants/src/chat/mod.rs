//! `/ai/assistants/{assistant_id}/chat` and `/ai/assistants/{assistant_id}/chat/sms`

mod model;
mod stream;

pub use model::*;
pub use stream::ChatStream;

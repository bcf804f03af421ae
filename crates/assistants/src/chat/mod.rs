//! `/ai/assistants/{assistant_id}/chat`, with `/sms` and `/whatsapp`

mod model;
mod stream;

pub use model::*;
pub use stream::ChatStream;

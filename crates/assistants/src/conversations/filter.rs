//! The conditions of [`ListConversations`](crate::ListConversations), as PostgREST writes them.
//!
//! Any other operator of PostgREST is written as a plain string: `operator.value`.
//!
//! ```
//! use telnyx_ai_assistants::{ListConversations, filter};
//!
//! let filter = ListConversations::new().with_name(filter::ilike("ada%")).with_id("in.(conversation-1,conversation-2)");
//! assert_eq!(filter.name.as_deref(), Some("ilike.ada%"));
//! ```

use std::fmt::Display;

macro_rules! conditions {
    ($($name:ident: $doc:literal,)*) => {
        $(
            #[doc = $doc]
            #[must_use]
            pub fn $name(value: impl Display) -> String {
                format!(concat!(stringify!($name), ".{}"), value)
            }
        )*
    };
}

conditions! {
    eq: "The field is this value.",
    neq: "The field is any other value.",
    gt: "The field is greater, or later.",
    gte: "The field is greater or the same, or not earlier.",
    lt: "The field is less, or earlier.",
    lte: "The field is less or the same, or not later.",
    like: "The field looks like this pattern, where `%` or `*` stands for any text.",
    ilike: "As [`like`], whatever the case of the letters.",
}

//! Conditions for [`ListConversations`](crate::ListConversations), in the syntax of PostgREST.
//!
//! Write other operators of PostgREST as a string: `operator.value`.
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
    eq: "The field equals this value.",
    neq: "The field does not equal this value.",
    gt: "The field is greater or later than this value.",
    gte: "The field is greater or later than this value, or equals it.",
    lt: "The field is less or earlier than this value.",
    lte: "The field is less or earlier than this value, or equals it.",
    like: "The field matches this pattern, in which `%` and `*` match any text.",
    ilike: "The field matches this pattern like [`like`], ignoring case.",
}

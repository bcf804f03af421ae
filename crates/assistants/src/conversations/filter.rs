//! The conditions of [`ListConversations`](crate::ListConversations), as PostgREST writes them.
//!
//! Any other operator of PostgREST is written as a plain string: `operator.value`.

use std::fmt::Display;

macro_rules! conditions {
    ($($name:ident: $doc:literal,)*) => {
        $(
            #[doc = $doc]
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

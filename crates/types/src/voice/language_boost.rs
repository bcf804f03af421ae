//! The languages of MiniMax voices.

use telnyx_ai_core::{OpenEnum, UnknownValue};

/// A language preference of MiniMax voices.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum LanguageBoost {
    /// The language is detected.
    #[wire("auto")]
    Auto,
    /// Chinese (Mandarin).
    #[wire("Chinese")]
    Chinese,
    /// Chinese (Cantonese).
    #[wire("Chinese,Yue")]
    ChineseYue,
    /// English.
    #[wire("English")]
    English,
    /// Arabic.
    #[wire("Arabic")]
    Arabic,
    /// Russian.
    #[wire("Russian")]
    Russian,
    /// Spanish.
    #[wire("Spanish")]
    Spanish,
    /// French.
    #[wire("French")]
    French,
    /// Portuguese.
    #[wire("Portuguese")]
    Portuguese,
    /// German.
    #[wire("German")]
    German,
    /// Turkish.
    #[wire("Turkish")]
    Turkish,
    /// Dutch.
    #[wire("Dutch")]
    Dutch,
    /// Ukrainian.
    #[wire("Ukrainian")]
    Ukrainian,
    /// Vietnamese.
    #[wire("Vietnamese")]
    Vietnamese,
    /// Indonesian.
    #[wire("Indonesian")]
    Indonesian,
    /// Japanese.
    #[wire("Japanese")]
    Japanese,
    /// Italian.
    #[wire("Italian")]
    Italian,
    /// Korean.
    #[wire("Korean")]
    Korean,
    /// Thai.
    #[wire("Thai")]
    Thai,
    /// Polish.
    #[wire("Polish")]
    Polish,
    /// Romanian.
    #[wire("Romanian")]
    Romanian,
    /// Greek.
    #[wire("Greek")]
    Greek,
    /// Czech.
    #[wire("Czech")]
    Czech,
    /// Finnish.
    #[wire("Finnish")]
    Finnish,
    /// Hindi.
    #[wire("Hindi")]
    Hindi,
    /// Bulgarian.
    #[wire("Bulgarian")]
    Bulgarian,
    /// Danish.
    #[wire("Danish")]
    Danish,
    /// Hebrew.
    #[wire("Hebrew")]
    Hebrew,
    /// Malay.
    #[wire("Malay")]
    Malay,
    /// Persian.
    #[wire("Persian")]
    Persian,
    /// Slovak.
    #[wire("Slovak")]
    Slovak,
    /// Swedish.
    #[wire("Swedish")]
    Swedish,
    /// Croatian.
    #[wire("Croatian")]
    Croatian,
    /// Filipino.
    #[wire("Filipino")]
    Filipino,
    /// Hungarian.
    #[wire("Hungarian")]
    Hungarian,
    /// Norwegian.
    #[wire("Norwegian")]
    Norwegian,
    /// Slovenian.
    #[wire("Slovenian")]
    Slovenian,
    /// Catalan.
    #[wire("Catalan")]
    Catalan,
    /// Norwegian Nynorsk.
    #[wire("Nynorsk")]
    Nynorsk,
    /// Tamil.
    #[wire("Tamil")]
    Tamil,
    /// Afrikaans.
    #[wire("Afrikaans")]
    Afrikaans,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

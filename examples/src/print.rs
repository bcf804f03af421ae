//! What a reader of an example's output sees.

use std::fmt::Display;
use std::io::{Write as _, stdout};
use std::sync::{Mutex, PoisonError};

/// Starts a step: prints what it does and the code that does it, then runs that code.
#[macro_export]
macro_rules! step {
    ($stage:expr, $what:expr, $($code:tt)+) => {{
        $stage.step($what);
        $crate::code(stringify!($($code)+));
        $($code)+
    }};
}

/// Prints what came of a step; takes what `println!` takes.
#[macro_export]
macro_rules! note {
    ($($text:tt)+) => {
        $crate::note(format_args!($($text)+))
    };
}

/// Prints code, as [`step!`] does.
pub fn code(code: &str) {
    let words: Vec<_> = code.split_whitespace().collect();
    line(format!("    {}", words.join(" ")));
}

/// Prints what came of a step, as [`note!`](crate::note!) does.
pub fn note(text: impl Display) {
    for text in text.to_string().lines() {
        line(format!("      {text}"));
    }
}

/// What there is, or `none`.
pub fn or_none(value: Option<impl Display>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}

/// Prints a headline.
pub(crate) fn headline(text: impl Display) {
    line(String::new());
    line(text.to_string());
}

/// Prints a request. Ids are cut short: what matters is what the path looks like.
pub(crate) fn request(method: &http::Method, path: &str, answer: impl Display) {
    let cut = |part: &str| {
        if part.len() > 30 { format!("{}…", part.chars().take(20).collect::<String>()) } else { part.to_owned() }
    };
    let (path, query) = path.split_once('?').map_or((path, String::new()), |(path, query)| (path, format!("?{query}")));
    let path: Vec<_> = path.split('/').map(cut).collect();
    line(format!("    > {method} {}{query} -> {answer}", path.join("/")));
}

/// The last line, and how often it came again.
static LAST: Mutex<(String, u32)> = Mutex::new((String::new(), 0));

/// Prints a line; where the same one comes many times over, only how often.
fn line(text: String) {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if !text.is_empty() && last.0 == text {
        last.1 += 1;
        return;
    }
    if last.1 > 0 {
        print(&format!("      … and {} more of these", last.1));
    }
    print(&text);
    *last = (text, 0);
}

/// Where nobody reads on (`… | head`), the example still goes on, and cleans up.
fn print(text: &str) {
    let _ = writeln!(stdout(), "{text}");
}

//! Realistic responses of the API: assistants of about 4 KB, and tests.

use std::sync::LazyLock;

use bytes::{Bytes, BytesMut};

static ASSISTANT: LazyLock<Template> = LazyLock::new(|| Template::new(include_str!("assistant.json")));
static TEST: LazyLock<Template> = LazyLock::new(|| Template::new(include_str!("test.json")));

/// An assistant.
#[must_use]
pub fn assistant(number: usize) -> Bytes {
    let mut answer = BytesMut::new();
    ASSISTANT.write(number, &mut answer);
    answer.freeze()
}

/// A list with a number of assistants.
#[must_use]
pub fn assistants(count: usize) -> Bytes {
    let mut answer = BytesMut::with_capacity(count * 4096);
    ASSISTANT.write_list(0..count, &mut answer);
    answer.extend_from_slice(b"}");
    answer.freeze()
}

/// A page of a list of tests. The first page is 1.
#[must_use]
pub fn page_of_tests(number: usize, size: usize, total: usize) -> Bytes {
    let first = (number.max(1) - 1).saturating_mul(size).min(total);
    let mut page = BytesMut::with_capacity(size * 1024);
    TEST.write_list(first..(first + size).min(total), &mut page);
    let pages = total.div_ceil(size.max(1));
    let meta = format!(
        ",\"meta\":{{\"total_pages\":{pages},\"total_results\":{total},\"page_number\":{number},\"page_size\":{size}}}}}"
    );
    page.extend_from_slice(meta.as_bytes());
    page.freeze()
}

/// A JSON object with placeholders for a number.
struct Template(Vec<String>);

impl Template {
    fn new(text: &str) -> Self {
        let compact: String = text.lines().map(str::trim).collect();
        Self(compact.split("{number}").map(str::to_owned).collect())
    }

    fn write(&self, number: usize, into: &mut BytesMut) {
        let number = format!("{number:012}");
        for (n, piece) in self.0.iter().enumerate() {
            if n > 0 {
                into.extend_from_slice(number.as_bytes());
            }
            into.extend_from_slice(piece.as_bytes());
        }
    }

    /// Writes `{"data": […]` with the objects of these numbers, without the closing brace.
    fn write_list(&self, numbers: impl Iterator<Item = usize>, into: &mut BytesMut) {
        into.extend_from_slice(b"{\"data\":[");
        for (n, number) in numbers.enumerate() {
            if n > 0 {
                into.extend_from_slice(b",");
            }
            self.write(number, into);
        }
        into.extend_from_slice(b"]");
    }
}

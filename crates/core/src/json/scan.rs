//! The words of JSON: white space, strings, numbers.

use std::borrow::Cow;

use super::Fault;

/// A text and how far it has been read.
pub(super) struct Scan<'t> {
    text: &'t str,
    pub(super) at: usize,
}

/// A number of JSON, as it fits best.
pub(super) enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

impl<'t> Scan<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    #[inline]
    pub(super) fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no white space. It is not taken.
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            match self.byte() {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                next => return next,
            }
        }
    }

    /// Takes `wanted`, if the text goes on with it.
    pub(super) fn take_text(&mut self, wanted: &[u8]) -> bool {
        let found = self.text.as_bytes()[self.at..].starts_with(wanted);
        if found {
            self.at += wanted.len();
        }
        found
    }

    /// What was read since then.
    pub(super) fn since(&self, start: usize) -> &'t str {
        &self.text[start..self.at]
    }

    /// The fault that something else comes next.
    #[cold]
    pub(super) fn expected(&mut self, what: &str) -> Fault {
        let or_end = if self.peek().is_none() { ", and the text ends" } else { "" };
        Fault::syntax(format!("expected {what}{or_end}"))
    }

    /// Takes `word`, of which the first byte was seen.
    pub(super) fn word(&mut self, word: &str) -> Result<(), Fault> {
        if self.take_text(word.as_bytes()) { Ok(()) } else { Err(self.expected("a value")) }
    }

    /// Takes a string, of which the opening quote was seen.
    pub(super) fn string(&mut self) -> Result<Cow<'t, str>, Fault> {
        let start = self.at + 1;
        self.at = end_of_plain(self.text.as_bytes(), start);
        let plain = &self.text[start..self.at];
        if self.byte() == Some(b'"') {
            self.at += 1;
            return Ok(Cow::Borrowed(plain));
        }
        self.escaped(plain).map(Cow::Owned)
    }

    /// Takes what is left of a string that begins with `plain` and goes on with an escape.
    #[inline(never)]
    fn escaped(&mut self, plain: &str) -> Result<String, Fault> {
        let mut string = String::with_capacity(2 * plain.len() + 16);
        string.push_str(plain);
        loop {
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    string.shrink_to_fit();
                    return Ok(string);
                }
                Some(b'\\') => string.push(self.escape()?),
                Some(_) => return Err(Fault::syntax("a control character stands in a string: write it as an escape")),
                None => return Err(Fault::syntax("the text ends inside a string")),
            }
            let start = self.at;
            self.at = end_of_plain(self.text.as_bytes(), start);
            string.push_str(&self.text[start..self.at]);
        }
    }

    /// Takes an escape, of which the backslash was seen.
    fn escape(&mut self) -> Result<char, Fault> {
        self.at += 1;
        let kind = self.byte();
        self.at += usize::from(kind.is_some());
        Ok(match kind {
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return Err(Fault::syntax("a backslash begins no escape that JSON has")),
        })
    }

    fn unicode_escape(&mut self) -> Result<char, Fault> {
        let wrong = || Fault::syntax("`\\u` is followed by no character's four hexadecimal digits");
        let first = self.hex().ok_or_else(wrong)?;
        let mut code = u32::from(first);
        if let 0xd800..=0xdbff = first {
            // The first half of a pair; `from_u32` refuses halves that stand alone.
            if self.text.as_bytes()[self.at..].starts_with(b"\\u") {
                self.at += 2;
                let second = self.hex().ok_or_else(wrong)?;
                code = char::decode_utf16([first, second]).next().and_then(Result::ok).map_or(code, u32::from);
            }
        }
        char::from_u32(code).ok_or_else(wrong)
    }

    fn hex(&mut self) -> Option<u16> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4)?;
        self.at += 4;
        digits.iter().try_fold(0, |code, digit| {
            let digit = char::from(*digit).to_digit(16)?;
            Some(code << 4 | u16::try_from(digit).ok()?)
        })
    }

    /// Takes a number, of which the sign or the first digit was seen.
    pub(super) fn number(&mut self) -> Result<Number, Fault> {
        let start = self.at;
        let negative = self.byte() == Some(b'-');
        self.at += usize::from(negative);
        let first = self.at;
        let mut whole = Some(0_u64);
        while let Some(digit @ b'0'..=b'9') = self.byte() {
            whole = whole.and_then(|n| n.checked_mul(10)?.checked_add(u64::from(digit - b'0')));
            self.at += 1;
        }
        let digits = &self.text.as_bytes()[first..self.at];
        if digits.is_empty() || (digits.len() > 1 && digits[0] == b'0') {
            return Err(Fault::syntax("a number has no digits, or a zero before them"));
        }
        let is_whole = !matches!(self.byte(), Some(b'.' | b'e' | b'E'));
        match (whole, negative) {
            (Some(n), false) if is_whole => return Ok(Number::Unsigned(n)),
            // There is no whole number that is minus zero.
            (Some(n @ 1..), true) if is_whole => {
                if let Some(n) = 0_i64.checked_sub_unsigned(n) {
                    return Ok(Number::Signed(n));
                }
            }
            _ => {}
        }
        if let Some(number) = whole.and_then(|whole| self.decimal(whole)) {
            return Ok(Number::Float(if negative { -number } else { number }));
        }
        self.fraction()?;
        match self.text[start..self.at].parse() {
            Ok(number) if f64::is_finite(number) => Ok(Number::Float(number)),
            _ => Err(out_of_range()),
        }
    }

    /// Takes the point and the digits behind it, if they are few, as most are, and nothing follows. A whole number below 2⁵³
    /// and a power of ten up to 10²² are floats without loss, so one division rounds as well as can be.
    fn decimal(&mut self, mut digits: u64) -> Option<f64> {
        const POWERS: [f64; 9] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];
        let behind = self.text.as_bytes()[self.at..].strip_prefix(b".")?;
        let mut count = 0;
        while let Some(digit @ b'0'..=b'9') = behind.get(count) {
            digits = digits.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
            count += 1;
        }
        if count == 0 || digits >= 1 << 53 || matches!(behind.get(count), Some(b'e' | b'E')) {
            return None;
        }
        let power = POWERS.get(count)?;
        self.at += 1 + count;
        #[allow(clippy::cast_precision_loss)]
        Some(digits as f64 / power)
    }

    /// Takes what may follow a number's whole digits.
    #[inline(never)]
    fn fraction(&mut self) -> Result<(), Fault> {
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.byte() {
            self.at += 1;
        }
        if self.at == start {
            return Err(Fault::syntax("a number has no digits after its point or its exponent"));
        }
        Ok(())
    }
}

#[cold]
pub(super) fn out_of_range() -> Fault {
    Fault::syntax("a number is out of range")
}

/// Where the characters end, from `at` on, that stand in a string for themselves.
fn end_of_plain(text: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::MAX / 0xff;
    const HIGH: u64 = ONES << 7;
    let (words, rest) = text[at..].as_chunks();
    for word in words {
        // The high bit of the lowest byte that is below the limit is set, and no lower one.
        let word = u64::from_le_bytes(*word);
        let (quote, backslash) = (word ^ (ONES * b'"' as u64), word ^ (ONES * b'\\' as u64));
        let found = (word.wrapping_sub(ONES * b' ' as u64) & !word)
            | (quote.wrapping_sub(ONES) & !quote)
            | (backslash.wrapping_sub(ONES) & !backslash);
        if found & HIGH != 0 {
            return at + (found & HIGH).trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at + rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..b' ')).unwrap_or(rest.len())
}

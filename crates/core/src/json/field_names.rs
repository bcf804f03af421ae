use std::sync::atomic::{AtomicU8, Ordering};

/// The names of an object's fields, to be looked up while it is read.
///
/// A server writes the fields of a type in the same order each time. So what is looked for first is the field that came after
/// the last one when an object of this type was read before: most names are compared once and not searched for.
#[derive(Debug)]
pub struct FieldNames {
    /// As they stand in a text that has no white space: `"name":`.
    quoted: &'static [&'static str],
    /// A bit for each of them.
    required: u64,
    /// For each place, one more than the number of the field that came there; 0 where none did yet.
    after: &'static [AtomicU8],
}

impl FieldNames {
    /// What the derive makes of at most 64 fields; `after` has one place more.
    #[must_use]
    pub const fn new(quoted: &'static [&'static str], required: u64, after: &'static [AtomicU8]) -> Self {
        Self { quoted, required, after }
    }

    /// The field that is likely to come next at a place: 0 is the start, others are one more than the number of a field.
    pub(super) fn guess(&self, place: usize) -> Option<(usize, &'static str)> {
        let number = match self.after.get(place)?.load(Ordering::Relaxed) {
            // Until it is known better, the order is the contract's.
            0 => place,
            next => usize::from(next) - 1,
        };
        Some((number, self.quoted.get(number)?))
    }

    /// The number of the field with that name, which came at that place.
    #[inline(never)]
    pub(super) fn find(&self, place: usize, name: &str) -> Option<usize> {
        let number = (0..self.quoted.len()).find(|number| self.name(*number) == name)?;
        if let (Some(after), Ok(next)) = (self.after.get(place), u8::try_from(number + 1)) {
            // Another thread may see this late or not at all, which costs it a search.
            after.store(next, Ordering::Relaxed);
        }
        Some(number)
    }

    pub(super) fn name(&self, number: usize) -> &'static str {
        self.quoted[number].trim_matches(['"', ':'])
    }

    /// The first of the fields that are required and not among those `seen`.
    pub(super) fn missing(&self, seen: u64) -> Option<&'static str> {
        match self.required & !seen {
            0 => None,
            missing => Some(self.name(missing.trailing_zeros() as usize)),
        }
    }
}

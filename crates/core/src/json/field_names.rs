use std::sync::atomic::{AtomicU8, Ordering};

/// The names of an object's fields, to be looked up while it is read.
///
/// A server writes the fields of a type in the same order each time. So what is looked for first is the field that came at
/// this place when an object of this type was read before: most names are compared once and not searched for.
#[derive(Debug)]
pub struct FieldNames<P: ?Sized = [Place]> {
    /// All names, as they stand in a text that has no white space: `"id":"name":`.
    text: &'static str,
    /// A bit for each of them.
    required: u64,
    /// The start, and then each field.
    places: P,
}

/// A place in an object at which a field begins: the start, or behind a field.
#[derive(Debug)]
pub struct Place {
    /// Where in the text the name of the field before ends.
    end: u16,
    /// One more than the number of the field that came here; 0 where none did yet.
    next: AtomicU8,
}

impl<const N: usize> FieldNames<[Place; N]> {
    /// What the derive makes of at most 64 fields, of whose names none has a colon. There is one place more.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)]
    pub const fn new(text: &'static str, required: u64) -> Self {
        let mut places = [const { Place { end: 0, next: AtomicU8::new(0) } }; N];
        let (bytes, mut at, mut place) = (text.as_bytes(), 0, 0);
        while at < bytes.len() {
            if bytes[at] == b':' {
                place += 1;
                places[place].end = at as u16 + 1;
            }
            at += 1;
        }
        Self { text, required, places }
    }
}

impl FieldNames {
    /// The number of the field that is likely to come at that place, and its name in quotes, with the colon.
    #[inline]
    pub(super) fn guess(&self, place: usize) -> Option<(usize, &[u8])> {
        let number = match self.places.get(place)?.next.load(Ordering::Relaxed) {
            // Until it is known better, the order is the contract's.
            0 => place,
            next => usize::from(next) - 1,
        };
        Some((number, self.quoted(number)?))
    }

    /// The number of the field with that name, which came at that place.
    #[inline(never)]
    pub(super) fn find(&self, place: usize, name: &str) -> Option<usize> {
        let number = (0..self.places.len() - 1).find(|number| self.name(*number) == name.as_bytes())?;
        if let (Some(place), Ok(next)) = (self.places.get(place), u8::try_from(number + 1)) {
            // Another thread may see this late or not at all, which costs it a search.
            place.next.store(next, Ordering::Relaxed);
        }
        Some(number)
    }

    fn quoted(&self, number: usize) -> Option<&[u8]> {
        let [before, this] = self.places.get(number..)?.first_chunk()?;
        self.text.as_bytes().get(usize::from(before.end)..usize::from(this.end))
    }

    pub(super) fn name(&self, number: usize) -> &[u8] {
        match self.quoted(number) {
            Some([b'"', name @ .., b'"', b':']) => name,
            _ => &[],
        }
    }

    /// The first of the fields that are required and not among those `seen`.
    pub(super) fn missing(&self, seen: u64) -> Option<&[u8]> {
        match self.required & !seen {
            0 => None,
            missing => Some(self.name(missing.trailing_zeros() as usize)),
        }
    }
}

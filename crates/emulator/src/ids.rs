//! Generation of ids.

use std::sync::atomic::{AtomicU64, Ordering};

use uuid::{Builder, Uuid};

/// Generates UUIDs.
#[derive(Debug)]
pub(crate) enum Ids {
    Random,
    /// Deterministic ids: the n-th id depends on n only.
    Counted(AtomicU64),
}

/// The maximum number of ids per document of a store.
const IDS_A_DOCUMENT: u64 = 1 << 16;

impl Ids {
    /// Counted ids for a store into which `documents` documents were inserted.
    ///
    /// They differ from the ids of those documents.
    pub(crate) fn counted_after(documents: u64) -> Self {
        Self::Counted(AtomicU64::new(documents.wrapping_mul(IDS_A_DOCUMENT)))
    }

    /// Restarts the count, for a store that is emptied. Returns the count so far.
    pub(crate) fn restart(&self) -> u64 {
        match self {
            Self::Random => 0,
            Self::Counted(next) => next.swap(0, Ordering::Relaxed),
        }
    }

    /// Continues a count that was restarted, because the store was not emptied.
    pub(crate) fn resume(&self, count: u64) {
        if let Self::Counted(next) = self {
            next.fetch_max(count, Ordering::Relaxed);
        }
    }

    /// Whether another emulator can generate the same id.
    pub(crate) fn are_deterministic(&self) -> bool {
        matches!(self, Self::Counted(_))
    }

    pub(crate) fn next(&self) -> String {
        let id = match self {
            Self::Random => Uuid::new_v4(),
            Self::Counted(next) => {
                let n = next.fetch_add(1, Ordering::Relaxed);
                let (high, low) = (mixed(n), mixed(!n));
                Builder::from_random_bytes(((u128::from(high) << 64) | u128::from(low)).to_be_bytes()).into_uuid()
            }
        };
        id.to_string()
    }
}

/// Maps a number to a pseudorandom number without collisions (splitmix64).
pub(crate) fn mixed(n: u64) -> u64 {
    let z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_ids_are_deterministic_and_unique() {
        let (first, again) = (Ids::counted_after(0), Ids::counted_after(0));
        let ids: Vec<String> = (0..1_000).map(|_| first.next()).collect();
        assert!(ids.iter().all(|id| *id == again.next()));
        let later = Ids::counted_after(3);
        let distinct: std::collections::HashSet<String> =
            ids.into_iter().chain((0..1_000).map(|_| later.next())).collect();
        assert_eq!(distinct.len(), 2_000);
    }
}

use std::future::Future;
use std::ops::AddAssign;

/// A summary of the data that a client read. It is the same for all clients.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// The number of objects.
    pub(crate) items: usize,
    /// The number of bytes of their ids, names and instructions.
    pub(crate) bytes: usize,
}

impl Tally {
    /// The tally of an object, by its texts.
    pub(crate) fn of<const N: usize>(texts: [&str; N]) -> Self {
        Self { items: 1, bytes: texts.map(str::len).iter().sum() }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.items += other.items;
        self.bytes += other.bytes;
    }
}

impl FromIterator<Self> for Tally {
    fn from_iter<I: IntoIterator<Item = Self>>(tallies: I) -> Self {
        let mut sum = Self::default();
        tallies.into_iter().for_each(|tally| sum += tally);
        sum
    }
}

/// A client to measure. It panics if a call fails.
pub(crate) trait Peer: Clone + Send + Sync + 'static {
    /// Gets an assistant, with retries after a 429.
    fn get(&self) -> impl Future<Output = Tally> + Send;

    /// Creates an assistant.
    fn create(&self) -> impl Future<Output = Tally> + Send;

    /// Gets the list of all assistants.
    fn list(&self) -> impl Future<Output = Tally> + Send;

    /// Gets all tests, with this page size and number of prefetched pages.
    fn tests(&self, page_size: u32, prefetch: usize) -> impl Future<Output = Tally> + Send;
}

/// The id of the requested assistant.
pub(crate) const ID: &str = "assistant-8b1f20c4-93d7-4e6a-8a55-000000000000";

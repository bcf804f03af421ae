use std::future::Future;
use std::ops::AddAssign;

/// What came out of a job: proof that the answers were read, and that all clients did the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// How many objects.
    pub(crate) items: usize,
    /// The bytes of their ids, names and instructions.
    pub(crate) bytes: usize,
}

impl Tally {
    /// Of one object, by its texts.
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

/// A client under measurement. It panics where a call fails: the time of an error is of no interest.
pub(crate) trait Peer: Clone + Send + Sync + 'static {
    /// Gets one assistant; where it is refused, as often as it takes.
    fn get(&self) -> impl Future<Output = Tally> + Send;

    /// Creates an assistant.
    fn create(&self) -> impl Future<Output = Tally> + Send;

    /// Gets the list of all assistants.
    fn list(&self) -> impl Future<Output = Tally> + Send;

    /// Gets all tests, by pages of that size, with so many pages under way; 0 is one after the other.
    fn tests(&self, page_size: u32, prefetch: usize) -> impl Future<Output = Tally> + Send;
}

/// The assistant that is asked for.
pub(crate) const ID: &str = "assistant-8b1f20c4-93d7-4e6a-8a55-000000000000";

//! What is committed gets to the disk, for many requests at once.
//!
//! A commit writes to the write-ahead log and does not wait for the disk. Whoever tells of it waits until the log has been
//! flushed after it: one flush does for all commits before it, and while it is under way, others commit.

use std::{
    fs::{File, OpenOptions},
    io,
    path::Path,
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread::{self, JoinHandle},
};

use tokio::sync::watch;

/// The flushes of one database's log, on a thread of their own.
#[derive(Debug)]
pub(crate) struct Flush {
    /// How many transactions with changes were committed.
    committed: AtomicU64,
    /// Which of them are to be flushed.
    wanted: Option<mpsc::Sender<u64>>,
    flushed: watch::Receiver<Flushed>,
    thread: Option<JoinHandle<()>>,
}

/// How far the log is known to be on the disk.
#[derive(Debug, Default)]
struct Flushed {
    count: u64,
    /// Once a flush has failed, nobody knows what a later one means.
    failed: Option<io::ErrorKind>,
}

impl Flush {
    /// Flushes the write-ahead log of a database, which is there already.
    pub(crate) fn of(log: &Path) -> io::Result<Self> {
        let log = OpenOptions::new().write(true).open(log)?;
        let (wanted, commits) = mpsc::channel();
        let (tell, flushed) = watch::channel(Flushed::default());
        let work = move || run(&log, &commits, &tell);
        let thread = thread::Builder::new().name("flush".to_owned()).spawn(work)?;
        Ok(Self { committed: AtomicU64::new(0), wanted: Some(wanted), flushed, thread: Some(thread) })
    }

    /// Says that a transaction with changes was committed. Only one may be at a time.
    pub(crate) fn committed(&self) {
        let count = self.committed.fetch_add(1, Ordering::AcqRel) + 1;
        if let Some(wanted) = &self.wanted {
            // Where the thread is gone, those who wait are told.
            let _ = wanted.send(count);
        }
    }

    /// Waits until everything that was committed by now is on the disk.
    pub(crate) async fn done(&self) -> io::Result<()> {
        let count = self.committed.load(Ordering::Acquire);
        if self.flushed.borrow().count >= count {
            return Ok(());
        }
        let mut flushed = self.flushed.clone();
        let flushed = flushed.wait_for(|flushed| flushed.count >= count || flushed.failed.is_some()).await;
        match flushed.map_err(|_| io::ErrorKind::BrokenPipe)?.failed {
            None => Ok(()),
            Some(kind) => Err(kind.into()),
        }
    }
}

/// Flushes after each commit, or after several that came while it was busy. Ends with the store.
fn run(log: &File, commits: &mpsc::Receiver<u64>, tell: &watch::Sender<Flushed>) {
    while let Ok(first) = commits.recv() {
        let count = commits.try_iter().last().unwrap_or(first);
        let flushed = match log.sync_data() {
            Ok(()) => Flushed { count, failed: None },
            Err(error) => {
                tracing::error!(%error, "the database could not be flushed to the disk");
                Flushed { count: 0, failed: Some(error.kind()) }
            }
        };
        let failed = flushed.failed.is_some();
        tell.send_replace(flushed);
        if failed {
            return;
        }
    }
}

impl Drop for Flush {
    fn drop(&mut self) {
        self.wanted = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that flushes the database broke off");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waits_for_all_that_was_committed() {
        let path = std::env::temp_dir().join(format!("telnyx-ai-flush-{}", uuid::Uuid::new_v4()));
        File::create(&path).expect("a file");
        let flush = Flush::of(&path).expect("a thread");
        flush.done().await.expect("nothing to wait for");
        for _ in 0..3 {
            flush.committed();
        }
        flush.done().await.expect("a flush");
        assert_eq!(flush.flushed.borrow().count, 3);
        drop(flush);
        std::fs::remove_file(path).expect("removed");
    }

    /// Nothing that goes through here can be flushed.
    #[cfg(unix)]
    #[tokio::test]
    async fn a_failure_is_told_to_all_from_then_on() {
        let flush = Flush::of(Path::new("/dev/null")).expect("a thread");
        flush.committed();
        flush.done().await.expect_err("a failure");
        flush.committed();
        flush.done().await.expect_err("a failure");
    }
}

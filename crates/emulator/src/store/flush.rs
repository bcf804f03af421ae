//! Flushes commits to disk in groups.
//!
//! A commit writes to the write-ahead log and does not wait for the disk. Each response waits until the log is flushed.
//! One flush covers all commits before it. Other transactions can commit while it runs.

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

use super::identity::Identity;

/// Flushes the log of a database, in a thread.
#[derive(Debug)]
pub(crate) struct Flush {
    /// The number of committed transactions with changes.
    committed: AtomicU64,
    /// Sends the number of the commit to flush to the thread.
    wanted: Option<mpsc::Sender<u64>>,
    flushed: watch::Receiver<Flushed>,
    thread: Option<JoinHandle<()>>,
}

/// The error if commits cannot be flushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FlushError {
    #[error("cannot write the database to disk: {0}")]
    Disk(io::ErrorKind),
    #[error(
        "the database file was deleted, moved or replaced while the emulator ran, so changes are lost; restart the emulator"
    )]
    FileGone,
    #[error("the thread that writes to the disk has ended")]
    Ended,
}

/// The flushed part of the log.
#[derive(Debug, Default)]
struct Flushed {
    count: u64,
    /// After a failure, later flushes do not guarantee anything.
    failed: Option<FlushError>,
}

impl Flush {
    /// Flushes the write-ahead log of a database. Both files must exist.
    pub(crate) fn of(database: &Path, log: &Path) -> io::Result<Self> {
        let files = [Identity::of(database)?, Identity::of(log)?];
        let log = OpenOptions::new().write(true).open(log)?;
        let (wanted, commits) = mpsc::channel();
        let (report, flushed) = watch::channel(Flushed::default());
        let work = move || run(&log, &files, &commits, &report);
        let thread = thread::Builder::new().name("flush".to_owned()).spawn(work)?;
        Ok(Self { committed: AtomicU64::new(0), wanted: Some(wanted), flushed, thread: Some(thread) })
    }

    /// Records a commit with changes. Must not be called concurrently.
    pub(crate) fn committed(&self) {
        let count = self.committed.fetch_add(1, Ordering::AcqRel) + 1;
        if let Some(wanted) = &self.wanted {
            // If the thread has ended, the waiting tasks get an error.
            let _ = wanted.send(count);
        }
    }

    /// Waits until everything committed so far is on disk.
    pub(crate) async fn done(&self) -> Result<(), FlushError> {
        let count = self.committed.load(Ordering::Acquire);
        if self.flushed.borrow().count >= count {
            return Ok(());
        }
        let mut flushed = self.flushed.clone();
        let flushed = flushed.wait_for(|flushed| flushed.count >= count || flushed.failed.is_some()).await;
        match flushed.map_err(|_| FlushError::Ended)?.failed {
            None => Ok(()),
            Some(error) => Err(error),
        }
    }
}

/// Flushes after each commit.
///
/// Commits that arrive during a flush share the next one. The thread ends when the store is dropped.
fn run(log: &File, files: &[Identity], commits: &mpsc::Receiver<u64>, report: &watch::Sender<Flushed>) {
    while let Ok(first) = commits.recv() {
        let count = commits.try_iter().last().unwrap_or(first);
        let failed = match log.sync_data() {
            Ok(()) if files.iter().all(Identity::is_unchanged) => None,
            Ok(()) => Some(FlushError::FileGone),
            Err(error) => Some(FlushError::Disk(error.kind())),
        };
        if let Some(error) = failed {
            tracing::error!(%error, "cannot flush the database; changes may be lost");
            report.send_replace(Flushed { count: 0, failed });
            return;
        }
        report.send_replace(Flushed { count, failed: None });
    }
}

impl Drop for Flush {
    fn drop(&mut self) {
        self.wanted = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that flushes the database has panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Creates a database file and a log file, in a folder that is deleted when it is dropped.
    fn files() -> (tempfile::TempDir, [std::path::PathBuf; 2]) {
        let folder = tempfile::tempdir().expect("a folder");
        let files = ["db", "wal"].map(|name| folder.path().join(name));
        files.iter().for_each(|file| drop(File::create(file).expect("a file")));
        (folder, files)
    }

    #[tokio::test]
    async fn flush_waits_for_all_commits() {
        let (_folder, files) = files();
        let flush = Flush::of(&files[0], &files[1]).expect("a thread");
        flush.done().await.expect("nothing to wait for");
        for _ in 0..3 {
            flush.committed();
        }
        flush.done().await.expect("a flush");
        assert_eq!(flush.flushed.borrow().count, 3);
    }

    /// fsync fails for this device.
    #[cfg(unix)]
    #[tokio::test]
    async fn failure_is_reported_to_all_later_commits() {
        let flush = Flush::of(Path::new("/dev/null"), Path::new("/dev/null")).expect("a thread");
        for _ in 0..2 {
            flush.committed();
            assert!(matches!(flush.done().await, Err(FlushError::Disk(_))));
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn file_that_was_deleted_or_replaced_is_an_error() {
        for replaced in [false, true] {
            let (_folder, files) = files();
            let flush = Flush::of(&files[0], &files[1]).expect("a thread");
            flush.committed();
            flush.done().await.expect("a flush");
            // The database connection has the file open.
            let _open = File::open(&files[0]).expect("a file");
            fs::remove_file(&files[0]).expect("removed");
            if replaced {
                File::create(&files[0]).expect("a file");
            }
            flush.committed();
            assert_eq!(flush.done().await, Err(FlushError::FileGone), "replaced: {replaced}");
        }
    }
}

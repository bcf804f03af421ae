//! The error of a failed start.

use std::{fmt, io, net::SocketAddr, path::PathBuf};

use crate::{seed::SeedError, time::TimeError};

/// The error of a failed start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be bound.
    Bind {
        /// The address.
        addr: SocketAddr,
        /// The reason.
        source: io::Error,
    },
    /// Other machines can reach the address, and no API key is set.
    Unprotected {
        /// The address.
        addr: SocketAddr,
    },
    /// The database cannot be opened.
    Db {
        /// The file, or `None` for a database in memory.
        path: Option<PathBuf>,
        /// The reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A seed cannot be loaded.
    Seed(SeedError),
    /// [`Builder::frozen_at`](crate::Builder::frozen_at) is not a time.
    Clock(TimeError),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bind { addr, source } if source.kind() == io::ErrorKind::AddrInUse => {
                write!(
                    f,
                    "cannot listen on {addr}: another program uses this address; stop it, or choose another port \
                     (port 0: any free port)"
                )
            }
            Self::Bind { addr, source } => write!(f, "cannot listen on {addr}: {source}"),
            Self::Unprotected { addr } => write!(
                f,
                "cannot listen on {addr} without an API key, because other machines can reach it; set a key (--api-key), \
                 or listen on 127.0.0.1"
            ),
            Self::Db { path: Some(path), source } => {
                write!(f, "cannot open the database {}: {source}", path.display())
            }
            Self::Db { path: None, source } => write!(f, "cannot create a database in memory: {source}"),
            Self::Seed(error) => error.fmt(f),
            Self::Clock(error) => error.fmt(f),
        }
    }
}

/// `source` returns the source of the reason, which the message contains.
impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Bind { source, .. } => source.source(),
            Self::Db { source, .. } => source.source(),
            Self::Unprotected { .. } => None,
            Self::Seed(error) => error.source(),
            Self::Clock(error) => error.source(),
        }
    }
}

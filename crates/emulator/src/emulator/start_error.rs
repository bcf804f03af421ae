//! What can be in the way of a start.

use std::{fmt, io, net::SocketAddr, path::PathBuf};

use crate::{seed::SeedError, time::TimeError};

/// Why an emulator did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The address can not be listened on.
    Bind {
        /// The address.
        addr: SocketAddr,
        /// The reason.
        source: io::Error,
    },
    /// Other machines could reach the address, and any API key would be good.
    Unprotected {
        /// The address.
        addr: SocketAddr,
    },
    /// The database can not be opened or is not one.
    Db {
        /// The file, or `None` for a database in memory.
        path: Option<PathBuf>,
        /// The reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A seed can not be loaded.
    Seed(SeedError),
    /// The moment to start at is none.
    Clock(TimeError),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bind { addr, source } if source.kind() == io::ErrorKind::AddrInUse => {
                write!(
                    f,
                    "can not listen on {addr}: another program listens there already; stop it, or take another port \
                     (port 0 is a free one)"
                )
            }
            Self::Bind { addr, source } => write!(f, "can not listen on {addr}: {source}"),
            Self::Unprotected { addr } => write!(
                f,
                "can not listen on {addr} without an API key: other machines could reach it; set a key (--api-key), or \
                 listen on 127.0.0.1"
            ),
            Self::Db { path: Some(path), source } => {
                write!(f, "can not open the database {}: {source}", path.display())
            }
            Self::Db { path: None, source } => write!(f, "can not make a database in memory: {source}"),
            Self::Seed(error) => error.fmt(f),
            Self::Clock(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Bind { source, .. } => Some(source),
            Self::Db { source, .. } => Some(source.as_ref()),
            Self::Unprotected { .. } => None,
            Self::Seed(error) => Some(error),
            Self::Clock(error) => Some(error),
        }
    }
}

//! Connections of the HTTP server.
//!
//! They can be reset, are closed when idle, and get an error response to malformed requests.

use std::{
    io,
    net::IpAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Instant,
};

use parking_lot::Mutex;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use super::malformed::Malformed;

/// The number of bytes of a head to keep, to explain why it is malformed.
const MAX_HEAD: usize = 1024;

/// A handle to a connection. Each request has it in its extensions.
#[derive(Debug, Clone)]
pub(crate) struct ConnectionHandle(Arc<State>);

#[derive(Debug)]
struct State {
    local_ip: Option<IpAddr>,
    reset: AtomicBool,
    /// The number of active requests.
    ///
    /// A request is active from the service call to the end of the response body.
    active: AtomicUsize,
    idle_since: Mutex<Instant>,
    /// The first bytes received since the last request.
    head: Mutex<Vec<u8>>,
}

/// An active request. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Active(ConnectionHandle);

impl Drop for Active {
    fn drop(&mut self) {
        *self.0.0.idle_since.lock() = Instant::now();
        self.0.0.active.fetch_sub(1, Ordering::AcqRel);
    }
}

impl ConnectionHandle {
    fn new(stream: &TcpStream) -> Self {
        Self(Arc::new(State {
            local_ip: stream.local_addr().ok().map(|address| address.ip().to_canonical()),
            reset: AtomicBool::new(false),
            active: AtomicUsize::new(0),
            idle_since: Mutex::new(Instant::now()),
            head: Mutex::default(),
        }))
    }

    /// The local address that the client connected to.
    pub(super) fn local_ip(&self) -> Option<IpAddr> {
        self.0.local_ip
    }

    /// Resets the connection without sending more data.
    pub(super) fn reset(&self) {
        self.0.reset.store(true, Ordering::Release);
    }

    pub(super) fn start_request(&self) -> Active {
        self.0.active.fetch_add(1, Ordering::AcqRel);
        self.0.head.lock().clear();
        Active(self.clone())
    }

    /// The time since which the connection is idle; `None` if a request is active.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        self.is_idle().then(|| *self.0.idle_since.lock())
    }

    fn is_idle(&self) -> bool {
        self.0.active.load(Ordering::Acquire) == 0
    }

    fn is_reset(&self) -> bool {
        self.0.reset.load(Ordering::Acquire)
    }
}

#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    handle: ConnectionHandle,
    malformed: Malformed,
    /// The unsent part of the response to a malformed request.
    pending: Vec<u8>,
}

impl Connection {
    pub(super) fn new(stream: TcpStream, malformed: Malformed) -> (Self, ConnectionHandle) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY could not be set");
        }
        let handle = ConnectionHandle::new(&stream);
        (Self { stream, handle: handle.clone(), malformed, pending: Vec::new() }, handle)
    }

    fn check(&self) -> io::Result<()> {
        if self.handle.is_reset() { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }

    /// Writes the unsent part of the response to a malformed request.
    fn poll_pending(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.pending.is_empty() {
            match Pin::new(&mut self.stream).poll_write(context, &self.pending) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(written)) => drop(self.pending.drain(..written)),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// With a linger time of 0, closing the socket sends a reset.
impl Drop for Connection {
    fn drop(&mut self) {
        if self.handle.is_reset()
            && let Err(error) = self.stream.set_zero_linger()
        {
            tracing::warn!(%error, "a connection is closed instead of reset");
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check()?;
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if self.handle.is_idle() {
            let mut head = self.handle.0.head.lock();
            let room = MAX_HEAD.saturating_sub(head.len());
            head.extend(buffer.filled()[before..].iter().take(room));
        }
        read
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        if self.handle.is_idle() && Malformed::is_automatic(bytes) {
            let head = std::mem::take(&mut *self.handle.0.head.lock());
            self.pending = self.malformed.respond(&head, bytes);
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let [part] = parts {
            return self.poll_write(context, part);
        }
        self.check()?;
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        std::task::ready!(self.poll_pending(context))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        std::task::ready!(self.poll_pending(context))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

//! The HTTP server.
//!
//! It accepts connections, limits their number and idle time, and stops gracefully.

use std::{collections::HashMap, convert::Infallible, io, sync::Arc, time::Duration};

use axum::{Router, body::Body, response::Response};
use http::Request;
use http_body_util::BodyExt;
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use parking_lot::Mutex;
use tokio::{net::TcpListener, task::JoinSet};
use tower::{Service, ServiceExt, service_fn};

use super::{
    MAX_HEAD_BYTES,
    connection::{Connection, ConnectionHandle},
    malformed::Malformed,
};
use crate::app::App;

/// The timeout for receiving a request head, and for idle connections.
const HEAD_TIMEOUT: Duration = Duration::from_secs(20);

/// The maximum number of connections, if the limit on open files allows it.
const MAX_CONNECTIONS: u64 = 16_384;

/// Open files reserved for the database, webhooks and models.
const RESERVED_FILES: u64 = 128;

/// The pause after a failed accept.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(50);

/// Serves a router until `stop` completes and all requests are answered.
///
/// Dropping the future closes all connections.
pub(crate) async fn serve(listener: TcpListener, app: &App, router: Router, stop: impl Future<Output = ()>) {
    let malformed = Malformed { domain: app.domain.clone(), log: app.log.clone() };
    let connections = Connections::default();
    let (limit, graceful) = (max_connections(), GracefulShutdown::new());
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    // The buffer can exceed its maximum, so it alone does not limit the head.
    builder.max_buf_size(MAX_HEAD_BYTES).max_header_size(MAX_HEAD_BYTES);
    let mut tasks = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(ended) = tasks.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a connection failed");
                }
            }
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    if connections.len() >= limit {
                        connections.close_longest_idle();
                    }
                    let (connection, handle) = Connection::new(stream, malformed.clone());
                    let place = connections.add(handle.clone());
                    let service = TowerToHyperService::new(service(handle.clone(), router.clone()));
                    let connection = graceful.watch(builder.serve_connection(TokioIo::new(connection), service));
                    tasks.spawn(async move {
                        tokio::select! {
                            served = connection => if let Err(error) = served {
                                tracing::debug!(%error, "a connection ended early");
                            },
                            () = handle.closed() => {}
                        }
                        drop(place);
                    });
                }
                Err(error) if is_of_connection(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    connections.close_longest_idle();
                    tokio::time::sleep(PAUSE_AFTER_FAILURE).await;
                }
            },
        }
    }
    drop(listener);
    graceful.shutdown().await;
}

fn service(
    handle: ConnectionHandle,
    router: Router,
) -> impl Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send> + Clone {
    service_fn(move |request: Request<Incoming>| {
        let (handle, router) = (handle.clone(), router.clone());
        let active = handle.start_request();
        async move {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(handle);
            let response = router.oneshot(request).await?;
            // The request is active until the body is dropped.
            Ok(response.map(|body| {
                Body::new(body.inspect_frame(move |_| {
                    let _ = &active;
                }))
            }))
        }
    })
}

/// Whether the error concerns one connection and not the listener.
fn is_of_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};

    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// The maximum number of connections that the limit on open files allows.
fn max_connections() -> usize {
    #[cfg(unix)]
    let files = rlimit::Resource::NOFILE.get_soft().unwrap_or(1024);
    #[cfg(not(unix))]
    let files = MAX_CONNECTIONS;
    usize::try_from(files.saturating_sub(RESERVED_FILES).clamp(RESERVED_FILES, MAX_CONNECTIONS)).unwrap_or(usize::MAX)
}

#[derive(Debug, Clone, Default)]
struct Connections(Arc<Mutex<Open>>);

#[derive(Debug, Default)]
struct Open {
    handles: HashMap<u64, ConnectionHandle>,
    next: u64,
}

/// An entry of [`Connections`]. Dropping it removes the entry.
struct ConnectionGuard(Connections, u64);

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        self.0.0.lock().handles.remove(&self.1);
    }
}

impl Connections {
    fn len(&self) -> usize {
        self.0.lock().handles.len()
    }

    fn add(&self, handle: ConnectionHandle) -> ConnectionGuard {
        let mut open = self.0.lock();
        open.next += 1;
        let id = open.next;
        open.handles.insert(id, handle);
        ConnectionGuard(self.clone(), id)
    }

    /// Closes the connection that has been idle longest, if any is idle.
    fn close_longest_idle(&self) {
        let mut open = self.0.lock();
        let idle = open.handles.iter().filter_map(|(id, handle)| Some((handle.idle_since()?, *id)));
        if let Some((_, id)) = idle.min()
            && let Some(handle) = open.handles.remove(&id)
        {
            handle.close();
        }
    }
}

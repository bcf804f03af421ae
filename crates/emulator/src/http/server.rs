//! The HTTP server.
//!
//! It accepts connections, limits their number and idle time, and stops gracefully.

use std::{collections::HashMap, convert::Infallible, io, time::Duration};

use axum::{Router, body::Body, response::Response};
use http::Request;
use http_body_util::BodyExt;
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::TcpListener,
    task::{self, AbortHandle, JoinSet},
};
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
    let mut open = HashMap::new();
    let (limit, graceful) = (max_connections(), GracefulShutdown::new());
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    // The buffer can exceed its maximum, so it alone does not limit the head.
    builder.max_buf_size(MAX_HEAD_BYTES).max_header_size(MAX_HEAD_BYTES);
    let mut tasks = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            // Connections that have ended do not count when one is accepted.
            biased;
            () = &mut stop => break,
            Some(ended) = tasks.join_next_with_id() => {
                if let Err(error) = &ended
                    && error.is_panic()
                {
                    tracing::error!(%error, "a connection failed");
                }
                open.remove(&ended.map_or_else(|error| error.id(), |(id, ())| id));
            }
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    if open.len() >= limit {
                        close_longest_idle(&mut open);
                    }
                    let (connection, handle) = Connection::new(stream, malformed.clone());
                    let service = TowerToHyperService::new(service(handle.clone(), router.clone()));
                    let connection = graceful.watch(builder.serve_connection(TokioIo::new(connection), service));
                    let task = tasks.spawn(async move {
                        if let Err(error) = connection.await {
                            tracing::debug!(%error, "a connection ended early");
                        }
                    });
                    open.insert(task.id(), (handle, task));
                }
                Err(error) if is_of_connection(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    close_longest_idle(&mut open);
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

/// Closes the connection that has been idle longest, if any is idle.
fn close_longest_idle(open: &mut HashMap<task::Id, (ConnectionHandle, AbortHandle)>) {
    let idle = open.iter().filter_map(|(id, (handle, _))| Some((handle.idle_since()?, *id)));
    if let Some((_, id)) = idle.min_by_key(|(since, _)| *since)
        && let Some((_, task)) = open.remove(&id)
    {
        task.abort();
    }
}

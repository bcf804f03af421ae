//! A layer that shows every request on its way.

use http::{Request, Response};
use telnyx_ai::{Body, BoxError, TransportService};
use tower::{Service, ServiceExt, service_fn};

use crate::print;

/// Prints each request with the status of its answer. It sits below the retries, so it shows each attempt.
pub(crate) fn shown(
    transport: TransportService,
) -> impl Service<Request<Body>, Response = Response<Body>, Error = BoxError, Future: Send> + Clone + Send + Sync + 'static
{
    service_fn(move |request: Request<Body>| {
        let transport = transport.clone();
        async move {
            let (method, uri) = (request.method().clone(), request.uri().clone());
            let path = uri.path_and_query().map_or("/", |path| path.as_str());
            let answer = transport.oneshot(request).await;
            match &answer {
                Ok(answer) => print::request(&method, path, answer.status().as_u16()),
                Err(error) => print::request(&method, path, error),
            }
            answer
        }
    })
}

//! Conversion of hyper's errors to transport errors.

use std::error::Error as StdError;
use std::io;

use hyper_util::client::legacy::Error;
use telnyx_ai_core::{TransportError, TransportErrorKind};

pub(crate) fn request_error(error: Error, address: String) -> TransportError {
    let kind = if error.is_connect() {
        if chain(&error).any(is_certificate_error) {
            TransportErrorKind::Certificate
        } else {
            TransportErrorKind::Connect
        }
    } else if chain(&error).any(is_not_processed) {
        TransportErrorKind::NotProcessed
    } else {
        broken_or_timeout(&error)
    };
    TransportError::new(kind, error).with_address(address)
}

pub(crate) fn body_error(error: hyper::Error) -> TransportError {
    TransportError::new(broken_or_timeout(&error), error)
}

fn chain<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        // `io::Error::source` skips the error inside.
        Some(inner) => Some(inner),
        None => error.source(),
    })
}

fn broken_or_timeout(error: &(dyn StdError + 'static)) -> TransportErrorKind {
    let timed_out = chain(error).any(|cause| cause.downcast_ref().is_some_and(hyper::Error::is_timeout));
    if timed_out { TransportErrorKind::Timeout } else { TransportErrorKind::Broken }
}

#[cfg(any(feature = "rustls", feature = "rustls-aws-lc"))]
fn is_certificate_error(cause: &(dyn StdError + 'static)) -> bool {
    matches!(cause.downcast_ref(), Some(rustls::Error::InvalidCertificate(_)))
}

#[cfg(not(any(feature = "rustls", feature = "rustls-aws-lc")))]
fn is_certificate_error(_: &(dyn StdError + 'static)) -> bool {
    false
}

/// Whether the server certainly did not process the request.
///
/// See RFC 9113, sections 6.8 and 8.7.
fn is_not_processed(cause: &(dyn StdError + 'static)) -> bool {
    #[cfg(feature = "http2")]
    if let Some(error) = cause.downcast_ref::<h2::Error>() {
        // Streams up to the last id of a GOAWAY do not end with its error.
        return error.is_remote()
            && (error.is_go_away() || error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM));
    }
    // The request was canceled before it was written to the connection.
    cause.downcast_ref().is_some_and(hyper::Error::is_canceled)
}

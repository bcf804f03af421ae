//! Handlers of axum that see only what Telnyx signed.

use axum_core::body::Body;
use axum_core::extract::rejection::BytesRejection;
use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use telnyx_ai_core::decode::{self, DecodeError};
use telnyx_ai_core::json::FromJson;

use crate::{InitializationReply, ToolCallRequest, Verifier, VerifyError};

/// What a request carries, once its signature is verified.
///
/// The [`Verifier`] comes from the router's state. It reads the body, so it stands last among a handler's arguments;
/// the router's body limit (2 MB unless set) holds. `T` is any type that reads from JSON, such as
/// [`WebhookEvent`](crate::WebhookEvent), [`Incoming`](crate::Incoming) or one of yours, or a [`ToolCallRequest`], or a
/// [`RawBody`].
///
/// A request that Telnyx did not sign is answered with 401, one whose body can not be read with 400, both with
/// `{"error": "why"}`. Nothing of the body is in the answer.
///
/// ```
/// use axum::{Router, routing::post};
/// use telnyx_ai_webhooks::{RawBody, ToolCallRequest, Verified, Verifier};
///
/// async fn order_status(Verified(call): Verified<ToolCallRequest>) -> String {
///     format!("order {} is on its way", call.arguments["order"])
/// }
///
/// async fn call_status(Verified(RawBody(form)): Verified<RawBody>) {
///     println!("{} bytes, form-encoded", form.len());
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let public_key = telnyx_ai_webhooks::Signer::generate().public_key_base64();
/// let app: Router = Router::new()
///     .route("/tools/order_status", post(order_status))
///     .route("/calls", post(call_status))
///     .with_state(Verifier::new(&public_key)?);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified<T>(
    /// What was signed.
    pub T,
);

impl<S, T> FromRequest<S> for Verified<T>
where
    S: Send + Sync,
    Verifier: FromRef<S>,
    T: FromWebhook,
{
    type Rejection = WebhookRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebhookRejection> {
        let (parts, body) = request.into_parts();
        let body = Bytes::from_request(Request::from_parts(parts.clone(), body), state).await?;
        Verifier::from_ref(state).verify(&parts.headers, &body)?;
        Ok(Self(T::from_webhook(&parts, body)?))
    }
}

/// What can be read from a request of Telnyx.
pub trait FromWebhook: Sized {
    /// Reads it; the signature was verified.
    ///
    /// # Errors
    /// Where the body is no JSON or that of something else.
    fn from_webhook(parts: &Parts, body: Bytes) -> Result<Self, DecodeError>;
}

impl<T: FromJson> FromWebhook for T {
    fn from_webhook(_: &Parts, body: Bytes) -> Result<Self, DecodeError> {
        decode::from_slice(&body)
    }
}

impl<A: DeserializeOwned> FromWebhook for ToolCallRequest<A> {
    fn from_webhook(parts: &Parts, body: Bytes) -> Result<Self, DecodeError> {
        Self::read(&parts.uri, &parts.headers, &body)
    }
}

/// A body as it was received, such as the form of a TeXML callback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawBody(
    /// The bytes.
    pub Bytes,
);

impl FromWebhook for RawBody {
    fn from_webhook(_: &Parts, body: Bytes) -> Result<Self, DecodeError> {
        Ok(Self(body))
    }
}

/// Why a request was not let through to its handler.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookRejection {
    /// It is not known to be from Telnyx: 401.
    #[error(transparent)]
    Unverified(#[from] VerifyError),
    /// Telnyx signed it, and it is not what the handler takes: 400.
    ///
    /// The error may quote values of the body; the answer does not.
    #[error(transparent)]
    Unreadable(#[from] DecodeError),
    /// The body did not arrive whole, or is too long.
    #[error(transparent)]
    Body(#[from] BytesRejection),
}

impl WebhookRejection {
    /// The status it is answered with.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Unverified(_) => StatusCode::UNAUTHORIZED,
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::Body(rejection) => rejection.status(),
        }
    }

    /// Why, without a value from the body.
    fn public_reason(&self) -> String {
        match self {
            Self::Unverified(error) => error.to_string(),
            Self::Unreadable(error) if error.is_syntax() => "the body is not JSON".to_owned(),
            Self::Unreadable(error) => format!("the body is not of the expected shape at `{}`", error.path()),
            Self::Body(rejection) => rejection.body_text(),
        }
    }
}

impl IntoResponse for WebhookRejection {
    fn into_response(self) -> Response {
        json(self.status(), &serde_json::json!({ "error": self.public_reason() }))
    }
}

impl IntoResponse for InitializationReply {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self)
    }
}

fn json<T: Serialize>(status: StatusCode, value: &T) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => {
            let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
            (status, content_type, Body::from(body)).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

//! An axum extractor for requests that Telnyx signed.

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

use crate::{InitializationReply, ToolCallRequest, Verifier, VerifyError};

/// An extractor that verifies the signature of a request and deserializes its body.
///
/// The [`Verifier`] is part of the router's state. `Verified` consumes the body, so it must be the last argument of a
/// handler. The router's body limit applies (default: 2 MB). `T` is a type that deserializes from JSON, such as
/// [`WebhookEvent`](crate::WebhookEvent) or your own, a [`ToolCallRequest`], or a [`RawBody`].
///
/// The signature does not cover the method, the URL and the other headers. Within the [tolerance](Verifier::tolerance), a
/// recorded request can be sent to another path or with another query. Pass the arguments of actions in the body.
///
/// A request that Telnyx did not sign is rejected with 401, a body that cannot be deserialized with 400, and a body
/// above the limit with 413. The response is `{"error": "reason"}`, which does not quote the body.
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
    /// The deserialized body.
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

/// A type that can be created from a verified request.
///
/// [`Verified`] takes any type that implements it. Types that deserialize from JSON do. Implement it for other formats:
///
/// ```
/// use bytes::Bytes;
/// use http::request::Parts;
/// use serde::de::Error;
/// use telnyx_ai_webhooks::{FromWebhook, decode::DecodeError};
///
/// /// The status in a TeXML callback, which is a form.
/// struct CallStatus(String);
///
/// impl FromWebhook for CallStatus {
///     fn from_webhook(_: &Parts, body: Bytes) -> Result<Self, DecodeError> {
///         let status = form_urlencoded::parse(&body).find(|(name, _)| name == "CallStatus");
///         let (_, status) = status.ok_or_else(|| DecodeError::custom("the form has no `CallStatus`"))?;
///         Ok(Self(status.into_owned()))
///     }
/// }
///
/// # fn read(form: &'static str) -> Result<CallStatus, DecodeError> {
/// #     let (parts, body) = http::Request::new(form).into_parts();
/// #     CallStatus::from_webhook(&parts, body.into())
/// # }
/// # assert_eq!(read("CallSid=1&CallStatus=completed").unwrap().0, "completed");
/// # assert_eq!(read("CallSid=1").err().unwrap().message(), "the form has no `CallStatus`");
/// ```
pub trait FromWebhook: Sized {
    /// Creates the value from a request whose signature has been verified.
    ///
    /// # Errors
    /// If the body does not have the expected type.
    fn from_webhook(parts: &Parts, body: Bytes) -> Result<Self, DecodeError>;
}

impl<T: DeserializeOwned> FromWebhook for T {
    fn from_webhook(_: &Parts, body: Bytes) -> Result<Self, DecodeError> {
        decode::from_slice_lenient(&body)
    }
}

impl<A: DeserializeOwned> FromWebhook for ToolCallRequest<A> {
    fn from_webhook(parts: &Parts, body: Bytes) -> Result<Self, DecodeError> {
        Self::read(&parts.uri, &parts.headers, &body)
    }
}

/// The unmodified body, such as the form of a TeXML callback.
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

/// The rejection of a request by [`Verified`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookRejection {
    /// The signature is missing or invalid: 401.
    #[error(transparent)]
    Unverified(#[from] VerifyError),
    /// The body does not have the type of the handler: 400.
    ///
    /// The error can quote values of the body. The response does not.
    #[error(transparent)]
    Unreadable(#[from] DecodeError),
    /// The body could not be read, or is too large.
    #[error(transparent)]
    Body(#[from] BytesRejection),
}

impl WebhookRejection {
    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Unverified(_) => StatusCode::UNAUTHORIZED,
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::Body(rejection) => rejection.status(),
        }
    }

    /// The reason, without values from the body.
    fn public_reason(&self) -> String {
        match self {
            Self::Unverified(error) => error.to_string(),
            Self::Unreadable(error) if error.is_syntax() => "the body is not JSON".to_owned(),
            Self::Unreadable(error) => format!("the body does not have the expected type at `{}`", error.path()),
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

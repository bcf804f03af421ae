//! JSON request bodies.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use telnyx_ai_core::decode;
use telnyx_ai_core::json::{FromJson, Json};

use super::errors::ApiError;
use crate::domain::{Code, Problem, check::not_a_t};

/// The body of a request. An empty one is taken for `{}`, since clients send none where everything is optional.
#[derive(Debug)]
pub(crate) struct Body(Bytes);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match Bytes::from_request(request, state).await {
            Ok(bytes) => Ok(Self(bytes)),
            Err(rejection) => Err(ApiError::new(rejection.status(), Code::BAD_REQUEST, rejection.body_text())),
        }
    }
}

impl Body {
    /// The body as a `T`.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        let bytes: &[u8] = if self.0.trim_ascii().is_empty() { b"{}" } else { &self.0 };
        decode::from_slice(bytes)
            .map(|Json(value)| value)
            .map_err(|error| if error.is_syntax() { not_json(error.message()) } else { not_a_t(&error).into() })
    }

    /// The object as it was sent, once it is known to be a `T`: its types are right and nothing required is missing.
    /// What `T` does not know stays in it.
    pub(crate) fn object<T: FromJson>(&self) -> Result<Map<String, Value>, ApiError> {
        let bytes: &[u8] = if self.0.trim_ascii().is_empty() { b"{}" } else { &self.0 };
        let value: Value = serde_json::from_slice(bytes).map_err(|error| not_json(&error.to_string()))?;
        if !value.is_object() {
            return Err(Problem::invalid(Code::UNPROCESSABLE, "", "The body must be a JSON object.").into());
        }
        decode::from_slice::<T>(bytes).map_err(|error| not_a_t(&error))?;
        match value {
            Value::Object(object) => Ok(object),
            _ => Ok(Map::new()),
        }
    }
}

fn not_json(error: &str) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, Code::INVALID_JSON, format!("The body is not JSON: {error}."))
}

//! JSON request bodies.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::StatusCode;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::errors::{ApiError, Code};
use crate::{
    domain::{Error, ViolationKind, violations},
    json::{self, JsonError, OfObject},
};

/// A request body.
///
/// An empty body counts as `{}`, because clients omit it if all fields are optional.
#[derive(Debug)]
pub(super) struct Body(Value);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| ApiError::of_status(rejection.status(), rejection.body_text()))?;
        let text = if json::strip_bom(&bytes).trim_ascii().is_empty() { b"{}" } else { &*bytes };
        Ok(Self(json::read(text)?))
    }
}

impl Body {
    /// Deserializes the body, which must be an object.
    pub(super) fn parse<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        let OfObject(body) = violations::typed(&self.0)?;
        Ok(body)
    }

    /// Like [`object`](Self::object), for a body whose fields are only read.
    pub(super) fn fields<T: DeserializeOwned + Serialize>(self) -> Result<Value, ApiError> {
        self.object::<T>().map(Value::Object)
    }

    /// Checks that the body is a `T`. Returns it with its unknown fields.
    pub(super) fn object<T: DeserializeOwned + Serialize>(self) -> Result<Map<String, Value>, ApiError> {
        if !self.0.is_object() {
            return Err(Error::invalid(ViolationKind::NotAllowed, "", "The body must be a JSON object.").into());
        }
        Ok(violations::object::<T>(&self.0)?)
    }
}

impl From<JsonError> for ApiError {
    fn from(error: JsonError) -> Self {
        match error {
            JsonError::Syntax(_) | JsonError::Encoding(_) => {
                Self::new(StatusCode::BAD_REQUEST, Code::INVALID_JSON, format!("The body is {error}."))
            }
            JsonError::Number { .. } | JsonError::TooDeep(_) => violations::unreadable(error).into(),
        }
    }
}

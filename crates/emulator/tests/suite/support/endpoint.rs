//! An HTTP endpoint that records what it receives.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::Value;
use telnyx_ai_webhooks::Verifier;
use tokio::sync::mpsc;

/// A request that an endpoint received.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    body: Bytes,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub(crate) fn is_signed_by(&self, key: &str) -> bool {
        Verifier::new(key).expect("a key").verify(&self.headers, &self.body).is_ok()
    }
}

type Answers = Arc<Mutex<Vec<(u16, Value)>>>;

/// Starts an endpoint that returns these responses in order and then repeats the last one.
pub(crate) async fn endpoint(answers: Vec<(u16, Value)>) -> (String, mpsc::UnboundedReceiver<Received>) {
    type Shared = (mpsc::UnboundedSender<Received>, Answers);
    async fn answer(
        State((sender, answers)): State<Shared>,
        method: Method,
        uri: Uri,
        headers: HeaderMap,
        body: Bytes,
    ) -> Response {
        // The test may have dropped the receiver.
        let _ = sender.send(Received { method, uri, headers, body });
        let mut answers = answers.lock().expect("answers");
        let (status, body) = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
        (StatusCode::from_u16(status).expect("a status"), axum::Json(body)).into_response()
    }
    let (sender, receiver) = mpsc::unbounded_channel();
    let app = Router::new().fallback(answer).with_state((sender, Arc::new(Mutex::new(answers))));
    (super::serve(app).await, receiver)
}

//! The server of a parcel service, for webhook tools to call.

use std::net::Ipv4Addr;

use axum::extract::Path;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::{Outcome, note};

/// The parcel that has arrived; all others are on their way.
const DELIVERED: &str = "SP-1002";

/// A server on a free port of this machine that knows where parcels are. It is gone when it is dropped.
#[derive(Debug)]
pub struct ParcelDesk {
    /// Where it listens, without a slash at the end.
    pub url: String,
    server: JoinHandle<std::io::Result<()>>,
}

impl ParcelDesk {
    /// Starts it.
    ///
    /// # Errors
    /// Where no port can be had.
    pub async fn start() -> Outcome<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let router = Router::new().route("/parcels/{parcel_id}", get(parcel)).route("/redeliveries", post(redeliver));
        Ok(Self { url, server: tokio::spawn(axum::serve(listener, router).into_future()) })
    }
}

impl Drop for ParcelDesk {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn parcel(Path(parcel_id): Path<String>) -> Json<Value> {
    note!("the webhook server is asked for parcel {parcel_id}");
    let status = if parcel_id == DELIVERED { "delivered" } else { "out_for_delivery" };
    Json(json!({"parcel": {"id": parcel_id, "status": status, "arrives": "today, 2 to 4 pm"}}))
}

async fn redeliver(Json(wish): Json<Value>) -> Json<Value> {
    note!("the webhook server is told {wish}");
    Json(json!({"booked": true, "parcel_id": wish["parcel_id"], "date": wish["date"]}))
}

//! `/ai/assistants`, `/ai/assistants/{assistant_id}` and what is done with one assistant.

use axum::{
    Router,
    extract::{Path, State},
    response::IntoResponse,
    routing::{get, post},
};
use http::header;
use serde_json::{Value, json};
use telnyx_ai_assistants::ImportAssistants;
use telnyx_ai_types::{CreateAssistant, UpdateAssistant};

use super::{Answer, body::Body, data, idempotency::idempotent, ok, query::Params};
use crate::{
    app::App,
    assumptions::TexmlContentType,
    domain::{
        assistants, imports,
        initialization::{self, Start},
    },
};

pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/assistants", get(list))
        .route("/assistants", idempotent(app, post(create)))
        .route("/assistants/import", idempotent(app, post(import)))
        .route("/assistants/{assistant_id}", get(retrieve).post(update).patch(update).delete(delete))
        .route("/assistants/{assistant_id}/clone", idempotent(app, post(clone)))
        .route("/assistants/{assistant_id}/texml", get(texml))
}

async fn list(State(app): State<App>) -> Answer {
    Ok(data(app.run(assistants::list)?))
}

async fn create(State(app): State<App>, body: Body) -> Answer {
    let body = body.object::<CreateAssistant>()?;
    Ok(ok(app.run(|work| assistants::create(work, body))?))
}

async fn retrieve(State(app): State<App>, Path(assistant_id): Path<String>, params: Params) -> Answer {
    let fetch = params.flag("fetch_dynamic_variables_from_webhook")?.unwrap_or(false);
    let given = |name: &str| params.get(name).map(str::to_owned);
    let (mut assistant, ask) = app.run(|work| {
        let stored = assistants::get(work, &assistant_id)?;
        let start = Start {
            channel: given("from").or_else(|| given("call_control_id")).map(|_| "phone_call".to_owned()),
            agent_target: given("to"),
            end_user_target: given("from"),
            call_control_id: given("call_control_id"),
        };
        let ask = if fetch { initialization::ask(work, &stored, &start) } else { None };
        Ok((assistants::into_view(work, stored)?, ask))
    })?;
    if let Some(ask) = ask {
        let fetched = app.initialize(ask).await.variables;
        match &mut assistant["dynamic_variables"] {
            Value::Object(defaults) => defaults.extend(fetched),
            none => *none = fetched.into(),
        }
    }
    Ok(ok(assistant))
}

async fn update(State(app): State<App>, Path(assistant_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<UpdateAssistant>()?;
    Ok(ok(app.run(|work| assistants::update(work, &assistant_id, body))?))
}

async fn delete(State(app): State<App>, Path(assistant_id): Path<String>) -> Answer {
    Ok(ok(app.run(|work| assistants::delete(work, &assistant_id))?))
}

async fn clone(State(app): State<App>, Path(assistant_id): Path<String>) -> Answer {
    Ok(ok(app.run(|work| assistants::clone_of(work, &assistant_id))?))
}

async fn import(State(app): State<App>, body: Body) -> Answer {
    let body = body.object::<ImportAssistants>()?;
    Ok(data(app.run(|work| imports::import(work, &body))?))
}

async fn texml(State(app): State<App>, Path(assistant_id): Path<String>) -> Answer {
    let document = app.run(|work| assistants::texml(work, &assistant_id))?;
    Ok(match app.assumptions.texml_content_type {
        TexmlContentType::Xml => ([(header::CONTENT_TYPE, "application/xml")], document).into_response(),
        TexmlContentType::Json => ok(json!(document)),
    })
}

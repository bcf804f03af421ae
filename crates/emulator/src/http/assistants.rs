//! `/ai/assistants` and the actions on an assistant.

use axum::{
    Router,
    extract::State,
    response::IntoResponse,
    routing::{get, post},
};
use http::header;
use serde_json::{Value, json};
use telnyx_ai_assistants::ImportAssistants;
use telnyx_ai_types::{CreateAssistant, UpdateAssistant};

use super::{
    Answer, data,
    handlers::{one, one_with, run, with},
    idempotency::Idempotency,
    ok,
    path::Path,
    query::Params,
};
use crate::{
    app::App,
    assumptions::TexmlContentType,
    domain::{Domain, assistants, deleted_assistants, imports, variables_webhook},
    outbound::Outbound,
};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    let create = idempotency.layer(post(with::<CreateAssistant>(assistants::create, ok)));
    let update = one_with::<UpdateAssistant>(assistants::update, ok);
    Router::new()
        .route("/assistants", create.get(run(assistants::list, data)))
        .route("/assistants/import", idempotency.layer(post(with::<ImportAssistants>(imports::import, data))))
        .route("/assistants/{assistant_id}", get(retrieve).post(update.clone()).patch(update).delete(delete))
        .route("/assistants/{assistant_id}/clone", idempotency.layer(post(one(assistants::clone_of, ok))))
        .route("/assistants/{assistant_id}/texml", get(texml))
}

async fn retrieve(
    State(domain): State<Domain>,
    State(outbound): State<Outbound>,
    Path(assistant_id): Path<String>,
    params: Params,
) -> Answer {
    let fetch = params.flag("fetch_dynamic_variables_from_webhook")?.unwrap_or(false);
    let (to, from, call_control_id) = (params.get("to"), params.get("from"), params.get("call_control_id"));
    let metadata = json!({
        "telnyx_conversation_channel": from.or(call_control_id).map(|_| "phone_call"),
        "telnyx_agent_target": to,
        "telnyx_end_user_target": from,
        "call_control_id": call_control_id,
    });
    let (mut assistant, request) = domain.run(|cx| {
        let stored = assistants::get(cx, &assistant_id)?;
        let request = if fetch { variables_webhook::request(cx, &stored, &metadata) } else { None };
        Ok((assistants::view(cx, stored)?, request))
    })?;
    if let Some(request) = request {
        let fetched = outbound.fetch_variables(request).await.variables;
        match &mut assistant["dynamic_variables"] {
            Value::Object(defaults) => defaults.extend(fetched),
            none => *none = fetched.into(),
        }
    }
    Ok(ok(assistant))
}

async fn delete(State(domain): State<Domain>, Path(assistant_id): Path<String>, params: Params) -> Answer {
    let hard = params.flag("hard_delete")?.unwrap_or(false);
    Ok(ok(domain.run(|cx| deleted_assistants::delete(cx, &assistant_id, hard))?))
}

async fn texml(State(domain): State<Domain>, Path(assistant_id): Path<String>) -> Answer {
    let document = domain.run(|cx| assistants::texml(cx, &assistant_id))?;
    Ok(match domain.assumptions().texml_content_type {
        TexmlContentType::Xml => ([(header::CONTENT_TYPE, "application/xml")], document).into_response(),
        TexmlContentType::Json => ok(json!(document)),
    })
}

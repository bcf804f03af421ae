//! Imports from other providers.
//!
//! The imported assistants are generated and the same each time.

use serde_json::{Map, Value, json};

use super::{
    Context, Result, assistants,
    violations::{none_of, typed},
};
use crate::json::{object, text};

/// The number of assistants at a provider.
const AT_PROVIDER: usize = 2;

/// Imports the assistants with these ids, or all of them. Returns them.
pub(crate) fn import(cx: &Context<'_>, body: Map<String, Value>) -> Result<Value> {
    let body = Value::Object(body);
    none_of(telnyx_ai_rules::import(&typed(&body)?))?;
    let provider = text(&body, "provider");
    let ids: Vec<String> = match body["import_ids"].as_array() {
        Some(ids) => ids.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        None => (1..=AT_PROVIDER).map(|n| format!("{provider}-assistant-{n}")).collect(),
    };
    ids.iter().map(|id| assistants::import(cx, provider, id, sample(provider, id))).collect()
}

/// The assistant with this id at the provider.
fn sample(provider: &str, id: &str) -> Map<String, Value> {
    object(&json!({
        "name": format!("Imported {id}"),
        "description": format!("Imported from {provider}."),
        "instructions": "You are a helpful assistant of {{company}}. Find out what the caller needs.",
        "greeting": "Hello, this is {{company}}. How can I help?",
        "dynamic_variables": { "company": "Example Ltd" },
        "enabled_features": ["telephony"],
        "voice_settings": { "voice": "Telnyx.KokoroTTS.af_heart" },
        "privacy_settings": { "data_retention": true },
        "tools": [
            { "type": "hangup", "hangup": { "description": "Ends the call when the caller says goodbye." } },
            {
                "type": "webhook",
                "webhook": {
                    "name": "lookup_customer",
                    "description": "Looks up the caller.",
                    "url": "https://example.com/customers/{customer_id}",
                    "method": "GET",
                    "path_parameters": {
                        "type": "object",
                        "properties": { "customer_id": { "type": "string" } },
                        "required": ["customer_id"],
                    },
                    "headers": [{
                        "name": "Authorization",
                        "value": format!(
                            "Bearer {{{{#integration_secret}}}}{provider}_tool_secret{{{{/integration_secret}}}}"
                        ),
                    }],
                },
            },
        ],
    }))
}

use telnyx_ai_core::{Extra, Object};
use telnyx_ai_types::ImportProvider;

/// What [`delete`](super::AssistantsApi::delete) answers.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct AssistantDeleted {
    /// The id that the assistant had.
    pub id: String,
    /// The kind of object that was deleted.
    pub object: String,
    /// Whether it is gone.
    pub deleted: bool,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// For which call [`retrieve_with`](super::AssistantsApi::retrieve_with) shows the assistant. What is
/// set goes to the assistant's dynamic-variables webhook.
///
/// ```
/// use telnyx_ai_assistants::RetrieveAssistant;
///
/// let as_for_this_call = RetrieveAssistant::new()
///     .with_fetch_dynamic_variables_from_webhook(true)
///     .with_from("+13125550199")
///     .with_to("+13125550100");
/// # assert!(as_for_this_call.from.is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct RetrieveAssistant {
    /// Whether to ask the assistant's webhook for dynamic variables. Default: false.
    pub fetch_dynamic_variables_from_webhook: Option<bool>,
    /// The number that calls.
    pub from: Option<String>,
    /// The number that is called.
    pub to: Option<String>,
    /// The call's control id.
    pub call_control_id: Option<String>,
    /// Further query parameters to send.
    pub extra: Extra,
}

/// What [`import`](super::AssistantsApi::import) brings over.
///
/// ```
/// use telnyx_ai_assistants::{ImportAssistants, ImportProvider};
///
/// let two_of_them = ImportAssistants::new(ImportProvider::Vapi, "vapi_api_key").with_import_ids(["reception", "sales"]);
/// # assert_eq!(two_of_them.api_key_ref, "vapi_api_key");
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ImportAssistants {
    /// The provider that has them.
    pub provider: ImportProvider,
    /// The identifier of the integration secret that holds your API key for that provider; not the key
    /// itself.
    pub api_key_ref: String,
    /// The provider's ids of the assistants to import; all of them when absent.
    pub import_ids: Option<Vec<String>>,
    /// Further fields to send.
    pub extra: Extra,
}

use telnyx_ai_core::{Extra, Object};
use telnyx_ai_types::ImportProvider;

/// The options of [`AssistantsApi::delete_with`](super::AssistantsApi::delete_with).
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct DeleteAssistant {
    /// Whether the assistant is erased immediately, with all its versions. Default: false.
    ///
    /// Its TeXML application is erased too, unless numbers are assigned to it. Conversations, recordings and shared
    /// tools are kept.
    pub hard_delete: Option<bool>,
    /// Additional query parameters to send.
    pub extra: Extra,
}

/// The response of [`AssistantsApi::delete`](super::AssistantsApi::delete).
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct AssistantDeleted {
    /// The id of the assistant.
    pub id: String,
    /// The type of the deleted object.
    pub object: String,
    /// Whether it was deleted.
    pub deleted: bool,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The options of [`AssistantsApi::retrieve_with`](super::AssistantsApi::retrieve_with): the call.
///
/// The API passes them to the dynamic variables webhook of the assistant.
///
/// ```
/// use telnyx_ai_assistants::RetrieveAssistant;
///
/// let options = RetrieveAssistant::new()
///     .with_fetch_dynamic_variables_from_webhook(true)
///     .with_from("+13125550199")
///     .with_to("+13125550100");
/// # assert!(options.from.is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct RetrieveAssistant {
    /// Whether the API fetches dynamic variables from the assistant's webhook. Default: false.
    pub fetch_dynamic_variables_from_webhook: Option<bool>,
    /// The number of the caller.
    pub from: Option<String>,
    /// The number of the callee.
    pub to: Option<String>,
    /// The control id of the call.
    pub call_control_id: Option<String>,
    /// Additional query parameters to send.
    pub extra: Extra,
}

/// The body of [`AssistantsApi::import`](super::AssistantsApi::import).
///
/// ```
/// use telnyx_ai_assistants::{ImportAssistants, ImportProvider};
///
/// let request = ImportAssistants::new(ImportProvider::Vapi, "vapi_api_key").with_import_ids(["reception", "sales"]);
/// # assert_eq!(request.api_key_ref, "vapi_api_key");
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ImportAssistants {
    /// The provider to import from.
    pub provider: ImportProvider,
    /// The identifier of the integration secret with your API key for that provider. It is not the key itself.
    pub api_key_ref: String,
    /// The provider's ids of the assistants to import. Default: all assistants.
    pub import_ids: Option<Vec<String>>,
    /// Additional fields to send.
    pub extra: Extra,
}

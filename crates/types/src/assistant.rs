//! Assistants in responses, and the requests that create and update them.

use telnyx_ai_core::{Extra, JsonObject, Nullable, Object, Timestamp};

use crate::{
    A2aAgent, AttachedIntegration, AttachedMcpServer, AvatarSettings, ConversationFlow, DelegationSettings,
    EnabledFeature, ExternalLlm, FallbackConfig, ImportMetadata, InsightSettings, InterruptionSettings,
    MessagingSettings, ObservabilitySettings, PostConversationSettings, PrivacySettings, TelephonySettings, Tool,
    TranscriptionSettings, VoiceSettings, WebsocketSettings, WidgetSettings,
};

/// The greeting that makes the model write the first message.
///
/// ```
/// use telnyx_ai_types::{CreateAssistant, GENERATED_GREETING};
///
/// let request = CreateAssistant::new("Support", "Help politely.").with_greeting(GENERATED_GREETING);
/// # let _ = request;
/// ```
pub const GENERATED_GREETING: &str = "<assistant-speaks-first-with-model-generated-message>";

/// Calls a macro with its own arguments and the settings of an assistant.
macro_rules! settings {
    ($then:ident { $($arguments:tt)* }) => {
        $then! {
            { $($arguments)* }
            /// A description of the assistant.
            pub description: Option<String>,
            /// The first message. If it is empty, the assistant waits for the user. If it is [`GENERATED_GREETING`],
            /// the model writes it. `{{variables}}` are replaced.
            pub greeting: Option<String>,
            /// The channels through which the assistant can be reached.
            pub enabled_features: Option<Vec<EnabledFeature>>,
            /// Labels of the assistant. They cannot contain colons.
            pub tags: Option<Vec<String>>,
            /// The tools that the assistant can call. An update replaces all of them except the shared ones
            /// ([`Tool::is_shared`]), which responses list here too. For new assistants, prefer shared tools and
            /// attach them by `tool_ids`.
            pub tools: Option<Vec<Tool>>,
            /// MCP servers whose tools the assistant may use.
            pub mcp_servers: Option<Vec<AttachedMcpServer>>,
            /// Connected integrations whose tools the assistant may use.
            pub integrations: Option<Vec<AttachedIntegration>>,
            /// Remote agents to delegate to. A conversation uses up to 64 agents, 64 skills per agent and 128 tools in
            /// total, and reads their cards for up to 6 s. Agents, skills and tools beyond these limits are not used.
            pub a2a_agents: Option<Vec<A2aAgent>>,
            /// The graph of steps that a conversation follows.
            pub conversation_flow: Option<Box<ConversationFlow>>,
            /// Default values of the `{{variables}}` in instructions, greeting and tools.
            pub dynamic_variables: Option<JsonObject>,
            /// The URL that receives a POST request when a conversation starts. Its response can set variables under
            /// the key `dynamic_variables`, select memory and set metadata. Variables at the top level are ignored.
            pub dynamic_variables_webhook_url: Option<String>,
            /// The time limit for that response in milliseconds, 1 to 10000. Default: 1500. After it, the conversation
            /// starts without the response.
            pub dynamic_variables_webhook_timeout_ms: Option<u32>,
            /// The identifier of the integration secret with the API key for `model`. Some providers require it.
            pub llm_api_key_ref: Option<String>,
            /// A model at your own endpoint, in place of `model`.
            pub external_llm: Option<Box<ExternalLlm>>,
            /// The model to use while the main model is unavailable.
            pub fallback_config: Option<Box<FallbackConfig>>,
            /// Text-to-speech settings.
            pub voice_settings: Option<Box<VoiceSettings>>,
            /// Speech-to-text settings.
            pub transcription: Option<Box<TranscriptionSettings>>,
            /// Settings for interruptions and for the start of speech.
            pub interruption_settings: Option<Box<InterruptionSettings>>,
            /// Call settings.
            pub telephony_settings: Option<Box<TelephonySettings>>,
            /// Settings for text messages.
            pub messaging_settings: Option<MessagingSettings>,
            /// Settings of the widget on web pages.
            pub widget_settings: Option<Box<WidgetSettings>>,
            /// The video avatar. Beta. `null` removes it.
            pub avatar_settings: Nullable<AvatarSettings>,
            /// Delegation of tool calls to a backend model while the assistant talks. Beta.
            pub delegation_settings: Option<Box<DelegationSettings>>,
            /// A WebSocket server that receives the events of conversations. Beta.
            pub websocket_settings: Option<WebsocketSettings>,
            /// Settings for stored data and for the region of processing.
            pub privacy_settings: Option<PrivacySettings>,
            /// The insights that run when a conversation ends.
            pub insight_settings: Option<InsightSettings>,
            /// A final turn of the model after the end of a conversation.
            pub post_conversation_settings: Option<PostConversationSettings>,
            /// Settings for traces and prompts in Langfuse.
            pub observability_settings: Option<Box<ObservabilitySettings>>,
        }
    };
}

/// Defines a type with the given fields, the settings and `extra`.
macro_rules! object {
    ({ $(#[$attribute:meta])* pub struct $name:ident { $($fields:tt)* } } $($settings:tt)*) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq, Object)]
        #[non_exhaustive]
        pub struct $name {
            $($fields)*
            $($settings)*
            /// Unknown fields, as received.
            pub extra: Extra,
        }
    };
}

/// Implements the conversion of an assistant into an update.
macro_rules! from_assistant {
    ({ $(#[$attribute:meta])* $name:ident } $($(#[$doc:meta])* pub $setting:ident: $type:ty,)*) => {
        $(#[$attribute])*
        impl From<Assistant> for $name {
            fn from(assistant: Assistant) -> Self {
                let assistant = assistant.without_resolved();
                Self {
                    name: Some(assistant.name),
                    instructions: Some(assistant.instructions),
                    model: Some(assistant.model),
                    version_name: assistant.version_name,
                    $($setting: assistant.$setting,)*
                    extra: assistant.extra,
                    ..Self::default()
                }
            }
        }
    };
}

settings! { object {
    /// An assistant, or one version of it.
    ///
    /// To change one, convert it into an [`UpdateAssistant`] or [`UpdateVersion`]:
    ///
    /// ```
    /// use telnyx_ai_types::{Assistant, UpdateAssistant};
    ///
    /// # fn edit(assistant: Assistant) -> UpdateAssistant {
    /// UpdateAssistant::from(assistant).with_greeting("Good morning!")
    /// # }
    /// ```
    pub struct Assistant {
        /// The id of the assistant.
        pub id: String,
        /// The time of creation.
        pub created_at: Timestamp,
        /// Instructions for the model. `{{variables}}` are replaced.
        pub instructions: String,
        /// The model, hosted by Telnyx or another provider. Ignored if `external_llm` is set.
        pub model: String,
        /// The name of the assistant.
        pub name: String,
        /// The id of this version.
        pub version_id: Option<String>,
        /// The name of this version.
        pub version_name: Option<String>,
        /// The time of creation of this version.
        pub version_created_at: Option<Timestamp>,
        /// The provider from which the assistant was imported.
        pub import_metadata: Option<ImportMetadata>,
        /// The ids of missions that are related to the assistant.
        pub related_mission_ids: Option<Vec<String>>,
    }
} }

settings! { object {
    /// A deleted assistant that can still be restored. Read-only.
    ///
    /// Restoring it gives an [`Assistant`] with the same versions and TeXML application.
    pub struct DeletedAssistant {
        /// The id of the assistant.
        pub id: String,
        /// The time of creation.
        pub created_at: Timestamp,
        /// The time of deletion.
        pub deleted_at: Timestamp,
        /// The time at which the API erases the assistant, 30 days after the deletion.
        pub permanently_deleted_at: Timestamp,
        /// Instructions for the model.
        pub instructions: String,
        /// The model.
        pub model: String,
        /// The name of the assistant.
        pub name: String,
        /// The id of the main version.
        pub version_id: Option<String>,
        /// The name of the main version.
        pub version_name: Option<String>,
        /// The time of creation of the main version.
        pub version_created_at: Option<Timestamp>,
        /// The provider from which the assistant was imported.
        pub import_metadata: Option<ImportMetadata>,
        /// The ids of missions that are related to the assistant.
        pub related_mission_ids: Option<Vec<String>>,
    }
} }

settings! { object {
    /// A new assistant: the body of `POST /ai/assistants`.
    ///
    /// ```
    /// use telnyx_ai_types::{CreateAssistant, EnabledFeature, VoiceSettings};
    ///
    /// let request = CreateAssistant::new("Support", "Help politely.")
    ///     .with_model("meta-llama/Meta-Llama-3.1-70B-Instruct")
    ///     .with_enabled_features([EnabledFeature::Telephony])
    ///     .with_voice_settings(VoiceSettings::new("Telnyx.KokoroTTS.af_heart"));
    /// assert_eq!(request.name, "Support");
    /// ```
    pub struct CreateAssistant {
        /// The name of the assistant.
        pub name: String,
        /// Instructions for the model. `{{variables}}` are replaced.
        pub instructions: String,
        /// The model, hosted by Telnyx or another provider. Default: a model that Telnyx chooses. Ignored if
        /// `external_llm` is set.
        pub model: Option<String>,
        /// The ids of the shared tools (`/ai/tools`) of the assistant.
        pub tool_ids: Option<Vec<String>>,
    }
} }

settings! { object {
    /// Changes to an assistant: the body of `POST /ai/assistants/{assistant_id}`.
    ///
    /// Absent fields are not changed. A nested object, such as `voice_settings` or `dynamic_variables`, is replaced as a
    /// whole. To change a part of it, retrieve the assistant, change the nested object, and send it.
    pub struct UpdateAssistant {
        /// The name of the assistant.
        pub name: Option<String>,
        /// Instructions for the model. `{{variables}}` are replaced.
        pub instructions: Option<String>,
        /// The model, hosted by Telnyx or another provider. Ignored if `external_llm` is set.
        pub model: Option<String>,
        /// The ids of the shared tools (`/ai/tools`) of the assistant. Replaces all of them.
        pub tool_ids: Option<Vec<String>>,
        /// The name of the new version, up to 50 characters. Default: `New assistant`.
        pub version_name: Option<String>,
        /// Whether the new version becomes the main one. Default: true.
        pub promote_to_main: Option<bool>,
    }
} }

settings! { object {
    /// Changes to one version of an assistant.
    ///
    /// This is the body of `POST /ai/assistants/{assistant_id}/versions/{version_id}`. Absent fields are not changed.
    /// A nested object, such as `voice_settings` or `dynamic_variables`, is replaced as a whole.
    pub struct UpdateVersion {
        /// The name of the assistant in this version.
        pub name: Option<String>,
        /// Instructions for the model. `{{variables}}` are replaced.
        pub instructions: Option<String>,
        /// The model, hosted by Telnyx or another provider. Ignored if `external_llm` is set.
        pub model: Option<String>,
        /// The ids of the shared tools (`/ai/tools`) of this version. Replaces all of them.
        pub tool_ids: Option<Vec<String>>,
        /// The name of the version, up to 50 characters.
        pub version_name: Option<String>,
    }
} }

impl Assistant {
    /// Removes the tools that the API resolved from ids and does not accept.
    ///
    /// These are shared tools and the tools of flow nodes.
    fn without_resolved(mut self) -> Self {
        self.tools = self.tools.map(|tools| tools.into_iter().filter_map(Tool::into_inline).collect());
        if let Some(flow) = &mut self.conversation_flow {
            flow.clear_resolved_tools();
        }
        self
    }
}

settings! { from_assistant {
    /// Keeps every field that can be written, including unknown fields.
    ///
    /// Shared tools are left out of `tools`. They stay attached, because the update has no `tool_ids`.
    UpdateAssistant
} }

settings! { from_assistant {
    /// Keeps every field that can be written, including unknown fields.
    ///
    /// Shared tools are left out of `tools`. They stay attached, because the update has no `tool_ids`.
    UpdateVersion
} }

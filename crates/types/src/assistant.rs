//! An assistant: as the API answers it, and as it is created and updated.

use telnyx_ai_core::{Extra, JsonObject, Object, Timestamp};

use crate::{
    A2aAgent, AttachedIntegration, AttachedMcpServer, ConversationFlow, EnabledFeature, ExternalLlm, FallbackConfig,
    ImportMetadata, InsightSettings, InterruptionSettings, MessagingSettings, ObservabilitySettings,
    PostConversationSettings, PrivacySettings, TelephonySettings, Tool, TranscriptionSettings, VoiceSettings,
    WidgetSettings,
};

/// The greeting with which the model makes up the first words itself.
///
/// ```
/// use telnyx_ai_types::{CreateAssistant, GENERATED_GREETING};
///
/// let request = CreateAssistant::new("Support", "Help politely.").with_greeting(GENERATED_GREETING);
/// # let _ = request;
/// ```
pub const GENERATED_GREETING: &str = "<assistant-speaks-first-with-model-generated-message>";

/// Hands the settings that every form of an assistant has to the macro named, after that macro's own arguments.
/// They stand here and nowhere else.
macro_rules! settings {
    ($then:ident { $($arguments:tt)* }) => {
        $then! {
            { $($arguments)* }
            /// What the assistant is for, in your words.
            pub description: Option<String>,
            /// The first words. Empty: the assistant waits for the user. [`GENERATED_GREETING`]: the model makes them
            /// up. `{{variables}}` are filled in.
            pub greeting: Option<String>,
            /// The ways in which the assistant can be reached.
            pub enabled_features: Option<Vec<EnabledFeature>>,
            /// Labels to find the assistant by, without colons.
            pub tags: Option<Vec<String>>,
            /// What the assistant can do beside talking. An update replaces all tools but the shared ones
            /// ([`Tool::is_shared`]), which the API lists here too. For new assistants it is better to make shared
            /// tools and attach them by `tool_ids`.
            pub tools: Option<Vec<Tool>>,
            /// MCP servers whose tools the assistant may use.
            pub mcp_servers: Option<Vec<AttachedMcpServer>>,
            /// Connected integrations whose tools the assistant may use.
            pub integrations: Option<Vec<AttachedIntegration>>,
            /// Remote agents to delegate to. A conversation uses up to 64 agents, 64 skills of each and 128 tools made
            /// of them, and takes 6 seconds at most to read all their cards; what is beyond is left out of it.
            pub a2a_agents: Option<Vec<A2aAgent>>,
            /// The graph of steps a conversation goes through.
            pub conversation_flow: Option<Box<ConversationFlow>>,
            /// Values for the `{{variables}}` of instructions, greeting and tools where nothing else sets them.
            pub dynamic_variables: Option<JsonObject>,
            /// URL that gets a POST when a conversation starts, and answers with its variables under the key
            /// `dynamic_variables`; keys beside it are not read.
            pub dynamic_variables_webhook_url: Option<String>,
            /// Milliseconds to wait for that answer before the conversation starts without it, 1 to 10000. Default:
            /// 1500.
            pub dynamic_variables_webhook_timeout_ms: Option<u32>,
            /// Identifier of the integration secret with the API key for `model`, where its provider asks for one.
            pub llm_api_key_ref: Option<String>,
            /// A model at an endpoint of your own, in place of `model`.
            pub external_llm: Option<Box<ExternalLlm>>,
            /// What answers while the model can not be reached.
            pub fallback_config: Option<Box<FallbackConfig>>,
            /// How the assistant sounds.
            pub voice_settings: Option<Box<VoiceSettings>>,
            /// How the user's speech becomes text.
            pub transcription: Option<Box<TranscriptionSettings>>,
            /// Who may speak when.
            pub interruption_settings: Option<Box<InterruptionSettings>>,
            /// Calls.
            pub telephony_settings: Option<Box<TelephonySettings>>,
            /// Text messages.
            pub messaging_settings: Option<MessagingSettings>,
            /// The widget on web pages.
            pub widget_settings: Option<Box<WidgetSettings>>,
            /// What is kept of conversations, and where they are processed.
            pub privacy_settings: Option<PrivacySettings>,
            /// Insights drawn from every conversation.
            pub insight_settings: Option<InsightSettings>,
            /// A last turn of the model when a conversation is over.
            pub post_conversation_settings: Option<PostConversationSettings>,
            /// Traces and prompts in Langfuse.
            pub observability_settings: Option<Box<ObservabilitySettings>>,
        }
    };
}

/// Defines a type of the fields given, the settings and `extra`.
macro_rules! object {
    ({ $(#[$attribute:meta])* pub struct $name:ident { $($fields:tt)* } } $($settings:tt)*) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq, Object)]
        #[non_exhaustive]
        pub struct $name {
            $($fields)*
            $($settings)*
            /// Fields this version does not know, kept as received.
            pub extra: Extra,
        }
    };
}

/// Defines how an assistant that was read becomes an update.
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
    /// To change one, turn what was read into an [`UpdateAssistant`] or [`UpdateVersion`]:
    ///
    /// ```
    /// use telnyx_ai_types::{Assistant, UpdateAssistant};
    ///
    /// # fn edit(assistant: Assistant) -> UpdateAssistant {
    /// UpdateAssistant::from(assistant).with_greeting("Good morning!")
    /// # }
    /// ```
    pub struct Assistant {
        /// Id of the assistant.
        pub id: String,
        /// When it was created.
        pub created_at: Timestamp,
        /// What the model is told. `{{variables}}` are filled in.
        pub instructions: String,
        /// The model, hosted by Telnyx or a provider it knows; without effect where `external_llm` is set.
        pub model: String,
        /// Name of the assistant.
        pub name: String,
        /// Id of this version.
        pub version_id: Option<String>,
        /// Name of this version.
        pub version_name: Option<String>,
        /// When this version was created.
        pub version_created_at: Option<Timestamp>,
        /// Where the assistant was imported from.
        pub import_metadata: Option<ImportMetadata>,
        /// Ids of missions that the assistant has to do with.
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
        /// Name of the assistant.
        pub name: String,
        /// What the model is told. `{{variables}}` are filled in.
        pub instructions: String,
        /// The model, hosted by Telnyx or a provider it knows. Default: one that Telnyx picks; without effect where
        /// `external_llm` is set.
        pub model: Option<String>,
        /// Ids of the shared tools (`/ai/tools`) that the assistant has.
        pub tool_ids: Option<Vec<String>>,
    }
} }

settings! { object {
    /// Changes to an assistant: the body of `POST /ai/assistants/{assistant_id}`. What is absent stays as it is.
    pub struct UpdateAssistant {
        /// Name of the assistant.
        pub name: Option<String>,
        /// What the model is told. `{{variables}}` are filled in.
        pub instructions: Option<String>,
        /// The model, hosted by Telnyx or a provider it knows; without effect where `external_llm` is set.
        pub model: Option<String>,
        /// Ids of the shared tools (`/ai/tools`) that the assistant has; replaces all of them.
        pub tool_ids: Option<Vec<String>>,
        /// Name of the version that holds the changes, up to 50 characters. Default: `New assistant`.
        pub version_name: Option<String>,
        /// Whether that version takes over as the main one. Default: true.
        pub promote_to_main: Option<bool>,
    }
} }

settings! { object {
    /// Changes to one version: the body of `POST /ai/assistants/{assistant_id}/versions/{version_id}`. What is absent
    /// stays as it is.
    pub struct UpdateVersion {
        /// Name of the assistant in this version.
        pub name: Option<String>,
        /// What the model is told. `{{variables}}` are filled in.
        pub instructions: Option<String>,
        /// The model, hosted by Telnyx or a provider it knows; without effect where `external_llm` is set.
        pub model: Option<String>,
        /// Ids of the shared tools (`/ai/tools`) that this version has; replaces all of them.
        pub tool_ids: Option<Vec<String>>,
        /// Name of the version, up to 50 characters.
        pub version_name: Option<String>,
    }
} }

impl Assistant {
    /// The assistant without what the API resolved from ids and does not take back: its shared tools, and the tools
    /// inside of flow nodes.
    fn without_resolved(mut self) -> Self {
        self.tools = self.tools.map(|tools| tools.into_iter().filter_map(Tool::into_inline).collect());
        if let Some(flow) = &mut self.conversation_flow {
            flow.clear_resolved_tools();
        }
        self
    }
}

settings! { from_assistant {
    /// All that was read and can be written, unknown fields included. Shared tools are not among the `tools` of the
    /// update, and as it has no `tool_ids` they stay attached.
    UpdateAssistant
} }

settings! { from_assistant {
    /// All that was read and can be written, unknown fields included. Shared tools are not among the `tools` of the
    /// update, and as it has no `tool_ids` they stay attached.
    UpdateVersion
} }

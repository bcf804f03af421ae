//! The emulator's behavior where the API's documentation leaves it open.
//!
//! The service may behave differently, so do not depend on this behavior. A part of it is a constant or a field of
//! [`Assumptions`]. The rest:
//!
//! - Any model and any enum value is accepted and stored, except the provider of an import, the channel and region of a
//!   scheduled event, the channel of a test, the operator of a canary rule and the model of insights.
//! - Names and instructions can be empty, and phone numbers are not checked. A URL is checked only if the service has a rule
//!   for it.
//! - Updates of assistants, versions and the metadata of conversations replace top-level fields and do not merge objects. A
//!   `null` clears a field of an assistant or a version. In other updates, it changes nothing.
//! - A `null` in a nested field counts as absent, unless the contract lets the field be `null`. Unknown fields keep it. The
//!   `type` of a tool, a flow node or another kind of object cannot be `null`, although a node can omit it.
//! - A tag has at most 64 characters: letters, digits, space, `_`, `.` and `-`. Any `type` of an MCP server is accepted.
//! - Canary rules can use the conversation's metadata, `telnyx_conversation_channel`, `telnyx_agent_target` and
//!   `telnyx_end_user_target`. A version in a canary deploy can be deleted. The main version then serves its conversations.
//! - `retry_attempts` of a scheduled event counts the repeated calls. `retry_count` counts dispatches that were repeated after
//!   an error of the service, which the emulator does not have, so it is always 0.
//! - An event that is canceled before it starts is removed from the list.
//! - Tests can have the same name. The destination of a test is an assistant's id on every channel; otherwise, the run ends in
//!   `error`. The runs of a suite include individually triggered runs of its tests. A run during which the emulator stops ends
//!   in `error` after the restart, so that no tool is called twice.
//! - Lists are sorted newest first; messages and insights of a conversation oldest first.
//! - A shared tool of an assistant is addressed by its id, an inline tool by its name. Adding a tool twice changes nothing.
//!   Adding and removing return the assistant. Both change the main version in place, as tags do.
//! - Updates of a conversation ignore its name, because the contract lists only the metadata.
//! - Updates of `transcription` keep a challenger that they do not mention, unless it does not fit the new model or language.
//! - An import does not update a deleted assistant, but creates another one. The deleted one cannot be restored then (409).
//! - A shared tool of a known type cannot have the definition of another type. For an unknown type, it is an unknown field.
//!   A change to or from an unknown type without a definition keeps the present one.
//! - A scheduled event keeps only the fields of its channel: a call has no `text`, and a text message no retries.
//! - The names of an assistant's tools must differ, except that an inline tool can repeat the name of a shared tool of its
//!   type.
//! - A shared tool, an MCP server or an insight group can be deleted while assistants have it. They continue without it,
//!   and updates and clones may keep its id. A new id of one of them must exist. Ids of integrations are not checked, because
//!   the catalog of the service has others. A flow follows the default edge of a node whose tool was deleted.
//! - A shared tool cannot be changed so that a version that serves conversations would break a rule. Another version that
//!   breaks one since such a change cannot be promoted, served by a canary deploy or tested, and an assistant with such a
//!   version cannot be restored.
//! - Testing a tool that is not a webhook responds 400. Testing one without an argument that its parameters require responds
//!   422.
//! - Messages and insights are stored whatever `privacy_settings` says, so that tests can read them.
//! - The reply to the first turn of a conversation is the greeting. A model replies to the user's message instead, and the
//!   greeting is stored before that message.
//! - A clone with a pay tool keeps `telephony_settings.disable_dtmf`, which the tool requires.
//! - A text message without a conversation belongs to the latest conversation between the two numbers. If there is none, it
//!   belongs to no conversation.
//! - Tools with external effects (messages, keys, payments, invitations) do nothing and succeed. A search in documents
//!   returns no results.
//! - After a handoff by a tool or a flow, the other assistant replies: in the same turn, and to later messages for the first
//!   assistant.
//! - The `error` event of a streamed chat has `errors`, like other failures, and a `message`.
//! - In the expression of an edge, a missing variable is false, equals only another missing variable, and is neither less nor
//!   greater than anything. Texts that are numbers count as numbers; other texts are compared as texts. An expression that
//!   cannot be evaluated, such as a sum of words, is false.
//! - The `external_llm` of an assistant or a flow node replies instead of the emulator's model or responder, unless it needs a
//!   certificate or is on another machine and requests there are not allowed. The models of the service are the emulator's
//!   model or responder.
//! - The external LLM of `fallback_config` is used if a model or responder fails in any way before it has sent text. Its `model`
//!   is used only after an external LLM, because the models of the service are the emulator's model or responder. Scripts have
//!   no fallback.
//! - `memory` in the response of the dynamic variables webhook is not emulated. The request log has a warning.
//! - A call that was answered continues to its end if its scheduled event or its assistant is deleted. One that rings is not
//!   answered after that, and has no conversation. A call ends early when the assistant hangs up, or reaches `time_limit_secs`
//!   or `user_idle_timeout_secs`. The user of a scheduled call is silent until a chat has a message in its conversation. The
//!   silence starts again with each message, and at the end of the turn. A transfer does not end the call.
//! - Insights run when a call ends, or when a chat has been idle, if the assistant that replied last has an insight group. If one
//!   fails, the status is `failed`, with the results of the others.
//! - These settings of an assistant are stored and returned, but have no effect: `a2a_agents`, `avatar_settings`,
//!   `delegation_settings`, `enabled_features`, `integrations`, `interruption_settings`, `llm_api_key_ref`,
//!   `observability_settings`, `post_conversation_settings`, `websocket_settings` and `widget_settings`. Of
//!   `telephony_settings`, only `time_limit_secs`, `user_idle_timeout_secs` and `conversation_ended_full_history` have an effect.
//!   `voice_settings` and `transcription` only appear in events.

/// Configurable assumptions.
///
/// Pass them to [`Builder::assumptions`](crate::Builder::assumptions).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assumptions {
    /// The content type of `GET /ai/assistants/{assistant_id}/texml`.
    ///
    /// Default: [`TexmlContentType::Xml`].
    pub texml_content_type: TexmlContentType,
    /// The shape of 422 responses. Default: [`ValidationShape::Errors`].
    pub validation_shape: ValidationShape,
    /// Whether events can be scheduled in the past.
    ///
    /// Default: `false`, which responds 422.
    pub past_schedules: bool,
    /// The maximum number of requests per minute.
    ///
    /// Further requests get 429. Default: `None`, no limit.
    ///
    /// The responses to counted requests have `x-ratelimit-limit`, `x-ratelimit-remaining` and `x-ratelimit-reset`
    /// (seconds). Requests that are refused before they are handled, such as those without a valid key, and requests to
    /// the control endpoints are not counted.
    pub rate_limit: Option<u32>,
}

impl Default for Assumptions {
    fn default() -> Self {
        Self {
            texml_content_type: TexmlContentType::Xml,
            validation_shape: ValidationShape::Errors,
            past_schedules: false,
            rate_limit: None,
        }
    }
}

impl Assumptions {
    /// The default assumptions.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`texml_content_type`](Self::texml_content_type).
    #[must_use]
    pub fn with_texml_content_type(mut self, to: TexmlContentType) -> Self {
        self.texml_content_type = to;
        self
    }

    /// Sets [`validation_shape`](Self::validation_shape).
    #[must_use]
    pub fn with_validation_shape(mut self, to: ValidationShape) -> Self {
        self.validation_shape = to;
        self
    }

    /// Sets [`past_schedules`](Self::past_schedules).
    #[must_use]
    pub fn with_past_schedules(mut self, to: bool) -> Self {
        self.past_schedules = to;
        self
    }

    /// Sets [`rate_limit`](Self::rate_limit).
    #[must_use]
    pub fn with_rate_limit(mut self, requests_a_minute: impl Into<Option<u32>>) -> Self {
        self.rate_limit = requests_a_minute.into();
        self
    }
}

/// The content type of an assistant's `TeXML`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TexmlContentType {
    /// `application/xml`.
    Xml,
    /// `application/json`, with the document as a JSON string.
    Json,
}

/// The form of the body of 422 responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValidationShape {
    /// `errors[]` of `code`, `title`, `detail` and `source.pointer`.
    Errors,
    /// `detail[]` of `loc`, `msg` and `type`.
    Detail,
}

/// The response header with the id of the request.
pub const REQUEST_ID_HEADER: &str = "x-request-id";

/// The header of a response that was replayed for an idempotency key.
///
/// Its value is `true`.
pub const REPLAY_HEADER: &str = "idempotency-replayed";

/// Whether an idempotency key can contain `:`.
///
/// The vendor's pages disagree. The contract's pattern has no colon.
pub const IDEMPOTENCY_KEY_ALLOWS_COLON: bool = false;

/// The prefix of an assistant's id, before a UUID. All other ids are plain UUIDs.
pub const ASSISTANT_ID_PREFIX: &str = "assistant-";

/// The model of an assistant created without one.
pub const DEFAULT_MODEL: &str = "openai/gpt-4o";

/// The speech-to-text model of an assistant that sets none, in events.
pub const DEFAULT_TRANSCRIPTION_MODEL: &str = "deepgram/flux";

/// The voice of an assistant that sets none, in events.
pub const DEFAULT_VOICE: &str = "Telnyx.KokoroTTS.af_heart";

/// The name of a version created without one.
pub const DEFAULT_VERSION_NAME: &str = "New assistant";

/// The suffix of a clone's name.
pub const CLONE_SUFFIX: &str = " (copy)";

/// `object` in the response to the deletion of an assistant.
pub const DELETED_OBJECT: &str = "assistant";

/// The number of days until a deleted assistant is erased.
///
/// Until then, it can be restored.
pub const RETENTION_DAYS: u32 = 30;

/// The maximum number of versions of an assistant.
///
/// An update erases the oldest ones beyond that.
pub const MAX_VERSIONS: usize = 10;

/// The status of a request to change or delete the main version.
pub const MAIN_VERSION_STATUS: u16 = 400;

/// The status of a tool whose endpoint could not be reached.
pub const UNREACHABLE_TOOL_STATUS: u16 = 502;

/// The status of a tool whose endpoint did not respond in time.
pub const TIMED_OUT_TOOL_STATUS: u16 = 504;

/// The prefix of an emulated integration secret. The secret's name follows.
pub const SECRET_PLACEHOLDER_PREFIX: &str = "emulated-secret-";

/// The default timeout of the dynamic variables webhook, in milliseconds.
pub const DEFAULT_WEBHOOK_TIMEOUT_MS: u32 = 1_500;

/// The maximum number of attempts to deliver an event.
///
/// There is no pause between them.
pub const WEBHOOK_ATTEMPTS: u32 = 3;

/// The time limit for the response to an event, in milliseconds.
pub const WEBHOOK_TIMEOUT_MS: u32 = 2_000;

/// The status of a turn in a conversation that has ended.
///
/// It has ended by a hangup, a transfer or the end of its call.
pub const ENDED_CONVERSATION_STATUS: u16 = 400;

/// `reason` of the end event of a conversation whose call ended.
///
/// Tools end conversations with `assistant_hangup`, `transfer` and `refer`.
pub const CALL_ENDED_REASON: &str = "user_hangup";

/// The name, language and body of the default WhatsApp template.
///
/// It is used if the tool lists none. Its placeholder gets the complete instruction.
pub const DEFAULT_TEMPLATE: (&str, &str, &str) = ("emulated", "en_US", "{{1}}");

/// The minutes without a message after which the insights of a chat run.
///
/// The assistant's `messaging_settings.conversation_inactivity_minutes` overrides it.
pub const IDLE_CHAT_MINUTES: f64 = 30.0;

/// `cost` of the event `call.analyzed`: calls of the emulator cost nothing.
pub const UNKNOWN_COST: &str = "Cost data is not available.";

/// `reason` of the end event of a conversation that reached its time limit.
///
/// The limit is `telephony_settings.time_limit_secs`.
pub const TIME_LIMIT_REASON: &str = "time_limit_exceeded";

/// `reason` of the end event of a conversation that reached its idle limit.
///
/// The limit is `telephony_settings.user_idle_timeout_secs`.
pub const IDLE_LIMIT_REASON: &str = "user_idle_timeout_exceeded";

/// The insight models that an assistant can name. The first is the default.
pub const INSIGHT_MODELS: [&str; 2] = ["zai-org/GLM-5.3-Flash", "meta-llama/Llama-3.3-70B-Instruct"];

/// The maximum number of rounds of tool calls per turn. Beyond it, the turn fails.
pub const MAX_TOOL_ROUNDS: usize = 8;

/// The maximum number of conversation flow steps per turn.
///
/// Beyond it, the turn fails, even if the flow has said something.
pub const MAX_FLOW_STEPS: usize = 64;

/// The status of a turn that reaches an edge with an unreadable expression.
///
/// Requests with such an expression are rejected, so only an export of another version can contain one.
pub const UNREADABLE_EXPRESSION_STATUS: u16 = 422;

/// The default timeout of an asynchronous webhook tool, in milliseconds.
pub const DEFAULT_ASYNC_TIMEOUT_MS: u32 = 300;

/// The default timeout of a webhook tool, in milliseconds.
pub const DEFAULT_TOOL_TIMEOUT_MS: u32 = 5_000;

/// The default method of a webhook tool.
pub const DEFAULT_TOOL_METHOD: &str = "POST";

/// The default of `include_mcp_servers`.
pub const MCP_SERVERS_ARE_INCLUDED: bool = true;

/// Whether `not_in` matches a conversation without the attribute.
///
/// `in` and `starts_with` never do.
pub const ABSENT_ATTRIBUTE_IS_NOT_IN: bool = true;

/// The default channel of a test.
pub const DEFAULT_TEST_CHANNEL: &str = "web_chat";

/// `triggered_by` of all test runs.
pub const TRIGGERED_BY: &str = "API";

/// The time in milliseconds that a test run is `pending` after its trigger.
pub const TEST_PENDING_MS: u32 = 200;

/// The time in milliseconds that a test run is then `starting`.
pub const TEST_STARTING_MS: u32 = 200;

/// The minimum time in milliseconds that a test run is then `running`.
///
/// A responder or judge may take longer.
pub const TEST_RUNNING_MS: u32 = 600;

/// The HTTP status in the `logs` of a test run that could not start its chat.
pub const UNSTARTED_CHAT_STATUS: u16 = 400;

/// The names of the integrations that are connected when the emulator first starts.
pub const CONNECTED_AT_START: [&str; 1] = ["salesforce"];

/// The seconds that a scheduled call rings.
///
/// It is then answered, busy, failed or canceled.
pub const RINGING_SECS: u64 = 5;

/// The seconds after which a scheduled call counts as not answered.
pub const NO_ANSWER_SECS: u64 = 30;

/// The default duration of a scheduled call, in seconds.
pub const DEFAULT_CALL_SECS: u64 = 30;

/// The default seconds between the starts of two calls of a scheduled event.
pub const DEFAULT_RETRY_INTERVAL_SECS: f64 = 60.0;

/// The seconds until a scheduled text message is delivered.
pub const DELIVERY_SECS: u64 = 1;

//! What the API's documentation leaves open, and what the emulator does there.
//!
//! Each item is one constant, or one switch of [`Assumptions`]. Nothing here is a promise about the service: code that
//! must work against it should not depend on any of these. What else is assumed, without a constant:
//!
//! - Any model, and any value of an enum, is accepted and kept; but for the provider of an import, since there is
//!   nothing to import from another one, and for the channel and region of a scheduled event.
//! - Lists have the newest first; messages and insights of a conversation the oldest.
//! - A tool of an assistant is addressed by its id where it is shared, and by its name where it is inline. Adding one
//!   that is there already changes nothing; adding and removing answer the assistant. Both, like tags, change the main
//!   version in place.
//! - A shared tool may be deleted while assistants have it. They go on without it, and its id may stay in what they are
//!   changed to or cloned from; only a tool id that is new has to be one of a tool.
//! - Testing a tool that is no webhook is a bad request (400).
//! - The first turn of a conversation is answered with the greeting.
//! - A clone keeps `telephony_settings.disable_dtmf` where it has a pay tool, which needs it.
//! - A text message without a conversation of its own goes to the latest one between the two numbers; where there is
//!   none, it is in no conversation.
//! - Of what tools do elsewhere (messages, keys, payments, invitations, searches in documents) nothing happens; they answer
//!   that all is well, and a search finds nothing.
//! - A conversation that was handed over by a tool or a flow is answered by the other assistant from then on, in the same
//!   turn already, also where the first one is asked.
//! - An `error` event of a streamed chat has `errors` as other failures have, and a `message`.
//! - In an expression of a flow's edge, a variable that is missing is equal to nothing but another one that is missing,
//!   neither less nor greater than anything, and false. Texts that are numbers count as numbers, and other texts are
//!   ordered as texts. An expression that makes no sense for the present values, such as a sum of words, is not true.
//! - Insights are written after each turn where the assistant has an insight group.

/// The switches: what an emulator can be told to do in another way. Pass them to
/// [`Builder::assumptions`](crate::Builder::assumptions).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assumptions {
    /// The content type of `GET /ai/assistants/{id}/texml`; default [`TexmlContentType::Xml`].
    pub texml_content_type: TexmlContentType,
    /// The shape of 422 answers; default [`ValidationShape::Errors`].
    pub validation_shape: ValidationShape,
    /// Whether events may be scheduled in the past; default `false`: 422.
    pub past_schedules: bool,
    /// Requests a minute before 429; default `None`: no limit. Where there is one, every answer has
    /// `x-ratelimit-limit`, `x-ratelimit-remaining` and `x-ratelimit-reset` (seconds).
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
    /// The assumptions the emulator makes when it is told nothing.
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

/// How the `TeXML` of an assistant is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TexmlContentType {
    /// As `application/xml`.
    Xml,
    /// As `application/json`: the document in one JSON string.
    Json,
}

/// The body of a 422 answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValidationShape {
    /// `errors[]` of `code`, `title`, `detail` and `source.pointer`.
    Errors,
    /// `detail[]` of `loc`, `msg` and `type`.
    Detail,
}

/// The header that carries the id of a request in every answer.
pub const REQUEST_ID_HEADER: &str = "x-request-id";

/// The header that marks an answer replayed for its idempotency key; its value is `true`.
pub const REPLAY_HEADER: &str = "idempotency-replayed";

/// Whether an idempotency key may hold `:`. The vendor's pages disagree; the contract's pattern has no colon.
pub const IDEMPOTENCY_KEY_ALLOWS_COLON: bool = false;

/// What the id of an assistant starts with; a UUID follows. All other ids are plain UUIDs.
pub const ASSISTANT_ID_PREFIX: &str = "assistant-";

/// The model of an assistant created without one.
pub const DEFAULT_MODEL: &str = "openai/gpt-4o";

/// The name of a version that was given none.
pub const DEFAULT_VERSION_NAME: &str = "New assistant";

/// What the name of a clone ends with.
pub const CLONE_SUFFIX: &str = " (copy)";

/// `object` in the answer to the deletion of an assistant.
pub const DELETED_OBJECT: &str = "assistant";

/// Days that a deleted assistant can be restored. Then it is erased.
pub const RETENTION_DAYS: u32 = 30;

/// The most versions of an assistant. An update erases the oldest ones beyond that.
pub const MAX_VERSIONS: usize = 10;

/// The status of an attempt to change or delete the main version.
pub const MAIN_VERSION_STATUS: u16 = 400;

/// Whether updates replace a top-level field as a whole (`true`) or merge objects. A `null` clears a field either way.
pub const UPDATES_REPLACE_FIELDS: bool = true;

/// The most characters of a tag, which are letters, digits, space, `_`, `.` and `-`.
pub const TAG_MAX_LENGTH: usize = telnyx_ai_rules::TAG_MAX_LENGTH;

/// Whether `type` of an MCP server is limited to known values.
pub const MCP_TYPE_IS_CLOSED: bool = false;

/// The status a tool test reports when the endpoint could not be reached.
pub const UNREACHABLE_TOOL_STATUS: u16 = 502;

/// The status a tool test reports when the endpoint did not answer in time.
pub const TIMED_OUT_TOOL_STATUS: u16 = 504;

/// What an integration secret in a tool's header is rendered as: this, then the secret's name.
pub const SECRET_PLACEHOLDER_PREFIX: &str = "emulated-secret-";

/// The attributes that canary rules can look at beside the conversation's metadata.
pub const ROUTING_ATTRIBUTES: [&str; 3] =
    ["telnyx_conversation_channel", "telnyx_agent_target", "telnyx_end_user_target"];

/// Milliseconds that the dynamic variables webhook gets where the assistant does not say.
pub const DEFAULT_WEBHOOK_TIMEOUT_MS: u32 = 1_500;

/// How often the event of a conversation is sent at most. The attempts follow each other at once.
pub const WEBHOOK_ATTEMPTS: u32 = 3;

/// Milliseconds that the receiver of an event has for its answer.
pub const WEBHOOK_TIMEOUT_MS: u32 = 2_000;

/// The status of a turn in a conversation that has ended: by a hangup, a transfer, or the end of its call.
pub const ENDED_CONVERSATION_STATUS: u16 = 400;

/// `reason` of the event of a conversation whose call ended by itself. Those that tools end have `assistant_hangup`,
/// `transfer` and `refer`.
pub const CALL_ENDED_REASON: &str = "user_hangup";

/// The name, the language and the body of the WhatsApp template of an assistant whose tool lists none. Its only placeholder
/// takes the whole instruction.
pub const DEFAULT_TEMPLATE: (&str, &str, &str) = ("emulated", "en_US", "{{1}}");

/// Minutes without a message after which the insights of a chat run, where the assistant does not set
/// `messaging_settings.conversation_inactivity_minutes`.
pub const IDLE_CHAT_MINUTES: f64 = 30.0;

/// `cost` of the event `call.analyzed`: calls of the emulator cost nothing.
pub const UNKNOWN_COST: &str = "Cost data is not available.";

/// `reason` of the event of a conversation that `telephony_settings.time_limit_secs` has ended.
pub const TIME_LIMIT_REASON: &str = "time_limit_exceeded";

/// The insight models that an assistant can name. The first is the default.
pub const INSIGHT_MODELS: [&str; 2] = ["zai-org/GLM-5.3-Flash", "meta-llama/Llama-3.3-70B-Instruct"];

/// How often a model may call tools in one turn before the turn fails.
pub const MAX_TOOL_ROUNDS: usize = 8;

/// How many steps a conversation flow may go in one turn before it is broken off.
pub const MAX_FLOW_STEPS: usize = 64;

/// The status of a turn that comes to an edge whose expression can not be read. Requests with such an expression are
/// refused, so that it can only be in what was exported by another version.
pub const UNREADABLE_EXPRESSION_STATUS: u16 = 422;

/// Milliseconds that an asynchronous webhook tool gets for its answer where it does not say.
pub const DEFAULT_ASYNC_TIMEOUT_MS: u32 = 300;

/// Milliseconds that a webhook tool gets where it does not say.
pub const DEFAULT_TOOL_TIMEOUT_MS: u32 = 5_000;

/// The method of a webhook tool that names none.
pub const DEFAULT_TOOL_METHOD: &str = "POST";

/// Whether an event that is cancelled before it happens stays in the list, as `cancelled`.
pub const CANCELLED_EVENTS_ARE_KEPT: bool = false;

/// Whether an update of a conversation replaces its metadata (`true`) or adds to it.
pub const CONVERSATION_UPDATES_REPLACE_METADATA: bool = true;

/// Whether a version comes with its MCP servers where `include_mcp_servers` is absent.
pub const MCP_SERVERS_ARE_INCLUDED: bool = true;

/// Whether a version that a canary deploy names is kept from being deleted. It is not, and the main version serves the
/// conversations that would have been its own.
pub const CANARY_VERSIONS_ARE_PROTECTED: bool = false;

/// Whether `not_in` holds for a conversation that does not have the attribute; `in` and `starts_with` never do.
pub const ABSENT_ATTRIBUTE_IS_NOT_IN: bool = true;

/// The channel of a test that names none.
pub const DEFAULT_TEST_CHANNEL: &str = "web_chat";

/// Whether two tests may not have the same name.
pub const TEST_NAMES_ARE_UNIQUE: bool = false;

/// `triggered_by` of all test runs.
pub const TRIGGERED_BY: &str = "API";

/// Milliseconds that a test run is `pending` after its trigger.
pub const TEST_PENDING_MS: u32 = 200;

/// Milliseconds that a test run is `starting` after that.
pub const TEST_STARTING_MS: u32 = 200;

/// Milliseconds that a test run is `running` after that, at least: a responder or a judge may take longer.
pub const TEST_RUNNING_MS: u32 = 600;

/// The HTTP status that `logs` name where a test run could not start its chat.
pub const UNSTARTED_CHAT_STATUS: u16 = 400;

/// Whether a phone number leads a test to an assistant. It does not: on every channel the destination has to be an
/// assistant's id, or the run ends in `error`.
pub const TEST_DESTINATIONS_MAY_BE_NUMBERS: bool = false;

/// Whether the runs of a suite are also those of its tests that were triggered one by one.
pub const SUITE_RUNS_INCLUDE_SINGLE_RUNS: bool = true;

/// The integrations that are connected when the emulator starts for the first time, by name.
pub const CONNECTED_AT_START: [&str; 1] = ["salesforce"];

/// Seconds that a call of a scheduled event rings before it is answered, or turns out to be busy, failed or canceled.
pub const RINGING_SECS: u64 = 5;

/// Seconds after which a call of a scheduled event counts as not answered.
pub const NO_ANSWER_SECS: u64 = 30;

/// Seconds that a call of a scheduled event takes where nobody says.
pub const DEFAULT_CALL_SECS: u64 = 30;

/// Seconds between the calls of a scheduled event that does not say, from the start of one to the start of the next.
pub const DEFAULT_RETRY_INTERVAL_SECS: f64 = 60.0;

/// Seconds until a scheduled text message has arrived.
pub const DELIVERY_SECS: u64 = 1;

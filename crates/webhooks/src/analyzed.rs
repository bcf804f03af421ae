//! `call.analyzed`

use serde_json::Value;
use telnyx_ai_core::{Extra, Nullable, Object, Secret, Timestamp};

use crate::InsightResult;

/// Insights, cost and recordings of a call: the payload of `call.analyzed`.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct CallAnalyzed {
    /// The id of the assistant.
    pub assistant_id: Option<String>,
    /// The id of the conversation.
    pub conversation_id: Option<String>,
    /// The call control id: the id that Call Control commands take.
    pub call_control_id: Option<String>,
    /// The id of this leg of the call.
    pub call_leg_id: Option<String>,
    /// The id that all legs of the call share.
    pub call_session_id: Option<String>,
    /// The id of the Call Control application.
    pub connection_id: Option<String>,
    /// The client state of the call, in base64, as set by a Call Control command.
    pub client_state: Option<String>,
    /// The caller: a number or another identifier.
    pub from: Option<String>,
    /// The callee: a number or SIP address.
    pub to: Option<String>,
    /// The duration of the conversation in seconds, possibly with a fraction.
    pub duration_sec: Option<f64>,
    /// The reason for the end of the conversation.
    pub reason: Option<String>,
    /// The language model.
    pub llm_model: Option<String>,
    /// The speech-to-text model.
    pub stt_model: Option<String>,
    /// The provider of the voice.
    pub tts_provider: Option<String>,
    /// The text-to-speech model.
    pub tts_model_id: Option<String>,
    /// The voice.
    pub tts_voice_id: Option<String>,
    /// The insights of the conversation. `null` if they could not be retrieved.
    pub conversation_insights: Nullable<Vec<AnalyzedInsights>>,
    /// The cost of the call. It is an object with `total`, `currency` and `breakdown` (a list of `product` and `cost`),
    /// or a string if there is no cost data. Amounts are strings.
    pub cost: Option<Value>,
    /// The recordings of the call. `null` if they could not be retrieved.
    pub recordings: Nullable<Vec<AnalyzedRecording>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The results of one run of insights.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct AnalyzedInsights {
    /// The status of the run, such as `completed`.
    pub status: Option<String>,
    /// The result of each insight.
    pub conversation_insights: Option<Vec<InsightResult>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A recording of a call.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct AnalyzedRecording {
    /// The id of the recording.
    pub id: Option<String>,
    /// The channels of the recording, such as `dual`.
    pub channels: Option<String>,
    /// The format of the file, such as `mp3`.
    pub format: Option<String>,
    /// The time at which the recording started.
    pub start_time: Option<Timestamp>,
    /// The time at which the recording ended.
    pub end_time: Option<Timestamp>,
    /// Links to the file. They expire.
    pub download_urls: Option<DownloadUrls>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// Signed links to a recording.
///
/// Anyone with a link can download the file until it expires.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct DownloadUrls {
    /// The link to the MP3 file.
    pub mp3: Option<Secret>,
    /// The link to the WAV file.
    pub wav: Option<Secret>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

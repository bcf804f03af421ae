//! What the emulator knows of a conversation beyond what the API answers: where in its flow it is, what tools set, who
//! took it over, and whether it has ended.

use serde_json::{Map, Value, json};

use super::{Outcome, Problem, Work, assistants, conversations, kind, moment, problem::Code};
use crate::assumptions::ENDED_CONVERSATION_STATUS;

/// How many times a conversation is followed from one assistant to the next.
const MAX_HANDOFFS: usize = 16;

/// The hidden part of a conversation.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Dialogue {
    /// The node of the flow it is at, and whose flow that is.
    pub(crate) node: Option<(String, String)>,
    /// Variables that tools set.
    pub(crate) variables: Map<String, Value>,
    /// Who answers in whose place, by assistant ids.
    pub(crate) handoffs: Map<String, Value>,
    /// Why it has ended.
    pub(crate) ended: Option<String>,
}

impl Dialogue {
    /// The assistant that answers where this one is asked.
    pub(crate) fn serving(&self, assistant_id: &str) -> String {
        let mut serving = assistant_id;
        for _ in 0..MAX_HANDOFFS {
            match self.handoffs.get(serving).and_then(Value::as_str) {
                Some(next) => serving = next,
                None => break,
            }
        }
        serving.to_owned()
    }

    /// Has another assistant answer in place of this one.
    pub(crate) fn hand_over(&mut self, from: &str, to: &str) {
        self.handoffs.remove(to);
        if from != to {
            self.handoffs.insert(from.to_owned(), to.into());
        }
        self.node = None;
    }

    /// The node where it is in the flow of an assistant.
    pub(crate) fn node_of(&self, assistant_id: &str) -> Option<&str> {
        let (assistant, node) = self.node.as_ref()?;
        (assistant == assistant_id).then_some(node.as_str())
    }
}

/// The hidden part of a conversation, empty where nothing is known.
pub(crate) fn get(work: &Work<'_>, conversation_id: &str) -> Outcome<Dialogue> {
    let stored = work.tx.get(kind::DIALOGUE, conversation_id)?.unwrap_or_default();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let object = |value: &Value| value.as_object().cloned().unwrap_or_default();
    Ok(Dialogue {
        node: text(&stored["assistant_id"]).zip(text(&stored["node_id"])),
        variables: object(&stored["variables"]),
        handoffs: object(&stored["handoffs"]),
        ended: text(&stored["ended"]),
    })
}

/// Keeps it.
pub(crate) fn save(work: &Work<'_>, conversation_id: &str, dialogue: &Dialogue) -> Outcome<()> {
    if *dialogue == get(work, conversation_id)? {
        return Ok(());
    }
    let (assistant_id, node_id) = dialogue.node.clone().unzip();
    let stored = json!({
        "assistant_id": assistant_id,
        "node_id": node_id,
        "variables": dialogue.variables,
        "handoffs": dialogue.handoffs,
        "ended": dialogue.ended,
    });
    if !work.tx.replace(kind::DIALOGUE, conversation_id, &stored)? {
        work.tx.insert(kind::DIALOGUE, conversation_id, conversation_id, &stored)?;
    }
    Ok(())
}

/// Ends a conversation whose call has ended.
pub(crate) fn end(work: &Work<'_>, conversation_id: &str, reason: &str) -> Outcome<()> {
    let mut dialogue = get(work, conversation_id)?;
    if dialogue.ended.is_some() {
        return Ok(());
    }
    dialogue.ended = Some(reason.to_owned());
    save(work, conversation_id, &dialogue)?;
    let conversation = conversations::get(work, conversation_id)?;
    let asked = conversation["metadata"]["assistant_id"].as_str().unwrap_or_default();
    let assistant = work.tx.get(kind::ASSISTANT, &dialogue.serving(asked))?.unwrap_or_default();
    announce_end(work, conversation_id, &assistants::view(work, &assistant)?, reason)
}

/// Puts the event that tells of a conversation's end on the agenda.
pub(crate) fn announce_end(work: &Work<'_>, conversation_id: &str, assistant: &Value, reason: &str) -> Outcome<()> {
    let conversation = conversations::get(work, conversation_id)?;
    let metadata = &conversation["metadata"];
    let began = conversation["created_at"].as_str().and_then(moment).unwrap_or(work.now);
    let messages: Vec<Value> = conversations::messages(work, conversation_id)?.iter().map(transcribed).collect();
    let voice = assistant["voice_settings"]["voice"].as_str();
    let event = json!({
        "record_type": "event",
        "id": work.new_id(),
        "event_type": "call.conversation.ended",
        "occurred_at": work.now_text(),
        "payload": {
            "assistant_id": assistant["id"],
            "conversation_id": conversation_id,
            "call_control_id": metadata["call_control_id"],
            "from": metadata["telnyx_agent_target"],
            "to": metadata["telnyx_end_user_target"],
            "duration_sec": work.now.duration_since(began).as_secs().max(0),
            "reason": reason,
            "llm_model": assistant["model"],
            "stt_model": assistant["transcription"]["model"],
            "tts_provider": voice.and_then(|voice| voice.split('.').next()),
            "tts_voice_id": voice,
            "messages": messages,
        },
    });
    Ok(work.tx.plan(kind::WEBHOOK, conversation_id, work.now, &event)?)
}

/// A message as events tell it.
fn transcribed(message: &Value) -> Value {
    let mut told = json!({ "role": message["role"], "content": message["text"], "timestamp": message["sent_at"] });
    for field in ["tool_calls", "tool_call_id"] {
        if !message[field].is_null() {
            told[field] = message[field].clone();
        }
    }
    told
}

/// Turns a turn down where the conversation has ended.
pub(crate) fn check_open(dialogue: &Dialogue, conversation_id: &str) -> Outcome<()> {
    match &dialogue.ended {
        None => Ok(()),
        Some(reason) => {
            let detail = format!("Conversation '{conversation_id}' has ended: {reason}.");
            Err(Problem::with_status(ENDED_CONVERSATION_STATUS, Code::BAD_REQUEST, detail))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handoffs_go_on_and_back() {
        let mut dialogue = Dialogue::default();
        dialogue.hand_over("a", "b");
        dialogue.hand_over("b", "c");
        assert_eq!((dialogue.serving("a").as_str(), dialogue.serving("c").as_str()), ("c", "c"));
        dialogue.hand_over("c", "a");
        assert_eq!((dialogue.serving("a").as_str(), dialogue.serving("b").as_str()), ("a", "a"));
    }
}

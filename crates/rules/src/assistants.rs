//! Assistants.

use std::collections::{BTreeMap, BTreeSet};

use telnyx_ai_types::{
    AvatarModel, AvatarSettings, CreateAssistant, FlowNode, TelephonySettings, Tool, WebsocketSettings,
};

use crate::{
    a2a_agents, delegation, flows, public_urls,
    shared_tools::{SharedTools, check_tool_exists},
    speech, tags, tools,
    violation::{At, Violation, ViolationKind, collect},
};

/// The maximum length of the name of a version, in characters.
const VERSION_NAME_MAX_LENGTH: usize = 50;

/// Checks an assistant: ranges, tags, tools, remote agents and the flow.
///
/// With `shared_tools`, each tool id must exist, and the rules for tools apply to inline and shared tools together. For
/// an update, pass the assistant as it will be after the update.
///
/// ```
/// use telnyx_ai_types::{CreateAssistant, Pay, Tool};
///
/// let assistant = CreateAssistant::new("Till", "Take the payment.").with_tools([Tool::from(Pay::new("stripe"))]);
/// let violations = telnyx_ai_rules::assistant(&assistant, None);
/// assert_eq!(violations[0].pointer, "/telephony_settings/disable_dtmf");
/// ```
#[must_use]
pub fn assistant(assistant: &CreateAssistant, shared_tools: Option<&SharedTools>) -> Vec<Violation> {
    collect(|at| {
        at.field("dynamic_variables_webhook_timeout_ms")
            .range(assistant.dynamic_variables_webhook_timeout_ms, 1.0..=10_000.0);
        if let Some(settings) = &assistant.interruption_settings {
            let threshold = settings.interrupt_prediction_threshold.into_value();
            at.field("interruption_settings").field("interrupt_prediction_threshold").range(threshold, 0.0..=1.0);
        }
        if let Some(settings) = &assistant.telephony_settings {
            telephony(&at.field("telephony_settings"), settings);
        }
        if let Some(voice) = &assistant.voice_settings {
            speech::voice(&at.field("voice_settings"), voice);
        }
        if let Some(settings) = &assistant.delegation_settings {
            delegation::check(&at.field("delegation_settings"), settings);
        }
        if let Some(transcription) = &assistant.transcription {
            speech::transcription(&at.field("transcription"), transcription);
        }
        for (n, tag) in assistant.tags.iter().flatten().enumerate() {
            tags::check(&at.field("tags").item(n), tag);
        }
        if let Some(agents) = &assistant.a2a_agents {
            a2a_agents::check(&at.field("a2a_agents"), agents);
        }
        if let Some(settings) = assistant.avatar_settings.value() {
            avatar(&at.field("avatar_settings"), settings);
        }
        if let Some(settings) = &assistant.websocket_settings {
            websocket(&at.field("websocket_settings").field("url"), settings);
        }
        all_tools(at, assistant, shared_tools);
        if let Some(flow) = &assistant.conversation_flow {
            flows::check(&at.field("conversation_flow"), flow, shared_tools);
        }
    })
}

/// Checks the name of a version: at most 50 characters.
#[must_use]
pub fn version_name(name: &str) -> Vec<Violation> {
    collect(|at| at.field("version_name").length(Some(name), 0..=VERSION_NAME_MAX_LENGTH))
}

fn telephony(at: &At<'_>, settings: &TelephonySettings) {
    if let Some(config) = &settings.noise_suppression_config {
        let at = at.field("noise_suppression_config");
        at.field("attenuation_limit").range(config.attenuation_limit, 0.0..=100.0);
        at.field("enhancement_level").range(config.enhancement_level, 0.0..=1.0);
    }
}

/// An avatar needs a provider, and that of Telnyx a known model.
fn avatar(at: &At<'_>, settings: &AvatarSettings) {
    match settings {
        AvatarSettings::Telnyx(avatar) => match &avatar.model {
            None => at.field("model").add(ViolationKind::Missing, "The field model is required."),
            Some(AvatarModel::Unknown(model)) => {
                at.field("model").unknown_value(model.as_str(), &[AvatarModel::Foxtrot1.as_str()])
            }
            Some(_) => {}
        },
        AvatarSettings::Unknown(avatar) => at.tag(avatar, "provider"),
        _ => {}
    }
}

fn websocket(at: &At<'_>, settings: &WebsocketSettings) {
    match settings.url.as_deref().unwrap_or_default() {
        "" if settings.enabled == Some(true) => {
            at.add(ViolationKind::Missing, "The field url is required if enabled is true.");
        }
        "" => {}
        url => public_urls::check(at, url, ["wss", "ws"]),
    }
}

/// The tools of the assistant, inline and shared, and those of its flow.
fn all_tools(at: &At<'_>, assistant: &CreateAssistant, shared_tools: Option<&SharedTools>) {
    let mut types = BTreeSet::new();
    let mut only_one = |at: &At<'_>, tool_type: &str| {
        if !tools::may_repeat(tool_type) && !types.insert(tool_type.to_owned()) {
            at.add(ViolationKind::OneOnly, format!("An assistant can have only one {tool_type} tool."));
        }
    };
    let mut names = BTreeMap::new();
    let mut unique = |at: At<'_>, name: &str, origin: Origin| {
        if names.insert(name.to_owned(), origin.clone()).is_some_and(|other| !other.may_share_name_with(&origin)) {
            let message = format!("Another tool has the name '{name}'; the names of an assistant's tools must differ.");
            at.add(ViolationKind::Duplicate, message);
        }
    };
    for (n, tool) in assistant.tools.iter().flatten().enumerate() {
        let at = at.field("tools").item(n);
        tools::inline(&at, tool);
        if let Some(name) = tools::function_name(tool) {
            unique(
                at.field(tool.tag()).field("name"),
                name,
                Origin { tool_type: tool.tag().to_owned(), shared_id: None },
            );
        }
        only_one(&at, tool.tag());
    }
    for (n, tool_id) in assistant.tool_ids.iter().flatten().enumerate() {
        let at = at.field("tool_ids").item(n);
        check_tool_exists(&at, tool_id, shared_tools);
        let Some(tool) = shared_tools.and_then(|tools| tools.get(tool_id)) else { continue };
        only_one(&at, &tool.tool_type);
        if let Some(name) = tools::shared_function_name(tool) {
            unique(at, name, Origin { tool_type: tool.tool_type.clone(), shared_id: Some(tool_id.clone()) });
        }
    }

    let nodes = assistant.conversation_flow.iter().flat_map(|flow| &flow.nodes);
    let mut shared = nodes.flat_map(shared_tool_ids).chain(assistant.tool_ids.iter().flatten());
    let is_pay = |id: &String| shared_tools.and_then(|tools| tools.get(id)).is_some_and(|tool| tool.tool_type == "pay");
    let has_pay = assistant.tools.iter().flatten().any(|tool| matches!(tool, Tool::Pay(_))) || shared.any(is_pay);
    let disable_dtmf = assistant.telephony_settings.as_ref().and_then(|settings| settings.disable_dtmf);
    if has_pay && disable_dtmf != Some(true) {
        let message = "An assistant with a pay tool must set disable_dtmf to true.";
        at.field("telephony_settings").field("disable_dtmf").add(ViolationKind::Combination, message);
    }
}

/// The origin of a tool with a name.
#[derive(Clone)]
struct Origin {
    tool_type: String,
    /// The id of the tool if it is shared.
    shared_id: Option<String>,
}

impl Origin {
    /// Whether two tools are one shared tool, or that tool and its inline duplicate.
    ///
    /// The API creates such a duplicate if a client sends a response back.
    fn may_share_name_with(&self, other: &Self) -> bool {
        match (&self.shared_id, &other.shared_id) {
            (None, None) => false,
            (Some(id), Some(other_id)) => id == other_id,
            _ => self.tool_type == other.tool_type,
        }
    }
}

/// The ids of the shared tools of a node.
fn shared_tool_ids(node: &FlowNode) -> Vec<&String> {
    match node {
        FlowNode::Prompt(node) => node.shared_tool_ids.iter().flatten().collect(),
        FlowNode::Tool(node) => vec![&node.shared_tool_id],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use telnyx_ai_types::{
        A2aAgent, Hangup, InterruptionSettings, SkipTurn, TranscriptionConfig, TranscriptionSettings, Transfer,
        TransferTarget, UpdatableVariable, UpdateDynamicVariables, VoiceSettings, WarmTransferAcceptance, Webhook,
    };

    use super::*;
    use crate::shared_tools::SharedTool;

    fn support() -> CreateAssistant {
        CreateAssistant::new("Support", "Help politely.")
    }

    fn found(request: &CreateAssistant) -> Vec<(String, ViolationKind)> {
        assistant(request, None).into_iter().map(|violation| (violation.pointer, violation.kind)).collect()
    }

    fn one(pointer: &str, kind: ViolationKind) -> Vec<(String, ViolationKind)> {
        vec![(pointer.to_owned(), kind)]
    }

    #[test]
    fn numbers_out_of_range_are_violations() {
        for (request, pointer) in [
            (support().with_dynamic_variables_webhook_timeout_ms(10_001), "/dynamic_variables_webhook_timeout_ms"),
            (
                support()
                    .with_interruption_settings(InterruptionSettings::new().with_interrupt_prediction_threshold(1.5)),
                "/interruption_settings/interrupt_prediction_threshold",
            ),
            (
                support().with_transcription(
                    TranscriptionSettings::new().with_settings(TranscriptionConfig::new().with_eot_threshold(0.95)),
                ),
                "/transcription/settings/eot_threshold",
            ),
        ] {
            assert_eq!(found(&request), one(pointer, ViolationKind::OutOfRange));
        }
    }

    #[test]
    fn voice_speed_depends_on_the_voice() {
        let with_speed = |voice: &str, speed: f64| {
            found(&support().with_voice_settings(VoiceSettings::new(voice).with_voice_speed(speed)))
        };
        assert_eq!(with_speed("Telnyx.KokoroTTS.af_heart", 1.9), []);
        assert_eq!(with_speed("Telnyx.Ultra.x", 1.5), []);
        assert_eq!(with_speed("Soniox.tts-rt-v2.Emma", 1.3), []);
        let wrong = one("/voice_settings/voice_speed", ViolationKind::OutOfRange);
        assert_eq!(with_speed("Telnyx.KokoroTTS.af_heart", 2.1), wrong);
        assert_eq!(with_speed("Telnyx.Ultra.x", 1.6), wrong);
        assert_eq!(with_speed("Soniox.tts-rt-v2.Emma", 0.6), wrong);
    }

    #[test]
    fn repeated_tool_name_is_a_violation() {
        let tool = || Tool::from(Webhook::new("look_up", "Looks up.", "https://example.com"));
        let request = support().with_tools([tool(), tool()]);
        assert_eq!(found(&request), one("/tools/1/webhook/name", ViolationKind::Duplicate));
    }

    #[test]
    fn second_tool_of_a_single_type_is_a_violation() {
        let request = support().with_tools([Tool::from(Hangup::new()), SkipTurn::new().into(), Hangup::new().into()]);
        assert_eq!(found(&request), one("/tools/2", ViolationKind::OneOnly));
        let shared = SharedTools::from([("tool-1".to_owned(), SharedTool::new("hangup"))]);
        let request = support().with_tools([Tool::from(Hangup::new())]).with_tool_ids(["tool-1", "tool-2"]);
        let violations = assistant(&request, Some(&shared));
        let found: Vec<_> = violations.iter().map(|violation| (violation.pointer.as_str(), violation.kind)).collect();
        assert_eq!(found, [("/tool_ids/0", ViolationKind::OneOnly), ("/tool_ids/1", ViolationKind::UnknownReference)]);
    }

    #[test]
    fn variables_of_the_system_cannot_be_updated() {
        let variables = [UpdatableVariable::new("tier"), UpdatableVariable::new("telnyx_current_time")];
        let tool = UpdateDynamicVariables::new("set it", "Sets variables.", variables);
        let request = support().with_tools([Tool::from(tool)]);
        assert_eq!(
            found(&request),
            [
                ("/tools/0/update_dynamic_variables/name".to_owned(), ViolationKind::Format),
                ("/tools/0/update_dynamic_variables/updatable_variables/1/name".to_owned(), ViolationKind::Format),
            ]
        );
    }

    #[test]
    fn warm_transfer_acceptance_needs_an_introduction() {
        let transfer = |target: TransferTarget| {
            let acceptance = WarmTransferAcceptance::new().with_enabled(true);
            let transfer = Transfer::new("+15550001", vec![target]).with_warm_transfer_acceptance(acceptance);
            found(&support().with_tools([Tool::from(transfer)]))
        };
        assert_eq!(transfer(TransferTarget::new("+15550100").with_message("Hello.")), []);
        assert_eq!(
            transfer(TransferTarget::new("+15550100").with_extension("20x")),
            [
                ("/tools/0/transfer/targets/0/extension".to_owned(), ViolationKind::Format),
                ("/tools/0/transfer/warm_transfer_acceptance".to_owned(), ViolationKind::Combination),
            ]
        );
    }

    #[test]
    fn agents_need_public_urls_different_names_and_valid_headers() {
        let agents = [
            A2aAgent::new("look-up", "https://agents.example.com"),
            A2aAgent::new("look_up", "http://localhost:9000").with_headers([("x", "a\nb")]),
            A2aAgent::new("third", "https://agents.example.com").with_headers([
                ("x-{{tenant}}_1", "a"),
                ("{{name}}", "a"),
                ("x y", "a"),
                ("x-{{open", "a"),
                ("", "a"),
                ("{{}}", "a"),
                ("{{a\nb}}", "a"),
                ("{{a{b}}", "a"),
            ]),
        ];
        assert_eq!(
            found(&support().with_a2a_agents(agents)),
            [
                ("/a2a_agents/1/url".to_owned(), ViolationKind::Format),
                ("/a2a_agents/1/name".to_owned(), ViolationKind::Duplicate),
                ("/a2a_agents/1/headers/0/value".to_owned(), ViolationKind::Format),
                ("/a2a_agents/2/headers/2/name".to_owned(), ViolationKind::Format),
                ("/a2a_agents/2/headers/3/name".to_owned(), ViolationKind::Format),
                ("/a2a_agents/2/headers/4/name".to_owned(), ViolationKind::Format),
                ("/a2a_agents/2/headers/5/name".to_owned(), ViolationKind::Format),
                ("/a2a_agents/2/headers/6/name".to_owned(), ViolationKind::Format),
                ("/a2a_agents/2/headers/7/name".to_owned(), ViolationKind::Format),
            ]
        );
    }
}

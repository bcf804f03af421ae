//! The data types with plain serde: strict, streaming, and equal in each format.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use telnyx_ai::assistants::types::{
    Assistant, FlowNode, ObservabilitySettings, Tool, TranscriptionSettings, VoiceSettings, WidgetSettings,
};
use telnyx_ai::decode::{self, DecodeError};
use telnyx_ai::testing::RubricItem;
use telnyx_ai::{JsonObject, Page, PageMeta};

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, DecodeError> {
    decode::from_slice(text.as_bytes())
}

fn assistant() -> Value {
    json!({
        "id": "assistant-1", "name": "Support", "model": "m", "instructions": "Help.",
        "created_at": "2026-03-02T13:07:28Z",
        "voice_settings": {"voice": "Telnyx.KokoroTTS.af", "voice_speed": 1.1},
        "tools": [{"type": "hangup", "hangup": {"description": "Bye"}}, {"type": "teleport", "to": "Mars"}],
        "mood": "sunny",
    })
}

mod objects {
    use telnyx_ai_core::{Extra, Object};

    use super::*;

    #[derive(Debug, Clone, PartialEq, Object)]
    struct Keyword {
        r#type: Option<String>,
        extra: Extra,
    }

    #[derive(Debug, Clone, PartialEq, Object)]
    struct Boxed<T> {
        item: Box<T>,
        next: Option<Box<T>>,
        extra: Extra,
    }

    #[test]
    fn fields_can_come_in_any_order() {
        let forward: VoiceSettings =
            read(r#"{"voice": "v", "voice_speed": 1.5, "new": {"a": [1]}, "style": 1}"#).unwrap();
        let backward: VoiceSettings =
            read(r#"{"style": 1, "new": {"a": [1]}, "voice_speed": 1.5, "voice": "v"}"#).unwrap();
        assert_eq!(forward, backward);
    }

    #[test]
    fn whitespace_and_escaped_names_are_deserialized() {
        let text = "\r\n{ \"vo\\u0069ce\"\t: \"v\" ,\n\"voice_speed\" :1.5\n, \"use_speaker_boost\"\n:\nnull , \"m\\u006fre\" : [ ] }  ";
        let voice: VoiceSettings = read(text).unwrap();
        assert_eq!((voice.voice.as_str(), voice.voice_speed, voice.use_speaker_boost), ("v", Some(1.5), None));
        assert_eq!(voice.extra.get("more"), Some(&json!([])));
    }

    #[test]
    fn duplicate_known_field_is_an_error() {
        let text = r#"{"voice": "a", "style": 1, "voice": "b"}"#;
        assert_eq!(read::<VoiceSettings>(text).unwrap_err().message(), "duplicate field `voice`");
        let error = serde_json::from_str::<VoiceSettings>(text).unwrap_err();
        assert_eq!((error.line(), error.column()), (1, 34));
        assert!(error.to_string().starts_with("duplicate field `voice`"), "{error}");
        let null_first = r#"{"voice": "a", "style": null, "style": 1}"#;
        assert_eq!(read::<VoiceSettings>(null_first).unwrap_err().message(), "duplicate field `style`");
    }

    #[test]
    fn last_of_duplicate_unknown_fields_is_kept() {
        let kept: VoiceSettings = read(r#"{"voice": "a", "new": 1, "new": 2}"#).unwrap();
        assert_eq!(kept.extra.get("new"), Some(&json!(2)));
    }

    #[test]
    fn error_names_the_missing_required_field() {
        let text = r#"{"data": [{"name": "Tone", "criteria": "Kind."}, {"criteria": "Short."}]}"#;
        assert_eq!(read::<Page<RubricItem>>(text).unwrap_err().to_string(), "at `data[1]`: missing field `name`");
    }

    #[test]
    fn null_is_absent_for_optional_fields_and_an_error_for_required_ones() {
        let settings: ObservabilitySettings = read(r#"{"host": null, "prompt_version": 2.0}"#).unwrap();
        assert_eq!((settings.host, settings.prompt_version), (None, Some(2)));
        let widget: WidgetSettings = read(r#"{"logo_icon_url": null}"#).unwrap();
        assert!(widget.logo_icon_url.is_null() && widget.report_issue_url.is_absent());
        let error = read::<PageMeta>(r#"{"page_number": null, "total_pages": 1}"#).unwrap_err();
        assert_eq!(error.to_string(), "at `page_number`: invalid type: null, expected a whole number (u64)");
    }

    #[test]
    fn whole_numbers_can_have_a_fraction_of_zero() {
        let meta: PageMeta =
            read(r#"{"page_number": 28.0, "total_pages": 9007199254740993, "page_size": 2e1}"#).unwrap();
        assert_eq!((meta.page_number, meta.total_pages, meta.page_size), (28, 9_007_199_254_740_993, Some(20)));
        for (number, found) in
            [("28.5", "floating point `28.5`"), ("-1", "integer `-1`"), ("1e30", "floating point `1e+30`")]
        {
            let error = read::<PageMeta>(&format!(r#"{{"page_number": {number}, "total_pages": 1}}"#)).unwrap_err();
            let expected = format!("invalid value: {found}, expected a whole number (u64)");
            assert_eq!(error.message(), expected);
        }
    }

    #[test]
    fn field_name_can_be_a_keyword() {
        let keyword: Keyword = read(r#"{"type": "a"}"#).unwrap();
        assert_eq!(keyword, Keyword::new().with_type("a"));
        assert_eq!(serde_json::to_string(&keyword).unwrap(), r#"{"type":"a"}"#);
    }

    #[test]
    fn field_can_be_generic_and_boxed() {
        let page: Boxed<PageMeta> = read(r#"{"item": {"page_number": 1, "total_pages": 2}}"#).unwrap();
        assert_eq!((page.item.total_pages, page.next), (2, None));
    }

    #[test]
    fn typed_field_is_not_written_twice() {
        let mut voice: VoiceSettings = read(r#"{"voice": "v", "new": 1}"#).unwrap();
        voice.extra.insert("voice", "w");
        voice.extra.insert("voice_speed", "fast");
        assert_eq!(serde_json::to_string(&voice).unwrap(), r#"{"voice":"v","new":1,"voice_speed":"fast"}"#);
        let voice = voice.with_voice_speed(1.5);
        assert_eq!(serde_json::to_string(&voice).unwrap(), r#"{"voice":"v","voice_speed":1.5,"new":1}"#);
    }

    #[test]
    fn object_can_have_more_than_64_fields() {
        macro_rules! wide {
            ($($field:ident)*) => {
                #[derive(Debug, Clone, PartialEq, Object)]
                struct Wide {
                    $($field: Option<u32>,)*
                    extra: Extra,
                }
            };
        }
        wide! {
            a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 d0 d1 d2 d3 d4 d5 d6
            d7 d8 d9 e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 g0 g1 g2 g3 g4 g5 g6 g7 g8 g9
        }
        let wide: Wide = read(r#"{"g9": 70, "a0": 1, "h0": 71}"#).unwrap();
        assert_eq!((wide.a0, wide.g9, wide.extra.get("h0")), (Some(1), Some(70), Some(&json!(71))));
        assert_eq!(read::<Wide>(r#"{"g9": 1, "g9": 1}"#).unwrap_err().message(), "duplicate field `g9`");
    }
}

mod unions {
    use super::*;

    #[test]
    fn tag_can_be_at_any_position() {
        for text in [
            r#"{"type": "hangup", "hangup": {"description": "Bye"}, "new": 1}"#,
            r#"{"hangup": {"description": "Bye"}, "type": "hangup", "new": 1}"#,
            r#"{"new": 1, "hangup": {"description": "Bye"}, "type": "hangup"}"#,
        ] {
            let tool: Tool = read(text).unwrap();
            assert!(
                matches!(&tool, Tool::Hangup(tool) if tool.hangup.description.as_deref() == Some("Bye")),
                "{tool:?}"
            );
            let written = json!({"type": "hangup", "hangup": {"description": "Bye"}, "new": 1});
            assert_eq!(serde_json::to_value(&tool).unwrap(), written);
        }
    }

    #[test]
    fn duplicate_tag_is_an_error() {
        for text in [
            r#"{"type": "hangup", "hangup": {}, "type": "hangup"}"#,
            r#"{"hangup": {}, "type": "hangup", "type": "transfer"}"#,
        ] {
            assert_eq!(read::<Tool>(text).unwrap_err().message(), "duplicate field `type`");
        }
    }

    #[test]
    fn duplicate_field_before_the_tag_is_an_error() {
        let text = r#"{"hangup": {"description": "Bye", "description": "Hi"}, "type": "hangup"}"#;
        assert_eq!(read::<Tool>(text).unwrap_err().to_string(), "at `hangup`: duplicate field `description`");
        let error = serde_json::from_str::<Tool>(text).unwrap_err();
        assert!(error.to_string().starts_with("duplicate field `description`"), "{error}");
    }

    #[test]
    fn unknown_or_missing_tag_is_kept() {
        for value in [
            json!({"type": "teleport", "where": {"to": "Mars"}}),
            json!({"where": "Mars"}),
            json!({"type": 7, "where": "Mars"}),
            json!({}),
        ] {
            let tool: Tool = read(&value.to_string()).unwrap();
            assert!(matches!(tool, Tool::Unknown(_)), "{tool:?}");
            assert_eq!(serde_json::to_value(&tool).unwrap(), value);
        }
        assert_eq!(
            read::<Tool>("[]").unwrap_err().message(),
            "invalid type: sequence, expected an object with a `type` (Tool)"
        );
    }

    #[test]
    fn unknown_member_keeps_the_order_of_its_fields() {
        let text = r#"{"zip":{"z":1,"a":2},"type":"teleport","alpha":2}"#;
        assert_eq!(serde_json::to_string(&read::<Tool>(text).unwrap()).unwrap(), text);
        assert_eq!(serde_json::to_string(&read::<FlowNode>(text).unwrap()).unwrap(), text);
        let Tool::Unknown(member) = read(text).unwrap() else { panic!("a known tool") };
        assert_eq!((member.tag(), &member.fields()["zip"]["a"]), ("teleport", &json!(2)));
    }

    /// A flow node without a type is the first member whose required fields are present.
    #[test]
    fn missing_tag_is_inferred_if_the_members_have_it() {
        let node: FlowNode = read(r#"{"instructions": "Ask.", "id": "ask"}"#).unwrap();
        assert!(matches!(node, FlowNode::Prompt(_)), "{node:?}");
        let error = read::<Vec<FlowNode>>(r#"[{"instructions": "Ask.", "id": "ask", "name": 1}]"#).unwrap_err();
        assert_eq!(error.message(), "invalid type: integer `1`, expected a string");
        assert_eq!(error.path(), "[0].name");
    }

    #[test]
    fn error_inside_a_member_has_its_path() {
        let text = r#"{"tools": [{"type": "webhook", "webhook": {}}]}"#;
        assert_eq!(read::<Assistant>(text).unwrap_err().to_string(), "at `tools[0].webhook`: missing field `name`");
    }
}

mod objects_of_any_shape {
    use super::*;

    #[test]
    fn fields_keep_their_order_at_every_depth() {
        let text = r#"{"zip":1,"alpha":{"b":2,"a":[{"y":1,"x":2}]},"mid":[null]}"#;
        let object: JsonObject = read(text).unwrap();
        assert_eq!(object.keys().collect::<Vec<_>>(), ["zip", "alpha", "mid"]);
        assert_eq!(serde_json::to_string(&object).unwrap(), text);
        let other: JsonObject = read(r#"{"alpha":{"a":[{"x":2,"y":1}],"b":2},"mid":[null],"zip":1}"#).unwrap();
        assert_eq!(object, other, "equality ignores the order");
    }

    #[test]
    fn last_of_duplicate_fields_is_used() {
        let mut object: JsonObject = read(r#"{"b": 1, "a": 2, "b": 3}"#).unwrap();
        assert_eq!(serde_json::to_string(&object).unwrap(), r#"{"b":3,"a":2}"#);
        object.extend([("c", 4), ("b", 5)]);
        assert_eq!(serde_json::to_string(&object).unwrap(), r#"{"b":5,"a":2,"c":4}"#);
    }

    #[test]
    fn fields_can_be_set_changed_and_removed() {
        let mut object = JsonObject::new();
        assert_eq!(object.insert("name", "Ada"), None);
        assert_eq!(object.insert("name", "Eve"), Some(json!("Ada")));
        *object.get_mut("name").unwrap() = json!("Grace");
        object.extend([("visits", 3), ("calls", 4)]);
        assert_eq!((object.remove("name"), object.remove("name")), (Some(json!("Grace")), None));
        assert_eq!(serde_json::to_string(&object).unwrap(), r#"{"visits":3,"calls":4}"#);
        assert!(object.contains_key("visits") && !object.is_empty() && object["gone"].is_null());
    }
}

mod custom_types {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Tracked {
        team: String,
        #[serde(flatten)]
        assistant: Assistant,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u64),
        Assistant(Box<Assistant>),
        Tool(Tool),
    }

    fn expected() -> Assistant {
        serde_json::from_value(assistant()).unwrap()
    }

    #[test]
    fn flattened_assistant_keeps_its_unknown_fields() {
        let mut value = assistant();
        value["team"] = json!("night");
        let tracked: Tracked = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(tracked, Tracked { team: "night".into(), assistant: expected() });
        assert_eq!(serde_json::to_value(&tracked).unwrap(), value);
        assert_eq!(serde_json::from_str::<Tracked>(&value.to_string()).unwrap(), tracked);
    }

    #[test]
    fn untagged_enum_distinguishes_api_types() {
        let either: Vec<Either> =
            serde_json::from_value(json!([7, assistant(), {"type": "hangup", "hangup": {}}])).unwrap();
        assert_eq!(either[0], Either::Number(7));
        assert_eq!(either[1], Either::Assistant(Box::new(expected())));
        assert!(matches!(&either[2], Either::Tool(Tool::Hangup(_))));
    }

    #[test]
    fn collections_and_tuples_contain_api_types() {
        let named: HashMap<String, VoiceSettings> = read(r#"{"ada": {"voice": "a"}, "eve": {"voice": "e"}}"#).unwrap();
        assert_eq!(named["eve"].voice, "e");
        let numbered: HashMap<u32, VoiceSettings> = read(r#"{"7": {"voice": "a"}}"#).unwrap();
        assert_eq!(numbered[&7].voice, "a");
        let pair: (PageMeta, Vec<Tool>) = read(r#"[{"page_number": 1, "total_pages": 1}, []]"#).unwrap();
        assert_eq!((pair.0.page_number, pair.1.len()), (1, 0));
    }

    #[test]
    fn errors_have_the_path_through_custom_types() {
        #[derive(Debug, Deserialize)]
        #[allow(dead_code)]
        struct Order {
            number: u32,
            items: Vec<String>,
        }
        let text = "[{\"number\": 1, \"items\": []},\n {\"number\": 2,\n \"items\": [\"a\", 7]}]";
        let error = read::<Vec<Order>>(text).unwrap_err();
        assert_eq!(error.to_string(), "at `[1].items[1]`: invalid type: integer `7`, expected a string");
        assert_eq!(error.pointer(), "/1/items/1");
    }
}

mod unknown_parts {
    use super::*;
    use std::panic::catch_unwind;
    use telnyx_ai::unknown_paths;

    /// The thread-local flag of `unknown_paths` is reset, also after an error or a panic.
    #[test]
    fn unknown_paths_does_not_affect_later_serialization() {
        struct Failing;
        impl Serialize for Failing {
            fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                Err(serde::ser::Error::custom("no"))
            }
        }
        struct Panicking;
        impl Serialize for Panicking {
            fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                panic!("no")
            }
        }
        let assistant: Assistant = read(&assistant().to_string()).unwrap();
        let text = serde_json::to_string(&assistant).unwrap();
        assert_eq!(unknown_paths(&assistant), ["tools[1]", "mood"]);
        assert!(unknown_paths(&Failing).is_empty());
        assert!(catch_unwind(|| unknown_paths(&Panicking)).is_err());
        assert_eq!(serde_json::to_string(&assistant).unwrap(), text);
    }
}

mod formats {
    use serde::de::value::MapDeserializer;

    use super::*;

    #[test]
    fn values_readers_and_text_deserialize_equally() {
        let expected: Assistant = serde_json::from_value(assistant()).unwrap();
        let text = assistant().to_string();
        assert_eq!(serde_json::from_str::<Assistant>(&text).unwrap(), expected);
        assert_eq!(serde_json::from_reader::<_, Assistant>(text.as_bytes()).unwrap(), expected);
        assert_eq!(serde_json::to_value(&expected).unwrap(), assistant());
        assert_eq!(decode::from_slice_lenient::<Assistant>(text.as_bytes()).unwrap(), expected);
    }

    #[test]
    fn yaml_and_json_deserialize_equally() {
        let yaml = "
id: assistant-1
name: Support
model: m
instructions: Help.
created_at: 2026-03-02T13:07:28Z
voice_settings: {voice: Telnyx.KokoroTTS.af, voice_speed: 1.1}
tools:
- {type: hangup, hangup: {description: Bye}}
- {to: Mars, type: teleport}
mood: sunny
";
        assert_eq!(
            serde_saphyr::from_str::<Assistant>(yaml).unwrap(),
            serde_json::from_value::<Assistant>(assistant()).unwrap()
        );
    }

    /// Other formats have such numbers, and JSON does not.
    #[test]
    fn infinite_number_in_a_buffered_union_is_an_error() {
        for (number, shown) in [(f64::INFINITY, "inf"), (f64::NEG_INFINITY, "-inf"), (f64::NAN, "NaN")] {
            let fields = MapDeserializer::<_, serde::de::value::Error>::new([("speed", number)].into_iter());
            let expected = format!("invalid value: floating point `{shown}`, expected a finite number");
            assert_eq!(Tool::deserialize(fields).unwrap_err().to_string(), expected);
        }
    }

    /// `serde_json` passes numbers in this form if another crate of the program enables its feature `arbitrary_precision`.
    #[test]
    fn number_of_arbitrary_precision_in_a_buffered_union_is_a_number() {
        let read = |digits| {
            let number = BTreeMap::from([("$serde_json::private::Number", digits)]);
            let fields = MapDeserializer::<_, serde::de::value::Error>::new([("speed", number)].into_iter());
            serde_json::to_value(Tool::deserialize(fields).unwrap()).unwrap()["speed"].clone()
        };
        assert_eq!(read("1.50"), 1.5);
        assert_eq!(read("one"), json!({"$serde_json::private::Number": "one"}));
    }

    #[test]
    fn errors_keep_their_line_and_column() {
        let text = "{\n  \"voice\": \"v\",\n  \"voice_speed\": \"fast\"\n}";
        let error = serde_json::from_str::<VoiceSettings>(text).unwrap_err();
        assert_eq!((error.line(), error.column()), (3, 23));
        let syntax = read::<VoiceSettings>("{\"voice\": \"v\",}").unwrap_err();
        assert!(syntax.is_syntax());
        assert_eq!(syntax.message(), "trailing comma at line 1 column 15");
    }

    #[test]
    fn plain_serde_stays_strict() {
        let text = r#"{"voice": "v", "voice_speed": "fast"}"#;
        assert!(serde_json::from_str::<VoiceSettings>(text).is_err());
        assert_eq!(read::<VoiceSettings>(text).unwrap_err().path(), "voice_speed");
        assert!(read::<VoiceSettings>("\u{feff}{\"voice\": \"v\"}").is_err());
    }

    #[test]
    fn nesting_is_limited() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read::<Value>(&nested(127)).is_ok());
        for text in [nested(128), "[".repeat(1_000_000), "{\"tools\":[".repeat(100_000)] {
            assert!(read::<Value>(&text).unwrap_err().is_syntax());
            assert!(decode::from_slice_lenient::<Value>(text.as_bytes()).unwrap_err().is_syntax());
        }
    }

    #[test]
    fn text_that_is_not_utf8_is_an_error() {
        let error = decode::from_slice::<Value>(b"[\"a\xff\"]").unwrap_err();
        assert_eq!((error.message(), error.is_syntax()), ("byte 3 is not UTF-8", true));
    }
}

mod secrets {
    use std::collections::BTreeMap;

    use telnyx_ai::Secret;

    use super::*;

    /// A type whose error shows its input.
    #[derive(Debug)]
    struct ErrorWithInput;

    impl<'de> Deserialize<'de> for ErrorWithInput {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            Err(serde::de::Error::custom(format!("{text} is too long")))
        }
    }

    #[test]
    fn error_at_a_secret_does_not_show_it() {
        type Fields = BTreeMap<String, ErrorWithInput>;
        let error = read::<Fields>(r#"{"name": "Ada"}"#).unwrap_err();
        assert_eq!(error.to_string(), "at `name`: Ada is too long");
        let masked = "the value is invalid; it is masked, because it is long or may be a secret";
        for text in [r#"{"token": "hunter2"}"#, r#"{"x_password": "hunter2"}"#] {
            assert_eq!(read::<Fields>(text).unwrap_err().message(), masked);
        }
        for text in [r#"{"headers": "hunter2"}"#, r#"{"password": 7123}"#, r#"{"token": [7123]}"#] {
            assert_eq!(read::<BTreeMap<String, TranscriptionSettings>>(text).unwrap_err().message(), masked);
        }
        for text in ["7123", "-7123", "7123.5", "true", r#"["hunter2"]"#, r#""hunter2"#] {
            let error = serde_json::from_str::<Secret>(text).unwrap_err();
            assert_eq!(error.to_string(), "a secret must be a string");
        }
        let error = read::<BTreeMap<String, Secret>>(r#"{"value": 7123}"#).unwrap_err();
        assert_eq!(error.to_string(), "at `value`: a secret must be a string");
    }
}

mod timestamps {
    use std::time::{Duration, SystemTime};

    use chrono::{DateTime, FixedOffset, Utc};
    use telnyx_ai::Timestamp;
    use time::OffsetDateTime;

    #[test]
    fn system_time_converts_into_a_timestamp() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_772_456_848_764);
        assert_eq!(Timestamp::from(at).as_str(), "2026-03-02T13:07:28.764Z");
    }

    #[test]
    fn timestamp_converts_to_the_types_of_other_crates_and_back() {
        for text in ["2026-03-02T14:07:28.764+01:00", "2026-03-02T13:07:28Z", "2026-03-02T13:07:28.5"] {
            let at = Timestamp::from(text);
            assert_eq!(Timestamp::from(jiff::Timestamp::try_from(&at).unwrap()), at);
            assert_eq!(Timestamp::from(DateTime::<Utc>::try_from(&at).unwrap()), at);
            assert_eq!(Timestamp::from(DateTime::<FixedOffset>::try_from(&at).unwrap()), at);
            assert_eq!(Timestamp::try_from(OffsetDateTime::try_from(&at).unwrap()).unwrap(), at);
        }
    }

    #[test]
    fn other_text_is_an_error_of_the_conversion() {
        let soon = Timestamp::from("soon");
        jiff::Timestamp::try_from(&soon).unwrap_err();
        DateTime::<Utc>::try_from(&soon).unwrap_err();
        DateTime::<FixedOffset>::try_from(&soon).unwrap_err();
        OffsetDateTime::try_from(&soon).unwrap_err();
    }
}

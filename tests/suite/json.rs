//! The reader of answers: it reads what serde_json reads, and what it keeps or refuses beside that.

use proptest::collection::{hash_map, vec};
use proptest::prelude::*;
use serde_json::{Value, json};
use telnyx_ai::assistants::types::{Assistant, FlowNode, ObservabilitySettings, Tool, VoiceSettings, WidgetSettings};
use telnyx_ai::decode::{self, DecodeError};
use telnyx_ai::json::{FromJson, Json};
use telnyx_ai::testing::RubricItem;
use telnyx_ai::{JsonObject, Page, PageMeta, Scalar};

fn read<T: FromJson>(text: &str) -> Result<T, DecodeError> {
    decode::from_slice(text.as_bytes())
}

fn read_value<T: FromJson>(value: &Value) -> T {
    read(&value.to_string()).unwrap()
}

mod like_serde_json {
    use super::*;

    /// Any JSON value, not too deep.
    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            (any::<i32>(), 0..6_i32).prop_map(|(digits, places)| (f64::from(digits) / 10_f64.powi(places)).into()),
            "\\PC*".prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..6).prop_map(Value::from),
                hash_map(any::<String>(), inner, 0..6).prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    /// Texts that are JSON, or nearly.
    fn texts() -> impl Strategy<Value = String> {
        let words = prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\"a\"",
            "\"a\":",
            "null",
            "true",
            "false",
            "nul",
            "0",
            "-",
            "-0",
            "01",
            "1.",
            "1.5",
            ".5",
            "1e",
            "1e5",
            "1E+5",
            "2.5e-3",
            "12345678901234567890",
            "123456789012345678901",
            "-9223372036854775809",
            "9007199254740993.0",
            "0.1",
            "123456.7890123456789",
            "1e400",
            " ",
            "\n",
            "\t",
            "\\",
            "\\n",
            "\\u00e9",
            "\\ud83d\\ude42",
            "\\ud83d",
            "\\ude42",
            "\\u12",
            "\\x",
            "é",
            "🙂",
            "\u{0}",
            "\u{1f}",
            "\u{7f}",
            "\u{feff}",
        ]);
        vec(words, 0..12).prop_map(|words| words.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn every_value_is_read(value in values()) {
            prop_assert_eq!(&read::<Value>(&value.to_string()).unwrap(), &value);
            prop_assert_eq!(&read::<Value>(&serde_json::to_string_pretty(&value).unwrap()).unwrap(), &value);
        }

        #[test]
        fn every_text_is_read_or_refused(text in texts()) {
            match serde_json::from_str::<Value>(&text) {
                Ok(value) => prop_assert_eq!(read::<Value>(&text).unwrap(), value),
                Err(_) => prop_assert!(read::<Value>(&text).unwrap_err().is_syntax()),
            }
        }

        /// The number that is nearest, to the last bit, however few or many its digits are.
        #[test]
        fn every_decimal_is_read_exactly(whole in any::<u64>(), behind in "[0-9]{0,24}", negative: bool) {
            let sign = if negative { "-" } else { "" };
            let text = if behind.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{behind}") };
            prop_assert_eq!(read::<f64>(&text).unwrap().to_bits(), text.parse::<f64>().unwrap().to_bits(), "{}", text);
        }
    }

    #[test]
    fn depth_has_an_end() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read::<Value>(&nested(128)).is_ok());
        assert!(read::<Value>(&nested(129)).unwrap_err().is_syntax());
    }

    /// Text that is no UTF-8 is refused before anybody has counted its brackets.
    #[test]
    fn the_path_of_an_error_has_an_end() {
        let text = [vec![b'['; 1_000_000], vec![0xff]].concat();
        let error = decode::from_slice::<Value>(&text).unwrap_err();
        assert_eq!((error.message(), error.is_syntax()), ("byte 1000000 is not UTF-8", true));
        assert_eq!(error.pointer(), "/0".repeat(129));
    }
}

mod objects {
    use telnyx_ai::{Extra, Object};

    use super::*;

    /// An object with a field that Rust has a word for.
    #[derive(Debug, Clone, PartialEq, Object)]
    struct Keyword {
        r#type: Option<String>,
        extra: Extra,
    }

    /// An object of whatever it holds.
    #[derive(Debug, Clone, PartialEq, Object)]
    struct Boxed<T> {
        item: Box<T>,
        next: Option<Box<T>>,
        extra: Extra,
    }

    fn voice() -> Value {
        json!({"voice": "Telnyx.KokoroTTS.af", "voice_speed": 1.1, "language_boost": null, "expressive_mode": true, "new": {"a": [1]}})
    }

    /// All orders of some entries.
    fn orders(entries: &[String]) -> Vec<String> {
        if entries.is_empty() {
            return vec![String::new()];
        }
        let mut all = Vec::new();
        for n in 0..entries.len() {
            let mut rest = entries.to_vec();
            let first = rest.remove(n);
            all.extend(
                orders(&rest)
                    .into_iter()
                    .map(|rest| if rest.is_empty() { first.clone() } else { format!("{first},{rest}") }),
            );
        }
        all
    }

    /// In which order fields came before changes how fast a type is read, and nothing else.
    #[test]
    fn fields_may_come_in_any_order_at_any_time() {
        let expected: VoiceSettings = read_value(&voice());
        let entries: Vec<String> =
            voice().as_object().unwrap().iter().map(|(name, value)| format!("{name:?}:{value}")).collect();
        let texts = orders(&entries);
        assert_eq!(texts.len(), 120);
        std::thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| {
                    for text in &texts {
                        assert_eq!(read::<VoiceSettings>(&format!("{{{text}}}")).unwrap(), expected);
                    }
                });
            }
        });
    }

    #[test]
    fn white_space_may_stand_anywhere() {
        let text =
            "\r\n{ \"voice\"\t: \"v\" ,\n\"voice_speed\" :1.5\n, \"use_speaker_boost\"\n:\nnull , \"more\" : [ ] }  ";
        let voice: VoiceSettings = read(text).unwrap();
        assert_eq!((voice.voice.as_str(), voice.voice_speed, voice.use_speaker_boost), ("v", Some(1.5), None));
        assert_eq!(voice.extra.get("more"), Some(&json!([])));
    }

    #[test]
    fn names_may_be_escaped() {
        let voice: VoiceSettings = read(r#"{"vo\u0069ce": "v", "n\u0065w": 1}"#).unwrap();
        assert_eq!((voice.voice.as_str(), voice.extra.get("new")), ("v", Some(&json!(1))));
    }

    #[test]
    fn a_field_that_comes_twice_is_an_error() {
        let error = read::<VoiceSettings>(r#"{"voice": "a", "style": 1, "voice": "b"}"#).unwrap_err();
        assert_eq!(error.message(), "duplicate field `voice`");
        let kept: VoiceSettings = read(r#"{"voice": "a", "new": 1, "new": 2}"#).unwrap();
        assert_eq!(kept.extra.get("new"), Some(&json!(2)));
    }

    #[test]
    fn the_first_field_that_is_missing_is_named() {
        let error =
            read::<Page<RubricItem>>(r#"{"data": [{"name": "Tone", "criteria": "Kind."}, {"criteria": "Short."}]}"#);
        assert_eq!(error.unwrap_err().to_string(), "at `data[1]`: missing field `name`");
    }

    #[test]
    fn null_is_no_value_of_an_optional_field_and_a_wrong_one_of_others() {
        let settings: ObservabilitySettings = read(r#"{"host": null, "prompt_version": 2.0}"#).unwrap();
        assert_eq!((settings.host, settings.prompt_version), (None, Some(2)));
        let widget: WidgetSettings = read(r#"{"logo_icon_url": null}"#).unwrap();
        assert!(widget.logo_icon_url.is_null() && widget.report_issue_url.is_absent());
        let error = read::<PageMeta>(r#"{"page_number": null, "total_pages": 1}"#).unwrap_err();
        assert_eq!(error.to_string(), "at `page_number`: invalid type: null, expected a whole number (u64)");
    }

    #[test]
    fn a_field_may_have_a_name_that_is_a_word_of_rust() {
        let keyword: Keyword = read(r#"{"type": "a"}"#).unwrap();
        assert_eq!(keyword, Keyword::new().with_type("a"));
        assert_eq!(serde_json::to_string(&keyword).unwrap(), r#"{"type":"a"}"#);
    }

    #[test]
    fn a_field_may_be_generic_and_boxed() {
        let page: Boxed<PageMeta> = read(r#"{"item": {"page_number": 1, "total_pages": 2}}"#).unwrap();
        assert_eq!((page.item.total_pages, page.next), (2, None));
    }

    /// What serde reads from another format is what the reader reads from the text.
    #[test]
    fn other_formats_give_the_same() {
        let from_value: VoiceSettings = serde_json::from_value(voice()).unwrap();
        assert_eq!(from_value, read_value(&voice()));
        let error =
            serde_json::from_value::<Assistant>(json!({"tools": [{"type": "webhook", "webhook": {}}]})).unwrap_err();
        assert_eq!(error.to_string(), "at `tools[0].webhook`: missing field `name`");
    }
}

mod unions {
    use super::*;

    #[test]
    fn the_tag_may_stand_anywhere() {
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
    fn what_has_no_tag_that_is_known_is_kept() {
        for value in [
            json!({"type": "teleport", "where": {"to": "Mars"}}),
            json!({"where": "Mars"}),
            json!({"type": 7, "where": "Mars"}),
            json!({}),
        ] {
            let tool: Tool = read_value(&value);
            assert!(matches!(tool, Tool::Unknown(_)), "{tool:?}");
            assert_eq!(serde_json::to_value(&tool).unwrap(), value);
        }
        assert_eq!(
            read::<Tool>("[]").unwrap_err().message(),
            "invalid type: sequence, expected an object with a `type` (Tool)"
        );
    }

    #[test]
    fn what_is_unknown_keeps_the_order_of_its_fields() {
        let text = r#"{"zip":1,"type":"teleport","alpha":2}"#;
        assert_eq!(serde_json::to_string(&read::<Tool>(text).unwrap()).unwrap(), text);
        assert_eq!(serde_json::to_string(&read::<FlowNode>(text).unwrap()).unwrap(), text);
        let Tool::Unknown(member) = read(text).unwrap() else { panic!("nobody knows how to teleport") };
        assert_eq!((member.tag(), &member.fields()["zip"]), ("teleport", &json!(1)));
    }

    /// A step of a flow without a type is the first kind whose required fields it has.
    #[test]
    fn a_tag_that_the_members_hold_may_be_left_out() {
        let node: FlowNode = read(r#"{"instructions": "Ask.", "id": "ask"}"#).unwrap();
        assert!(matches!(node, FlowNode::Prompt(_)), "{node:?}");
        let error = read::<Vec<FlowNode>>(r#"[{"instructions": "Ask.", "id": "ask", "name": 1}]"#).unwrap_err();
        assert_eq!(error.to_string(), "at `[0].name`: invalid type: integer `1`, expected a string");
    }
}

mod of_any_shape {
    use super::*;

    #[test]
    fn fields_keep_their_order() {
        let text = r#"{"zip":1,"alpha":{"b":2},"mid":[null]}"#;
        let object: JsonObject = read(text).unwrap();
        assert_eq!(object.keys().collect::<Vec<_>>(), ["zip", "alpha", "mid"]);
        assert_eq!(serde_json::to_string(&object).unwrap(), text);
        let sorted: JsonObject = read(r#"{"alpha":{"b":2},"mid":[null],"zip":1}"#).unwrap();
        assert_eq!(object, sorted, "the order does not count");
    }

    #[test]
    fn the_last_of_fields_with_one_name_counts() {
        let mut object: JsonObject = read(r#"{"b": 1, "a": 2, "b": 3}"#).unwrap();
        assert_eq!(serde_json::to_string(&object).unwrap(), r#"{"b":3,"a":2}"#);
        object.extend([("c", 4), ("b", 5)]);
        assert_eq!(serde_json::to_string(&object).unwrap(), r#"{"b":5,"a":2,"c":4}"#);
        let many: JsonObject = (0..100).map(|n| ((n % 50).to_string(), n)).collect();
        assert_eq!((many.len(), &many["0"], &many["49"]), (50, &json!(50), &json!(99)));
    }

    #[test]
    fn fields_are_set_changed_and_taken_out() {
        let mut object = JsonObject::new();
        assert_eq!(object.insert("name", "Ada"), None);
        assert_eq!(object.insert("name", "Eve"), Some(json!("Ada")));
        *object.get_mut("name").unwrap() = json!("Grace");
        object.extend([("visits", 3)]);
        assert_eq!(Value::from(object.clone()), json!({"name": "Grace", "visits": 3}));
        assert_eq!((object.remove("name"), object.remove("name")), (Some(json!("Grace")), None));
        assert!(object.contains_key("visits") && !object.is_empty() && object["gone"].is_null());
    }

    #[test]
    fn scalars_are_told_apart() {
        assert_eq!(read::<Scalar>("\"a\"").unwrap(), Scalar::from("a"));
        assert_eq!(read::<Vec<Scalar>>("[true, 7, -7, 0.5]").unwrap()[3].as_f64(), Some(0.5));
        let error = read::<Scalar>("[]").unwrap_err();
        assert_eq!(error.message(), "invalid type: sequence, expected a string, a number or a boolean");
    }
}

mod secrets {
    use telnyx_ai::json::{Fault, Reader};

    use super::*;

    /// A type that tells in its errors what it was given.
    #[derive(Debug)]
    struct Talkative;

    impl FromJson for Talkative {
        fn from_json(json: &mut Reader<'_>) -> Result<Self, Fault> {
            let seen = format!("{json:?}");
            Err(Fault::new(format!("{} is too long; {seen}", json.text("a string")?)))
        }
    }

    #[test]
    fn a_fault_of_an_own_type_is_masked_where_a_secret_is() {
        type Fields = std::collections::BTreeMap<String, Talkative>;
        let error = read::<Fields>(r#"{"name": "Ada"}"#).unwrap_err();
        assert_eq!(error.to_string(), "at `name`: Ada is too long; Reader { at: 9, depth: 1, .. }");
        let error = read::<Fields>(r#"{"token": "hunter2"}"#).unwrap_err();
        assert_eq!(error.to_string(), "at `token`: the value is refused; why is masked, because it may show a secret");
    }
}

mod types_of_serde {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Order {
        number: u32,
        items: Vec<String>,
    }

    #[test]
    fn are_read_in_their_wrapper() {
        let page: Page<Json<Value>> = read(r#"{"data": [{"number": 1}, 2]}"#).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(page.data, [Json(json!({"number": 1})), Json(json!(2))]);
        let Json(order) = read::<Json<Order>>(r#"{"number": 42, "items": ["a"]}"#).unwrap();
        assert_eq!(order, Order { number: 42, items: vec!["a".into()] });
    }

    #[test]
    fn say_where_they_are_wrong() {
        let error =
            read::<Vec<Json<Order>>>("[{\"number\": 1, \"items\": []},\n {\"number\": 2,\n \"items\": [\"a\", 7]}]")
                .unwrap_err();
        assert_eq!(error.to_string(), "at `[1].items[1]`: invalid type: integer `7`, expected a string");
    }
}

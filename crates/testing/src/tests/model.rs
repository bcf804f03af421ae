use telnyx_ai_core::{Extra, Object, OpenEnum, Timestamp, UnknownValue};

/// A scenario for a conversation with an assistant, and its rubric.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Test {
    /// The id of the test.
    pub test_id: String,
    /// The name of the test.
    pub name: String,
    /// The channel of its conversations.
    pub telnyx_conversation_channel: TestChannel,
    /// The rubric that evaluates a conversation.
    pub rubric: Vec<RubricItem>,
    /// The time of creation.
    pub created_at: Timestamp,
    /// A description of the test.
    pub description: Option<String>,
    /// The destination: an assistant's id for web channels, otherwise a phone number.
    pub destination: Option<String>,
    /// Instructions for the simulated user.
    pub instructions: Option<String>,
    /// The time limit of a run, in seconds.
    pub max_duration_seconds: Option<u32>,
    /// The suite of the test.
    pub test_suite: Option<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A criterion of a rubric.
///
/// Each criterion is evaluated separately. In a response, `extra` can contain fields that a request must not contain,
/// so create new items for a request.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct RubricItem {
    /// The name, which the verdict of a run refers to.
    pub name: String,
    /// The condition that the assistant must meet.
    pub criteria: String,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The channel of a test's conversations.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum TestChannel {
    /// A call over the telephone network.
    PhoneCall,
    /// Text messages.
    SmsChat,
    /// A voice call in a browser.
    WebCall,
    /// A text chat on the web.
    WebChat,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// The body of [`TestsApi::create`](super::TestsApi::create).
///
/// ```
/// use telnyx_ai_testing::{CreateTest, RubricItem, TestChannel};
///
/// let rubric = [RubricItem::new("Hours", "Tells the opening hours"), RubricItem::new("Tone", "Stays friendly")];
/// let test = CreateTest::new("Opening hours", "assistant-1", "Ask when the shop opens.", rubric)
///     .with_telnyx_conversation_channel(TestChannel::WebChat)
///     .with_max_duration_seconds(120)
///     .with_test_suite("smoke");
/// # assert_eq!(test.rubric.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct CreateTest {
    /// The name, 1 to 255 characters.
    pub name: String,
    /// The destination: an assistant's id for web channels, otherwise a phone number.
    pub destination: String,
    /// Instructions for the simulated user, 1 to 5000 characters.
    pub instructions: String,
    /// The rubric that evaluates a conversation. At least one item is required.
    pub rubric: Vec<RubricItem>,
    /// The channel of its conversations. Default: [`TestChannel::WebChat`].
    pub telnyx_conversation_channel: Option<TestChannel>,
    /// A description of the test, up to 1000 characters.
    pub description: Option<String>,
    /// The time limit of a run in seconds, 1 to 3600. Default: the service's.
    pub max_duration_seconds: Option<u32>,
    /// The suite of the test, up to 100 characters.
    pub test_suite: Option<String>,
    /// Additional fields to send.
    pub extra: Extra,
}

/// The body of [`TestsApi::update`](super::TestsApi::update). Absent fields are not changed.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct UpdateTest {
    /// The name, 1 to 255 characters.
    pub name: Option<String>,
    /// The destination: an assistant's id for web channels, otherwise a phone number.
    pub destination: Option<String>,
    /// Instructions for the simulated user, 1 to 5000 characters.
    pub instructions: Option<String>,
    /// The rubric. It replaces the current one and must have at least one item.
    pub rubric: Option<Vec<RubricItem>>,
    /// The channel of its conversations.
    pub telnyx_conversation_channel: Option<TestChannel>,
    /// A description of the test, up to 1000 characters.
    pub description: Option<String>,
    /// The time limit of a run in seconds, 1 to 3600.
    pub max_duration_seconds: Option<u32>,
    /// The suite of the test, up to 100 characters.
    pub test_suite: Option<String>,
    /// Additional fields to send.
    pub extra: Extra,
}

/// Converts a request into an update of an existing test. Absent fields are not changed.
impl From<CreateTest> for UpdateTest {
    fn from(test: CreateTest) -> Self {
        Self {
            name: Some(test.name),
            destination: Some(test.destination),
            instructions: Some(test.instructions),
            rubric: Some(test.rubric),
            telnyx_conversation_channel: test.telnyx_conversation_channel,
            description: test.description,
            max_duration_seconds: test.max_duration_seconds,
            test_suite: test.test_suite,
            extra: test.extra,
        }
    }
}

/// The filter of [`TestsApi::list`](super::TestsApi::list). Default: all tests.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ListTests {
    /// Lists tests of this suite only.
    pub test_suite: Option<String>,
    /// Lists tests with this channel only.
    pub telnyx_conversation_channel: Option<TestChannel>,
    /// Lists tests with this destination only.
    pub destination: Option<String>,
    /// Additional query parameters to send.
    pub extra: Extra,
}

use telnyx_ai_core::{Extra, Object, OpenEnum, Timestamp, UnknownValue};

/// A scenario to play against an assistant, and the rubric to judge it by.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Test {
    /// The test's id.
    pub test_id: String,
    /// Its name for people.
    pub name: String,
    /// The channel that its conversations run over.
    pub telnyx_conversation_channel: TestChannel,
    /// What a conversation is judged by, item by item.
    pub rubric: Vec<RubricItem>,
    /// When it was created.
    pub created_at: Timestamp,
    /// What it is about and why it is there.
    pub description: Option<String>,
    /// Whom the test talks to: an assistant's id on web channels, a phone number on the others.
    pub destination: Option<String>,
    /// What the tester is to do in the conversation.
    pub instructions: Option<String>,
    /// How long a run may take, in seconds.
    pub max_duration_seconds: Option<u32>,
    /// The suite that it belongs to.
    pub test_suite: Option<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// One criterion of a rubric, judged on its own.
///
/// A rubric that was read may hold fields of the service's own in `extra`; a request is refused
/// with them, so build the items of a request anew.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct RubricItem {
    /// A short label; the verdict of a run carries it.
    pub name: String,
    /// When the assistant meets this criterion.
    pub criteria: String,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// The channel that the conversations of a test run over.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum TestChannel {
    /// A call over the telephone network.
    PhoneCall,
    /// Text messages.
    SmsChat,
    /// A voice call from a browser.
    WebCall,
    /// A text chat on the web; what a test uses unless it says otherwise.
    WebChat,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// The test that [`create`](super::TestsApi::create) creates.
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
    /// Its name for people: 1 to 255 characters.
    pub name: String,
    /// Whom the test talks to: an assistant's id on web channels, a phone number on the others.
    pub destination: String,
    /// What the tester is to do in the conversation: 1 to 5000 characters.
    pub instructions: String,
    /// What a conversation is judged by: at least one item.
    pub rubric: Vec<RubricItem>,
    /// The channel of its conversations; a web chat when absent.
    pub telnyx_conversation_channel: Option<TestChannel>,
    /// What it is about and why it is there: up to 1000 characters.
    pub description: Option<String>,
    /// How long a run may take: 1 to 3600 seconds. Default: the service's own limit.
    pub max_duration_seconds: Option<u32>,
    /// The suite that it belongs to: up to 100 characters.
    pub test_suite: Option<String>,
    /// Further fields to send.
    pub extra: Extra,
}

/// What [`update`](super::TestsApi::update) changes: the fields that are set, within the limits of
/// [`CreateTest`].
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct UpdateTest {
    /// A new name.
    pub name: Option<String>,
    /// Whom the test talks to from now on.
    pub destination: Option<String>,
    /// What the tester is to do from now on.
    pub instructions: Option<String>,
    /// A rubric in place of the present one, at least one item.
    pub rubric: Option<Vec<RubricItem>>,
    /// Another channel.
    pub telnyx_conversation_channel: Option<TestChannel>,
    /// A new description.
    pub description: Option<String>,
    /// How long a run may take, in seconds.
    pub max_duration_seconds: Option<u32>,
    /// Another suite.
    pub test_suite: Option<String>,
    /// Further fields to send.
    pub extra: Extra,
}

/// The update that makes an existing test like this one. What the request leaves out stays as it is.
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

/// Which tests [`list`](super::TestsApi::list) gives; all of them by default.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ListTests {
    /// Only tests of this suite.
    pub test_suite: Option<String>,
    /// Only tests over this channel.
    pub telnyx_conversation_channel: Option<TestChannel>,
    /// Only tests that talk to this assistant or number.
    pub destination: Option<String>,
    /// Further query parameters to send.
    pub extra: Extra,
}

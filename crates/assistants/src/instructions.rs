//! `/ai/assistants/{assistant_id}/instructions`

use http::Method;
use telnyx_ai_core::{Call, Client, Extra, Nullable, Object, TextStream};

/// Help with an assistant's instructions: `/ai/assistants/{assistant_id}/instructions`.
///
/// ```
/// use telnyx_ai_assistants::prelude::*;
/// use telnyx_ai_assistants::{EnhanceInstructions, Instructions};
/// # use telnyx_ai_assistants::{Assistants, CreateAssistant};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
/// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
/// # let assistant = Assistants::new(client.clone()).create(CreateAssistant::new("a", "b")).await?;
/// # let assistant_id = &assistant.id;
/// let instructions = Instructions::new(client);
/// let wish = EnhanceInstructions::new().with_enhancement_prompt("Say less.");
/// let better = instructions.enhance(assistant_id, wish).await?;
/// println!("{better}");
/// # Ok(())
/// # }
/// ```
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait InstructionsApi: Send + Sync {
    /// Has a model improve the assistant's instructions and answers the whole text:
    /// `POST /ai/assistants/{assistant_id}/instructions/enhance`.
    ///
    /// The assistant itself does not change. 404 when there is no such assistant.
    fn enhance(&self, assistant_id: &str, request: EnhanceInstructions) -> Call<String> {
        let _ = (assistant_id, request);
        Call::unsupported("InstructionsApi::enhance")
    }

    /// The same, piece by piece while the model writes; otherwise as [`enhance`](Self::enhance).
    fn enhance_stream(&self, assistant_id: &str, request: EnhanceInstructions) -> Call<TextStream> {
        let _ = (assistant_id, request);
        Call::unsupported("InstructionsApi::enhance_stream")
    }
}

/// [`InstructionsApi`] over HTTP. Cheap to clone.
///
/// ```
/// use telnyx_ai_core::{Client, Error};
/// use telnyx_ai_assistants::{EnhanceInstructions, Instructions, prelude::*};
///
/// async fn better(client: Client) -> Result<String, Error> {
///     Instructions::new(client).enhance("assistant-1", EnhanceInstructions::new()).await
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Instructions(Client);

impl Instructions {
    /// The instructions of the assistants of the account that `client` speaks for.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

const ENHANCE: &str = "/ai/assistants/{assistant_id}/instructions/enhance";

impl InstructionsApi for Instructions {
    fn enhance(&self, assistant_id: &str, request: EnhanceInstructions) -> Call<String> {
        self.0.call(Method::POST, ENHANCE, &[assistant_id]).body(&request).accept("text/plain").text()
    }

    fn enhance_stream(&self, assistant_id: &str, request: EnhanceInstructions) -> Call<TextStream> {
        self.0.call(Method::POST, ENHANCE, &[assistant_id]).body(&request).accept("text/plain").stream()
    }
}

/// What [`InstructionsApi::enhance`] works on.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct EnhanceInstructions {
    /// The text to improve; the assistant's own instructions when absent or `null`.
    pub instructions: Nullable<String>,
    /// What to change beside what the model itself finds wanting.
    pub enhancement_prompt: Nullable<String>,
    /// Further fields to send.
    pub extra: Extra,
}

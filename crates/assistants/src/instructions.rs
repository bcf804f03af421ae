//! `/ai/assistants/{assistant_id}/instructions`

use http::Method;
use telnyx_ai_core::{Call, Client, Extra, Nullable, Object, TextStream};

/// Improved instructions: `/ai/assistants/{assistant_id}/instructions`.
///
/// A model improves the instructions.
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
/// let request = EnhanceInstructions::new().with_enhancement_prompt("Use short sentences.");
/// let improved = instructions.enhance(assistant_id, request).await?;
/// println!("{improved}");
/// # Ok(())
/// # }
/// ```
#[auto_impl::auto_impl(&, Box, Arc)]
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait InstructionsApi: Send + Sync {
    /// Returns the assistant's instructions, improved by a model: `POST
    /// /ai/assistants/{assistant_id}/instructions/enhance`.
    ///
    /// The assistant itself is not changed. Fails with 404 if the assistant does not exist.
    fn enhance(&self, assistant_id: &str, request: EnhanceInstructions) -> Call<String> {
        let _ = (assistant_id, request);
        Call::unsupported("InstructionsApi::enhance")
    }

    /// Streams the improved instructions: `POST /ai/assistants/{assistant_id}/instructions/enhance`.
    ///
    /// Fails as [`enhance`](Self::enhance) does.
    fn enhance_stream(&self, assistant_id: &str, request: EnhanceInstructions) -> Call<TextStream> {
        let _ = (assistant_id, request);
        Call::unsupported("InstructionsApi::enhance_stream")
    }
}

/// [`InstructionsApi`] over HTTP. Cloning is cheap.
///
/// ```
/// use telnyx_ai_core::{Client, Error};
/// use telnyx_ai_assistants::{EnhanceInstructions, Instructions, prelude::*};
///
/// async fn improved(client: Client) -> Result<String, Error> {
///     Instructions::new(client).enhance("assistant-1", EnhanceInstructions::new()).await
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Instructions(Client);

impl Instructions {
    /// Creates a handle to the instructions of assistants of the client's account.
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

/// The body of [`InstructionsApi::enhance`].
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct EnhanceInstructions {
    /// The text to improve. Default: the instructions of the assistant.
    pub instructions: Nullable<String>,
    /// Additional instructions for the improvement.
    pub enhancement_prompt: Nullable<String>,
    /// Additional fields to send.
    pub extra: Extra,
}

//! Requests that create and update shared tools.

use serde::Serialize;
use serde::de::DeserializeOwned;
use telnyx_ai_core::{BoxError, Error, ErrorKind, Extra, JsonObject, Object};
use telnyx_ai_types::{Pay, Tool, UpdateDynamicVariables, Vision};

use super::SharedToolType;

/// Defines a request with the given fields and a definition for each type of tool.
macro_rules! request {
    ($(#[$attribute:meta])* pub struct $name:ident { $($fields:tt)* }) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq, Object)]
        #[non_exhaustive]
        pub struct $name {
            $($fields)*
            /// The definition of a client-side tool.
            pub client_side_tool: Option<JsonObject>,
            /// The definition of a function.
            pub function: Option<JsonObject>,
            /// The definition of a handoff.
            pub handoff: Option<JsonObject>,
            /// The definition of an invite.
            pub invite: Option<JsonObject>,
            /// The definition of a payment tool.
            pub pay: Option<Pay>,
            /// The definition of a retrieval tool.
            pub retrieval: Option<JsonObject>,
            /// The definition of a tool that sets dynamic variables.
            pub update_dynamic_variables: Option<UpdateDynamicVariables>,
            /// The definition of a vision tool.
            pub vision: Option<Vision>,
            /// The definition of a webhook.
            pub webhook: Option<JsonObject>,
            /// Additional fields to send.
            pub extra: Extra,
        }

        impl $name {
            /// Sets the type, definition and timeout (if any) from an assistant's tool.
            ///
            /// # Errors
            /// A [`Request`](telnyx_ai_core::ErrorKind::Request) error if the tool cannot be serialized, or if an
            /// unknown field of the tool is invalid for the request.
            pub fn with_tool(self, tool: impl Into<Tool>) -> Result<Self, Error> {
                with_fields_of(&self, &tool.into())
            }
        }
    };
}

request! {
    /// The body of [`ToolsApi::create`](super::ToolsApi::create). Use [`from_tool`](Self::from_tool) to create it.
    ///
    /// Only the definition with the name of the type is set.
    ///
    /// ```
    /// use telnyx_ai_assistants::CreateSharedTool;
    /// use telnyx_ai_assistants::types::{Webhook, WebhookTool};
    ///
    /// let lookup = Webhook::new("order_status", "Looks up an order.", "https://shop.example.com/orders");
    /// let request = CreateSharedTool::from_tool("Order status", WebhookTool::new(lookup).with_timeout_ms(3_000))?;
    /// assert_eq!(request.tool_type.as_str(), "webhook");
    /// assert_eq!(request.timeout_ms, Some(3_000));
    /// # Ok::<(), telnyx_ai_core::Error>(())
    /// ```
    pub struct CreateSharedTool {
        /// The display name.
        pub display_name: String,
        /// The type of the tool.
        #[wire("type")]
        pub tool_type: SharedToolType,
        /// The time limit of a call, in milliseconds. Default: 5000.
        pub timeout_ms: Option<u32>,
    }
}

request! {
    /// The body of [`ToolsApi::update`](super::ToolsApi::update). Absent fields are not changed.
    pub struct UpdateSharedTool {
        /// The display name.
        pub display_name: Option<String>,
        /// The type of the tool. It requires a definition; [`with_tool`](Self::with_tool) sets both.
        #[wire("type")]
        pub tool_type: Option<SharedToolType>,
        /// The time limit of a call, in milliseconds.
        pub timeout_ms: Option<u32>,
    }
}

impl CreateSharedTool {
    /// Creates a request from a tool of an assistant.
    ///
    /// The API accepts the types of [`SharedToolType`].
    ///
    /// # Errors
    /// Those of [`with_tool`](Self::with_tool).
    pub fn from_tool(display_name: impl Into<String>, tool: impl Into<Tool>) -> Result<Self, Error> {
        let tool = tool.into();
        Self::new(display_name, tool.tag()).with_tool(tool)
    }
}

/// Copies the fields of a tool into a request, which has the same wire names.
fn with_fields_of<R: Serialize + DeserializeOwned>(request: &R, tool: &Tool) -> Result<R, Error> {
    let merge = || {
        let mut fields = JsonObject::of(request)?;
        fields.extend(JsonObject::of(tool)?);
        // A tool in the response of an assistant can have `shared`, which the request does not take.
        fields.remove("shared");
        Ok(fields.read()?)
    };
    merge().map_err(|error: BoxError| {
        Error::new(
            ErrorKind::Request,
            format!("the tool {:?} cannot be converted into a shared tool: {error}", tool.tag()),
        )
        .with_source(error)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use telnyx_ai_types::{Handoff, HandoffAssistant, Hangup, Pay, Webhook, WebhookTool};

    use super::*;

    fn json_of(request: &impl Serialize) -> Value {
        serde_json::to_value(request).expect("a request is JSON")
    }

    #[test]
    fn tool_of_an_assistant_converts_into_a_shared_tool() -> Result<(), Error> {
        let sales = HandoffAssistant::new("assistant-2", "Sales");
        let request = CreateSharedTool::from_tool("Pass on", Handoff::new([sales]))?;
        assert_eq!(request.tool_type, SharedToolType::Handoff);
        assert_eq!(
            json_of(&request),
            json!({
                "display_name": "Pass on",
                "type": "handoff",
                "handoff": {"ai_assistants": [{"id": "assistant-2", "name": "Sales"}]},
            })
        );
        Ok(())
    }

    #[test]
    fn conversion_keeps_unknown_fields() -> Result<(), Error> {
        let request = CreateSharedTool::from_tool("Till", Pay::new("stripe"))?;
        assert_eq!(request.pay, Some(Pay::new("stripe")));
        // The type is sent even if this version does not know that it can be shared.
        let request = CreateSharedTool::from_tool("Bye", Hangup::new())?;
        assert_eq!((request.tool_type.as_str(), request.extra.get("hangup")), ("hangup", Some(&json!({}))));
        Ok(())
    }

    #[test]
    fn update_from_a_tool_sets_only_the_fields_of_the_tool() -> Result<(), Error> {
        let lookup = Webhook::new("orders", "Looks up an order.", "https://shop.example.com");
        let shown = WebhookTool::new(lookup).with_timeout_ms(2_500).with_shared(true);
        let change = UpdateSharedTool::new().with_display_name("Orders").with_timeout_ms(9_000).with_tool(shown)?;
        assert_eq!((change.display_name.as_deref(), change.timeout_ms), (Some("Orders"), Some(2_500)));
        assert!(change.webhook.is_some() && change.extra.is_empty());
        Ok(())
    }

    #[test]
    fn tool_with_contradicting_fields_is_an_error() {
        let mut bye = telnyx_ai_types::HangupTool::new(Hangup::new());
        bye.extra.insert("pay", 17);
        let error = CreateSharedTool::from_tool("Bye", bye).expect_err("17 is not a payment");
        assert!(error.to_string().contains(r#"the tool "hangup" cannot be converted into a shared tool"#), "{error}");
    }
}

//! What shared tools are made from and changed by.

use serde::Serialize;
use telnyx_ai_core::json::FromJson;
use telnyx_ai_core::{BoxError, Error, Extra, JsonObject, Object};
use telnyx_ai_types::{Pay, Tool, UpdateDynamicVariables};

use super::SharedToolType;

/// Defines a request of the fields given and a definition for each type of tool. They stand here and nowhere else.
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
            /// The definition of a payment.
            pub pay: Option<Pay>,
            /// The definition of a retrieval.
            pub retrieval: Option<JsonObject>,
            /// The definition of a tool that sets dynamic variables.
            pub update_dynamic_variables: Option<UpdateDynamicVariables>,
            /// The definition of a webhook.
            pub webhook: Option<JsonObject>,
            /// Further fields to send.
            pub extra: Extra,
        }

        impl $name {
            /// Sets the type and the definition, and the timeout where the tool has one, to those of a tool as assistants
            /// have it.
            ///
            /// # Errors
            /// A request error where the tool can not be written as JSON, or a field that this version does not know
            /// contradicts one that it does.
            pub fn with_tool(self, tool: impl Into<Tool>) -> Result<Self, Error> {
                with_fields_of(&self, &tool.into())
            }
        }
    };
}

request! {
    /// What [`create`](super::ToolsApi::create) creates: best made by [`from_tool`](Self::from_tool). Of the definitions,
    /// the one that bears the name of the type is set.
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
        /// Its name for people.
        pub display_name: String,
        /// What kind of tool it is.
        #[wire("type")]
        pub tool_type: SharedToolType,
        /// How long a call of it may take, in milliseconds. Default: 5000.
        pub timeout_ms: Option<u32>,
    }
}

request! {
    /// What [`update`](super::ToolsApi::update) changes: the fields that are set.
    pub struct UpdateSharedTool {
        /// A new name.
        pub display_name: Option<String>,
        /// Another type, along with its definition; [`with_tool`](Self::with_tool) sets both.
        #[wire("type")]
        pub tool_type: Option<SharedToolType>,
        /// How long a call of it may take, in milliseconds.
        pub timeout_ms: Option<u32>,
    }
}

impl CreateSharedTool {
    /// A shared tool with the type and the settings of a tool as assistants have it. The API shares those of a
    /// [`SharedToolType`].
    ///
    /// # Errors
    /// As [`with_tool`](Self::with_tool).
    pub fn from_tool(display_name: impl Into<String>, tool: impl Into<Tool>) -> Result<Self, Error> {
        let tool = tool.into();
        Self::new(display_name, tool.tag()).with_tool(tool)
    }
}

/// The request with the tool's own fields: on the wire they have the same names.
fn with_fields_of<R: Serialize + FromJson>(request: &R, tool: &Tool) -> Result<R, Error> {
    let merge = || {
        let mut fields = JsonObject::of(request)?;
        fields.extend(JsonObject::of(tool)?);
        // Where the tool was read from an assistant, it says that it is shared.
        fields.remove("shared");
        Ok(fields.read()?)
    };
    merge().map_err(|error: BoxError| {
        Error::invalid_request(format!("the tool {:?} can not be a shared one: {error}", tool.tag())).with_source(error)
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
    fn a_tool_of_an_assistant_becomes_a_shared_one() -> Result<(), Error> {
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
    fn what_is_typed_stays_typed_and_what_is_unknown_is_kept() -> Result<(), Error> {
        let request = CreateSharedTool::from_tool("Till", Pay::new("stripe"))?;
        assert_eq!(request.pay, Some(Pay::new("stripe")));
        // The type is not one that this version knows to be shared: the API decides.
        let request = CreateSharedTool::from_tool("Bye", Hangup::new())?;
        assert_eq!((request.tool_type.as_str(), request.extra.get("hangup")), ("hangup", Some(&json!({}))));
        Ok(())
    }

    #[test]
    fn an_update_takes_over_what_the_tool_says_and_nothing_else() -> Result<(), Error> {
        let lookup = Webhook::new("orders", "Looks up an order.", "https://shop.example.com");
        let shown = WebhookTool::new(lookup).with_timeout_ms(2_500).with_shared(true);
        let change = UpdateSharedTool::new().with_display_name("Orders").with_timeout_ms(9_000).with_tool(shown)?;
        assert_eq!((change.display_name.as_deref(), change.timeout_ms), (Some("Orders"), Some(2_500)));
        assert!(change.webhook.is_some() && change.extra.is_empty());
        Ok(())
    }

    #[test]
    fn a_tool_that_contradicts_itself_is_an_error() {
        let mut bye = telnyx_ai_types::HangupTool::new(Hangup::new());
        bye.extra.insert("pay", 17);
        let error = CreateSharedTool::from_tool("Bye", bye).expect_err("17 is no payment");
        assert!(error.to_string().contains(r#"the tool "hangup" can not be a shared one"#), "{error}");
    }
}

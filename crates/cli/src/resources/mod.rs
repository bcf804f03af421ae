//! The kinds of resources. What differs between them is in the file of each kind.

mod account;
mod address;
mod assistants;
mod mcp_servers;
pub(crate) mod shape;
mod tests;
mod tools;

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use telnyx_ai::{Error, ErrorKind, JsonObject, Telnyx, decode};
use telnyx_ai_rules::{SharedTools, Violation};

use crate::project::Pointer;

pub(crate) use account::{Account, Live};
pub(crate) use address::{Address, is_key, key_of};
pub(crate) use shape::Shape;

/// A kind of resource. They are in the order in which they are created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    Tools,
    McpServers,
    Assistants,
    Tests,
}

/// A resource as the API answers it.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) id: String,
    /// The main version of an assistant.
    pub(crate) version_id: Option<String>,
    pub(crate) created_at: String,
    /// The fields that a create takes, secrets included.
    pub(crate) content: Value,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Tools, Self::McpServers, Self::Assistants, Self::Tests];

    /// The folder of its files, which is also its name in references.
    pub(crate) const fn folder(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::McpServers => "mcp_servers",
            Self::Assistants => "assistants",
            Self::Tests => "tests",
        }
    }

    /// One of it, for messages.
    pub(crate) const fn singular(self) -> &'static str {
        match self {
            Self::Tools => "shared tool",
            Self::McpServers => "MCP server",
            Self::Assistants => "assistant",
            Self::Tests => "test",
        }
    }

    pub(crate) const fn article(self) -> &'static str {
        match self {
            Self::McpServers | Self::Assistants => "an",
            Self::Tools | Self::Tests => "a",
        }
    }

    /// The path of its list in the API.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Tools => "/ai/tools",
            Self::McpServers => "/ai/mcp_servers",
            Self::Assistants => "/ai/assistants",
            Self::Tests => "/ai/assistants/tests",
        }
    }

    /// The name of its JSON Schema.
    pub(crate) const fn schema(self) -> &'static str {
        match self {
            Self::Tools => "CreateSharedTool",
            Self::McpServers => "CreateMcpServer",
            Self::Assistants => "CreateAssistant",
            Self::Tests => "CreateTest",
        }
    }

    pub(crate) fn shape(self) -> &'static Shape {
        Shape::named(self.schema())
    }

    /// The field with the name for people.
    pub(crate) const fn name_field(self) -> &'static str {
        match self {
            Self::Tools => "display_name",
            _ => "name",
        }
    }

    /// The text that `pull` writes into a file of its own if it is long.
    pub(crate) const fn long_text(self) -> Option<&'static str> {
        match self {
            Self::Assistants | Self::Tests => Some("instructions"),
            Self::Tools | Self::McpServers => None,
        }
    }

    /// The fields of answers that a create does not take.
    pub(crate) const fn set_by_api(self) -> &'static [&'static str] {
        match self {
            Self::Tools => tools::SET_BY_API,
            Self::McpServers => mcp_servers::SET_BY_API,
            Self::Assistants => assistants::SET_BY_API,
            Self::Tests => tests::SET_BY_API,
        }
    }

    /// The fields that a request takes and no answer has.
    pub(crate) const fn write_only(self) -> &'static [&'static str] {
        match self {
            Self::Assistants => assistants::WRITE_ONLY,
            Self::Tools | Self::McpServers | Self::Tests => &[],
        }
    }

    /// Whether the resource can be created without this field, to break a cycle of references.
    pub(crate) fn can_be_linked_later(self, field: &str) -> bool {
        self == Self::Assistants && !matches!(field, "name" | "instructions")
    }

    /// What clears a field that files no longer have. `null`, unless the kind's update ignores `null`.
    pub(crate) fn cleared(self, field: &str) -> Value {
        match self {
            Self::Tools => tools::cleared(field),
            Self::Tests => tests::cleared(field),
            Self::McpServers | Self::Assistants => Value::Null,
        }
    }

    /// The value without what the API fills in by itself: what a person would write into a file.
    pub(crate) fn without_defaults(self, content: &Value) -> Value {
        let mut content = shape::without_defaults(self.shape(), content);
        match self {
            Self::Tools => {}
            Self::McpServers => mcp_servers::remove_defaults(&mut content),
            Self::Assistants => assistants::remove_defaults(&mut content),
            Self::Tests => tests::remove_defaults(&mut content),
        }
        content
    }

    /// The rules of the API that a resource breaks. `tools` has the types of shared tools by what refers to them.
    pub(crate) fn violations(self, content: &Value, tools: &SharedTools) -> Vec<Violation> {
        match self {
            Self::Tools => typed(content).map(|tool| telnyx_ai_rules::shared_tool(&tool)),
            Self::McpServers => Ok(Vec::new()),
            Self::Assistants => typed(content).map(|assistant| telnyx_ai_rules::assistant(&assistant, Some(tools))),
            Self::Tests => typed(content).map(|test| telnyx_ai_rules::test(&test)),
        }
        // What cannot be typed lacks a required field, which the shape reports.
        .unwrap_or_default()
    }

    /// All resources of the kind in an account.
    pub(crate) async fn list(self, telnyx: &Telnyx) -> Result<Vec<Answer>, Error> {
        match self {
            Self::Tools => tools::list(telnyx).await,
            Self::McpServers => mcp_servers::list(telnyx).await,
            Self::Assistants => assistants::list(telnyx).await,
            Self::Tests => tests::list(telnyx).await,
        }
    }

    /// One resource, or none if it does not exist.
    pub(crate) async fn get(self, telnyx: &Telnyx, id: &str) -> Result<Option<Answer>, Error> {
        let answer = match self {
            Self::Tools => tools::get(telnyx, id).await,
            Self::McpServers => mcp_servers::get(telnyx, id).await,
            Self::Assistants => assistants::get(telnyx, id).await,
            Self::Tests => tests::get(telnyx, id).await,
        };
        found(answer)
    }

    /// Creates a resource under an idempotency key that is derived from `namespace` and `name`.
    pub(crate) async fn create(
        self,
        telnyx: &Telnyx,
        content: &Value,
        namespace: &str,
        name: &str,
    ) -> Result<Answer, Error> {
        match self {
            Self::Tools => tools::create(telnyx, content, namespace, name).await,
            Self::McpServers => mcp_servers::create(telnyx, content, namespace, name).await,
            Self::Assistants => assistants::create(telnyx, content, namespace, name).await,
            Self::Tests => tests::create(telnyx, content, namespace, name).await,
        }
    }

    /// The main version of an assistant, or another one.
    pub(crate) async fn version(telnyx: &Telnyx, id: &str, version_id: &str) -> Result<Option<Answer>, Error> {
        found(assistants::version(telnyx, id, version_id).await)
    }

    /// Changes the fields of `change`; `null` clears a field.
    pub(crate) async fn update(self, telnyx: &Telnyx, id: &str, change: &Map<String, Value>) -> Result<Answer, Error> {
        match self {
            Self::Tools => tools::update(telnyx, id, change).await,
            Self::McpServers => mcp_servers::update(telnyx, id, change).await,
            Self::Assistants => assistants::update(telnyx, id, change).await,
            Self::Tests => tests::update(telnyx, id, change).await,
        }
    }

    /// Deletes a resource. One that does not exist is fine.
    pub(crate) async fn delete(self, telnyx: &Telnyx, id: &str) -> Result<(), Error> {
        let deleted = match self {
            Self::Tools => tools::delete(telnyx, id).await,
            Self::McpServers => mcp_servers::delete(telnyx, id).await,
            Self::Assistants => assistants::delete(telnyx, id).await,
            Self::Tests => tests::delete(telnyx, id).await,
        };
        found(deleted).map(|_| ())
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.folder())
    }
}

/// Whether the order of a list with this name does not matter to the API.
pub(crate) fn is_set(name: &str) -> bool {
    [
        "a2a_agents",
        "allowed_list",
        "allowed_tools",
        "custom_headers",
        "enabled_features",
        "headers",
        "integrations",
        "mcp_servers",
        "nodes",
        "required",
        "shared_tool_ids",
        "sip_headers",
        "tags",
        "tool_ids",
        "tools",
    ]
    .contains(&name)
}

/// Whether a text at this place is the id of another resource, whatever the id looks like.
pub(crate) fn is_reference(kind: Kind, at: &Pointer) -> bool {
    let path = at.to_string();
    match kind {
        Kind::Tests => path == "destination",
        Kind::McpServers => false,
        Kind::Tools => path.starts_with("handoff.ai_assistants[") && path.ends_with("].id"),
        Kind::Assistants => {
            let is_item = |list: &str| path.starts_with(&format!("{list}[")) && path.matches('[').count() == 1;
            is_item("tool_ids")
                || is_item("mcp_servers") && path.ends_with("].id")
                || path.ends_with(".shared_tool_id")
                || path.contains(".shared_tool_ids[")
                || path.ends_with(".assistant_id")
                || path.contains(".handoff.ai_assistants[") && path.ends_with("].id")
        }
    }
}

/// Whether a field of this name usually holds a secret. A reference to a stored secret (`api_key_ref`) is not one.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('-', "_");
    ["password", "passwd", "secret", "token", "api_key", "apikey", "access_key", "private_key", "authorization"]
        .iter()
        .any(|word| name.ends_with(word))
}

/// `None` in place of a 404.
fn found<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.status().is_some_and(|status| status == 404) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A request of the SDK, which keeps what its type does not know.
fn typed<T: DeserializeOwned>(content: &Value) -> Result<T, Error> {
    let text = serde_json::to_vec(content).unwrap_or_default();
    decode::from_slice_lenient(&text)
        .map_err(|error| Error::new(ErrorKind::Request, format!("the resource is incomplete: {error}")))
}

/// The fields of a type of the SDK.
fn fields(value: &impl Serialize) -> Map<String, Value> {
    JsonObject::of(value).map(JsonObject::into_map).unwrap_or_default()
}

/// The content of an answer: its fields without those that a create does not take.
fn content(kind: Kind, mut fields: Map<String, Value>) -> Value {
    fields.retain(|name, _| !kind.set_by_api().contains(&name.as_str()));
    shape::without_read_only(kind.shape(), &Value::Object(fields))
}

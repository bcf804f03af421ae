//! The kinds of resources. The details of each kind are in its file.

mod account;
mod address;
mod assistants;
mod defaults;
mod mcp_servers;
mod secrets;
pub(crate) mod shape;
mod tests;
mod tools;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use telnyx_ai::assistants::ListTools;
use telnyx_ai::assistants::types::UpdateAssistant;
use telnyx_ai::mcp::ListMcpServers;
use telnyx_ai::prelude::*;
use telnyx_ai::testing::{ListTests, UpdateTest};
use telnyx_ai::{Call, Error, ErrorKind, JsonObject, Pager, Telnyx, decode};
use telnyx_ai_rules::{SharedTools, Violation};

use crate::project::Pointer;

pub(crate) use account::{Account, Live};
pub(crate) use address::{Address, is_key, key_of};
pub(crate) use defaults::without_defaults;
pub(crate) use secrets::{
    field_name, has_credentials, has_secret_name, is_placeholder, literal_secrets, secret_urls, secrets,
};
pub(crate) use shape::Shape;

/// The maximum number of resources that one request lists.
pub(crate) const PAGE_SIZE: u32 = 100;

/// A kind of resource. They are in the order in which they are created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    Tools,
    McpServers,
    Assistants,
    Tests,
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

    /// Its name in messages.
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

    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Tools => "/ai/tools",
            Self::McpServers => "/ai/mcp_servers",
            Self::Assistants => "/ai/assistants",
            Self::Tests => "/ai/assistants/tests",
        }
    }

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

    /// The field with the display name.
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

    /// The fields of responses that a creation does not take.
    pub(crate) const fn set_by_api(self) -> &'static [&'static str] {
        match self {
            Self::Tools => tools::SET_BY_API,
            Self::McpServers => mcp_servers::SET_BY_API,
            Self::Assistants => assistants::SET_BY_API,
            Self::Tests => tests::SET_BY_API,
        }
    }

    /// The fields of requests that no response contains.
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

    /// The value that clears a field: `null`, unless updates of the kind ignore `null`.
    pub(crate) fn cleared(self, field: &str) -> Value {
        match self {
            Self::Tools => tools::cleared(field),
            Self::Tests => tests::cleared(field),
            Self::McpServers | Self::Assistants => Value::Null,
        }
    }

    /// Removes what the API fills in by itself.
    pub(crate) fn without_defaults(self, content: &Value) -> Value {
        let mut content = without_defaults(self.shape(), content);
        match self {
            Self::Tools => {}
            Self::McpServers => mcp_servers::remove_defaults(&mut content),
            Self::Assistants => assistants::remove_defaults(&mut content),
            Self::Tests => tests::remove_defaults(&mut content),
        }
        content
    }

    /// Removes the ids of resources that the API created for this one, unless they were others in an earlier response.
    pub(crate) fn without_provisioned(self, mut content: Value, earlier: Option<&Value>) -> Value {
        if self == Self::Assistants {
            assistants::remove_provisioned(&mut content, earlier);
        }
        content
    }

    /// Checks the API's rules. `tools` has the types of shared tools by their references or ids.
    pub(crate) fn violations(self, content: &Value, tools: &SharedTools) -> Vec<Violation> {
        match self {
            Self::Tools => typed(content).map(|tool| telnyx_ai_rules::shared_tool(&tool)),
            Self::McpServers => Ok(Vec::new()),
            Self::Assistants => typed(content).map(|assistant| telnyx_ai_rules::assistant(&assistant, Some(tools))),
            Self::Tests => typed(content).map(|test| telnyx_ai_rules::test(&test)),
        }
        // Content that does not fit the type lacks a required field, which the shape reports.
        .unwrap_or_default()
    }

    pub(crate) async fn list(self, telnyx: &Telnyx) -> Result<Vec<Live>, Error> {
        async fn all<T: Send + 'static>(list: Pager<T>, answer: fn(T) -> Live) -> Result<Vec<Live>, Error> {
            Ok(list.page_size(PAGE_SIZE).try_collect().await?.into_iter().map(answer).collect())
        }
        match self {
            Self::Tools => all(telnyx.tools().list(ListTools::new()), tools::answer).await,
            Self::McpServers => all(telnyx.mcp_servers().list(ListMcpServers::new()), mcp_servers::answer).await,
            Self::Assistants => Ok(telnyx.assistants().list().await?.into_iter().map(assistants::answer).collect()),
            Self::Tests => all(telnyx.tests().list(ListTests::new()), tests::answer).await,
        }
    }

    pub(crate) async fn get(self, telnyx: &Telnyx, id: &str) -> Result<Option<Live>, Error> {
        found(match self {
            Self::Tools => telnyx.tools().retrieve(id).await.map(tools::answer),
            Self::McpServers => telnyx.mcp_servers().retrieve(id).await.map(mcp_servers::answer),
            Self::Assistants => telnyx.assistants().retrieve(id).await.map(assistants::answer),
            Self::Tests => telnyx.tests().retrieve(id).await.map(tests::answer),
        })
    }

    pub(crate) async fn version(telnyx: &Telnyx, id: &str, version_id: &str) -> Result<Option<Live>, Error> {
        found(telnyx.versions().retrieve(id, version_id).await.map(assistants::answer))
    }

    /// Creates a resource under an idempotency key that is derived from a namespace and a name.
    pub(crate) async fn create(self, telnyx: &Telnyx, content: &Value, key: (&str, &str)) -> Result<Live, Error> {
        async fn keyed<T: Send + 'static>(
            call: Call<T>,
            key: (&str, &str),
            answer: fn(T) -> Live,
        ) -> Result<Live, Error> {
            call.idempotency_key_from(key.0, key.1).await.map(answer)
        }
        match self {
            Self::Tools => keyed(telnyx.tools().create(typed(content)?), key, tools::answer).await,
            Self::McpServers => keyed(telnyx.mcp_servers().create(typed(content)?), key, mcp_servers::answer).await,
            Self::Assistants => keyed(telnyx.assistants().create(typed(content)?), key, assistants::answer).await,
            Self::Tests => keyed(telnyx.tests().create(typed(content)?), key, tests::answer).await,
        }
    }

    /// Changes the fields of `change`; `null` clears a field. Makes one version of an assistant, and promotes it.
    pub(crate) async fn update(self, telnyx: &Telnyx, id: &str, change: &Map<String, Value>) -> Result<Live, Error> {
        let content = Value::Object(change.clone());
        // The request types of assistants and tests leave out `null`, by which the API clears a field.
        let cleared = change.iter().filter(|(_, value)| value.is_null()).map(|(name, _)| name);
        match self {
            Self::Tools => telnyx.tools().update(id, typed(&content)?).await.map(tools::answer),
            Self::McpServers => telnyx.mcp_servers().update(id, typed(&content)?).await.map(mcp_servers::answer),
            Self::Assistants => {
                let mut request: UpdateAssistant = typed(&content)?;
                cleared.for_each(|name| _ = request.extra.insert(name, Value::Null));
                telnyx.assistants().update(id, request).await.map(assistants::answer)
            }
            Self::Tests => {
                let mut request: UpdateTest = typed(&content)?;
                cleared.for_each(|name| _ = request.extra.insert(name, Value::Null));
                telnyx.tests().update(id, request).await.map(tests::answer)
            }
        }
    }

    /// Deletes a resource, if it exists.
    pub(crate) async fn delete(self, telnyx: &Telnyx, id: &str) -> Result<(), Error> {
        let deleted = match self {
            Self::Tools => telnyx.tools().delete(id).await,
            Self::McpServers => telnyx.mcp_servers().delete(id).await,
            Self::Assistants => telnyx.assistants().delete(id).await.map(|_| ()),
            Self::Tests => telnyx.tests().delete(id).await,
        };
        found(deleted).map(|_| ())
    }
}

/// Whether the order of a list with this name does not matter to the API.
pub(crate) fn is_set(name: &str) -> bool {
    [
        "a2a_agents", "allowed_list", "allowed_tools", "custom_headers", "enabled_features", "headers", "integrations",
        "mcp_servers", "nodes", "required", "shared_tool_ids", "sip_headers", "tags", "tool_ids", "tools",
    ]
    .contains(&name)
}

/// Whether the field at this place holds the id of another resource.
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

/// Turns the 404 of the API into `None`.
pub(crate) fn found<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Content as a request of the SDK, which keeps unknown fields.
fn typed<T: DeserializeOwned>(content: &Value) -> Result<T, Error> {
    let text = serde_json::to_vec(content).unwrap_or_default();
    decode::from_slice_lenient(&text)
        .map_err(|error| Error::new(ErrorKind::Request, format!("the resource is incomplete: {error}")))
}

/// The fields of a type of the SDK.
fn fields(value: &impl Serialize) -> Map<String, Value> {
    JsonObject::of(value).map(|object| object.into_iter().collect()).unwrap_or_default()
}

/// The fields of a response that a creation takes.
fn content(kind: Kind, mut fields: Map<String, Value>) -> Value {
    fields.retain(|name, _| !kind.set_by_api().contains(&name.as_str()));
    defaults::without_read_only(kind.shape(), &Value::Object(fields))
}

//! The table of the types of all operations, as Rust code.

use super::Sources;
use crate::api::{Content, JSON, Operation};
use crate::code::Endpoint;
use crate::shape::{Object, Shape};

pub(super) fn rows(sources: &Sources<'_>) -> Result<Vec<String>, String> {
    let mut rows = Vec::new();
    for (name, endpoints) in sources.endpoints()? {
        let operation = sources.contract.operations.values().find(|operation| operation.name() == name);
        let operation = operation.ok_or("an operation of the contract has its name")?;
        let request = operation.request.as_ref().map(|request| &request.content);
        let request = type_of(request, || endpoints.iter().find_map(|endpoint| endpoint.request.clone()));
        let response = type_of(success(operation), || response(sources, operation, &endpoints));
        rows.push(format!("    operation({name:?}, {request}, {response}),"));
    }
    Ok(rows)
}

/// The first successful response.
fn success(operation: &Operation) -> Option<&Content> {
    operation.responses.iter().find(|(code, _)| code.starts_with('2')).map(|(_, content)| content)
}

/// The type of a JSON body. A body that the code does not read is any JSON.
fn type_of(content: Option<&Content>, in_code: impl FnOnce() -> Option<String>) -> String {
    match content.filter(|content| content.contains_key(JSON)) {
        Some(_) => format!("json::<{}>()", in_code().unwrap_or_else(|| "Value".to_owned())),
        None => "None".to_owned(),
    }
}

fn response(sources: &Sources<'_>, operation: &Operation, endpoints: &[&Endpoint]) -> Option<String> {
    let response = endpoints.iter().find_map(|endpoint| endpoint.response.clone())?;
    let shape = success(operation).and_then(|content| content.get(JSON));
    match (response.strip_prefix("Data<"), shape.map(|shape| sources.contract.resolve(shape))) {
        (Some(data), Some(Shape::Object(object))) if !requires_data(object) => Some(format!("MaybeData<{data}")),
        _ => Some(response),
    }
}

fn requires_data(object: &Object) -> bool {
    object.fields.get("data").is_some_and(|field| field.required)
}

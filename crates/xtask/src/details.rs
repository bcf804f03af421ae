//! Lists the details of additions: the parameters and bodies of operations, and the fields of schemas.

use std::collections::BTreeSet;

use crate::api::{Api, Operation};
use crate::difference::{Difference, Kind};
use crate::shape::Shape;

/// Adds the details to each difference. A new schema is listed once, at the first difference that refers to it.
pub fn add_details(differences: &mut [Difference], contract: &Api, document: &Api) {
    // A renamed schema is not new.
    let moved = differences.iter().filter(|difference| difference.kind == Kind::Moved);
    let mut known: BTreeSet<String> = moved.filter_map(|difference| difference.to.clone()).collect();
    known.extend(contract.shapes.keys().cloned());
    for difference in differences {
        let operation = document.operations.values().find(|operation| operation.name() == difference.within);
        if let Some(operation) = operation.filter(|_| difference.kind == Kind::Added && difference.at.is_empty()) {
            operation_details(operation, &mut difference.details);
        }
        let mut open: Vec<_> = difference.names.iter().rev().cloned().collect();
        while let Some(name) = open.pop() {
            let Some(shape) = document.shapes.get(&name).filter(|_| known.insert(name.clone())) else { continue };
            shape_details(&name, shape, &mut difference.details);
            let mut names = BTreeSet::new();
            shape.names(&mut names);
            open.extend(names.into_iter().rev());
        }
    }
}

fn operation_details(operation: &Operation, details: &mut Vec<String>) {
    for ((place, name), parameter) in &operation.parameters {
        details.push(format!("{place} › {name}: {parameter}"));
    }
    for content in operation.request.iter().map(|request| &request.content) {
        content.values().for_each(|shape| shape_details("request", shape, details));
    }
    for (code, content) in &operation.responses {
        let place = format!("response {code}");
        match content.is_empty() {
            true => details.push(format!("{place}: no body")),
            false => content.values().for_each(|shape| shape_details(&place, shape, details)),
        }
    }
}

fn shape_details(place: &str, shape: &Shape, details: &mut Vec<String>) {
    match shape {
        Shape::Object(object) if !object.fields.is_empty() => fields(&format!("{place} › "), shape, details),
        other => details.push(format!("{place}: {other}")),
    }
}

/// Adds one line per field, including those of nested objects.
fn fields(path: &str, shape: &Shape, details: &mut Vec<String>) {
    let Shape::Object(object) = shape else { return };
    for (name, field) in &object.fields {
        details.push(format!("{path}{name}: {field}"));
        match &field.shape {
            Shape::List(item, _) => fields(&format!("{path}{name}[]."), item, details),
            shape => fields(&format!("{path}{name}."), shape, details),
        }
    }
    if let Some(others) = object.others.as_deref().filter(|_| !object.fields.is_empty()) {
        details.push(format!("{path}<any>: {others}"));
    }
}

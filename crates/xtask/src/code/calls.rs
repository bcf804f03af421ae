//! The calls that a file makes, as operations.

use std::collections::BTreeMap;

use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, FnArg, ImplItemFn, Item, ItemMod, Pat, ReturnType, Signature, Type};

use super::CodeError;
use super::definitions::{is_test, text};
use super::types::{Types, in_data, name_and_arguments};
use crate::api::{Api, JSON, Operation, Parameter, Request};
use crate::shape::{Limits, Shape};

pub(super) struct Calls<'f, 't, 'd> {
    package: &'f str,
    place: &'f str,
    file: &'f syn::File,
    types: &'t mut Types<'d>,
    api: &'t mut Api,
    /// The method that is being read, and the pager around the call.
    signature: Option<&'f Signature>,
    pager: Option<String>,
    failed: Option<CodeError>,
}

impl<'f, 't, 'd> Calls<'f, 't, 'd> {
    pub(super) fn new(
        package: &'f str,
        place: &'f str,
        file: &'f syn::File,
        types: &'t mut Types<'d>,
        api: &'t mut Api,
    ) -> Self {
        Self { package, place, file, types, api, signature: None, pager: None, failed: None }
    }

    pub(super) fn read(mut self) -> Result<(), CodeError> {
        let file = self.file;
        self.visit_file(file);
        self.failed.map_or(Ok(()), Err)
    }

    /// Reads `receiver.call(Method::GET, PATH, …).body(&request).json()`, outermost method first.
    fn operation(&mut self, chain: &[&'f ExprMethodCall]) -> Result<(), CodeError> {
        let Some((call, after)) = chain.split_last() else { return Ok(()) };
        let at = |what: &str| {
            let line = call.method.span().start().line;
            CodeError::new(format!("{}:{line}", self.place), what)
        };
        let (Some(method), Some(path)) = (call.args.first().and_then(method_of), call.args.get(1)) else {
            return Err(at("a call begins with `Method::…` and its path"));
        };
        let path = self.constant(path).ok_or_else(|| at("a path is a text, or a constant of the same file"))?;
        let signature = self.signature.ok_or_else(|| at("a call stands in a method"))?;
        let answer = answer_of(signature).ok_or_else(|| at("a method with a call returns `Call<…>` or `Pager<…>`"))?;
        let no_parameter = at("what is sent is a parameter of the method");

        let mut operation = Operation { method, path, ..Operation::default() };
        let mut media_type = JSON.to_owned();
        let mut body = None;
        for step in after.iter().rev() {
            let argument = step.args.first();
            match step.method.to_string().as_str() {
                "body" => {
                    let shape = match self.argument(signature, argument) {
                        Some(shape) => shape?,
                        None => return Err(no_parameter),
                    };
                    let content = BTreeMap::from([(JSON.to_owned(), shape)]);
                    operation.request = Some(Request { required: true, content });
                }
                "query" => {
                    let name = argument.and_then(text).unwrap_or_default();
                    let shape = self.argument(signature, step.args.get(1)).unwrap_or_else(|| Ok(Shape::text()))?;
                    self.parameter(&mut operation, "query", &name, shape);
                }
                "query_from" => {
                    let shape = self.argument(signature, argument).transpose()?;
                    let object = shape.as_ref().map(|shape| self.types.resolve(shape).clone());
                    let Some(Shape::Object(object)) = object else { return Err(no_parameter) };
                    for (name, field) in object.fields {
                        let parameter = Parameter { shape: field.shape, required: field.required };
                        operation.parameters.insert(("query".to_owned(), name), parameter);
                    }
                }
                "idempotent" => self.parameter(&mut operation, "header", "Idempotency-Key", Shape::text()),
                "accept" => media_type = argument.and_then(text).unwrap_or(media_type),
                "json" => body = Some(self.types.shape(answer, self.package)?),
                "data" => {
                    let data = self.types.shape(answer, self.package)?;
                    body = Some(in_data(data));
                }
                "text" => body = Some(Shape::text()),
                // A stream is another form of an answer that is read as a whole elsewhere.
                "empty" | "stream" | "events" | "text_stream" => {}
                _ => {}
            }
        }
        match self.pager.as_deref() {
            Some("numbered") => {
                let item = self.types.shape(answer, self.package)?;
                body = Some(self.types.of_core("Page", item)?);
            }
            Some("bare_array") => body = Some(Shape::List(Box::new(self.types.shape(answer, self.package)?))),
            _ => {}
        }
        if self.pager.is_some() {
            for name in ["page[number]", "page[size]"] {
                self.parameter(&mut operation, "query", name, Shape::Integer(Limits::new()));
            }
        }
        let content = body.map(|shape| BTreeMap::from([(media_type, shape)])).unwrap_or_default();
        operation.responses.insert("200".to_owned(), content);
        self.add(operation);
        Ok(())
    }

    /// Two methods may speak to one operation: what either knows of it is known.
    fn add(&mut self, operation: Operation) {
        let known = self.api.operations.entry(operation.key()).or_insert_with(|| operation.clone());
        known.parameters.extend(operation.parameters);
        known.request = known.request.take().or(operation.request);
        for (code, content) in operation.responses {
            known.responses.entry(code).or_default().extend(content);
        }
    }

    fn parameter(&self, operation: &mut Operation, place: &str, name: &str, shape: Shape) {
        operation.parameters.insert((place.to_owned(), name.to_owned()), Parameter { shape, required: false });
    }

    /// The shape of an argument that is a parameter of the method: `&request`.
    fn argument(&mut self, signature: &Signature, argument: Option<&Expr>) -> Option<Result<Shape, CodeError>> {
        let name = match argument? {
            Expr::Reference(reference) => ident(&reference.expr)?,
            other => ident(other)?,
        };
        let ty = signature.inputs.iter().find_map(|input| match input {
            FnArg::Typed(input) => match &*input.pat {
                Pat::Ident(pattern) if pattern.ident == name => Some(&*input.ty),
                _ => None,
            },
            FnArg::Receiver(_) => None,
        })?;
        Some(self.types.shape(ty, self.package))
    }

    /// A text, or what a constant of the file says.
    fn constant(&self, expression: &Expr) -> Option<String> {
        if let Some(text) = text(expression) {
            return Some(text);
        }
        let name = ident(expression)?;
        self.file.items.iter().find_map(|item| match item {
            Item::Const(item) if item.ident == name => text(&item.expr),
            _ => None,
        })
    }
}

impl<'f> Visit<'f> for Calls<'f, '_, '_> {
    fn visit_item_mod(&mut self, module: &'f ItemMod) {
        if !is_test(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_impl_item_fn(&mut self, method: &'f ImplItemFn) {
        self.signature = Some(&method.sig);
        visit::visit_impl_item_fn(self, method);
        self.signature = None;
    }

    fn visit_expr_call(&mut self, call: &'f syn::ExprCall) {
        if let Expr::Path(path) = &*call.func
            && path.path.segments.len() == 2
            && path.path.segments[0].ident == "Pager"
        {
            self.pager = Some(path.path.segments[1].ident.to_string());
        }
        visit::visit_expr_call(self, call);
        self.pager = None;
    }

    fn visit_expr_method_call(&mut self, outermost: &'f ExprMethodCall) {
        let mut chain = vec![outermost];
        while let Some(last) = chain.last() {
            if last.method == "call" && last.args.first().and_then(method_of).is_some() {
                let read = self.operation(&chain);
                self.failed = self.failed.take().or(read.err());
                return;
            }
            match &*last.receiver {
                Expr::MethodCall(inner) => chain.push(inner),
                _ => break,
            }
        }
        visit::visit_expr_method_call(self, outermost);
    }
}

/// `Method::GET` is `get`.
fn method_of(expression: &Expr) -> Option<String> {
    let Expr::Path(path) = expression else { return None };
    let mut steps = path.path.segments.iter().rev();
    let name = steps.next()?.ident.to_string().to_lowercase();
    steps.next().is_some_and(|step| step.ident == "Method").then_some(name)
}

/// The `T` of the `Call<T>` or `Pager<T>` that a method returns.
fn answer_of(signature: &Signature) -> Option<&Type> {
    let ReturnType::Type(_, ty) = &signature.output else { return None };
    let Type::Path(path) = &**ty else { return None };
    let (name, arguments) = name_and_arguments(path)?;
    arguments.first().copied().filter(|_| name == "Call" || name == "Pager")
}

fn ident(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        _ => None,
    }
}

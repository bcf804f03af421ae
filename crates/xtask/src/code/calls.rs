//! Reads the operations of the calls in a file.

use std::collections::BTreeMap;

use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, FnArg, ImplItemFn, Item, ItemImpl, ItemMod, Pat, ReturnType, Signature, Type};

use super::definitions::{is_test, text};
use super::endpoint::{Endpoint, arguments};
use super::types::{Types, in_data, name_and_arguments};
use super::{Code, CodeError};
use crate::api::{Content, JSON, Operation, Parameter, Request};
use crate::shape::{Limits, Shape};

pub(super) struct Calls<'f, 't, 'd> {
    package: &'f str,
    place: &'f str,
    file: &'f syn::File,
    types: &'t mut Types<'d>,
    code: &'t mut Code,
    /// The current trait, its current method, and the pager around the call.
    api: Option<String>,
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
        code: &'t mut Code,
    ) -> Self {
        Self { package, place, file, types, code, api: None, signature: None, pager: None, failed: None }
    }

    pub(super) fn read(mut self) -> Result<(), CodeError> {
        let file = self.file;
        self.visit_file(file);
        self.failed.map_or(Ok(()), Err)
    }

    /// Reads `receiver.call(Method::GET, PATH, …).body(&request).json()`, from the outermost method.
    fn operation(&mut self, chain: &[&'f ExprMethodCall]) -> Result<(), CodeError> {
        let Some((call, after)) = chain.split_last() else { return Ok(()) };
        let at = |what: &str| {
            let line = call.method.span().start().line;
            CodeError::new(format!("{}:{line}", self.place), what)
        };
        let (Some(method), Some(path)) = (call.args.first().and_then(method_of), call.args.get(1)) else {
            return Err(at("the first arguments of a call must be `Method::…` and its path"));
        };
        let path =
            self.constant(path).ok_or_else(|| at("the path must be a string, or a constant of the same file"))?;
        let signature = self.signature.ok_or_else(|| at("a call must be in a method"))?;
        let answer =
            answer_of(signature).ok_or_else(|| at("a method with a call must return `Call<…>` or `Pager<…>`"))?;
        let no_parameter = at("the body must be a parameter of the method");

        let mut operation = Operation { method, path, ..Operation::default() };
        let request_type =
            self.request(after, signature, &mut operation).map_err(|error| error.unwrap_or(no_parameter))?;
        let (content, response_type) = self.response(after, answer)?;
        operation.responses.insert("200".to_owned(), content);
        if let Some(api) = self.api.clone() {
            self.code.endpoints.push(Endpoint {
                operation: operation.key(),
                file: self.place.to_owned(),
                api,
                method: signature.ident.to_string(),
                arguments: arguments(signature),
                request: request_type,
                response: response_type,
            });
        }
        self.add(operation);
        Ok(())
    }

    /// Reads the body and the parameters of a request. Returns the type of the body. The error is `None` if an argument is
    /// not a parameter of the method.
    fn request(
        &mut self,
        after: &[&'f ExprMethodCall],
        signature: &'f Signature,
        operation: &mut Operation,
    ) -> Result<Option<String>, Option<CodeError>> {
        let mut request_type = None;
        for step in after.iter().rev() {
            let argument = step.args.first();
            match step.method.to_string().as_str() {
                "body" => {
                    let ty = parameter_type(signature, argument).ok_or(None)?;
                    request_type = Some(self.types.rust(ty, self.package));
                    let content = BTreeMap::from([(JSON.to_owned(), self.types.shape(ty, self.package)?)]);
                    operation.request = Some(Request { required: true, content });
                }
                "query" => {
                    let name = argument.and_then(text).unwrap_or_default();
                    let shape = match parameter_type(signature, step.args.get(1)) {
                        Some(ty) => self.types.shape(ty, self.package)?,
                        None => Shape::text(),
                    };
                    add_parameter(operation, "query", &name, shape);
                }
                "query_from" => {
                    let ty = parameter_type(signature, argument).ok_or(None)?;
                    let shape = self.types.shape(ty, self.package)?;
                    let Shape::Object(object) = self.types.resolve(&shape).clone() else { return Err(None) };
                    let fields = object.fields.into_iter();
                    operation.parameters.extend(fields.map(|(name, field)| (("query".to_owned(), name), field)));
                }
                "idempotent" => add_parameter(operation, "header", "Idempotency-Key", Shape::text()),
                _ => {}
            }
        }
        if self.pager.is_some() {
            for name in ["page[number]", "page[size]"] {
                add_parameter(operation, "query", name, Shape::Integer(Limits::new()));
            }
        }
        Ok(request_type)
    }

    /// Reads the content of the response and its type. A stream has none, because another method reads the same response as
    /// a whole.
    fn response(
        &mut self,
        after: &[&'f ExprMethodCall],
        answer: &Type,
    ) -> Result<(Content, Option<String>), CodeError> {
        let has = |method: &str| after.iter().any(|step| step.method == method);
        let (body, ty) = if self.pager.is_some() || has("json") || has("data") {
            let shape = self.types.shape(answer, self.package)?;
            let ty = self.types.rust(answer, self.package);
            match self.pager.as_deref() {
                Some("numbered") => (self.types.of_core("Page", shape)?, Some(format!("Page<{ty}>"))),
                Some("bare_array") => (Shape::list(shape), Some(format!("Vec<{ty}>"))),
                _ if has("data") => (in_data(shape), Some(format!("Data<{ty}>"))),
                _ => (shape, Some(ty)),
            }
        } else if has("text") {
            (Shape::text(), None)
        } else {
            return Ok((Content::new(), None));
        };
        let accept = after.iter().find(|step| step.method == "accept").and_then(|step| step.args.first());
        let media_type = accept.and_then(text).unwrap_or_else(|| JSON.to_owned());
        Ok((Content::from([(media_type, body)]), ty))
    }

    /// Merges the operations of methods that call the same one.
    fn add(&mut self, operation: Operation) {
        let known = self.code.api.operations.entry(operation.key()).or_insert_with(|| operation.clone());
        known.parameters.extend(operation.parameters);
        known.request = known.request.take().or(operation.request);
        for (code, content) in operation.responses {
            known.responses.entry(code).or_default().extend(content);
        }
    }

    /// The value of a string literal or of a constant of the file.
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

    fn visit_item_impl(&mut self, item: &'f ItemImpl) {
        let name = item.trait_.as_ref().and_then(|(path, _)| path.segments.last());
        self.api = name.map(|segment| segment.ident.to_string());
        visit::visit_item_impl(self, item);
        self.api = None;
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

fn add_parameter(operation: &mut Operation, place: &str, name: &str, shape: Shape) {
    let parameter = Parameter { shape, required: false, limits: Limits::new() };
    operation.parameters.insert((place.to_owned(), name.to_owned()), parameter);
}

/// The type of an argument that is a parameter of the method: `&request`.
fn parameter_type<'f>(signature: &'f Signature, argument: Option<&Expr>) -> Option<&'f Type> {
    let name = match argument? {
        Expr::Reference(reference) => ident(&reference.expr)?,
        other => ident(other)?,
    };
    signature.inputs.iter().find_map(|input| match input {
        FnArg::Typed(input) => match &*input.pat {
            Pat::Ident(pattern) if pattern.ident == name => Some(&*input.ty),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    })
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

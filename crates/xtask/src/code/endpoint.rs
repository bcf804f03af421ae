//! The methods that call operations.

use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, FnArg, Item, ItemTrait, Pat, Signature, TraitItem, TraitItemFn, Type};

/// A method of a trait, and its operation.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The key of the operation.
    pub operation: String,
    /// The file of the implementation, relative to the folder of crates.
    pub file: String,
    /// The trait, such as `AssistantsApi`.
    pub api: String,
    /// The method, such as `create`.
    pub method: String,
    /// The arguments of a call, such as `&assistant_id` and `request`.
    pub arguments: Vec<String>,
    /// The type of the request's body, if it has one.
    pub request: Option<String>,
    /// The type of the response's JSON body, if it has one.
    pub response: Option<String>,
}

impl Endpoint {
    /// The sort key: by path, then simple methods first.
    pub(super) fn order(&self) -> (&str, &str, usize, &str) {
        let (method, path) = self.operation.split_once(' ').unwrap_or_default();
        (path, method, self.method.len(), &self.method)
    }

    /// The call of the method with the umbrella crate: `telnyx.assistants().create(request)`.
    #[must_use]
    pub fn call(&self) -> String {
        format!("{}{})", self.call_without_arguments(), self.arguments.join(", "))
    }

    /// The call up to its arguments: `telnyx.assistants().create(`.
    #[must_use]
    pub fn call_without_arguments(&self) -> String {
        let mut handle = String::new();
        for letter in self.api.trim_end_matches("Api").chars() {
            if letter.is_uppercase() && !handle.is_empty() {
                handle.push('_');
            }
            handle.extend(letter.to_lowercase());
        }
        format!("telnyx.{handle}().{}(", self.method)
    }
}

/// The arguments of a call, with borrowed strings.
pub(super) fn arguments(signature: &Signature) -> Vec<String> {
    let inputs = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(input) => Some(input),
        FnArg::Receiver(_) => None,
    });
    let arguments = inputs.filter_map(|input| {
        let Pat::Ident(pattern) = &*input.pat else { return None };
        let borrow = if matches!(&*input.ty, Type::Reference(_)) { "&" } else { "" };
        Some(format!("{borrow}{}", pattern.ident))
    });
    arguments.collect()
}

/// Adds the trait methods that call another method of the trait with defaults.
pub(super) fn add_delegating<'f>(files: impl Iterator<Item = &'f syn::File>, endpoints: &mut Vec<Endpoint>) {
    let traits = files.flat_map(|file| &file.items).filter_map(|item| match item {
        Item::Trait(item) => Some(item),
        _ => None,
    });
    for item in traits {
        for method in methods(item) {
            let mut target = Target(None);
            target.visit_trait_item_fn(method);
            let known = endpoints.iter().find(|known| {
                item.ident == known.api && target.0.as_ref().is_some_and(|target| *target == known.method)
            });
            if let Some(known) = known.cloned() {
                let (method, arguments) = (method.sig.ident.to_string(), arguments(&method.sig));
                endpoints.push(Endpoint { method, arguments, ..known });
            }
        }
    }
}

fn methods(item: &ItemTrait) -> impl Iterator<Item = &TraitItemFn> {
    item.items.iter().filter_map(|item| match item {
        TraitItem::Fn(method) => Some(method),
        _ => None,
    })
}

/// Finds the method that is called on `self`.
struct Target(Option<String>);

impl<'f> Visit<'f> for Target {
    fn visit_expr_method_call(&mut self, call: &'f ExprMethodCall) {
        if matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("self")) {
            self.0 = Some(call.method.to_string());
        }
        visit::visit_expr_method_call(self, call);
    }
}

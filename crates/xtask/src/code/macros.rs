//! Structs whose fields come in part from a macro of the same file.
//!
//! `macro_rules! settings` defines the settings of an assistant once. `settings! { object { pub struct Assistant { … }
//! } }` defines a struct with its own fields and the settings. So a struct in the arguments of a macro has its fields
//! and those of the macro.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::{Field, FieldsNamed, Item, ItemMacro, Visibility};

/// Returns the fields in each macro of a file.
pub(super) fn fields(items: &[Item]) -> BTreeMap<String, Vec<Field>> {
    let macros = items.iter().filter_map(|item| match item {
        Item::Macro(ItemMacro { ident: Some(name), mac, .. }) => Some((name, mac)),
        _ => None,
    });
    macros.map(|(name, mac)| (name.to_string(), fields_in(mac.tokens.clone()))).collect()
}

/// Returns the structs in the arguments of a macro of the same file.
pub(super) fn structs(item: &ItemMacro, macros: &BTreeMap<String, Vec<Field>>) -> Vec<(String, Vec<Field>)> {
    let name = item.mac.path.get_ident().filter(|_| item.ident.is_none());
    let Some(shared) = name.and_then(|name| macros.get(&name.to_string())) else { return Vec::new() };
    let mut found = Vec::new();
    structs_in(item.mac.tokens.clone(), &mut found);
    for (_, fields) in &mut found {
        fields.extend(shared.iter().cloned());
    }
    found
}

fn structs_in(tokens: TokenStream, found: &mut Vec<(String, Vec<Field>)>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (n, token) in tokens.iter().enumerate() {
        match (token, tokens.get(n + 1), tokens.get(n + 2)) {
            (TokenTree::Ident(word), Some(TokenTree::Ident(name)), Some(TokenTree::Group(body)))
                if word == "struct" =>
            {
                if let Ok(fields) = syn::parse2::<FieldsNamed>(TokenTree::Group(body.clone()).into()) {
                    found.push((name.to_string(), fields.named.into_iter().collect()));
                }
            }
            (TokenTree::Group(group), ..) => structs_in(group.stream(), found),
            _ => {}
        }
    }
}

/// Finds the fields `pub name: Type,` in the rules of a macro, with their attributes.
fn fields_in(tokens: TokenStream) -> Vec<Field> {
    let mut found = Vec::new();
    let mut field: Vec<TokenTree> = Vec::new();
    let mut angles = 0_i32;
    for token in tokens {
        match &token {
            TokenTree::Group(group) if group.delimiter() != Delimiter::Bracket => {
                found.extend(fields_in(Group::stream(group)));
                field.clear();
                continue;
            }
            TokenTree::Punct(sign) => match sign.as_char() {
                '<' => angles += 1,
                '>' => angles -= 1,
                ',' if angles == 0 => {
                    found.extend(parsed(field.drain(..)));
                    continue;
                }
                // The end of a repetition, `$($fields)*`.
                '*' => {
                    field.clear();
                    continue;
                }
                _ => {}
            },
            _ => {}
        }
        field.push(token);
    }
    found.extend(parsed(field.into_iter()));
    found
}

/// Parses a field. Returns `None` for other tokens, and for fields with macro variables.
fn parsed(tokens: impl Iterator<Item = TokenTree>) -> Option<Field> {
    let field = Field::parse_named.parse2(tokens.collect()).ok()?;
    matches!(field.vis, Visibility::Public(_)).then_some(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn struct_has_its_fields_and_those_of_its_macro() {
        let file: syn::File = syn::parse_quote! {
            macro_rules! settings {
                ($then:ident { $($arguments:tt)* }) => {
                    $then! {
                        { $($arguments)* }
                        $(more)*
                        /// What it says.
                        pub greeting: Option<String>,
                        #[wire("vars")]
                        pub variables: BTreeMap<String, Vec<String>>,
                    }
                    fn call(no: Field, either: bool) {}
                };
            }
            settings! { object { pub struct Assistant { pub id: String, } } }
        };
        let macros = fields(&file.items);
        let Item::Macro(call) = &file.items[1] else { panic!("the item is not a macro") };
        let found = structs(call, &macros);
        let names = found[0].1.iter().filter_map(|field| field.ident.as_ref()).map(ToString::to_string);
        assert_eq!(found[0].0, "Assistant");
        assert_eq!(names.collect::<Vec<_>>(), ["id", "greeting", "variables"]);
        assert_eq!(found[0].1[2].attrs.len(), 1);
    }
}

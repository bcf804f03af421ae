//! Storage of the script rules.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{ActiveScripts, Scripts};
use crate::{
    domain::{Context, Domain, Error, Result, ViolationKind},
    store::Kind,
};

/// The id of the document.
const ID: &str = "scripts";

/// The stored rules; `None` if there are none.
pub(crate) fn load(cx: &Context<'_>) -> Result<Option<Value>> {
    Ok(cx.tx.get(Kind::Scripts, ID)?)
}

/// Stores rules, replacing all others.
pub(crate) fn store(cx: &Context<'_>, scripts: &Scripts) -> Result<()> {
    Ok(cx.tx.put(Kind::Scripts, ID, "", &scripts.to_value())?)
}

/// Adds rules after the stored ones.
pub(crate) fn add(cx: &Context<'_>, scripts: &Value) -> Result<()> {
    read(scripts)?;
    let mut all = load(cx)?.unwrap_or_else(|| json!({}));
    for (section, rules) in scripts.as_object().into_iter().flatten() {
        match (&mut all[section], rules) {
            (Value::Array(present), Value::Array(rules)) => present.extend(rules.iter().cloned()),
            (present, rules) if present.is_null() => present.clone_from(rules),
            _ => {}
        }
    }
    store(cx, &read(&all)?)
}

/// Parses rules. An invalid rule is a violation.
pub(crate) fn read(scripts: &Value) -> Result<Scripts> {
    Scripts::from_value(scripts)
        .map_err(|error| Error::invalid(ViolationKind::NotAllowed, error.pointer, format!("{}.", error.detail)))
}

impl ActiveScripts {
    /// The stored rules, or the builder's rules.
    pub(crate) fn stored_or_default(&self, cx: &Context<'_>) -> Result<Arc<Scripts>> {
        load(cx)?.map_or_else(|| Ok(Arc::clone(&self.default)), |stored| read(&stored).map(Arc::new))
    }

    /// Stores rules, replacing all others, and applies them.
    pub(crate) fn replace(&self, domain: &Domain, scripts: Scripts) -> Result<()> {
        self.apply(|| {
            domain.run(|cx| store(cx, &scripts))?;
            Ok(Arc::new(scripts))
        })
    }
}

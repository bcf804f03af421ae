//! Checks that no dependency requires a newer Rust than the workspace.

use std::cmp::Reverse;

use serde_json::Value;

/// Lists the crates of `cargo metadata` that require a newer Rust than the crates of the workspace.
#[must_use]
pub fn too_new(metadata: &Value) -> Vec<String> {
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    let own = packages.iter().filter(|package| package["source"].is_null());
    let Some(promised) = own.filter_map(version).min() else {
        return vec!["the workspace has no `rust-version`; set it".to_owned()];
    };
    let mut newer: Vec<_> = packages
        .iter()
        .filter_map(|package| Some((version(package)?, package)))
        .filter(|(asked, _)| *asked > promised)
        .collect();
    newer.sort_by_key(|(asked, _)| Reverse(*asked));
    newer
        .into_iter()
        .map(|((major, minor), package)| {
            let text = |field: &str| package[field].as_str().unwrap_or_default().to_owned();
            let (name, release) = (text("name"), text("version"));
            let (own_major, own_minor) = promised;
            format!(
                "{name} {release} requires Rust {major}.{minor}, but the workspace supports {own_major}.{own_minor}"
            )
        })
        .collect()
}

fn version(package: &Value) -> Option<(u32, u32)> {
    let mut parts = package["rust_version"].as_str()?.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

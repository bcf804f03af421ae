//! The checks of dependencies, with metadata of Cargo and rustdoc.

use std::collections::BTreeSet;

use serde_json::json;
use xtask::oldest_rust::too_new;
use xtask::public_dependencies::{problems, public_crates};

#[test]
fn dependency_with_a_newer_rust_is_reported() {
    let workspace = |asked: &str| {
        json!({"packages": [
            {"name": "ours", "version": "0.1.0", "source": null, "rust_version": "1.88"},
            {"name": "theirs", "version": "2.0.1", "source": "a registry", "rust_version": asked},
            {"name": "silent", "version": "1.0.0", "source": "a registry", "rust_version": null},
        ]})
    };
    assert!(too_new(&workspace("1.88")).is_empty());
    assert!(too_new(&workspace("1.9")).is_empty());
    assert_eq!(too_new(&workspace("1.89.0")), ["theirs 2.0.1 requires Rust 1.89, but the workspace supports 1.88"]);
}

#[test]
fn public_crate_that_is_not_listed_is_reported() {
    let docs = json!({
        "index": {
            "1": {"crate_id": 0, "name": "send", "inner": {"function": {"sig": {"inputs": [
                ["request", {"resolved_path": {"path": "Request", "id": 10, "args": {"angle_bracketed": {"args": [
                    {"type": {"resolved_path": {"path": "String", "id": 11, "args": null}}}
                ]}}}}]
            ]}}}},
            "2": {"crate_id": 0, "name": null, "inner": {"impl": {
                "blanket_impl": {"generic": "T"}, "trait": {"path": "Instrument", "id": 12, "args": null}
            }}},
            "3": {"crate_id": 7, "name": "theirs", "inner": {"trait": {"path": "Instrument", "id": 12, "args": null}}},
        },
        "paths": {
            "10": {"crate_id": 3, "path": ["http", "request", "Request"]},
            "11": {"crate_id": 4, "path": ["alloc", "string", "String"]},
            "12": {"crate_id": 7, "path": ["tracing", "instrument", "Instrument"]},
        },
        "external_crates": {"3": {"name": "http"}, "4": {"name": "alloc"}, "7": {"name": "tracing"}},
    });
    let shown = public_crates(&docs);
    let allowed = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert!(problems(&shown, &allowed(&["http"])).is_empty());
    assert_eq!(problems(&shown, &allowed(&[])), ["http is public in `send`, but not on the list; wrap it or list it"]);
    assert_eq!(
        problems(&shown, &allowed(&["http", "url"])),
        ["url is on the list, but not public; remove it from the list"]
    );
}

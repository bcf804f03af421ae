//! The modules of the emulator depend on each other in one direction: `http`, then `domain`, then `store`.
//!
//! Each module may use the modules in its line of the table. They must be above it in the table, so there are no cycles.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use syn::visit::{self, Visit};

/// The modules in order of dependency, each with the modules it uses.
const MODULES: &[(&str, &[&str])] = &[
    ("access", &[]),
    ("assumptions", &[]),
    ("ids", &[]),
    ("json", &[]),
    ("path_pattern", &[]),
    ("phrases", &[]),
    ("time", &[]),
    ("store", &["json"]),
    ("domain", &["assumptions", "ids", "json", "phrases", "store", "time"]),
    ("faults", &["ids", "json", "path_pattern"]),
    ("hooks", &["domain", "json", "phrases"]),
    ("request_log", &["json", "time"]),
    ("scripts", &["domain", "hooks", "json", "phrases", "store"]),
    ("seed", &["domain", "json", "scripts", "store", "time"]),
    ("outbound", &["assumptions", "domain", "json", "request_log", "store"]),
    ("dialogue", &["assumptions", "domain", "hooks", "json", "outbound", "scripts"]),
    ("scheduler", &["dialogue", "domain", "hooks", "json", "outbound", "scripts", "store", "time"]),
    (
        "app",
        &["access", "dialogue", "domain", "faults", "outbound", "request_log", "scheduler", "scripts", "seed", "time"],
    ),
    (
        "http",
        &[
            "access", "app", "assumptions", "dialogue", "domain", "faults", "json", "outbound", "path_pattern",
            "request_log", "scheduler", "scripts", "seed", "time",
        ],
    ),
    (
        "console",
        &["app", "domain", "http", "json", "path_pattern", "phrases", "request_log", "scheduler", "store", "time"],
    ),
    (
        "emulator",
        &[
            "access", "app", "assumptions", "console", "dialogue", "domain", "faults", "hooks", "http", "ids",
            "outbound", "request_log", "scheduler", "scripts", "seed", "store", "time",
        ],
    ),
];

/// The crates that only the outer modules use: HTTP, HTML and the command line.
const OUTER_CRATES: &[&str] = &["axum", "clap", "http", "http_body", "http_body_util", "hyper_util", "maud", "tower"];

/// The modules that must not use [`OUTER_CRATES`].
const INNER_MODULES: &[&str] = &[
    "assumptions", "domain", "faults", "hooks", "ids", "json", "path_pattern", "phrases", "scripts", "seed", "store",
    "time",
];

/// The first two segments of every path in a file.
#[derive(Default)]
struct Paths {
    /// The segments of the enclosing `use` groups.
    prefix: Vec<String>,
    found: BTreeSet<Vec<String>>,
}

impl Paths {
    fn add(&mut self, segments: Vec<String>) {
        self.found.insert(segments);
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_use_path(&mut self, path: &'ast syn::UsePath) {
        self.prefix.push(path.ident.to_string());
        visit::visit_use_path(self, path);
        self.prefix.pop();
    }

    fn visit_use_name(&mut self, name: &'ast syn::UseName) {
        let segments = self.prefix.iter().cloned().chain([name.ident.to_string()]).collect();
        self.add(segments);
    }

    fn visit_use_rename(&mut self, rename: &'ast syn::UseRename) {
        let segments = self.prefix.iter().cloned().chain([rename.ident.to_string()]).collect();
        self.add(segments);
    }

    fn visit_use_glob(&mut self, _: &'ast syn::UseGlob) {
        self.add(self.prefix.clone());
    }

    /// Macro arguments are not parsed, but paths of this crate in them count too.
    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let tokens = call.tokens.to_string();
        for rest in tokens.split("crate ::").skip(1) {
            let name = rest.trim_start().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            self.add(vec!["crate".to_owned(), name.to_owned()]);
        }
        visit::visit_macro(self, call);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.add(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }
}

/// The module path of a file below `src`: `domain/tools.rs` is `[domain, tools]`.
fn module_of(file: &Path) -> Vec<String> {
    let mut module: Vec<String> =
        file.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if module.last().is_some_and(|last| last == "mod") {
        module.pop();
    }
    module
}

/// The top-level module that a path refers to, if it is a path of this crate.
fn target(module: &[String], path: &[String]) -> Option<String> {
    if path.first()? == "crate" {
        return path.get(1).cloned();
    }
    let ups = path.iter().take_while(|segment| *segment == "super").count();
    // `super` in a nested module of the file counts as one level less, which can only hide a path within the module.
    if ups > 0 && ups >= module.len() { path.get(ups).cloned() } else { None }
}

fn source_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            source_files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// The paths in each file, under its module.
fn paths() -> Vec<(Vec<String>, BTreeSet<Vec<String>>)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&src, &mut files);
    let files = files.into_iter().map(|file| (module_of(file.strip_prefix(&src).expect("a file in src")), file));
    files
        .filter(|(module, _)| !matches!(module[0].as_str(), "lib" | "main"))
        .map(|(module, file)| {
            let text = fs::read_to_string(&file).expect("a source file");
            let mut paths = Paths::default();
            paths.visit_file(&syn::parse_file(&text).expect("Rust code"));
            (module, paths.found)
        })
        .collect()
}

#[test]
fn paths_are_found_in_all_syntactic_forms() {
    let code = r#"
        use crate::{store::Tx, time};
        fn f(tx: &crate::http::Answer) -> crate::seed::Seed {
            super::super::console::page();
            println!("{}", crate::faults::LIMIT);
        }
    "#;
    let mut paths = Paths::default();
    paths.visit_file(&syn::parse_file(code).expect("Rust code"));
    let module = ["domain".to_owned(), "tools".to_owned()];
    let found: BTreeSet<String> = paths.found.iter().filter_map(|path| target(&module, path)).collect();
    assert_eq!(found, ["console", "faults", "http", "seed", "store", "time"].map(str::to_owned).into());
}

#[test]
fn modules_use_only_modules_above_them_in_the_table() {
    for (n, (module, uses)) in MODULES.iter().enumerate() {
        let below: Vec<&str> = MODULES[..n].iter().map(|(name, _)| *name).collect();
        for used in *uses {
            assert!(below.contains(used), "{module} may use {used}, which is not above it in the table");
        }
    }
}

#[test]
fn table_lists_exactly_the_used_modules() {
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (module, paths) in paths() {
        let uses = used.entry(module[0].clone()).or_default();
        uses.extend(paths.iter().filter_map(|path| target(&module, path)).filter(|name| *name != module[0]));
    }
    for (module, uses) in MODULES {
        let expected: BTreeSet<String> = uses.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(used.remove(*module).as_ref(), Some(&expected), "{module}");
    }
    assert!(used.is_empty(), "these modules are not in the table: {used:?}");
}

#[test]
fn inner_modules_do_not_use_http() {
    for (module, paths) in paths() {
        for path in paths.iter().filter(|path| path.len() > 1) {
            let outer = OUTER_CRATES.contains(&path[0].as_str()) && INNER_MODULES.contains(&module[0].as_str());
            assert!(!outer, "{} uses {}", module.join("::"), path.join("::"));
        }
    }
}

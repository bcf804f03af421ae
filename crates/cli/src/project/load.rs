//! Finds and reads the files of a project.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::config::Config;
use super::node::{Node, NodeKind, Pointer, Step};
use super::read::read;
use super::source::Source;
use crate::failure::Failure;
use crate::output::Diagnostic;
use crate::resources::{Address, Kind, Shape, is_key};

/// The file of a project's environments.
pub(crate) const CONFIG_FILE: &str = "telnyx-ai.yaml";

/// The endings of resource files.
const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) dir: PathBuf,
    pub(crate) config: Config,
    pub(crate) config_source: Source,
    pub(crate) resources: BTreeMap<Address, Resource>,
    /// What is wrong with the files as such.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// A resource as its file has it.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    pub(crate) source: Source,
    pub(crate) root: Node,
    /// The content in template form, with the texts of other files.
    pub(crate) content: Value,
    /// The other files, by the places of their texts.
    pub(crate) texts: BTreeMap<Pointer, Source>,
}

/// The path of a new resource file, relative to the project.
pub(crate) fn file_of(address: &Address) -> String {
    format!("{}/{}.yaml", address.kind.folder(), address.key)
}

impl Project {
    /// Reads all files. Mistakes in them are diagnostics.
    pub(crate) fn load(dir: &Path) -> Result<Self, Failure> {
        let path = dir.join(CONFIG_FILE);
        let text = fs::read_to_string(&path).map_err(|error| {
            let help = if error.kind() == std::io::ErrorKind::NotFound {
                "; `telnyx-ai init` makes a new project, and `--dir` names its folder"
            } else {
                ""
            };
            Failure::new(format!("cannot read {}: {error}{help}", path.display()))
        })?;
        let config_source = Source::new(CONFIG_FILE, text);
        let mut diagnostics = Vec::new();
        let config = match read(&config_source) {
            Ok(root) => Config::read(&root, &config_source, &mut diagnostics),
            Err(error) => {
                diagnostics.push(Diagnostic::error(&config_source, error.span, error.message));
                Config::default()
            }
        };
        let mut project = Self { dir: dir.to_owned(), config, config_source, resources: BTreeMap::new(), diagnostics };
        for kind in Kind::ALL {
            project.load_kind(kind)?;
        }
        Ok(project)
    }

    fn load_kind(&mut self, kind: Kind) -> Result<(), Failure> {
        let folder = self.dir.join(kind.folder());
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Failure::new(format!("cannot read the folder {}: {error}", folder.display()))),
        };
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        for path in paths {
            let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
            if path.is_file() && EXTENSIONS.contains(&extension) {
                self.load_file(kind, &path);
            }
        }
        Ok(())
    }

    fn load_file(&mut self, kind: Kind, path: &Path) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let shown = format!("{}/{name}", kind.folder());
        let text = match fs::read(path).map(String::from_utf8) {
            Ok(Ok(text)) => text,
            Ok(Err(error)) => {
                let valid = error.utf8_error().valid_up_to();
                let source = Source::new(shown, String::from_utf8_lossy(error.as_bytes()));
                self.diagnostics.push(Diagnostic::error(&source, valid..valid, "this is not UTF-8 text"));
                return;
            }
            Err(error) => {
                let source = Source::new(shown, "");
                self.diagnostics.push(Diagnostic::error(&source, 0..0, format!("this file cannot be read: {error}")));
                return;
            }
        };
        let source = Source::new(shown, text);
        let key = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        if !is_key(key) {
            let problem = Diagnostic::error(&source, 0..0, format!("`{key}` cannot be a key"));
            self.diagnostics
                .push(problem.with_help("rename the file: keys have letters, digits, `_` and `-`".to_owned()));
            return;
        }
        let address = Address::new(kind, key);
        if let Some(other) = self.resources.get(&address) {
            let message = format!("{} is also the key of {}", address.key, other.source.path());
            self.diagnostics.push(
                Diagnostic::error(&source, 0..0, message).with_help("rename or delete one of the files".to_owned()),
            );
            return;
        }
        let root = match read(&source) {
            Ok(root) => root,
            Err(error) => {
                self.diagnostics.push(Diagnostic::error(&source, error.span, error.message));
                return;
            }
        };
        if !matches!(root.kind, NodeKind::Map(_)) {
            let message = format!("this is {}, not {} {}", root.what(), kind.article(), kind.singular());
            let help = format!("write the fields that `POST {}` takes", kind.path());
            self.diagnostics.push(Diagnostic::error(&source, root.span, message).with_help(help));
            return;
        }
        let mut reader =
            Texts { dir: &self.dir, source: &source, texts: BTreeMap::new(), diagnostics: &mut self.diagnostics };
        let content = reader.value(&root, Some(kind.shape()), &Pointer::default());
        let texts = reader.texts;
        self.resources.insert(address, Resource { source, root, content, texts });
    }
}

/// Puts the texts of other files in place of `{ file: NAME }`.
struct Texts<'t> {
    dir: &'t Path,
    source: &'t Source,
    texts: BTreeMap<Pointer, Source>,
    diagnostics: &'t mut Vec<Diagnostic>,
}

impl Texts<'_> {
    fn value(&mut self, node: &Node, shape: Option<&Shape>, at: &Pointer) -> Value {
        use crate::resources::shape::Concrete;
        if let Some(entry) = file_entry(node)
            && shape.is_some_and(Shape::is_text)
        {
            return self.text(entry, at);
        }
        let value = node.to_value();
        let concrete = shape.map_or(Concrete::Any, |shape| shape.concrete(&value));
        match (&node.kind, concrete) {
            (NodeKind::Map(entries), Concrete::Object(object, _)) => {
                let fields = entries.iter().map(|entry| {
                    let value = self.value(&entry.value, object.shape(&entry.name), &at.field(&entry.name));
                    (entry.name.clone(), value)
                });
                Value::Object(fields.collect())
            }
            (NodeKind::List(items), Concrete::List(shape)) => {
                items.iter().enumerate().map(|(n, item)| self.value(item, Some(shape), &at.item(n))).collect()
            }
            _ => value,
        }
    }

    /// The text of a file beside the resource file.
    fn text(&mut self, node: &Node, at: &Pointer) -> Value {
        let name = node.as_text().unwrap_or_default();
        let folder = Path::new(self.source.path()).parent().unwrap_or(Path::new(""));
        let relative = folder.join(name);
        let leaves = Path::new(name).is_absolute() || !stays_inside(&relative);
        let read = if leaves {
            Err("it is outside of the project".to_owned())
        } else {
            fs::read_to_string(self.dir.join(&relative)).map_err(|error| error.to_string())
        };
        match read {
            Ok(text) => {
                // Editors end files with a line break that is not part of the text.
                let text =
                    text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
                self.texts.insert(at.clone(), Source::new(slashes(&relative), text));
                text.into()
            }
            Err(why) => {
                let message = format!("cannot read the file `{name}`: {why}");
                let help = format!("the path is relative to {}/", slashes(folder));
                self.diagnostics.push(Diagnostic::error(self.source, node.span.clone(), message).with_help(help));
                "".into()
            }
        }
    }
}

/// The name of the file in `{ file: NAME }`.
pub(crate) fn file_entry(node: &Node) -> Option<&Node> {
    match node.entries() {
        [entry] if entry.name == "file" && entry.value.as_text().is_some() => Some(&entry.value),
        _ => None,
    }
}

fn stays_inside(path: &Path) -> bool {
    let mut depth = 0_i32;
    path.components().all(|component| {
        depth += match component {
            std::path::Component::ParentDir => -1,
            std::path::Component::CurDir => 0,
            _ => 1,
        };
        depth >= 0
    })
}

fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

impl Resource {
    /// The place of a value: its file and bytes. Where the value does not exist, the closest object around it.
    pub(crate) fn locate(&self, at: &Pointer) -> (Source, Range<usize>) {
        let mut node = &self.root;
        for (n, step) in at.0.iter().enumerate() {
            if let Some(source) = self.texts.get(&Pointer(at.0[..n].to_vec())) {
                return (source.clone(), 0..source.text().len());
            }
            let next = match (&node.kind, step) {
                (NodeKind::Map(_), Step::Field(name)) => node.get(name).map(|entry| &entry.value),
                (NodeKind::Map(_), Step::Item(index)) => node.get(&index.to_string()).map(|entry| &entry.value),
                (NodeKind::List(items), Step::Item(index)) => items.get(*index),
                _ => None,
            };
            let Some(next) = next else { break };
            node = next;
        }
        match self.texts.get(at) {
            Some(source) => (source.clone(), 0..source.text().len()),
            None => (self.source.clone(), node.span.clone()),
        }
    }

    /// The place of the name of a field.
    pub(crate) fn locate_name(&self, at: &Pointer) -> (Source, Range<usize>) {
        let Some((Step::Field(name), parent)) = at.0.split_last() else { return self.locate(at) };
        let mut node = &self.root;
        for step in parent {
            let next = match (&node.kind, step) {
                (NodeKind::Map(_), Step::Field(name)) => node.get(name).map(|entry| &entry.value),
                (NodeKind::List(items), Step::Item(index)) => items.get(*index),
                _ => None,
            };
            let Some(next) = next else { return self.locate(at) };
            node = next;
        }
        match node.get(name) {
            Some(entry) => (self.source.clone(), entry.name_span.clone()),
            None => self.locate(at),
        }
    }

    /// The place of the `n`th occurrence of `part` in the text at a place.
    pub(crate) fn locate_part(&self, at: &Pointer, part: &str, n: usize) -> (Source, Range<usize>) {
        let (source, span) = self.locate(at);
        let found = source.text()[span.clone()].match_indices(part).nth(n).map(|(start, _)| span.start + start);
        match found {
            Some(start) => (source, start..start + part.len()),
            None => (source, span),
        }
    }
}

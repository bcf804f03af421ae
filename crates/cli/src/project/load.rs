//! Finds and reads the files of a project.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::config::Config;
use super::node::{Node, NodeKind, Pointer, Step};
use super::read::{conflict, read};
use super::source::{Place, Source};
use crate::closest::closest;
use crate::failure::Failure;
use crate::output::{Diagnostic, shown_path};
use crate::references::{Dependencies, Reference, dependencies};
use crate::resources::shape::Concrete;
use crate::resources::{Address, Kind, Shape, is_key};

/// The file of a project's environments.
pub(crate) const CONFIG_FILE: &str = "telnyx-ai.yaml";

/// The extensions of resource files.
const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// The largest file that is read.
pub(crate) const MAX_BYTES: u64 = 1 << 20;

#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) dir: PathBuf,
    pub(crate) config: Config,
    pub(crate) resources: BTreeMap<Address, Resource>,
    /// Files that could not be read.
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
    /// Reads `telnyx-ai.yaml`, and returns the errors in it.
    pub(crate) fn load_config(dir: &Path) -> Result<(Config, Vec<Diagnostic>), Failure> {
        let path = dir.join(CONFIG_FILE);
        let text = read_text(&path).map_err(|Unreadable { why, .. }| {
            let help =
                if path.exists() { "" } else { "; `telnyx-ai init` makes a new project, and `--dir` names its folder" };
            Failure::new(format!("cannot read {}: {why}{help}", shown_path(&path)))
        })?;
        let source = Source::new(CONFIG_FILE, text);
        let mut diagnostics = Vec::new();
        Ok(match read(&source) {
            Ok(root) => (Config::read(&root, &source, &mut diagnostics), diagnostics),
            Err(error) => (Config::default(), vec![error]),
        })
    }

    /// Reads all files. Errors in them are diagnostics.
    pub(crate) fn load(dir: &Path) -> Result<Self, Failure> {
        let (config, diagnostics) = Self::load_config(dir)?;
        let mut project = Self { dir: dir.to_owned(), config, resources: BTreeMap::new(), diagnostics };
        for kind in Kind::ALL {
            project.load_kind(kind)?;
        }
        project.check_folders();
        Ok(project)
    }

    fn load_kind(&mut self, kind: Kind) -> Result<(), Failure> {
        let folder = self.dir.join(kind.folder());
        let failed = |error| Failure::new(format!("cannot read the folder {}: {error}", shown_path(&folder)));
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failed(error)),
        };
        let mut paths =
            entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>().map_err(failed)?;
        paths.sort();
        for path in paths {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            // Such names are used by editors and file systems.
            if name.starts_with('.') {
                continue;
            }
            if path.is_dir() {
                if !has_resource_files(&path) {
                    continue;
                }
                let help = format!("move them to {}/", kind.folder());
                self.diagnostics.push(unread_folder(format!("{}/{name}", kind.folder()), help));
            } else if is_resource_file(&path) {
                let failed = self.load_file(kind, &path, &name).err();
                self.diagnostics.extend(failed);
            }
        }
        Ok(())
    }

    /// The references between the resources in the files.
    pub(crate) fn graph(&self) -> BTreeMap<Address, Dependencies> {
        let resources = self.resources.iter();
        resources.map(|(address, resource)| (address.clone(), dependencies(address, &resource.content))).collect()
    }

    /// The number of fields of all resources that have the text of this file.
    pub(crate) fn uses_of_text(&self, source: &Source) -> usize {
        let file = |source: &Source| fs::canonicalize(self.dir.join(source.path())).ok();
        let wanted = file(source);
        let texts = self.resources.values().flat_map(|resource| resource.texts.values());
        texts.filter(|text| file(text) == wanted).count()
    }

    /// Warns of folders whose names are probably misspelled.
    fn check_folders(&mut self) {
        let folders = Kind::ALL.map(Kind::folder);
        let entries = fs::read_dir(&self.dir).into_iter().flatten().flatten();
        let mut names: Vec<_> = entries
            .filter(|entry| entry.path().is_dir())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| !folders.contains(&name.as_str()))
            .collect();
        names.sort();
        for name in names {
            if let Some(close) = closest(&name, folders.into_iter()) {
                let help = format!("did you mean `{close}`?");
                self.diagnostics.push(unread_folder(name, help));
            }
        }
    }

    fn load_file(&mut self, kind: Kind, path: &Path, name: &str) -> Result<(), Diagnostic> {
        let shown = format!("{}/{name}", kind.folder());
        let text = read_text(path).map_err(|Unreadable { why, text, at }| {
            Diagnostic::error((Source::new(&shown, text), at..at), format!("cannot read this file: {why}"))
        })?;
        let source = Source::new(shown, text);
        let key = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        if !is_key(key) {
            let problem = Diagnostic::error((source, 0..0), format!("`{key}` cannot be a key"));
            return Err(problem.with_help("rename the file: keys have letters, digits, `_` and `-`".to_owned()));
        }
        let address = Address::new(kind, key);
        if let Some(other) = self.resources.get(&address) {
            let message = format!("{} is also the key of {}", address.key, other.source.path());
            let help = "rename or delete one of the files".to_owned();
            return Err(Diagnostic::error((source, 0..0), message).with_help(help));
        }
        let root = read(&source)?;
        if !matches!(root.kind, NodeKind::Map(_)) {
            let message = match root.kind {
                NodeKind::Null => "this file has no fields".to_owned(),
                _ => format!("this is {}, not {} {}", root.what(), kind.article(), kind.singular()),
            };
            let help = format!("write the fields that `POST {}` takes", kind.path());
            return Err(Diagnostic::error((source, root.span), message).with_help(help));
        }
        let mut reader =
            Texts { dir: &self.dir, source: &source, texts: BTreeMap::new(), diagnostics: &mut self.diagnostics };
        let content = reader.value(&root, kind.shape(), &Pointer::default());
        let texts = reader.texts;
        self.resources.insert(address, Resource { source, root, content, texts });
        Ok(())
    }
}

fn unread_folder(path: String, help: String) -> Diagnostic {
    Diagnostic::warning((Source::new(path, ""), 0..0), "files in this folder are not read").with_help(help)
}

/// Whether a folder has resource files, at any depth.
fn has_resource_files(folder: &Path) -> bool {
    fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
        let path = entry.path();
        is_resource_file(&path) || entry.file_type().is_ok_and(|kind| kind.is_dir()) && has_resource_files(&path)
    })
}

fn is_resource_file(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()))
}

/// Replaces `{ file: NAME }` by the text of the file.
struct Texts<'t> {
    dir: &'t Path,
    source: &'t Source,
    texts: BTreeMap<Pointer, Source>,
    diagnostics: &'t mut Vec<Diagnostic>,
}

impl Texts<'_> {
    fn value(&mut self, node: &Node, shape: &Shape, at: &Pointer) -> Value {
        if let Some(entry) = file_entry(node)
            && shape.is_text()
        {
            return self.text(entry, at);
        }
        let value = node.to_value();
        match (&node.kind, shape.concrete(&value)) {
            (NodeKind::Map(entries), Concrete::Object(object, _)) => {
                let fields = entries.iter().map(|entry| {
                    let value = self.value(&entry.value, object.shape(&entry.name), &at.field(&entry.name));
                    (entry.name.clone(), value)
                });
                fields.collect()
            }
            (NodeKind::List(items), Concrete::List(shape)) => {
                items.iter().enumerate().map(|(n, item)| self.value(item, shape, &at.item(n))).collect()
            }
            _ => value,
        }
    }

    /// The text of a file in the folder of the resource file.
    fn text(&mut self, node: &Node, at: &Pointer) -> Value {
        let name = node.as_text().unwrap_or_default();
        let folder = Path::new(self.source.path()).parent().unwrap_or(Path::new(""));
        let relative = folder.join(name);
        let path = self.dir.join(&relative);
        // Links could lead outside, too.
        let is_inside = !Path::new(name).is_absolute()
            && stays_inside(&relative)
            && fs::canonicalize(self.dir)
                .ok()
                .zip(fs::canonicalize(&path).ok())
                .is_none_or(|(dir, path)| path.starts_with(dir));
        let read = if is_inside { read_text(&path) } else { Err("it is outside of the project".into()) };
        match read {
            Ok(text) => {
                // Editors end files with a line break that is not part of the text.
                let text =
                    text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
                let source = Source::new(slashes(&relative), text);
                self.diagnostics.extend(conflict(text).map(|error| error.of(&source)));
                self.texts.insert(at.clone(), source);
                text.into()
            }
            Err(Unreadable { why, .. }) => {
                let message = format!("cannot read the file `{name}`: {why}");
                let help = format!("the path is relative to {}/", slashes(folder));
                self.diagnostics
                    .push(Diagnostic::error((self.source.clone(), node.span.clone()), message).with_help(help));
                "".into()
            }
        }
    }
}

/// The name of the file in `{ file: NAME }`.
fn file_entry(node: &Node) -> Option<&Node> {
    match node.entries() {
        [entry] if entry.name == "file" && entry.value.as_text().is_some() => Some(&entry.value),
        _ => None,
    }
}

/// The reason for which a file cannot be read as text.
struct Unreadable {
    why: String,
    /// The part that could be read, and the byte of the problem.
    text: String,
    at: usize,
}

impl<T: ToString> From<T> for Unreadable {
    fn from(why: T) -> Self {
        Self { why: why.to_string(), text: String::new(), at: 0 }
    }
}

fn read_text(path: &Path) -> Result<String, Unreadable> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err("it is not a regular file".into());
    }
    if metadata.len() > MAX_BYTES {
        return Err(format!("it has {} bytes, and at most {MAX_BYTES} are read", metadata.len()).into());
    }
    let mut bytes = fs::read(path)?;
    // A byte order mark, which editors on Windows write.
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
        Unreadable { why: format!("line {line} is not UTF-8; save the file as UTF-8"), text, at }
    })
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
    pub(crate) fn locate(&self, at: &Pointer) -> Place {
        let mut node = &self.root;
        for (n, step) in at.0.iter().enumerate() {
            if let Some(source) = self.texts.get(&Pointer(at.0[..n].to_vec())) {
                return (source.clone(), 0..source.text().len());
            }
            let Some(next) = node.child(step) else { break };
            node = next;
        }
        match self.texts.get(at) {
            Some(source) => (source.clone(), 0..source.text().len()),
            None => (self.source.clone(), node.span.clone()),
        }
    }

    pub(crate) fn locate_name(&self, at: &Pointer) -> Place {
        let Some((Step::Field(name), parents)) = at.0.split_last() else { return self.locate(at) };
        let parent = parents.iter().try_fold(&self.root, |node, step| node.child(step));
        match parent.and_then(|parent| parent.get(name)) {
            Some(entry) => (self.source.clone(), entry.name_span.clone()),
            None => self.locate(at),
        }
    }

    /// The place of the `n`th occurrence of `part` in the text at a place.
    pub(crate) fn locate_part(&self, at: &Pointer, part: &str, n: usize) -> Place {
        let (source, span) = self.locate(at);
        let found = source.text()[span.clone()].match_indices(part).nth(n).map(|(start, _)| span.start + start);
        match found {
            Some(start) => (source, start..start + part.len()),
            None => (source, span),
        }
    }

    pub(crate) fn locate_reference(&self, at: &Pointer, reference: &Reference) -> Place {
        self.locate_part(at, &reference.to_string(), 0)
    }
}

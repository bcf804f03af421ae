//! `telnyx-ai validate`

use std::path::Path;

use serde_json::{Value, json};

use crate::args::{Global, Validate};
use crate::failure::Failure;
use crate::output::{Output, Severity, counted};
use crate::project::{Environment, Project};
use crate::resources::{Kind, shape};
use crate::state::{StateFile, write_atomically};
use crate::validate;

pub(crate) fn run(global: &Global, args: &Validate, output: &Output) -> Result<(), Failure> {
    if let Some(folder) = &args.schema {
        return write_schemas(folder, &global.dir, output);
    }
    let project = Project::load(&global.dir)?;
    let environments: Vec<&Environment> = match &global.env {
        Some(name) => vec![project.config.environment(Some(name)).map_err(Failure::Error)?],
        None => project.config.environments.values().collect(),
    };
    // Unknown fields that the API has returned are not errors: the API may be newer than this program.
    let states: Vec<_> =
        environments.iter().filter_map(|environment| StateFile::open(&global.dir, &environment.name).ok()).collect();
    let found = validate::check(&project, &environments, &states);
    let errors = found.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    let warnings = found.len() - errors;
    output.diagnostics(&found, true);
    output.document(&json!({
        "valid": errors == 0,
        "diagnostics": found.iter().map(|diagnostic| diagnostic.json()).collect::<Vec<_>>(),
        "summary": { "errors": errors, "warnings": warnings, "resources": project.resources.len() },
    }));
    let warnings = if warnings == 0 { String::new() } else { format!(", {}", counted(warnings, "warning")) };
    if errors == 0 {
        let resources = project.resources.len();
        let verb = if resources == 1 { "is" } else { "are" };
        output.result(&format!("{} {verb} valid{warnings}", counted(resources, "resource")));
        return Ok(());
    }
    output.result(&format!("{}{warnings}", counted(errors, "error")));
    Err(Failure::Reported)
}

/// Writes a JSON Schema for each kind, for the language servers of editors.
fn write_schemas(folder: &Path, project: &Path, output: &Output) -> Result<(), Failure> {
    for kind in Kind::ALL {
        let path = folder.join(format!("{}.schema.json", kind.folder()));
        let text = format!("{:#}\n", schema(kind));
        write_atomically(&path, text.as_bytes())?;
        output.message(&format!("written: {}", path.display()));
    }
    let files = Kind::ALL.map(|kind| format!("{}.schema.json", kind.folder()));
    output.document(&json!({ "folder": folder.display().to_string(), "files": files }));
    output.result(&format!(
        "Add a first line like this to the files in assistants/: # yaml-language-server: $schema={}/assistants.schema.json",
        from_resource_folder(project, folder)
    ));
    Ok(())
}

/// The path of a folder as seen from the folders of resources, because editors resolve the path of a schema from the YAML file.
fn from_resource_folder(project: &Path, folder: &Path) -> String {
    let (Ok(project), Ok(folder)) = (project.canonicalize(), folder.canonicalize()) else {
        return folder.display().to_string();
    };
    let shared = project.components().zip(folder.components()).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), project.components().count() - shared + 1);
    let down = folder.components().skip(shared).map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// The schema of a kind's files: as the API's, with texts of other files and references.
fn schema(kind: Kind) -> Value {
    let mut schema = shape::SCHEMAS.clone();
    if let Some(definitions) = schema["$defs"].as_object_mut() {
        for definition in definitions.values_mut() {
            let properties = definition.get_mut("properties").and_then(Value::as_object_mut);
            for property in properties.into_iter().flat_map(|properties| properties.values_mut()) {
                allow_references(property);
            }
        }
        definitions.insert(
            "FileText".to_owned(),
            json!({
                "type": "object",
                "description": "The text of a file in the same folder.",
                "properties": { "file": { "type": "string" } },
                "required": ["file"],
                "additionalProperties": false,
            }),
        );
    }
    schema["$ref"] = format!("#/$defs/{}", kind.schema()).into();
    schema
}

/// A value can be a reference, and a text can be in a file of its own.
fn allow_references(property: &mut Value) {
    let Some(fields) = property.as_object() else { return };
    let description = fields.get("description").cloned();
    let alternative = match fields.get("type").and_then(Value::as_str) {
        Some("string") if !fields.contains_key("enum") => json!({ "$ref": "#/$defs/FileText" }),
        Some("integer" | "number" | "boolean") => json!({ "type": "string", "pattern": "^\\$\\{var\\.[^}]+\\}$" }),
        _ => return,
    };
    let mut value = property.take();
    if let Some(fields) = value.as_object_mut() {
        fields.shift_remove("description");
    }
    *property = json!({ "anyOf": [value, alternative] });
    if let Some(description) = description {
        property["description"] = description;
    }
}

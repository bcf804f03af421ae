//! A project in a folder of its own, and the program on it.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use telnyx_ai::prelude::*;
use telnyx_ai_emulator::Emulator;
use tempfile::TempDir;
use tokio::process::{Child, Command};

pub(crate) struct Project {
    dir: TempDir,
    variables: Vec<(String, String)>,
}

/// What the program did.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The state of the environment `dev`.
pub(crate) const STATE: &str = ".telnyx-ai/dev.json";

impl Done {
    /// Waits until a program ends.
    pub(crate) async fn of(program: Child) -> Self {
        let output = program.wait_with_output().await.expect("it ends");
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// The document of `--json`.
    pub(crate) fn document(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}

impl Project {
    /// An emulator, and a project whose environment `dev` it is.
    pub(crate) async fn start() -> (Emulator, Self) {
        Self::start_with(&[]).await
    }

    /// The same, with variables for the program.
    pub(crate) async fn start_with(variables: &[(&str, &str)]) -> (Emulator, Self) {
        let emulator = Emulator::start().await.expect("an emulator");
        let project = variables.iter().fold(Self::new(&emulator), |project, (name, value)| project.with(name, value));
        (emulator, project)
    }

    /// A project whose environment `dev` is the emulator.
    pub(crate) fn new(emulator: &Emulator) -> Self {
        let project = Self::empty();
        project.environments(&[("dev", emulator)]);
        project
    }

    pub(crate) fn empty() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        Self { dir, variables: Vec::new() }
    }

    /// Writes `telnyx-ai.yaml`. Each environment has its name as the variable `name`.
    pub(crate) fn environments(&self, environments: &[(&str, &Emulator)]) {
        let environments: serde_json::Map<String, Value> = environments
            .iter()
            .map(|(name, emulator)| {
                ((*name).to_owned(), json!({"base_url": emulator.base_url(), "variables": {"name": name}}))
            })
            .collect();
        let first = environments.keys().next().expect("an environment").clone();
        self.write("telnyx-ai.yaml", &json!({"default_environment": first, "environments": environments}).to_string());
    }

    /// The project, with a variable for the program.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> &Self {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
        self
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The state of the environment `dev`.
    pub(crate) fn state(&self) -> Value {
        serde_json::from_str(&self.read(STATE)).expect("a state")
    }

    /// The id of a resource in the environment `dev`.
    pub(crate) fn id(&self, address: &str) -> String {
        self.state()["resources"][address]["id"].as_str().expect("an id").to_owned()
    }

    pub(crate) fn remove(&self, path: &str) -> &Self {
        fs::remove_file(self.path().join(path)).expect("the file exists");
        self
    }

    /// All files but the state, by path.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let mut files = Vec::new();
        for folder in ["assistants", "tools", "mcp_servers", "tests"] {
            for entry in fs::read_dir(self.path().join(folder)).into_iter().flatten() {
                let path = entry.expect("an entry").path();
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                files.push((format!("{folder}/{name}"), fs::read_to_string(&path).expect("a text")));
            }
        }
        files.sort();
        files
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_telnyx-ai"));
        command
            .args(arguments)
            .arg("--dir")
            .arg(self.path())
            .current_dir(self.path())
            .env_remove("TELNYX_BASE_URL")
            .env("TELNYX_API_KEY", "test-key")
            .env("NO_PROXY", "127.0.0.1")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// Starts the program.
    pub(crate) fn spawn(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
    }

    /// Runs the program.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Done {
        Done::of(self.spawn(arguments)).await
    }

    /// Runs the program, which has to exit with 1 and this message.
    pub(crate) async fn refused(&self, arguments: &[&str], message: &str) {
        let done = self.run(arguments).await;
        assert!(done.code == 1 && done.stderr.contains(message), "{arguments:?}: {message}: {done:#?}");
    }

    /// Runs the program, which has to succeed with this message.
    pub(crate) async fn warned(&self, arguments: &[&str], message: &str) {
        let done = self.run(arguments).await;
        assert!(done.code == 0 && done.stderr.contains(message), "{arguments:?}: {message}: {done:#?}");
    }

    /// Runs the program, which has to succeed; its standard output.
    pub(crate) async fn ok(&self, arguments: &[&str]) -> String {
        let done = self.run(arguments).await;
        assert_eq!(done.code, 0, "{arguments:?}: {done:#?}");
        done.stdout
    }

    /// Runs the program with `--json`; its exit code and document.
    pub(crate) async fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let done = self.run(&[arguments, &["--json"]].concat()).await;
        (done.code, done.document())
    }

    /// `plan --detailed-exitcode` finds nothing to change.
    pub(crate) async fn assert_no_changes(&self, environment: &str) {
        let done = self.run(&["plan", "--detailed-exitcode", "--env", environment]).await;
        assert_eq!(done.code, 0, "{done:#?}");
    }
}

/// Sends a program the signal of Ctrl-C.
pub(crate) async fn interrupt(program: &Child) {
    let process = program.id().expect("it runs").to_string();
    let killed = Command::new("kill").args(["-INT", &process]).status().await.expect("kill exists");
    assert!(killed.success());
}

/// Waits until a fault applies.
pub(crate) async fn struck(emulator: &Emulator, fault: u64) {
    while emulator.faults().fired(fault) == 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// A client other than the program.
pub(crate) fn telnyx(emulator: &Emulator) -> telnyx_ai::Telnyx {
    let client = telnyx_ai::Client::builder().base_url(emulator.base_url()).api_key("other").build().expect("a client");
    telnyx_ai::Telnyx::new(client)
}

/// Another client creates an assistant. Returns its id.
pub(crate) async fn create_assistant(emulator: &Emulator, content: Value) -> String {
    let request = serde_json::from_value(content).expect("an assistant");
    telnyx(emulator).assistants().create(request).await.expect("it is created").id
}

/// Another client changes a test.
pub(crate) async fn edit_test(emulator: &Emulator, id: &str, change: Value) {
    let request = serde_json::from_value(change).expect("an update");
    telnyx(emulator).tests().update(id, request).await.expect("it is updated");
}

/// Another client changes an assistant.
pub(crate) async fn edit(emulator: &Emulator, id: &str, change: Value) {
    let request = serde_json::from_value(change).expect("an update");
    telnyx(emulator).assistants().update(id, request).await.expect("it is updated");
}

/// The writes that an emulator got.
pub(crate) fn writes(emulator: &Emulator) -> Vec<String> {
    let requests = emulator.requests();
    let writes = requests.iter().filter(|request| request.method != "GET" && request.path.starts_with("/v2/"));
    writes.map(|request| format!("{} {}", request.method, request.path)).collect()
}

/// The number of resources in a list of an emulator, without deleted ones.
pub(crate) fn count(emulator: &Emulator, list: &str) -> usize {
    let export = emulator.export().expect("an export");
    export[list].as_array().into_iter().flatten().filter(|item| item.get("deleted_at").is_none()).count()
}

/// What an emulator holds, in a form that is the same in each run: ids are replaced by names.
pub(crate) fn normalized(emulator: &Emulator) -> Value {
    let mut export = emulator.export().expect("an export");
    let mut names = Vec::new();
    for (list, id, name) in [
        ("assistants", "id", "name"),
        ("tools", "id", "display_name"),
        ("mcp_servers", "id", "name"),
        ("tests", "test_id", "name"),
    ] {
        for item in export[list].as_array().into_iter().flatten() {
            if let (Some(id), Some(name)) = (item[id].as_str(), item[name].as_str()) {
                names.push((id.to_owned(), format!("<{list} {name}>")));
            }
        }
    }
    for item in
        export["assistants"].as_array_mut().into_iter().flatten().filter(|item| item.get("deleted_at").is_some())
    {
        // The target of the reference may no longer have a name.
        *item = json!({"id": item["id"], "name": item["name"], "deleted": true});
    }
    clean(&mut export, &names);
    for (list, key) in [("assistants", "id"), ("tools", "id"), ("mcp_servers", "id"), ("tests", "test_id")] {
        if let Some(items) = export[list].as_array_mut() {
            items.sort_by_key(|item| format!("{} {}", item[key], item["instructions"]));
        }
    }
    export
}

/// An assistant that an emulator holds.
pub(crate) fn assistant(emulator: &Emulator) -> Value {
    emulator.export().expect("an export")["assistants"][0].clone()
}

/// The number of versions that each assistant has.
pub(crate) fn versions(emulator: &Emulator) -> Vec<String> {
    let export = emulator.export().expect("an export");
    let mut versions: Vec<_> = export["assistants"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|item| format!("{}: {}", item["name"], item["versions"].as_array().map_or(0, Vec::len)))
        .collect();
    versions.sort();
    versions
}

/// Fails with the lines that differ.
pub(crate) fn assert_same(found: &Value, expected: &Value, case: &str) {
    if found == expected {
        return;
    }
    let lines = |value: &Value| -> Vec<String> { format!("{value:#}").lines().map(str::to_owned).collect() };
    let (found, expected) = (lines(found), lines(expected));
    let only = |a: &[String], b: &[String]| a.iter().filter(|line| !b.contains(line)).cloned().collect::<Vec<_>>();
    panic!(
        "{case}: {} lines in place of {}; only found: {:#?}; missing: {:#?}",
        found.len(),
        expected.len(),
        only(&found, &expected),
        only(&expected, &found)
    );
}

fn clean(value: &mut Value, names: &[(String, String)]) {
    match value {
        Value::String(text) => {
            for (id, name) in names {
                if text.contains(id.as_str()) {
                    *text = text.replace(id.as_str(), name);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| clean(item, names)),
        Value::Object(fields) => {
            fields.retain(|name, _| {
                ![
                    "created_at", "version_id", "version_created_at", "versions", "default_messaging_profile_id",
                    "default_texml_app_id", "idempotency_keys",
                ]
                .contains(&name.as_str())
            });
            fields.values_mut().for_each(|value| clean(value, names));
        }
        _ => {}
    }
}

//! The example workflows, step by step.

use std::collections::BTreeMap;
use std::process::Stdio;

use serde_json::Value;
use telnyx_ai_emulator::Emulator;
use tokio::process::Command;

use crate::support::{Project, count, writes};

const ASSISTANTS: &str = include_str!("../../examples/github-actions/assistants.yaml");
const ROLLOUT: &str = include_str!("../../examples/github-actions/rollout.yaml");

/// A checkout of a project with an `origin`, and the secrets and inputs of a workflow.
struct Runner<'p> {
    project: &'p Project,
    values: BTreeMap<&'static str, &'static str>,
}

impl<'p> Runner<'p> {
    fn of(project: &'p Project) -> Self {
        let values = BTreeMap::from([
            ("secrets.TELNYX_API_KEY", "test-key"),
            ("secrets.CRM_TOKEN", "crm-secret"),
            ("inputs.assistant", "support"),
            ("inputs.hold", "10ms"),
            ("github.ref", "main"),
        ]);
        Self { project, values }
    }

    async fn new(project: &'p Project) -> Self {
        project.write(
            "bin/telnyx-ai",
            // The tests of the emulator take milliseconds. `bin/meanwhile` is what others do while the program runs.
            &format!(
                "#!/bin/sh\ncase \"$1\" in test | rollout) set -- \"$@\" --poll 20ms ;; esac\n'{}' \"$@\"\ncode=$?\n\
                if [ -e bin/meanwhile ]; then . bin/meanwhile && rm bin/meanwhile; fi\nexit $code\n",
                env!("CARGO_BIN_EXE_telnyx-ai")
            ),
        );
        project.write(".gitignore", "/bin\n/origin\n*.lock\n/results.xml\n/summary.md\n");
        let runner = Self::of(project);
        let begin = "chmod +x bin/telnyx-ai && git init -q -b main && git init -q --bare origin && git remote add origin ./origin \
            && git config user.name test && git config user.email test@example.com && git add . && git commit -qm Files && git push -qu origin main";
        assert_eq!(runner.shell(begin, &[]).await, (0, String::new()));
        runner
    }

    /// Commits and pushes the files, as a merge does. Returns the commit.
    async fn merge(&self) -> String {
        let (code, commit) =
            self.shell("git add . && git commit -qm Change && git push -q && git rev-parse HEAD", &[]).await;
        assert_eq!(code, 0, "{commit}");
        commit.trim().to_owned()
    }

    /// Runs the steps of a job for the head of the branch. Returns the name of the step that failed, with its output.
    async fn job(&self, workflow: &str, job: &str) -> Result<(), (String, String)> {
        self.job_at("HEAD", workflow, job).await
    }

    /// Runs the steps of a job for an event at this commit.
    async fn job_at(&self, commit: &str, workflow: &str, job: &str) -> Result<(), (String, String)> {
        let workflow: Value = serde_saphyr::from_str(workflow).expect("the workflow is YAML");
        let job = &workflow["jobs"][job];
        let mut failure = None;
        for step in job["steps"].as_array().expect("steps") {
            let Some(run) = step["run"].as_str().filter(|run| !run.starts_with("cargo install ")) else {
                assert!(step["uses"] == "actions/checkout@v4" || step["name"] == "Install", "{step}");
                if step["uses"] == "actions/checkout@v4" {
                    self.check_out(commit, step["with"]["ref"].as_str()).await;
                }
                continue;
            };
            assert!(!run.contains("${{"), "values reach scripts as variables: {run}");
            if failure.is_some() && step["if"] != "always()" {
                continue;
            }
            let variables = [&job["env"], &step["env"]].into_iter().filter_map(Value::as_object).flatten();
            let variables: Vec<_> =
                variables.map(|(name, value)| (name.clone(), self.value(value.as_str().expect("a text")))).collect();
            let (code, output) = self.shell(run, &variables).await;
            if code != 0 {
                failure.get_or_insert((step["name"].as_str().expect("a name").to_owned(), output));
            }
        }
        failure.map_or(Ok(()), Err)
    }

    /// `actions/checkout`: the head of the branch that `reference` names, or the commit of the event.
    async fn check_out(&self, commit: &str, reference: Option<&str>) {
        let target = reference.map_or(commit.to_owned(), |name| format!("origin/{}", self.value(name)));
        let script = format!("git fetch -q origin && git checkout -q -B main {target} && git branch -q -u origin/main");
        assert_eq!(self.shell(&script, &[]).await, (0, String::new()));
    }

    /// The value of `${{ name }}`.
    fn value(&self, expression: &str) -> String {
        let name = expression.strip_prefix("${{ ").and_then(|rest| rest.strip_suffix(" }}")).expect("an expression");
        self.values.get(name).unwrap_or_else(|| panic!("no value for {name}")).to_string()
    }

    async fn shell(&self, script: &str, variables: &[(String, String)]) -> (i32, String) {
        let dir = self.project.path();
        let path = format!("{}:{}", dir.join("bin").display(), std::env::var("PATH").expect("a path"));
        let output = Command::new("bash")
            .args(["-e", "-c", script])
            .current_dir(dir)
            .env("PATH", path)
            .env("NO_PROXY", "127.0.0.1")
            .env("GITHUB_STEP_SUMMARY", dir.join("summary.md"))
            .env_remove("TELNYX_API_KEY")
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .output()
            .await
            .expect("bash starts");
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.code().unwrap_or(-1), text)
    }

    /// The state at `origin`.
    async fn pushed_state(&self) -> String {
        let (code, state) = self.shell("git --git-dir origin show main:.telnyx-ai/production.json", &[]).await;
        assert_eq!(code, 0, "{state}");
        state
    }
}

fn write_project(project: &Project, emulator: &Emulator) {
    let config =
        serde_json::json!({"environments": {"production": {"protected": true, "base_url": emulator.base_url()}}});
    project
        .write("telnyx-ai.yaml", &config.to_string())
        .write("assistants/support.yaml", "name: Support\ninstructions: Say hello.\ntool_ids: ['${tools.look_up}']\n")
        .write(
            "tools/look_up.yaml",
            "display_name: Look up\ntype: webhook\nwebhook:\n  name: look_up\n  description: Looks up.\n  url: https://crm.example.com\n  headers: [{ name: Authorization, value: '${secret.CRM_TOKEN}' }]\n",
        )
        .write(
            "tests/greets.yaml",
            "name: Greets\ndestination: ${assistants.support}\ninstructions: Say \"hello\".\nrubric: [{ name: greets, criteria: The assistant says \"hello\" }]\n",
        );
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn workflows_plan_apply_and_roll_out() {
    let (emulator, project) = Project::start().await;
    write_project(&project, &emulator);
    let runner = Runner::new(&project).await;

    runner.job(ASSISTANTS, "plan").await.expect("the plan succeeds");
    let summary = project.read("summary.md");
    assert!(summary.contains("Plan for production: 3 to create, 0 to update, 0 to delete"), "{summary}");
    assert!(writes(&emulator).is_empty(), "{:?}", writes(&emulator));

    runner.job(ASSISTANTS, "apply").await.expect("the apply succeeds");
    assert_eq!(count(&emulator, "assistants"), 1);
    assert!(!runner.pushed_state().await.contains("crm-secret"));

    project
        .write("assistants/support.yaml", &project.read("assistants/support.yaml").replace("hello", "hello, please"));
    runner.merge().await;
    runner.job(ROLLOUT, "rollout").await.expect("the rollout succeeds");
    assert!(project.read("results.xml").contains("failures=\"0\""));
    let (code, plan) = project.json(&["plan", "--detailed-exitcode"]).await;
    assert_eq!(code, 0, "{plan}");
    assert!(runner.pushed_state().await.contains("hello, please"));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn failed_workflow_commits_the_state_of_what_was_done() {
    let (emulator, project) = Project::start().await;
    write_project(&project, &emulator);
    let runner = Runner::new(&project).await;
    emulator.faults().add(telnyx_ai_emulator::Fault::on("POST", "/ai/assistants/tests").status(422));
    let (step, output) = runner.job(ASSISTANTS, "apply").await.expect_err("a write fails");
    assert_eq!(step, "Apply", "{output}");
    assert!(runner.pushed_state().await.contains("assistants.support"));

    emulator.faults().clear();
    runner.job(ASSISTANTS, "apply").await.expect("the second run does the rest");
    assert_eq!((count(&emulator, "assistants"), count(&emulator, "tests")), (1, 1));

    // A candidate that fails its test gets no traffic.
    project
        .write("assistants/support.yaml", &project.read("assistants/support.yaml").replace("Say hello.", "Be silent."));
    project.write("tests/greets.yaml", &project.read("tests/greets.yaml").replace("says \"hello\"", "says \"never\""));
    let (code, applied) = project.json(&["apply", "greets", "--yes"]).await;
    assert_eq!(code, 0, "{applied}");
    runner.merge().await;
    let (step, output) = runner.job(ROLLOUT, "rollout").await.expect_err("the test fails");
    assert_eq!(step, "Test the candidate", "{output}");
    assert!(!writes(&emulator).iter().any(|write| write.contains("canary")), "{:?}", writes(&emulator));
}

/// A project in which `assistants.x` and then `assistants.a` were merged after the first apply, with the commits of these merges.
async fn merged_twice(emulator: &Emulator, project: &Project) -> (String, String) {
    write_project(project, emulator);
    let runner = Runner::new(project).await;
    runner.job(ASSISTANTS, "apply").await.expect("the apply succeeds");
    project.write("assistants/x.yaml", "name: X\ninstructions: X.\n");
    let first = runner.merge().await;
    project.write("assistants/a.yaml", "name: A\ninstructions: A.\n");
    (first, runner.merge().await)
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn workflows_of_two_close_merges_create_each_resource_once() {
    let (emulator, project) = Project::start().await;
    let (first, second) = merged_twice(&emulator, &project).await;
    let runner = Runner::of(&project);
    runner.job_at(&first, ASSISTANTS, "apply").await.expect("the first apply succeeds");
    runner.job_at(&second, ASSISTANTS, "apply").await.expect("the second apply succeeds");
    assert_eq!(count(&emulator, "assistants"), 3);
    let state = runner.pushed_state().await;
    assert!(state.contains("assistants.x") && state.contains("assistants.a"), "{state}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn workflow_pushes_the_state_if_others_pushed_meanwhile() {
    let (emulator, project) = Project::start().await;
    let (_, second) = merged_twice(&emulator, &project).await;
    let runner = Runner::of(&project);
    project.write(
        "bin/meanwhile",
        "git clone -q -b main origin bin/other && cd bin/other && echo more > notes.txt && git add . \
            && git -c user.name=other -c user.email=other@example.com commit -qm Notes && git push -q && cd ../..",
    );
    runner.job_at(&second, ASSISTANTS, "apply").await.expect("the apply succeeds");
    assert!(runner.pushed_state().await.contains("assistants.x"));
    let (code, notes) = runner.shell("git --git-dir origin show main:notes.txt", &[]).await;
    assert_eq!((code, notes.trim()), (0, "more"));
}

#[test]
fn workflows_that_write_the_state_share_a_concurrency_group() {
    let group = |workflow: &str| serde_saphyr::from_str::<Value>(workflow).expect("YAML")["concurrency"].clone();
    assert_eq!(group(ASSISTANTS), group(ROLLOUT));
}

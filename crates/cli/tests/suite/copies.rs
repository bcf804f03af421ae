//! Two copies of a project, one of whose states is behind.

use telnyx_ai_emulator::Emulator;

use crate::support::{Project, STATE, count};

const X: &str = "name: X\ninstructions: Same.\n";

/// Two copies of a project with one applied assistant.
async fn copies() -> (Emulator, Project, Project) {
    let emulator = Emulator::start().await.expect("an emulator");
    let (ahead, behind) = (Project::new(&emulator), Project::new(&emulator));
    ahead.write("assistants/s.yaml", "name: S\ninstructions: Help.\n").ok(&["apply", "--yes"]).await;
    behind.write("assistants/s.yaml", &ahead.read("assistants/s.yaml"));
    behind.write(STATE, &ahead.read(STATE));
    (emulator, ahead, behind)
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_create_a_resource_once_in_any_order_of_creations() {
    let (emulator, ahead, behind) = copies().await;
    ahead.write("assistants/x.yaml", X).ok(&["apply", "--yes"]).await;
    behind.write("assistants/a.yaml", "name: A\ninstructions: Help.\n").write("assistants/x.yaml", X);
    behind.ok(&["apply", "--yes"]).await;
    assert_eq!(count(&emulator, "assistants"), 3);
    behind.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn resource_that_another_copy_deleted_is_not_reported_as_created() {
    let (emulator, ahead, behind) = copies().await;
    ahead.write("assistants/x.yaml", X).ok(&["apply", "--yes"]).await;
    ahead.ok(&["destroy", "x", "--yes"]).await;
    behind.write("assistants/x.yaml", X);
    behind.write("assistants/y.yaml", "name: Y\ninstructions: See ${assistants.x}.\n");
    let done = behind.run(&["apply", "--yes"]).await;
    assert!(done.code == 1 && done.stderr.contains("if another copy of this project has deleted it"), "{done:#?}");
    assert!(done.stderr.contains("assistants.y: skipped, because it refers to assistants.x"), "{done:#?}");
    assert_eq!(count(&emulator, "assistants"), 1);
    behind.remove("assistants/y.yaml");

    let plan = behind.ok(&["plan"]).await;
    assert!(plan.contains("assistants.x (was deleted elsewhere"), "{plan}");
    behind.ok(&["apply", "--yes", "--overwrite-drift"]).await;
    assert_eq!(count(&emulator, "assistants"), 2);
    behind.assert_no_changes("dev").await;
    // A resource that this copy deleted is created again at once.
    ahead.ok(&["apply", "--yes"]).await;
    ahead.assert_no_changes("dev").await;
}

/// The state was lost after the creation, and the resource was deleted in the dashboard.
#[tokio::test(flavor = "multi_thread")]
async fn key_of_a_deleted_resource_does_not_prevent_a_creation() {
    let (emulator, ahead, behind) = copies().await;
    for _ in 0..2 {
        ahead.write("assistants/x.yaml", X).ok(&["apply", "--yes"]).await;
        ahead.ok(&["destroy", "x", "--yes"]).await;
    }
    behind.write("assistants/x.yaml", &X.replace("Same.", "Other.")).ok(&["apply", "--yes"]).await;
    assert_eq!(count(&emulator, "assistants"), 2);
    behind.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn resource_that_another_copy_created_with_other_content_is_not_duplicated() {
    let (emulator, ahead, behind) = copies().await;
    ahead.write("assistants/x.yaml", X).ok(&["apply", "--yes"]).await;
    for content in ["Other.", "Other.", "Another."] {
        behind.write("assistants/x.yaml", &X.replace("Same.", content));
        behind.refused(&["apply", "--yes"], "created it with other content; fetch the state").await;
        assert_eq!(count(&emulator, "assistants"), 2);
    }

    behind.ok(&["pull", "--adopt"]).await;
    behind.assert_no_changes("dev").await;
    behind.write("assistants/x.yaml", &X.replace("Same.", "Other.")).ok(&["apply", "--yes"]).await;
    behind.ok(&["destroy", "x", "--yes"]).await;
    behind.ok(&["apply", "--yes"]).await;
    assert_eq!(count(&emulator, "assistants"), 2);
    behind.assert_no_changes("dev").await;
}

//! The memory of jobs: smaller ones than `memory` runs by default, with the same bounds per part.

use std::process::Command;

#[test]
fn memory_of_jobs_is_within_the_bounds() {
    let output = Command::new(env!("CARGO_BIN_EXE_memory")).arg("--quick").output().unwrap();
    let (stdout, problem) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stdout}{problem}");
}

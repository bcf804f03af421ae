//! The memory that jobs take: smaller ones than `memory` runs by itself, with the same bounds for each of their parts.

use std::process::Command;

#[test]
fn jobs_take_no_more_memory_than_they_may() {
    let output = Command::new(env!("CARGO_BIN_EXE_memory")).arg("--quick").output().unwrap();
    let (said, problem) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{problem}");
}
